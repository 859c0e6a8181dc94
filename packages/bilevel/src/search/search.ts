// What searches without derivatives share: a point is worth f at its solved lower level, and the best point so far is kept.

import { InvalidInputError } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { lowerOracle } from '../oracles/judge.ts';
import { minimiseByGradients } from '../oracles/minimise-by-gradients.ts';
import { BilevelState } from '../single/bilevel-state.ts';

/** The search's state: the best point, and how points are tried. */
export class SearchState extends BilevelState {
  /** f at the best point. */
  best = Infinity;
  readonly #point: Float64Array;
  readonly #lower: Float64Array;
  readonly #slope: Float64Array;

  constructor(problem: BilevelProblem, x0: Float64Array, y0: Float64Array) {
    super(problem, x0, y0, 0, 2 ** 31);
    if (!problem.f) throw new InvalidInputError('is needed', { argument: 'problem.f', code: 'missing' });
    this.#point = this.x.slice();
    this.#lower = this.y.slice();
    this.#slope = this.y.slice();
  }

  /** Solves the lower level at a point, warm-started, and gives f there; yields once a step. */
  *try(point: (i: number) => number, tolerance: number): Generator<void, number> {
    const { problem } = this;
    const [x, y] = [this.#point, this.#lower];
    for (let i = 0; i < x.length; i++) x[i] = point(i);
    problem.setX?.project(x, x);
    problem.gradGy(x, y, this.#slope);
    const scale = norm(this.#slope);
    for (const _ of minimiseByGradients(lowerOracle(problem, x), y, {
      tolerance: tolerance * scale,
      maxIterations: 500,
    }))
      yield;
    const value = problem.f?.(x, y) ?? Infinity;
    if (value < this.best) {
      this.best = value;
      this.x.set(x);
      this.y.set(y);
    }
    return value;
  }
}
