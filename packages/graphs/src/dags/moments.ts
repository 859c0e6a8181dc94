// Covariances of tables of measurements, and least squares by them.
import type { DenseLike, MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';

/** The moments of a table for least squares. */
export interface Moments {
  /** Number of columns. */
  readonly d: number;
  /** X'X/n of the centred columns, all divided by the square of `scale`. */
  readonly covariance: Float64Array;
  /** Rows. */
  readonly n: number;
  /** A common factor of all columns: weights do not depend on it. */
  readonly scale: number;
}

/** The least part of the mean variance that is added to the diagonal where columns depend on each other. */
const RIDGE = 1e-10;

/** Covariances of the columns; a common scale keeps squares of huge and tiny numbers in range. */
export function momentsOf(data: DenseLike, center = true): Moments {
  const { rows: n, cols: d, values } = data;
  const means = new Float64Array(d);
  let largest = 0;
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, Math.abs(values[at]));
  const unit = largest || 1;
  if (center) for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) means[j] += values[i * d + j] / unit / n;
  let spread = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < d; j++) spread = Math.max(spread, Math.abs(values[i * d + j] / unit - means[j]));
  // Columns that are constant up to rounding have no spread.
  const scale = spread > 1e-14 ? spread : 1;
  const covariance = new Float64Array(d * d);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) row[j] = (values[i * d + j] / unit - means[j]) / scale;
    for (let j = 0; j < d; j++) {
      const own = row[j];
      for (let k = 0; k <= j; k++) covariance[j * d + k] += own * row[k];
    }
  }
  for (let j = 0; j < d; j++) for (let k = 0; k <= j; k++) covariance[k * d + j] = covariance[j * d + k] /= n;
  return { d, covariance, n, scale: scale * unit };
}

/** Mean variance of the columns; 1 where all are constant. */
export function meanVariance({ d, covariance }: Moments): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += covariance[j * d + j];
  return sum / d || 1;
}

/** Adds a ridge to the diagonal where the matrix is not positive definite. */
export function regularized(moments: Moments): Moments {
  const { d, covariance } = moments;
  const factor = new Float64Array(d * d);
  const order = Int32Array.from({ length: d }, (_, i) => i);
  const ridge = RIDGE * meanVariance(moments);
  if (choleskyOf(covariance, d, order, factor, ridge)) return moments;
  const lifted = covariance.slice();
  for (let j = 0; j < d; j++) lifted[j * d + j] += ridge;
  return { ...moments, covariance: lifted };
}

/** L of the covariance in an order, row by row; whether all pivots exceed `least`. */
export function choleskyOf(covariance: Float64Array, d: number, order: Int32Array, factor: Float64Array, least = 0): boolean {
  let isPositive = true;
  for (let i = 0; i < d; i++) {
    const row = order[i] * d;
    for (let j = 0; j <= i; j++) {
      let sum = covariance[row + order[j]];
      const [a, b] = [i * d, j * d];
      for (let k = 0; k < j; k++) sum -= factor[a + k] * factor[b + k];
      if (j < i) factor[a + j] = sum / factor[b + j];
      else {
        if (!(sum > least)) isPositive = false;
        factor[a + i] = Math.sqrt(Math.max(sum, 1e-300));
      }
    }
  }
  return isPositive;
}

/** Q(π) = ½ Σ L_kk². */
export function scoreOf(factor: Float64Array, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += factor[k * d + k] ** 2;
  return sum / 2;
}

/** W*(π): the regression of every node on those before it, from L. Row k of I − diag(L_kk) L^-1, in the order. */
export function weightsOf(factor: Float64Array, d: number, order: Int32Array): Float64Array {
  const weights = new Float64Array(d * d);
  const row = new Float64Array(d);
  for (let k = 1; k < d; k++) {
    // L' x = l with the leading block and the entries of row k: the coefficients.
    for (let i = k - 1; i >= 0; i--) {
      let sum = factor[k * d + i];
      for (let m = i + 1; m < k; m++) sum -= factor[m * d + i] * row[m];
      row[i] = sum / factor[i * d + i];
      weights[order[i] * d + order[k]] = row[i];
    }
  }
  return weights;
}

/** ½ tr((I − W)' S (I − W)). */
export function leastSquares(
  { d, covariance }: Moments,
  weights: Float64Array,
  gradient = leastSquaresGradient({ d, covariance }, weights),
): number {
  let sum = 0;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum -= ((i === j ? 1 : 0) - weights[i * d + j]) * gradient[i * d + j];
  return sum / 2;
}

/** −S (I − W). */
export function leastSquaresGradient(
  { d, covariance }: Pick<Moments, 'd' | 'covariance'>,
  weights: Float64Array,
  gradient = new Float64Array(d * d),
): Float64Array {
  for (let at = 0; at < gradient.length; at++) gradient[at] = -covariance[at];
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const own = covariance[i * d + k];
      for (let j = 0; j < d; j++) gradient[i * d + j] += own * weights[k * d + j];
    }
  }
  return gradient;
}

/** Regression of node j on some parents by the covariance: coefficients and residual variance. */
export function regress(
  covariance: Float64Array,
  d: number,
  j: number,
  parents: readonly number[],
): { weights: Float64Array; variance: number } {
  const k = parents.length;
  const factor = new Float64Array((k + 1) * (k + 1));
  const all = [...parents, j];
  const size = k + 1;
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = covariance[all[a] * d + all[b]];
      for (let m = 0; m < b; m++) sum -= factor[a * size + m] * factor[b * size + m];
      factor[a * size + b] = a === b ? Math.sqrt(Math.max(sum, 1e-300)) : sum / factor[b * size + b];
    }
  }
  const weights = new Float64Array(k);
  for (let a = k - 1; a >= 0; a--) {
    let sum = factor[k * size + a];
    for (let m = a + 1; m < k; m++) sum -= factor[m * size + a] * weights[m];
    weights[a] = sum / factor[a * size + a];
  }
  return { weights, variance: factor[k * size + k] ** 2 };
}

/** A table of at least two rows. */
export function asTable(given: MatrixLike, argument: string): DenseLike & { readonly values: Float64Array } {
  const data = asMatrix(given, argument);
  if (data.rows >= 2) return data;
  throw fault(`has ${data.rows} row; at least 2 are needed`, argument, 'shape');
}
