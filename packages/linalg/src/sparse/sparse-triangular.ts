// Forward and backward substitution with a sparse triangular matrix.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { triangularOptions } from '../dense/triangular.ts';
import { asCsr, asEntries, checkSquareShape } from '../inputs.ts';
import type { CsrLike } from '../matrices.ts';
import { nonzeroDiagonalOf } from './csr-diagonal.ts';

const solveSparseTriangularOptions = {
  ...triangularOptions,
  unitDiagonal: { type: 'boolean', default: false, description: 'Treat the diagonal as one, regardless of its entries' },
} as const satisfies OptionSpecs;

/** Options of `solveSparseTriangular`. */
export type SolveSparseTriangularOptions = OptionsOf<typeof solveSparseTriangularOptions>;

/**
 * Solves T x = b, or T' x = b, for the lower or upper triangle T of a sparse matrix. Time O(entries).
 *
 * @param t - the matrix; entries of the other triangle are ignored
 * @param b - the right-hand side
 * @throws {InvalidInputError} `shape` for a matrix that is not square or does not fit b, `out-of-range` for a zero on
 *   the diagonal, with its row
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { solveSparseTriangular } from '@infimum/linalg/sparse';
 *
 * const t = csrFromDense(matrixFromRows([[2, 0], [1, 4]]));
 * console.log(solveSparseTriangular(t, Float64Array.of(2, 9)).join(' ')); // 1 2
 * ```
 */
export function solveSparseTriangular(t: CsrLike, b: VectorLike, options: SolveSparseTriangularOptions = {}): Float64Array {
  const { triangle, transposed, unitDiagonal } = resolveOptions(solveSparseTriangularOptions, options);
  const triangular = asCsr(t, 't');
  const upper = triangle === 'upper';
  checkSquareShape(triangular, 't');
  if (triangular.rows === 0 && b.length === 0) return new Float64Array(0);
  const right = asEntries(b, 'b', triangular.rows);
  const x = Float64Array.from(right);
  const pivots = unitDiagonal ? undefined : nonzeroDiagonalOf(triangular, 't');
  const { rows, rowPointers, columnIndices, values } = triangular;
  const isUpper = upper !== transposed; // the first unknown is the last one for T x = b with an upper T
  for (let step = 0; step < rows; step++) {
    const i = isUpper ? rows - 1 - step : step;
    if (transposed && pivots) x[i] /= pivots[i];
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (upper ? j <= i : j >= i) continue;
      if (transposed) x[j] -= values[k] * x[i];
      else x[i] -= values[k] * x[j];
    }
    if (!transposed && pivots) x[i] /= pivots[i];
  }
  return x;
}
