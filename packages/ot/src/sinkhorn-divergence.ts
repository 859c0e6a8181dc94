// The Sinkhorn divergence: entropic transport without its bias, so that a distribution is at distance zero from itself.
//
// A. Genevay, G. Peyré, M. Cuturi: Learning generative models with Sinkhorn divergences (2018), arXiv 1706.00292;
// J. Feydy et al.: Interpolating between optimal transport and MMD using Sinkhorn divergences (2019), arXiv 1810.08278.
import { checkMatrix, checkNumber } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { costMatrix } from './cost-matrix.ts';
import type { EntropicPlan } from './entropic-state.ts';
import { sinkhornNewtonSparse } from './sinkhorn-newton-sparse.ts';
import { checkEqualMass, checkWeights } from './transport.ts';
import { type LocationGradient, locationGradient, type SmoothMetric } from './transport-gradient.ts';

/** Options of `sinkhornDivergence`. */
export interface SinkhornDivergenceOptions {
  /** Strength of the entropic regularisation, in units of the cost; positive. */
  readonly epsilon: number;
  /** Weights of `x`, length n; 1/n each by default. */
  readonly a?: Float64Array;
  /** Weights of `y`, length m, of the same total; 1/m each by default. */
  readonly b?: Float64Array;
  /** Ground cost, `squared-euclidean` by default. */
  readonly metric?: SmoothMetric;
  /** l1 error of the marginals of the three plans; 1e-9 by default. */
  readonly tolerance?: number;
}

/** A divergence with its gradient. */
export interface SinkhornDivergence {
  /** S(x, y), non-negative up to rounding. */
  readonly divergence: number;
  /** Gradient with respect to the points. */
  readonly locations: LocationGradient;
  /** Gradient with respect to the weights of `x`, up to a constant; -Infinity or NaN never: 0 at zero weights. */
  readonly a: Float64Array;
  /** Gradient with respect to the weights of `y`, up to a constant. */
  readonly b: Float64Array;
  /** Largest marginal error of the three plans. */
  readonly marginalError: number;
}

/**
 * The Sinkhorn divergence of two weighted point clouds, with its gradient.
 *
 * S = OT(x, y) - OT(x, x) / 2 - OT(y, y) / 2, where OT is the entropic transport value
 * min <C, P> + epsilon KL(P | a b'). It is zero exactly where the distributions are equal, convex in each of them, and
 * tends to the transport cost as epsilon tends to zero and to a squared distance of means as it tends to infinity.
 * Three problems are solved by `sinkhornNewtonSparse`; O((n + m)^2) a sweep and memory.
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @param options - `epsilon` is required
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Source: J. Feydy et al., Interpolating between optimal transport and MMD using Sinkhorn divergences (arXiv
 * 1810.08278).
 *
 * @example
 * ```ts
 * import { sinkhornDivergence } from '@infimum/ot';
 *
 * const x = { rows: 2, cols: 1, values: Float64Array.of(0, 1) };
 * const y = { rows: 2, cols: 1, values: Float64Array.of(2, 3) };
 * console.log(sinkhornDivergence(x, x, { epsilon: 0.5 }).divergence.toFixed(6)); // 0.000000
 * console.log(sinkhornDivergence(x, y, { epsilon: 0.5 }).divergence.toFixed(6)); // 4.000000
 * ```
 */
export function sinkhornDivergence(
  x: DenseMatrix,
  y: DenseMatrix,
  { epsilon, a, b, metric = 'squared-euclidean', tolerance = 1e-9 }: SinkhornDivergenceOptions,
): SinkhornDivergence {
  checkMatrix(x, 'x');
  checkMatrix(y, 'y');
  checkNumber(epsilon, 'epsilon', { above: 0 });
  const weightsX = a ?? new Float64Array(x.rows).fill(1 / x.rows);
  const weightsY = b ?? new Float64Array(y.rows).fill(1 / y.rows);
  checkWeights(weightsX, 'a', x.rows);
  checkWeights(weightsY, 'b', y.rows);
  checkEqualMass(weightsX, weightsY);
  const solve = (p: DenseMatrix, u: Float64Array, q: DenseMatrix, v: Float64Array): EntropicPlan =>
    sinkhornNewtonSparse(u, v, costMatrix(p, q, metric), { epsilon, tolerance });
  const cross = solve(x, weightsX, y, weightsY);
  const selfX = solve(x, weightsX, x, weightsX);
  const selfY = solve(y, weightsY, y, weightsY);
  const pulls = locationGradient(cross.plan, x, y, metric);
  return {
    // The entropies of the weights, by which the two regularisers differ, cancel.
    divergence: cross.dualValue - (selfX.dualValue + selfY.dualValue) / 2,
    locations: {
      x: minus(pulls.x, locationGradient(selfX.plan, x, x, metric)),
      y: minus(pulls.y, locationGradient(selfY.plan, y, y, metric)),
    },
    a: debiased(cross.sourcePotential, selfX),
    b: debiased(cross.targetPotential, selfY),
    marginalError: Math.max(cross.marginalError, selfX.marginalError, selfY.marginalError),
  };
}

/** The gradient less half of those of the problem of a cloud with itself, where it stands on both sides. */
function minus(gradient: DenseMatrix, self: LocationGradient): DenseMatrix {
  const values = gradient.values.map((value, k) => value - (self.x.values[k] + self.y.values[k]) / 2);
  return { ...gradient, values };
}

function debiased(potential: Float64Array, self: EntropicPlan): Float64Array {
  return potential.map((value, i) =>
    value === -Infinity ? 0 : value - (self.sourcePotential[i] + self.targetPotential[i]) / 2,
  );
}
