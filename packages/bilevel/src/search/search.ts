// The common part of searches without derivatives: the value of a point is f at its solved lower level, and the best point so far is kept.
import type { OptionSpecs } from '@infimum/core';
import { fault, stalled } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { BilevelIterate, BilevelSteps } from '../models/bilevel-optimization.ts';
import type { BilevelInstance } from '../models/instance.ts';
import { modelOf } from '../models/instance.ts';
import type { BilevelProblem, BilevelStart } from '../oracles/bilevel-problem.ts';
import { lowerOracle } from '../oracles/judge.ts';
import { minimiseByGradients } from '../oracles/minimize-by-gradients.ts';
import { BilevelState, guarded } from '../single/bilevel-state.ts';

/** Options that all searches have. */
export const searchOptions = {
  lower: { type: 'number', default: -10, description: 'Lower bound of the upper variables' },
  upper: { type: 'number', default: 5, description: 'Largest value' },
  points: { type: 'integer', min: 1, max: 1_000_000, default: 50, description: 'Number of points, each with a lower solve' },
  lowerTolerance: { type: 'number', min: 0, default: 1e-8, description: 'Relative residual of the lower level' },
} as const satisfies OptionSpecs;

/** Why a search does not accept an instance. */
export function declinesWithoutValue(instance: BilevelInstance): string | undefined {
  return modelOf(instance).problem.f ? undefined : 'a search needs the values of f';
}

/** The rule of a search: where to try next. */
export interface Proposals {
  /** The coordinates of point k; yields while it is computed. */
  next(k: number, news: () => BilevelIterate): Generator<BilevelIterate, (i: number) => number>;
  /** Learns f at the point that was proposed last. */
  learn?(value: number): void;
}

/** Tries the proposals one after the other, each lower level solved from the one before, and keeps the best. */
export function* searchSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  { points, lowerTolerance }: { readonly points: number; readonly lowerTolerance: number },
  proposals: Proposals,
): BilevelSteps {
  const state = new SearchState(problem, initial);
  return yield* guarded(state, search());

  function* search(): BilevelSteps {
    let iteration = 0;
    yield state.iterate(iteration);
    for (let k = 0; k < points; k++) {
      const point = yield* proposals.next(k, () => state.iterate(++iteration));
      const attempt = state.try(point, lowerTolerance);
      let step = attempt.next();
      for (; !step.done; step = attempt.next()) yield state.iterate(++iteration);
      proposals.learn?.(step.value);
    }
    return stalled(state.solution(), `all ${points} points were tried, and the best is returned`);
  }
}

/** The search's state: the best point, and how points are tried. */
class SearchState extends BilevelState {
  /** f at the best point. */
  best = Infinity;
  readonly #point: Float64Array;
  readonly #lower: Float64Array;
  readonly #slope: Float64Array;

  constructor(problem: BilevelProblem, initial: BilevelStart) {
    super(problem, initial, 0, 2 ** 31);
    if (!problem.f) throw fault('is needed', 'problem.f', 'missing');
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
    for (const _ of minimiseByGradients(lowerOracle(problem, x), y, { tolerance: tolerance * scale, maxIterations: 500 }))
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
