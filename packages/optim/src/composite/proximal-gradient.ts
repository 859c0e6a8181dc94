// The proximal gradient method with back-tracking, and the step that accelerated ones share.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { Composite, CompositeData, CompositeIterate, CompositeSolution } from './composite-minimization.ts';
import {
  activeSetOf,
  checkComposite,
  manyIterations,
  separableValue,
  stationarityOf,
  tolerance,
} from './composite-minimization.ts';
import { composite } from './composite-problem.ts';

const proximalGradientOptions = { tolerance, maxIterations: manyIterations } as const satisfies OptionSpecs;

/** Options of the proximal gradient method. */
export type ProximalGradientOptions = OptionsOf<typeof proximalGradientOptions> & RunOptions<CompositeIterate>;

/**
 * Minimises F = f + g by x <- prox of g / L at x - grad f(x) / L: the full-gradient baseline for block methods.
 * L starts below the largest eigenvalue of the Hessian's bound and doubles until the quadratic bound holds at the new point.
 *
 * O(d) and a gradient and a value or two an iteration. `converged` when the stationarity is at most `tolerance` times that of
 * the start; `stalled` when no step decreases F.
 *
 * Source: A. Beck, M. Teboulle: A fast iterative shrinkage-thresholding algorithm for linear inverse problems (2009), ISTA.
 *
 * @param data - f, g and where to start
 * @param options - method and limits; `maxIterations` is 100 000 by default
 * @throws {InvalidInputError} for data that do not fit and options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockLeastSquares, proximalGradient } from '@infimum/optim';
 *
 * const loss = blockLeastSquares(matrixFromRows([[1, 0], [1, 1]]), Float64Array.of(2, 0.5));
 * const { x } = proximalGradient({ loss, lower: 0 });
 * console.log(x.map((value) => Math.round(1e5 * value) / 1e5).join(' ')); // 1.25 0
 * ```
 */
export function proximalGradient(
  data: CompositeData,
  options: ProximalGradientOptions = {},
): Outcome<CompositeSolution, CompositeIterate> {
  return runWith(proximalGradientOptions, options, proximalGradientSteps(data, options));
}

/** The steps of `proximalGradient`, to be driven by `run` or by your own loop. */
export function* proximalGradientSteps(
  data: CompositeData,
  options: ProximalGradientOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance } = resolveOptions(proximalGradientOptions, options);
  const checked = checkComposite(data);
  const { loss, term, start } = checked;
  const step = new ProximalStep(checked);
  let [x, next] = [start.slice(), new Float64Array(start.length)];
  const gradient = new Float64Array(start.length);
  let smooth = loss.value(x);
  let target = -1;
  for (let iteration = 0; ; iteration++) {
    loss.gradient(x, gradient);
    const stationarity = stationarityOf(term, x, gradient);
    const value = smooth + separableValue(term, x);
    const solution = (): CompositeSolution => ({ x: x.slice(), value, stationarity, activeSet: activeSetOf(term, x) });
    yield { iteration, value, stationarity, solution };
    if (target < 0) target = tolerance * stationarity;
    if (stationarity <= target) return converged(solution(), `the stationarity is at most ${target}`);
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');
    const taking = step.take(x, gradient, smooth, next);
    let turn = taking.next();
    for (; !turn.done; turn = taking.next()) yield { iteration: ++iteration, value, stationarity, solution };
    smooth = turn.value;
    if (step.length === 0) return stalled(solution(), 'rounding leaves no step that changes x');
    [x, next] = [next, x];
  }
}

/** Evaluations between two pauses of a step, times the variables. */
const TURN = 2 ** 17;

/** Proximal gradient steps whose constant is found by trying. */
export class ProximalStep {
  /** The largest component of the last step. */
  length = 0;
  readonly #composite: Composite;
  /** 0 until it has been estimated, for the first step. */
  #lipschitz = 0;

  constructor(composite: Composite) {
    this.#composite = composite;
  }

  /** L */
  get lipschitz(): number {
    return this.#lipschitz;
  }

  /**
   * next <- prox of g / L at y - gradient / L, with f(next) at most what the quadratic at y says; gives f(next). Pauses where
   * that takes many trials of many variables.
   */
  *take(y: Float64Array, gradient: Float64Array, smooth: number, next: Float64Array): Generator<undefined, number> {
    const { loss, term } = this.#composite;
    const noise = 4 * Number.EPSILON * Math.abs(smooth);
    if (this.#lipschitz === 0) this.#lipschitz = yield* estimate(this.#composite);
    for (let work = 0; ; work += y.length) {
      if (work > TURN) {
        work = 0;
        yield;
      }
      let [linear, square] = [0, 0];
      this.length = 0;
      for (let i = 0; i < y.length; i++) {
        next[i] = term.prox(y[i] - gradient[i] / this.#lipschitz, 1 / this.#lipschitz);
        const d = next[i] - y[i];
        linear += gradient[i] * d;
        square += d * d;
        this.length = Math.max(this.length, Math.abs(d));
      }
      const value = loss.value(next);
      if (value <= smooth + linear + (this.#lipschitz / 2) * square + noise || square === 0) return value;
      this.#lipschitz *= 2;
      // What is not finite lets no step pass, however short.
      if (this.#lipschitz < Infinity) continue;
      next.set(y);
      this.length = 0;
      return smooth;
    }
  }
}

/** A few rounds of the power method on the bound of the Hessian: from below, so that no step is too short for good. */
function* estimate({ loss }: Composite): Generator<undefined, number> {
  let [v, image] = [loss.coordinateLipschitz.map((value) => Math.sqrt(value)), new Float64Array(loss.dimension)];
  let [quotient, work] = [1, 0];
  for (let round = 0; round < 10; round++) {
    work += v.length;
    if (work > TURN) {
      work = 0;
      yield;
    }
    let square = 0;
    for (let i = 0; i < v.length; i++) square += v[i] * v[i];
    if (square === 0) return 1;
    loss.boundMultiply(v, image);
    quotient = 0;
    for (let i = 0; i < v.length; i++) quotient += (v[i] * image[i]) / square;
    [v, image] = [image, v];
  }
  return quotient > 0 ? quotient : 1;
}

export const proximalGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/proximal-gradient',
  title: 'Proximal gradient',
  summary: 'All coordinates at once along the gradient, with back-tracking.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'A fast iterative shrinkage-thresholding algorithm for linear inverse problems', year: 2009 },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: proximalGradientOptions,
  steps: (problem, options) => proximalGradientSteps(problem, options),
});
