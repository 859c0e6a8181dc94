// Transport between Gaussian distributions, in closed form: the Bures-Wasserstein geometry.
//
// D. Dowson, B. Landau: The Fréchet distance between multivariate normal distributions (1982); barycentres after
// P. Álvarez-Esteban, E. del Barrio, J. Cuesta-Albertos, C. Matrán: A fixed-point approach to barycenters in Wasserstein
// space (2016), arXiv 1511.05355.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { asMatrix, asVector, converged, fault, resolveOptions, runWith } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { matmul } from '@infimum/linalg';
import { symmetricEigen } from '@infimum/linalg/numerics';
import { weights } from '../options.ts';
import { mixingWeights } from './mixing-weights.ts';

const gaussianBarycenterOptions = {
  weights,
  tolerance: { type: 'number', min: 0, default: 1e-12, description: 'Relative change of the covariance' },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `gaussianBarycenter`. */
export type GaussianBarycenterOptions = OptionsOf<typeof gaussianBarycenterOptions> & RunOptions<GaussianBarycenterIterate>;

/** A Gaussian distribution. */
export interface Gaussian {
  /** Mean, length d. */
  readonly mean: Float64Array;
  /** Covariance, d x d, symmetric positive semidefinite. */
  readonly covariance: DenseMatrix;
}

/** A Gaussian distribution as it may be given. */
export interface GaussianLike {
  /** Mean, length d. */
  readonly mean: VectorLike;
  /** Covariance, d x d, symmetric positive semidefinite. */
  readonly covariance: MatrixLike;
}

/** An affine map T(z) = linear z + offset. */
export interface AffineMap {
  /** d x d. */
  readonly linear: DenseMatrix;
  /** Length d. */
  readonly offset: Float64Array;
}

/**
 * The Wasserstein distance W_2 of two Gaussians.
 *
 * W_2^2 = |m_1 - m_2|^2 + tr S_1 + tr S_2 - 2 tr (S_1^(1/2) S_2 S_1^(1/2))^(1/2). Singular covariances are allowed.
 * O(d^3).
 *
 * @param first - a Gaussian
 * @param second - another one of the same dimension
 * @throws {InvalidInputError} naming `from` or `to` and what is wrong with it
 *
 * Source: D. Dowson, B. Landau, The Fréchet distance between multivariate normal distributions (1982).
 *
 * @example
 * ```ts
 * import { buresWasserstein } from '@infimum/ot';
 *
 * const gaussian = (mean: number, variance: number) => ({
 *   mean: Float64Array.of(mean),
 *   covariance: { rows: 1, cols: 1, values: Float64Array.of(variance) },
 * });
 * console.log(buresWasserstein(gaussian(0, 1), gaussian(3, 25))); // 5
 * ```
 */
export function buresWasserstein(first: GaussianLike, second: GaussianLike): number {
  const [from, to] = asPair(first, second);
  const root = power(from.covariance, 0.5);
  const cross = symmetricEigen(sandwich(root, to.covariance)).values;
  let squared = trace(from.covariance) + trace(to.covariance);
  for (const value of cross) squared -= 2 * Math.sqrt(Math.max(0, value));
  squared = Math.max(0, squared);
  for (let k = 0; k < from.mean.length; k++) squared += (from.mean[k] - to.mean[k]) ** 2;
  return Math.sqrt(squared);
}

/**
 * The optimal map from one Gaussian to another for squared Euclidean costs.
 *
 * T(z) = m_2 + A (z - m_1) with A = S_1^(-1/2) (S_1^(1/2) S_2 S_1^(1/2))^(1/2) S_1^(-1/2), symmetric. O(d^3).
 *
 * @param first - a Gaussian with a covariance of full rank
 * @param second - a Gaussian of the same dimension
 * @throws {InvalidInputError} naming `from` or `to`; `out-of-range` for a singular covariance of `from`
 *
 * @example
 * ```ts
 * import { gaussianMap } from '@infimum/ot/barycenters';
 *
 * const gaussian = (mean: number, variance: number) => ({
 *   mean: Float64Array.of(mean),
 *   covariance: { rows: 1, cols: 1, values: Float64Array.of(variance) },
 * });
 * const { linear, offset } = gaussianMap(gaussian(1, 1), gaussian(3, 25));
 * console.log(linear.values[0], offset[0]); // 5 -2
 * ```
 */
export function gaussianMap(first: GaussianLike, second: GaussianLike): AffineMap {
  const [from, to] = asPair(first, second);
  checkRank(from, 'first');
  const root = power(from.covariance, 0.5);
  const middle = power(sandwich(root, to.covariance), 0.5);
  const linear = sandwich(power(from.covariance, -0.5), middle);
  const size = from.mean.length;
  const offset = to.mean.map((value, i) => {
    let moved = value;
    for (let k = 0; k < size; k++) moved -= linear.values[i * size + k] * from.mean[k];
    return moved;
  });
  return { linear, offset };
}

/** News of an iteration. */
export interface GaussianBarycenterIterate extends Iterate<Gaussian> {
  /** Largest change of an entry of the covariance, relative to its trace. */
  readonly change: number;
}

/**
 * The Wasserstein barycentre of Gaussians, which is a Gaussian.
 *
 * Minimises sum_k w_k W_2^2(g, g_k). Its mean is the mean of the means; its covariance is the fixed point of
 * S = S^(-1/2) (sum_k w_k (S^(1/2) S_k S^(1/2))^(1/2))^2 S^(-1/2). O(d^3) for each Gaussian and iteration, few
 * iterations.
 *
 * @param gaussians - at least one, of one dimension, covariances of full rank
 * @throws {InvalidInputError} naming `gaussians[k]` or `weights` and what is wrong with it
 *
 * Source: P. Álvarez-Esteban et al., A fixed-point approach to barycenters in Wasserstein space (arXiv 1511.05355).
 *
 * @example
 * ```ts
 * import { gaussianBarycenter } from '@infimum/ot/barycenters';
 *
 * const gaussian = (mean: number, variance: number) => ({
 *   mean: Float64Array.of(mean),
 *   covariance: { rows: 1, cols: 1, values: Float64Array.of(variance) },
 * });
 * const { mean, covariance } = gaussianBarycenter([gaussian(0, 1), gaussian(2, 9)]);
 * console.log(mean[0], covariance.values[0].toFixed(6)); // 1 4.000000
 * ```
 */
export function gaussianBarycenter(
  gaussians: readonly GaussianLike[],
  options: GaussianBarycenterOptions = {},
): Outcome<Gaussian, GaussianBarycenterIterate> {
  return runWith(gaussianBarycenterOptions, options, gaussianBarycenterSteps(gaussians, options));
}

/** The fixed-point iteration as steps. */
export function* gaussianBarycenterSteps(
  given: readonly GaussianLike[],
  options: GaussianBarycenterOptions = {},
): Steps<Gaussian, GaussianBarycenterIterate> {
  if (!Array.isArray(given) || given.length === 0) throw fault('must not be empty', 'gaussians', 'empty');
  const gaussians = Array.from(given, (one: GaussianLike, k) => {
    const gaussian = asGaussian(one, `gaussians[${k}]`, given[0]?.mean?.length);
    checkRank(gaussian, `gaussians[${k}]`);
    return gaussian;
  });
  const { weights, tolerance } = resolveOptions(gaussianBarycenterOptions, options);
  const shares = mixingWeights(weights, gaussians.length);
  const mean = mixture(
    shares,
    gaussians.map((gaussian) => gaussian.mean),
  );
  const size = mean.length;
  const matrix = (values: Float64Array): DenseMatrix => ({ rows: size, cols: size, values });
  let covariance = matrix(
    mixture(
      shares,
      gaussians.map((gaussian) => gaussian.covariance.values),
    ),
  );
  let change = Infinity;
  for (let iteration = 0; ; iteration++) {
    const current = covariance;
    const solution = () => ({ mean: mean.slice(), covariance: matrix(current.values.slice()) });
    yield { iteration, change, solution };
    if (change <= tolerance) return converged(solution(), `the covariance changes by ${change.toExponential(1)}`);
    const root = power(current, 0.5);
    const roots = gaussians.map((gaussian) => power(sandwich(root, gaussian.covariance), 0.5).values);
    const mean2 = matrix(mixture(shares, roots));
    covariance = sandwich(power(current, -0.5), matmul(mean2, mean2));
    change = covariance.values.reduce((most, value, k) => Math.max(most, Math.abs(value - current.values[k])), 0);
    change /= trace(current);
  }
}

/** Relative size of an eigenvalue that counts as zero. */
const RANK_TOLERANCE = 1e-13;

function asPair(first: GaussianLike, second: GaussianLike): [from: Gaussian, to: Gaussian] {
  const from = asGaussian(first, 'first');
  return [from, asGaussian(second, 'second', from.mean.length)];
}

/** A Gaussian, checked, of a dimension if one is given. */
export function asGaussian(gaussian: GaussianLike, argument: string, dimension?: number): Gaussian {
  if (typeof gaussian !== 'object' || gaussian === null) throw fault('expected { mean, covariance }', argument, 'type');
  const mean = asVector(gaussian.mean, `${argument}.mean`, dimension);
  const covariance = asMatrix(gaussian.covariance, `${argument}.covariance`);
  const size = mean.length;
  if (covariance.rows !== size || covariance.cols !== size) {
    throw fault(`must be ${size} x ${size}`, `${argument}.covariance`, 'shape');
  }
  const scale = covariance.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let k = 0; k < covariance.values.length; k++) {
    const mirrored = covariance.values[(k % size) * size + Math.floor(k / size)];
    if (Math.abs(covariance.values[k] - mirrored) > 1e-9 * scale) {
      throw fault(`is not symmetric at index ${k}`, `${argument}.covariance`, 'out-of-range', k);
    }
  }
  const least = Math.min(...symmetricEigen(covariance).values);
  if (least < -1e-9 * scale) throw fault(`has a negative eigenvalue, ${least}`, `${argument}.covariance`, 'out-of-range');
  return { mean, covariance };
}

function checkRank({ covariance }: Gaussian, argument: string): void {
  const { values } = symmetricEigen(covariance);
  if (Math.min(...values) > RANK_TOLERANCE * Math.max(...values)) return;
  throw fault('is singular', `${argument}.covariance`, 'out-of-range');
}

/** A power of a symmetric positive semidefinite matrix. */
function power(matrix: DenseMatrix, exponent: 0.5 | -0.5): DenseMatrix {
  const { values, vectors } = symmetricEigen(matrix);
  const size = matrix.rows;
  const powers = values.map((value) => {
    const root = Math.sqrt(Math.max(0, value));
    return exponent === 0.5 ? root : 1 / root;
  });
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += vectors.values[i * size + k] * powers[k] * vectors.values[j * size + k];
      out[i * size + j] = sum;
    }
  }
  return { rows: size, cols: size, values: out };
}

/** R M R for a symmetric R. */
function sandwich(outer: DenseMatrix, inner: DenseMatrix): DenseMatrix {
  return matmul(matmul(outer, inner), outer);
}

function trace({ rows, values }: DenseMatrix): number {
  let sum = 0;
  for (let k = 0; k < rows; k++) sum += values[k * rows + k];
  return sum;
}

function mixture(weights: Float64Array, vectors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(vectors[0].length);
  vectors.forEach((vector, k) => {
    for (let i = 0; i < mean.length; i++) mean[i] += weights[k] * vector[i];
  });
  return mean;
}
