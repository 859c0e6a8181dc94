// The common part of methods for one lower level: checked arguments, counted oracles, batches, and the moves of an iteration.
import { addScaled } from '@infimum/linalg/numerics';
import type { BilevelSteps } from '../models/bilevel-optimization.ts';
import { refuseLowerSet } from '../models/bilevel-optimization.ts';
import type { BilevelProblem, BilevelStart, SecondOrderProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from '../oracles/bilevel-problem.ts';
import { BilevelState, guarded, loop } from './bilevel-state.ts';
import { CurvatureWatch, lowerCurvature } from './lipschitz.ts';
import type { OuterStep } from './outer-step.ts';
import { outerStep } from './outer-step.ts';
import { Sampler } from './sampler.ts';

/** Options of a run; full batches where there is no size. */
interface RunSizes {
  readonly tolerance: number;
  readonly batchSize?: number;
  readonly seed?: number;
  readonly optimizer?: string;
}

/** The point of a run and its moves. */
export class Run {
  /** Counted; products are missing where the method does not need them. */
  readonly oracles: SecondOrderProblem;
  readonly state: BilevelState;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly sampler: Sampler;
  /** p numbers: the direction of x. */
  readonly direction: Float64Array;
  /** q numbers, overwritten by every move. */
  readonly image: Float64Array;
  readonly #batch: number;
  readonly #cross: Float64Array;
  readonly #watch: CurvatureWatch;
  readonly #move: OuterStep;

  constructor(state: BilevelState, setX: BilevelProblem['setX'], { batchSize, seed = 0, optimizer = 'gradient' }: RunSizes) {
    const { problem: oracles, x, y } = state;
    this.oracles = oracles;
    this.x = x;
    this.y = y;
    this.state = state;
    this.#batch = batchSize ?? 2 ** 31;
    this.sampler = new Sampler(oracles, seed);
    this.direction = new Float64Array(x.length);
    this.#cross = new Float64Array(x.length);
    this.image = new Float64Array(y.length);
    this.#watch = new CurvatureWatch(undefined, () => lowerCurvature(oracles, x, y));
    this.#move = outerStep(optimizer, x.length, setX);
  }

  /** L_g in iteration k. */
  curvature(k: number): number {
    return this.#watch.at(k);
  }

  /** A batch of samples of g. */
  lower(): Int32Array | undefined {
    return this.sampler.lower(this.#batch);
  }

  /** A batch of samples of f. */
  upper(): Int32Array | undefined {
    return this.sampler.upper(this.#batch);
  }

  /** `count` steps of a point on g(x, ·), y if no other is given, each by fresh samples. */
  descend(count: number, length: number, y: Float64Array = this.y): void {
    const { oracles, x, image } = this;
    for (let t = 0; t < count; t++) {
      oracles.gradGy(x, y, image, this.lower());
      addScaled(y, -length, image);
      oracles.setY?.project(y, y);
    }
  }

  /** term <- Π (I − length H) term over `count` factors with fresh samples; the partial products are added to `sum`. */
  neumann(term: Float64Array, count: number, length: number, sum?: Float64Array): void {
    const { oracles, x, y, image } = this;
    for (let q = 0; q < count; q++) {
      oracles.hvpGyy(x, y, term, image, this.lower());
      for (let j = 0; j < term.length; j++) term[j] -= length * image[j];
      if (sum) for (let j = 0; j < term.length; j++) sum[j] += term[j];
    }
  }

  /** v <- v − length (H v − ∇_y f), `count` times. */
  solveLinear(v: Float64Array, fy: Float64Array, count: number, length: number, samples?: Int32Array): void {
    const { oracles, x, y, image } = this;
    for (let t = 0; t < count; t++) {
      oracles.hvpGyy(x, y, v, image, samples ?? this.lower());
      for (let j = 0; j < v.length; j++) v[j] -= length * (image[j] - fy[j]);
    }
  }

  /** direction <- ∇_x f − ∇²_xy g v. */
  aim(v: Float64Array, upper?: Int32Array, lower?: Int32Array): void {
    const { oracles, x, y, direction } = this;
    oracles.gradFx(x, y, direction, upper);
    oracles.jvpGxy(x, y, v, this.#cross, lower ?? this.lower());
    for (let i = 0; i < x.length; i++) direction[i] -= this.#cross[i];
  }

  /** x <- P(x − length · direction). */
  advance(length: number, direction: Float64Array = this.direction): void {
    this.state.direction = this.#move(this.x, direction, length);
  }
}

/** Checks the arguments, and makes the iterations that `prepare` describes, with products of second derivatives. */
export function implicitSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  sizes: RunSizes,
  prepare: (run: Run) => (k: number) => void,
): BilevelSteps {
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  refuseLowerSet(problem);
  return singleSteps(problem, initial, sizes, 0, prepare);
}

/** The same by gradients alone, with σ at the start. */
export function singleSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  sizes: RunSizes,
  sigma: number,
  prepare: (run: Run) => (k: number) => void,
): BilevelSteps {
  const state = new BilevelState(problem, initial, sigma, sizes.batchSize ?? 2 ** 31);
  return guarded(state, loop(state, sizes.tolerance, prepare(new Run(state, problem.setX, sizes))));
}
