// The spherical sliced Wasserstein distance: transport on great circles, averaged over them.
//
// C. Bonet, P. Berg, N. Courty, F. Septier, L. Drumetz, M.-T. Pham: Spherical sliced-Wasserstein (2023), arXiv 2206.08780.
import type { MatrixLike } from '@infimum/core';
import { InvalidInputError, Random, resolveOptions } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import { asPoints } from '../cost-matrix.ts';
import type { SlicedWasserstein, SlicedWassersteinOptions } from './sliced-wasserstein.ts';
import { meanOfSlices, slicedWassersteinOptions } from './sliced-wasserstein.ts';
import { turnOf } from './turns.ts';
import { wassersteinCircleCost } from './wasserstein-circle.ts';

/** Difference of a squared length from one that counts as rounding of single precision. */
const LENGTH_TOLERANCE = 1e-5;

/**
 * The spherical sliced Wasserstein distance of points on the unit sphere, by random great circles.
 *
 * SSW_p^p = E W_p^p(P_U x, P_U y) over uniform orthonormal pairs U = (u, v), here the mean over `projections` of them.
 * P_U(x) = (<x, u>, <x, v>) / |(<x, u>, <x, v>)| is the point of the great circle in the plane of u and v that is nearest
 * to x, and W_p is the distance on that circle, with lengths of arcs in radians as costs: 2 pi times that of the paper,
 * which counts turns. On the circle itself, d = 2, it is W_p. No rotation of the sphere changes the distance.
 * O(projections (n + m) (d + log(1 / rounding))).
 *
 * @param sources - points x, n x d, rows of length one (squared to 1e-5), d at least 2
 * @param targets - points y, m x d, likewise
 * @returns the distance, at most pi, and the standard error of the mean of W_p^p
 * @throws {InvalidInputError} naming the argument and the first place at fault; `out-of-range` with the index of a row that
 *   is not on the sphere
 *
 * Source: C. Bonet et al., Spherical sliced-Wasserstein (arXiv 2206.08780).
 *
 * @example
 * ```ts
 * import { sphericalSlicedWasserstein } from '@infimum/ot/one-dimension';
 *
 * // A quarter of a turn on the circle, and the same on the sphere.
 * console.log((sphericalSlicedWasserstein([[1, 0]], [[0, 1]]).distance / Math.PI).toFixed(6)); // 0.500000
 * const y = [[0, 1, 0]];
 * const { distance, standardError } = sphericalSlicedWasserstein([[1, 0, 0]], y, { projections: 1000 });
 * console.log(distance > 1.5 && distance < 2, standardError < 0.1); // true true
 * ```
 */
export function sphericalSlicedWasserstein(
  sources: MatrixLike,
  targets: MatrixLike,
  options: SlicedWassersteinOptions = {},
): SlicedWasserstein {
  const [x, y] = asPoints(sources, targets);
  checkSphere(x, 'x');
  checkSphere(y, 'y');
  const { a, b, p, projections, seed } = resolveOptions(slicedWassersteinOptions, options);
  const random = new Random(seed);
  const [u, v] = [new Float64Array(x.cols), new Float64Array(x.cols)];
  const [from, to] = [new Float64Array(x.rows), new Float64Array(y.rows)];
  const costs = new Float64Array(projections);
  for (let circle = 0; circle < projections; circle++) {
    orthonormalPair(u, v, random);
    project(x, u, v, from);
    project(y, u, v, to);
    costs[circle] = wassersteinCircleCost(from, to, { a, b, p, circumference: 2 * Math.PI });
  }
  return meanOfSlices(costs, p);
}

function checkSphere({ rows, cols, values }: DenseMatrix, argument: string): void {
  if (cols < 2) {
    const message = `has points of dimension ${cols}; the minimum is 2, for the circle`;
    throw new InvalidInputError(message, { argument, code: 'shape' });
  }
  for (let i = 0; i < rows; i++) {
    let square = 0;
    for (let k = i * cols; k < (i + 1) * cols; k++) square += values[k] * values[k];
    if (Math.abs(square - 1) <= LENGTH_TOLERANCE) continue;
    throw new InvalidInputError(`row ${i} has length ${Math.sqrt(square)}, not 1`, {
      argument,
      code: 'out-of-range',
      index: i * cols,
    });
  }
}

/** A uniform orthonormal pair: two uniform directions, the second less its part along the first. */
function orthonormalPair(u: Float64Array, v: Float64Array, random: Random): void {
  random.sphere(u);
  let length = 0;
  // What is left of nearly parallel ones would not be orthogonal to the last digits.
  while (length < 1e-4) {
    random.sphere(v);
    const along = dot(u, v);
    for (let k = 0; k < v.length; k++) v[k] -= along * u[k];
    length = Math.sqrt(dot(v, v));
  }
  for (let k = 0; k < v.length; k++) v[k] /= length;
}

/** Positions on the circle of circumference 2 pi. */
function project(points: DenseMatrix, u: Float64Array, v: Float64Array, out: Float64Array): void {
  const { rows, cols, values } = points;
  for (let i = 0, at = 0; i < rows; i++) {
    let [alongU, alongV] = [0, 0];
    for (let k = 0; k < cols; k++, at++) {
      alongU += values[at] * u[k];
      alongV += values[at] * v[k];
    }
    out[i] = 2 * Math.PI * turnOf(alongU, alongV);
  }
}
