// Dense matrices as formulas of control use them.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, fault, InvalidInputError } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, inverse, matmul, transpose } from '@infimum/linalg';

/** A + s B; A where there is no B. */
export function added(a: DenseMatrix, b: DenseMatrix | undefined, scale = 1): DenseMatrix {
  if (!b) return a;
  const values = a.values.slice();
  for (let k = 0; k < values.length; k++) values[k] += scale * b.values[k];
  return { rows: a.rows, cols: a.cols, values };
}

/** A B C …, from the left. */
export function product(...matrices: readonly DenseMatrix[]): DenseMatrix {
  return matrices.reduce((left, right) => matmul(left, right));
}

/** (X + Xᵀ)/2. */
export function symmetrized({ rows, values }: DenseMatrix): DenseMatrix {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) out[i * rows + j] = out[j * rows + i] = (values[i * rows + j] + values[j * rows + i]) / 2;
  }
  return { rows, cols: rows, values: out };
}

/** Frobenius norm, without overflow on the way. */
export function norm({ values }: { values: Float64Array }): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of values) {
    const share = value / largest;
    sum += share * share;
  }
  return largest * Math.sqrt(sum);
}

/** Rows or columns times powers of two: entry (i, j) times 2^(left_i + right_j). */
export function scaled(
  { rows, cols, values }: DenseMatrix,
  left: ArrayLike<number> | undefined,
  right: ArrayLike<number> | undefined,
): DenseMatrix {
  const own = Float64Array.from({ length: cols }, (_, j) => 2 ** (right?.[j] ?? 0));
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    const factor = 2 ** (left?.[i] ?? 0);
    for (let j = 0; j < cols; j++) out[i * cols + j] = values[i * cols + j] * (factor * own[j]);
  }
  return { rows, cols, values: out };
}

/** A matrix of a given shape. */
export function asShape(value: MatrixLike, argument: string, rows: number, cols?: number): DenseMatrix {
  const matrix = asMatrix(value, argument);
  if (matrix.rows === rows && (cols === undefined || matrix.cols === cols)) return matrix;
  const expected = cols === undefined ? `${rows} rows` : `${rows}x${cols}`;
  const got = cols === undefined ? `${matrix.rows}` : `${matrix.rows}x${matrix.cols}`;
  throw fault(`expected ${expected}, got ${got}`, argument, 'shape');
}

/** A symmetric matrix, up to rounding. */
export function asSymmetric(value: MatrixLike, argument: string, size: number): DenseMatrix {
  const matrix = asShape(value, argument, size, size);
  const { values } = matrix;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [values[i * size + j], values[j * size + i]];
      // Rows and columns may have units of their own.
      const scale = Math.sqrt(Math.abs(values[i * size + i])) * Math.sqrt(Math.abs(values[j * size + j]));
      if (Math.abs(lower - upper) <= 1e-10 * Math.max(scale, Math.abs(lower), Math.abs(upper))) continue;
      throw fault(`is not symmetric at (${i}, ${j})`, argument, 'out-of-range', i * size + j);
    }
  }
  return matrix;
}

/** R⁻¹ of a positive definite R, and an F with R⁻¹ = F Fᵀ. */
export function inverseOfCost(r: DenseMatrix): { readonly inverse: DenseMatrix; readonly root: DenseMatrix } {
  const n = r.rows;
  // A power of two that makes every diagonal entry about one.
  const half = Float64Array.from({ length: n }, (_, i) => -Math.round(Math.log2(r.values[i * n + i]) / 2));
  const place = half.findIndex((exponent) => !Number.isFinite(exponent));
  if (place >= 0) throw notDefinite(place);
  let factor: DenseMatrix;
  try {
    factor = cholesky(scaled(r, half, half)) as DenseMatrix;
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') throw notDefinite(error.index);
    throw error;
  }
  const root = scaled(transpose(inverse(factor)), half, undefined);
  const inverted = matmul(root, transpose(root));
  if (inverted.values.every(Number.isFinite)) return { inverse: inverted, root };
  throw fault('has an inverse beyond the largest number', 'r', 'out-of-range');
}

function notDefinite(index: number | undefined): InvalidInputError {
  return fault('is not positive definite', 'r', 'out-of-range', index);
}
