// The barycentre of histograms whose masses differ, by scaling.
//
// L. Chizat, G. Peyré, B. Schmitzer, F.-X. Vialard: Scaling algorithms for unbalanced transport problems (2018), arXiv 1607.05816.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { asMatrix, converged, InvalidInputError, resolveOptions } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { AbsorbedKernel } from '../entropic/kernels/absorbed-kernel.ts';
import { logarithms, logSum } from '../entropic/kernels/log-kernel.ts';
import { epsilon, weights } from '../options.ts';
import { runAdvised } from '../progress.ts';
import { asWeights } from '../transport.ts';
import { largestChange } from '../vectors.ts';
import { mixingWeights } from './mixing-weights.ts';

const unbalancedBarycenterOptions = {
  epsilon,
  marginalPenalty: { type: 'number', above: 0, required: true, unit: 'cost', description: 'Penalty on the marginals' },
  weights,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Change of the logarithms of the scalings' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `unbalancedBarycenter`. */
export type UnbalancedBarycenterOptions = OptionsOf<typeof unbalancedBarycenterOptions> &
  RunOptions<UnbalancedBarycenterIterate>;

/** A barycentre with a mass of its own. */
export interface UnbalancedBarycenter {
  /** Its masses, length n. */
  readonly barycenter: Float64Array;
}

/** News of a sweep. */
export interface UnbalancedBarycenterIterate extends Iterate<UnbalancedBarycenter> {
  /** Largest change of a logarithm of the scalings. */
  readonly change: number;
}

/**
 * The entropic barycentre of histograms of any masses on one support.
 *
 * Minimises `sum_k w_k (<C, P_k> + epsilon KL(P_k | 1 1') + rho KL(P_k 1 | h_k) + rho KL(P_k' 1 | h))` over plans P_k and
 * h, rho the `marginalPenalty`; the best h is a mean of the second marginals, to the power epsilon / (rho + epsilon).
 *
 * @param histograms - one a row, k x n, non-negative, of any totals
 * @param cost - costs between the points of the support, n x n, finite
 * @param options - `epsilon` and `marginalPenalty` are required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(k n^2) a sweep; the error shrinks by about (rho / (rho + epsilon))^2.
 *
 * Source: L. Chizat et al., Scaling algorithms for unbalanced transport problems (arXiv 1607.05816), section 5.4.
 *
 * @example
 * ```ts
 * import { unbalancedBarycenter } from '@infimum/ot/barycenters';
 *
 * const options = { epsilon: 0.1, marginalPenalty: 1 };
 * const { barycenter } = unbalancedBarycenter([[1, 0, 0], [0, 0, 2]], [[0, 1, 4], [1, 0, 1], [4, 1, 0]], options);
 * console.log(barycenter.map((mass) => +mass.toFixed(3)).join(' ')); // 0.258 0.025 0.505
 * ```
 */
export function unbalancedBarycenter(
  histograms: MatrixLike,
  cost: MatrixLike,
  options: UnbalancedBarycenterOptions,
): Outcome<UnbalancedBarycenter, UnbalancedBarycenterIterate> {
  return runAdvised(unbalancedBarycenterOptions, options, unbalancedBarycenterSteps(histograms, cost, options));
}

/** Scaling as steps, one sweep over all histograms each. */
export function* unbalancedBarycenterSteps(
  histograms: MatrixLike,
  costs: MatrixLike,
  options: UnbalancedBarycenterOptions,
): Steps<UnbalancedBarycenter, UnbalancedBarycenterIterate> {
  const { rows, cols, values } = asMatrix(histograms, 'histograms');
  const cost = asMatrix(costs, 'cost');
  if (cost.rows !== cols || cost.cols !== cols) {
    throw new InvalidInputError(`must be ${cols} x ${cols}, got ${cost.rows} x ${cost.cols}`, {
      argument: 'cost',
      code: 'shape',
    });
  }
  const { epsilon, marginalPenalty, weights, tolerance } = resolveOptions(unbalancedBarycenterOptions, options);
  const logShares = logarithms(mixingWeights(weights, rows));
  const logs = Array.from({ length: rows }, (_, k) => {
    return logarithms(asWeights(values.subarray(k * cols, (k + 1) * cols), `histograms[${k}]`));
  });
  const share = marginalPenalty / (marginalPenalty + epsilon);
  const kernel = new AbsorbedKernel(cost, epsilon);
  try {
    let scalings = logs.map(() => new Float64Array(cols));
    let logMeans = new Float64Array(cols).fill(-Infinity);
    const solution = () => ({ barycenter: logMeans.map(portableExp) });
    for (let iteration = 0, change = Infinity; ; iteration++) {
      yield { iteration, change, solution };
      if (change <= tolerance) return converged(solution(), `the scalings change by ${change.toExponential(1)}`);
      const sums = scalings.map((v, k) => {
        const products = kernel.times(v);
        return kernel.transposedTimes(logs[k].map((log, i) => share * (log - products[i])));
      });
      logMeans = logMeans.map((_, j) => logSum(logShares.map((log, k) => log + (1 - share) * sums[k][j])) / (1 - share));
      const next = sums.map((columns) => columns.map((sum, j) => share * (logMeans[j] - sum)));
      change = Math.max(...next.map((v, k) => largestChange(scalings[k], v)));
      scalings = next;
    }
  } finally {
    kernel.release();
  }
}
