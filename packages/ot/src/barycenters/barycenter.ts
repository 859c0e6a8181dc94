import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, converged, defineSolver, InvalidInputError, resolveOptions, stalled } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix, gridPoints } from '../cost-matrix.ts';
import { AbsorbedKernel } from '../entropic/kernels/absorbed-kernel.ts';
import { logarithms } from '../entropic/kernels/log-kernel.ts';
import { epsilon, weights } from '../options.ts';
import { Progress, reachedReason, runAdvised, stallReason } from '../progress.ts';
import { total } from '../transport.ts';
import { sum } from '../vectors.ts';
import { barycenter } from './barycenter-problem.ts';
import type { Barycenter } from './histograms.ts';
import { asHistograms } from './histograms.ts';
import { mixingWeights } from './mixing-weights.ts';

const entropicBarycenterOptions = {
  epsilon,
  weights,
  debiased: { type: 'boolean', default: false, description: 'Remove the entropic blur' },
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Mean marginal error over the mass' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** What all barycentres by projections take, resolved. */
export interface BarycenterSettings {
  /** Weights of the histograms. */
  readonly weights?: VectorLike | undefined;
  /** Whether to take out the blur that the entropy causes. */
  readonly debiased: boolean;
  /** Mean l1 error of the marginals at which the iteration ends. */
  readonly tolerance: number;
}

/** Options of `entropicBarycenter`. */
export type EntropicBarycenterOptions = OptionsOf<typeof entropicBarycenterOptions> & RunOptions<BarycenterIterate>;

/** News of an iteration. */
export interface BarycenterIterate extends Iterate<Barycenter> {
  /** Mean l1 error of the marginals; debiased, with the change that is still to come. */
  readonly marginalError: number;
}

/** A Gibbs kernel that can be applied to logarithms: dense, or separable on a grid. */
export interface BarycenterKernel {
  /** log (K exp(v)). */
  times(v: Float64Array): Float64Array;
  /** log (K' exp(u)). */
  transposedTimes(u: Float64Array): Float64Array;
}

/**
 * The entropic barycentre of histograms on one support.
 *
 * Minimises sum_k w_k OT_epsilon(h_k, h) over histograms h, with OT_epsilon the value of `sinkhorn`; that blurs h by
 * about epsilon. With `debiased` it minimises the Sinkhorn divergences instead, and the blur is gone: the barycentre
 * of equal histograms is that histogram.
 *
 * @param histograms - one a row, k x n, non-negative, of equal totals
 * @param cost - costs between the points of the support, n x n, finite; symmetric for `debiased`
 * @param options - `epsilon` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(k n^2) exponentials an iteration, O(n^2 + k n) memory; safe for every epsilon. On grids see
 * `convolutionalBarycenter`.
 *
 * Source: J.-D. Benamou et al. (arXiv 1412.5154); H. Janati et al. (arXiv 2006.02575).
 *
 * @example
 * ```ts
 * import { entropicBarycenter } from '@infimum/ot';
 *
 * const cost = [[0, 1, 4], [1, 0, 1], [4, 1, 0]];
 * const { barycenter } = entropicBarycenter([[1, 0, 0], [0, 0, 1]], cost, { epsilon: 0.1 });
 * console.log(barycenter.map((mass) => +mass.toFixed(3)).join(' ')); // 0 1 0
 * ```
 */
export function entropicBarycenter(
  histograms: MatrixLike,
  cost: MatrixLike,
  options: EntropicBarycenterOptions,
): Outcome<Barycenter, BarycenterIterate> {
  const steps = entropicBarycenterSteps(histograms, cost, options);
  return runAdvised(entropicBarycenterOptions, options, steps);
}

/** Iterative Bregman projections as steps. */
export function* entropicBarycenterSteps(
  given: MatrixLike,
  costs: MatrixLike,
  options: EntropicBarycenterOptions,
): Steps<Barycenter, BarycenterIterate> {
  const histograms = asHistograms(given);
  const cost = asMatrix(costs, 'cost');
  if (cost.rows !== histograms.cols || cost.cols !== histograms.cols) {
    throw new InvalidInputError(`must be ${histograms.cols} x ${histograms.cols}, got ${cost.rows} x ${cost.cols}`, {
      argument: 'cost',
      code: 'shape',
    });
  }
  const settings = resolveOptions(entropicBarycenterOptions, options);
  const kernel = new AbsorbedKernel(cost, settings.epsilon);
  try {
    return yield* bregmanProjections(histograms, kernel, settings);
  } finally {
    kernel.release();
  }
}

/**
 * The projections with any kernel.
 *
 * The plan of histogram k is diag(e^u_k) K diag(e^v_k). In turn u_k is set so that its first marginal is h_k, and all
 * v_k so that the second marginals are equal: to the geometric mean of K' e^u_k.
 *
 * @throws {InvalidInputError} naming `weights` or `tolerance`
 */
export function* bregmanProjections(
  histograms: DenseMatrix,
  kernel: BarycenterKernel,
  { weights, debiased, tolerance }: BarycenterSettings,
): Steps<Barycenter, BarycenterIterate> {
  const { rows, cols, values } = histograms;
  const shares = mixingWeights(weights, rows);
  // A power of two near the mass: in it all sums are near one.
  const unit = 2 ** Math.floor(Math.log2(total(values.subarray(0, cols))));
  const targets = Array.from({ length: rows }, (_, k) =>
    values.subarray(k * cols, (k + 1) * cols).map((weight) => weight / unit),
  );
  const logTargets = targets.map(logarithms);
  const mass = total(targets[0]);
  const floor = Number.EPSILON * cols;
  const progress = new Progress(tolerance, floor);
  let rowLogs = targets.map(() => kernel.times(new Float64Array(cols)));
  const correction = new Float64Array(cols);
  let barycenter = new Float64Array(cols).fill(mass / cols);
  let marginalError = Infinity;
  for (let iteration = 0; ; iteration++) {
    const current = barycenter;
    const error = marginalError;
    const solution = () => ({
      barycenter: current.map((weight) => weight * unit),
      marginalError: Math.min(error, 2 * mass) * unit,
    });
    yield { iteration, marginalError: marginalError * unit, solution };
    const status = progress.verdict(marginalError / mass);
    if (status === 'converged') return converged(solution(), reachedReason(marginalError / mass));
    if (status) return stalled(solution(), stallReason(marginalError / mass, floor));
    const u = logTargets.map((logs, k) => logs.map((log, i) => log - rowLogs[k][i]));
    const columnLogs = u.map((logs) => kernel.transposedTimes(logs));
    const logBarycenter = correction.slice();
    for (let k = 0; k < rows; k++) {
      for (let j = 0; j < cols; j++) logBarycenter[j] += shares[k] * columnLogs[k][j];
    }
    rowLogs = columnLogs.map((logs) => kernel.times(logBarycenter.map((log, j) => log - logs[j])));
    barycenter = logBarycenter.map(portableExp);
    marginalError = lostTo(barycenter, unit);
    if (debiased) {
      // Marginals fit for any correction; what the next one will change must count as well.
      const smoothed = kernel.times(correction);
      for (let j = 0; j < cols; j++) {
        const change = (logBarycenter[j] - smoothed[j] - correction[j]) / 2;
        correction[j] += change;
        marginalError += barycenter[j] * Math.abs(change);
      }
    }
    for (let k = 0; k < rows; k++) {
      const reached = sum(u[k], rowLogs[k]);
      for (let i = 0; i < cols; i++) {
        marginalError += shares[k] * Math.abs(portableExp(reached[i]) - targets[k][i]);
      }
    }
  }
}

/** What the weights lose when they are handed back in their own unit: denormal numbers have few digits. */
function lostTo(weights: Float64Array, unit: number): number {
  return weights.reduce((lost, weight) => lost + Math.abs((weight * unit) / unit - weight), 0);
}

export const entropicBarycenterSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/bregman-projections',
  title: 'Bregman projections',
  summary: 'A Sinkhorn iteration for all images at once, whose second marginals are set to their common mean.',
  problem: barycenter,
  role: 'baseline',
  paper: { title: 'Iterative Bregman projections for regularized transportation problems', arxiv: '1412.5154', year: 2015 },
  cost: 'O(K n^2) \\text{ per iteration for } n \\text{ pixels}',
  options: entropicBarycenterOptions,
  steps: ({ histograms, rows, cols, epsilon, debiased }, options) => {
    const points = gridPoints(rows, cols);
    const cost = costMatrix(points, points, 'squared-euclidean');
    const { tolerance } = options;
    return entropicBarycenterSteps(histograms, cost, { epsilon: options.epsilon ?? epsilon, debiased, tolerance });
  },
});
