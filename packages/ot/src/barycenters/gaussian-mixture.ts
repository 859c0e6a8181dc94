// Transport between mixtures of Gaussians: components move as wholes, each along the optimal map to another.
//
// J. Delon, A. Desolneux: A Wasserstein-type distance in the space of Gaussian mixture models (2020), arXiv 1907.05254.
import type { Outcome, VectorLike } from '@infimum/core';
import { checkList, fault } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { emd } from '../exact/network-simplex.ts';
import type { TransportPlan } from '../transport.ts';
import { asWeights, total } from '../transport.ts';
import type { GaussianLike } from './gaussian-transport.ts';
import { asGaussian, buresWasserstein } from './gaussian-transport.ts';

/** A mixture of Gaussians of one dimension. */
export interface GaussianMixture {
  /** The Gaussians. */
  readonly components: readonly GaussianLike[];
  /** Their weights, non-negative. */
  readonly weights: VectorLike;
}

/** How the components of one mixture are matched with those of another; `cost` is the square of the distance. */
export interface GaussianMixturePlan extends TransportPlan<CsrMatrix> {
  /** The distance MW_2, at least the Wasserstein distance W_2 of the mixtures. */
  readonly distance: number;
}

/**
 * The distance MW_2 between mixtures of Gaussians, and the plan between their components.
 *
 * MW_2^2 = min_P sum_kl P_kl W_2^2(g_k, h_l) over plans P with the weights as marginals: the Wasserstein distance among
 * the plans that are themselves mixtures of Gaussians. At least W_2, and at most W_2 plus how far the components of
 * each mixture are from points, sqrt(2 sum of weight times trace of the covariance). O(k l d^3) and an exact plan.
 *
 * @param first - k Gaussians of dimension d and their weights
 * @param second - l Gaussians of the same dimension, of the same total weight (relative 1e-9)
 * @returns plan between components, its cost MW_2^2, distance, potentials, and how the run ended
 * @throws {InvalidInputError} naming `first`, `second`, or what is wrong within them
 *
 * Source: J. Delon, A. Desolneux, A Wasserstein-type distance in the space of Gaussian mixture models (arXiv 1907.05254).
 *
 * @example
 * ```ts
 * import { gaussianMixtureTransport } from '@infimum/ot/barycenters';
 *
 * const gaussian = (mean: number, variance: number) => ({
 *   mean: Float64Array.of(mean),
 *   covariance: { rows: 1, cols: 1, values: Float64Array.of(variance) },
 * });
 * const first = { components: [gaussian(0, 1), gaussian(10, 1)], weights: Float64Array.of(0.5, 0.5) };
 * const second = { components: [gaussian(10, 4), gaussian(0, 4)], weights: Float64Array.of(0.5, 0.5) };
 * const { distance, plan } = gaussianMixtureTransport(first, second);
 * console.log(distance, plan.columnIndices.join(' ')); // 1 1 0
 * ```
 */
export function gaussianMixtureTransport(first: GaussianMixture, second: GaussianMixture): Outcome<GaussianMixturePlan> {
  const from = asMixture(first, 'first');
  const to = asMixture(second, 'second', from.components[0].mean.length);
  const masses = [total(from.weights), total(to.weights)];
  if (Math.abs(masses[0] - masses[1]) > 1e-9 * Math.max(...masses)) {
    throw fault(`sums to ${masses[1]}, but first.weights sums to ${masses[0]}`, 'second.weights', 'mass');
  }
  const [rows, cols] = [from.components.length, to.components.length];
  const values = new Float64Array(rows * cols);
  from.components.forEach((one, k) => {
    to.components.forEach((other, l) => {
      values[k * cols + l] = buresWasserstein(one, other) ** 2;
    });
  });
  const { trace: _, ...outcome } = emd(from.weights, to.weights, { rows, cols, values });
  return { ...outcome, distance: Math.sqrt(outcome.cost) };
}

function asMixture(mixture: GaussianMixture, argument: string, dimension?: number) {
  if (typeof mixture !== 'object' || mixture === null || !Array.isArray(mixture.components)) {
    throw fault('expected { components, weights }', argument, 'type');
  }
  if (mixture.components.length === 0) throw fault('has no components', argument, 'shape');
  checkList(mixture.components, `${argument}.components`);
  const components = Array.from(mixture.components, (component: GaussianLike, k) => {
    const size = dimension ?? mixture.components[0]?.mean?.length;
    return asGaussian(component, `${argument}.components[${k}]`, size);
  });
  return { components, weights: asWeights(mixture.weights, `${argument}.weights`, components.length) };
}
