// Norms of dense matrices.
import type { MatrixLike } from '@infimum/core';
import { describeValue, fault } from '@infimum/core';
import { singularValues } from '../eigen/svd.ts';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { largestMagnitude, norm } from '../numerics/vectors.ts';
import { scaledMatrix } from '../power-of-two.ts';

/** The norms of a matrix that `matrixNorm` knows. */
const NORMS = ['frobenius', 'one', 'infinity', 'euclidean', 'nuclear', 'largest-entry'] as const;

/** A norm of a matrix. */
export type MatrixNorm = (typeof NORMS)[number];

/**
 * A norm of a matrix of any shape and scale; 0 for one without entries.
 *
 * - `frobenius`: the root of the sum of squares
 * - `one`: the largest sum of magnitudes of a column
 * - `infinity`: the largest sum of magnitudes of a row
 * - `euclidean`: the largest singular value, in the time of `svd`
 * - `nuclear`: the sum of the singular values, in the time of `svd`
 * - `largest-entry`: the largest magnitude
 *
 * Time O(m n) where nothing else is said.
 *
 * @throws {InvalidInputError} for entries that are not finite, an unknown norm, and a norm beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, matrixNorm } from '@infimum/linalg';
 *
 * const a = matrixFromRows([[3, -4], [0, 0]]);
 * console.log(matrixNorm(a), matrixNorm(a, 'one'), matrixNorm(a, 'infinity')); // 5 4 7
 * ```
 */
export function matrixNorm(a: MatrixLike, kind: MatrixNorm = 'frobenius'): number {
  const matrix = asDense(a, 'a');
  if (!NORMS.includes(kind)) throw fault(`expected one of ${NORMS.join(', ')}, got ${describeValue(kind)}`, 'kind', 'type');
  if (matrix.values.length === 0) return 0;
  const size = normOf(matrix, kind);
  if (Number.isFinite(size)) return size;
  throw fault('has a norm beyond the largest number', 'a', 'out-of-range');
}

function normOf(a: DenseMatrix, kind: MatrixNorm): number {
  const { rows, cols, values } = a;
  if (kind === 'frobenius') return norm(values);
  if (kind === 'largest-entry') return largestMagnitude(values);
  if (kind === 'euclidean' || kind === 'nuclear') {
    const { matrix, scale } = scaledMatrix(a);
    const singular = singularValues(matrix);
    return scale * (kind === 'euclidean' ? singular[0] : singular.reduce((sum, value) => sum + value, 0));
  }
  const sums = new Float64Array(kind === 'one' ? cols : rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) sums[kind === 'one' ? j : i] += Math.abs(values[i * cols + j]);
  }
  return largestMagnitude(sums);
}
