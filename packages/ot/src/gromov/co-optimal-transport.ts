// Co-optimal transport: matches samples and features of two tables simultaneously.
//
// I. Redko, T. Vayer, R. Flamary, N. Courty: CO-Optimal Transport (2020), arXiv 2002.03731, Algorithm 1.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { asMatrix, converged, resolveOptions, stalled } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { transpose } from '@infimum/linalg';
import { networkSimplexSteps } from '../exact/network-simplex.ts';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { a, b } from '../options.ts';
import { forEachEntry } from '../plan-entries.ts';
import { runAdvised } from '../progress.ts';
import { asMarginals } from '../transport.ts';

const coOptimalTransportOptions = {
  a,
  b,
  tolerance: { type: 'number', min: 0, default: 1e-9, description: 'Stop when a round saves less than this share of the cost' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Limit of rounds' },
} as const satisfies OptionSpecs;

/** Options of `coOptimalTransport`. */
export type CoOptimalTransportOptions = OptionsOf<typeof coOptimalTransportOptions> & RunOptions<CoOptimalIterate>;

/** Plans between rows and between columns. */
export interface CoOptimalPlan {
  /** Mass moved between the samples, n x m. */
  readonly samples: CsrMatrix;
  /** Mass moved between the features, d x e. */
  readonly features: CsrMatrix;
  /** sum_ijkl (x_ik - y_jl)^2 S_ij F_kl. */
  readonly cost: number;
}

/** News of a round. */
export interface CoOptimalIterate extends Iterate<CoOptimalPlan> {
  /** The cost. */
  readonly cost: number;
}

/**
 * Co-optimal transport between two tables that have neither rows nor columns in common.
 *
 * Minimises `sum_ijkl (x_ik - y_jl)^2 S_ij F_kl` over plans S of the samples, with weights `a` and `b`, and F of the features,
 * equally weighted: in turn the best plan of one for that of the other, from the product of the weights. The problem is not
 * convex: no change of S alone or of F alone improves the answer.
 *
 * @param x - one table, n x d
 * @param y - another, m x e
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(n d e + n e m) and two `emd` a round.
 *
 * Source: I. Redko et al., CO-Optimal Transport (arXiv 2002.03731).
 *
 * @example
 * ```ts
 * import { coOptimalTransport } from '@infimum/ot/gromov';
 *
 * const { cost, features } = coOptimalTransport([[1, 5], [2, 9]], [[9, 2], [5, 1]]);
 * console.log(cost, features.columnIndices.join(' ')); // 0 1 0
 * ```
 */
export function coOptimalTransport(
  x: MatrixLike,
  y: MatrixLike,
  options: CoOptimalTransportOptions = {},
): Outcome<CoOptimalPlan, CoOptimalIterate> {
  return runAdvised(coOptimalTransportOptions, options, coOptimalTransportSteps(x, y, options), 'tolerance');
}

/** Rounds as steps. Limits among the options end the exact plans of a round too. */
export function* coOptimalTransportSteps(
  one: MatrixLike,
  other: MatrixLike,
  options: CoOptimalTransportOptions & InnerLimits,
): Steps<CoOptimalPlan, CoOptimalIterate> {
  const [x, y] = [asMatrix(one, 'x'), asMatrix(other, 'y')];
  const { tolerance, ...weights } = resolveOptions(coOptimalTransportOptions, options);
  const { a, b } = asMarginals(weights, x.rows, y.rows);
  const equal = asMarginals({}, x.cols, y.cols);
  const inner = new InnerRuns(options);
  const [acrossX, acrossY] = [transpose(x), transpose(y)];
  const start = Float64Array.from({ length: x.cols * y.cols }, () => 1 / x.cols / y.cols);
  let features: DenseMatrix | CsrMatrix = { rows: x.cols, cols: y.cols, values: start };
  for (let iteration = 0, last = Infinity; ; iteration++) {
    const ofSamples = inner.run(networkSimplexSteps({ a, b, cost: costBetween(x, y, features, equal) }));
    const samples: CsrMatrix = ofSamples.plan;
    const ofFeatures = inner.run(networkSimplexSteps({ ...equal, cost: costBetween(acrossX, acrossY, samples, { a, b }) }));
    const { plan, cost } = ofFeatures;
    features = plan;
    const solution = () => ({ samples, features: plan, cost });
    yield { iteration, cost, solution };
    const ended = [ofSamples, ofFeatures].find(({ status }) => status !== 'converged');
    if (ended) return stalled(solution(), `a plan of the round is not exact: ${ended.reason}`);
    const saved = last - cost;
    if (saved <= tolerance * Math.abs(cost))
      return converged(solution(), `the last round saved ${Math.max(0, saved).toExponential(1)}`);
    last = cost;
  }
}

/** M_ij = sum_kl (x_ik - y_jl)^2 F_kl. */
function costBetween(
  x: DenseMatrix,
  y: DenseMatrix,
  plan: DenseMatrix | CsrMatrix,
  { a, b }: { readonly a: Float64Array; readonly b: Float64Array },
): DenseMatrix {
  const moved = new Float64Array(x.rows * y.cols);
  forEachEntry(plan, (k, l, mass) => {
    for (let i = 0; i < x.rows; i++) moved[i * y.cols + l] += mass * x.values[i * x.cols + k];
  });
  const squares = ({ rows, cols, values }: DenseMatrix, weights: Float64Array) =>
    Float64Array.from({ length: rows }, (_, i) =>
      weights.reduce((sum, weight, k) => sum + weight * values[i * cols + k] ** 2, 0),
    );
  const [ofX, ofY] = [squares(x, a), squares(y, b)];
  const values = new Float64Array(x.rows * y.rows);
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++, at++) {
      let cross = 0;
      for (let l = 0; l < y.cols; l++) cross += moved[i * y.cols + l] * y.values[j * y.cols + l];
      values[at] = ofX[i] + ofY[j] - 2 * cross;
    }
  }
  return { rows: x.rows, cols: y.rows, values };
}
