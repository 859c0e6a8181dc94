// The accelerated proximal gradient method.
//
// A. Beck, M. Teboulle: A fast iterative shrinkage-thresholding algorithm for linear inverse problems (2009); restarts:
// B. O'Donoghue, E. Candès: Adaptive restart for accelerated gradient schemes (arXiv 1204.3982).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { CompositeData, CompositeIterate, CompositeSolution } from './composite-minimization.ts';
import {
  checkComposite,
  compositeSolution,
  manyIterations,
  separableValue,
  stationarityOf,
  tolerance,
} from './composite-minimization.ts';
import { composite } from './composite-problem.ts';
import { ProximalStep } from './proximal-gradient.ts';

const fistaOptions = {
  tolerance,
  restart: { type: 'boolean', default: true, description: 'Forget the momentum when it points uphill' },
  maxIterations: manyIterations,
} as const satisfies OptionSpecs;

/** Options of FISTA. */
export type FistaOptions = OptionsOf<typeof fistaOptions> & RunOptions<CompositeIterate>;

/**
 * Minimises F = f + g by proximal gradient steps from points that are extrapolated: F - F* falls like 1/k², and linearly with
 * restarts where F grows quadratically around its minima.
 *
 * O(d) and a gradient and two values an iteration. The `stationarity` of iterates is that of the gradient mapping, L |x - y|;
 * the true one is computed before the status is `converged`.
 *
 * @param data - f, g and where to start
 * @param options - method and limits; `maxIterations` is 100 000 by default
 * @throws {InvalidInputError} for data that do not fit and options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockLeastSquares, fista } from '@infimum/optim';
 *
 * const loss = blockLeastSquares(matrixFromRows([[1, 0, 1], [0, 1, 1], [1, 1, 0]]), Float64Array.of(3, 0.5, 2.5));
 * const { x, status } = fista({ loss, l1: 1 / 3 });
 * console.log(status, x.map((value) => Math.round(1e4 * value) / 1e4).join(' ')); // converged 2.1667 0 0.1667
 * ```
 */
export function fista(data: CompositeData, options: FistaOptions = {}): Outcome<CompositeSolution, CompositeIterate> {
  return runWith(fistaOptions, options, fistaSteps(data, options));
}

/** The steps of `fista`, to be driven by `run` or by your own loop. */
export function* fistaSteps(data: CompositeData, options: FistaOptions = {}): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance, restart } = resolveOptions(fistaOptions, options);
  const checked = checkComposite(data);
  const { loss, term, start } = checked;
  const step = new ProximalStep(checked);
  let [x, next] = [start.slice(), new Float64Array(start.length)];
  const y = start.slice();
  const gradient = new Float64Array(start.length);
  loss.gradient(x, gradient);
  let stationarity = stationarityOf(term, x, gradient);
  let smooth = loss.value(x);
  let value = smooth + separableValue(term, x);
  const target = tolerance * stationarity;
  let momentum = 1;
  for (let iteration = 0; ; iteration++) {
    const solution = () => compositeSolution(checked, x);
    yield { iteration, value, stationarity, solution };
    if (stationarity <= target) {
      const found = solution();
      if (found.stationarity <= target) return converged(found, `the stationarity is at most ${target}`);
    }
    if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');
    if (iteration > 0) {
      loss.gradient(y, gradient);
      smooth = loss.value(y);
    }
    const taking = step.take(y, gradient, smooth, next);
    let turn = taking.next();
    for (; !turn.done; turn = taking.next()) yield { iteration: ++iteration, value, stationarity, solution };
    const reached = turn.value;
    if (step.length === 0 && momentum === 1) return stalled(solution(), 'rounding leaves no step that changes x');
    stationarity = step.lipschitz * step.length;
    let uphill = 0;
    for (let i = 0; i < x.length; i++) uphill += (y[i] - next[i]) * (next[i] - x[i]);
    const isRestart = restart && uphill > 0;
    const grown = isRestart ? 1 : (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const factor = isRestart ? 0 : (momentum - 1) / grown;
    for (let i = 0; i < x.length; i++) y[i] = next[i] + factor * (next[i] - x[i]);
    momentum = grown;
    value = reached + separableValue(term, next);
    [x, next] = [next, x];
  }
}

export const fistaSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/fista',
  title: 'FISTA',
  summary: 'Accelerated proximal gradient steps with back-tracking and restarts.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'A fast iterative shrinkage-thresholding algorithm for linear inverse problems', year: 2009 },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: fistaOptions,
  steps: (problem, options) => fistaSteps(problem, options),
});
