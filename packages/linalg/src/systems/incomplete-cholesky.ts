// Incomplete Cholesky factorisation without fill, IC(0): L has entries only where the lower triangle of A has some.
//
// J. Meijerink, H. van der Vorst (1977); T. Manteuffel: An incomplete factorization technique for positive definite linear
// systems (1980), for the shifts.
import { fault } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { AnyMatrix, CsrMatrix } from '../matrices.ts';
import { diagonalPlaces } from './incomplete-factorization.ts';
import { squareCsr } from './linear-system.ts';

/** Shifts of the diagonal that are tried in turn when a pivot is not positive. */
const SHIFTS = [0, 1e-3, 1e-2, 0.1, 1, 10];

/**
 * IC(0) as an approximation of the inverse of a symmetric positive definite matrix, of which only the lower triangle is
 * read. Time O(entries times entries a row) once, and O(entries) an application. It always exists for M-matrices; for
 * others the diagonal is enlarged until it does.
 *
 * @param a - a symmetric matrix with a positive diagonal
 * @throws {InvalidInputError} `out-of-range` with the row where the diagonal is missing or not positive
 *
 * @example
 * ```ts
 * import { conjugateGradient, incompleteCholesky, matrixFromRows } from '@infimum/linalg';
 *
 * const a = matrixFromRows([[4, 1, 0], [1, 4, 1], [0, 1, 4]]);
 * const { iterations } = conjugateGradient(a, new Float64Array([1, 2, 3]), { preconditioner: incompleteCholesky(a) });
 * console.log(iterations); // 1
 * ```
 */
export function incompleteCholesky(a: AnyMatrix): LinearOperator {
  const matrix = squareCsr(a);
  const { rows: size } = matrix;
  const diagonal = diagonalPlaces(matrix);
  for (let i = 0; i < size; i++) {
    if (matrix.values[diagonal[i]] > 0) continue;
    const problem = `is not positive definite: ${matrix.values[diagonal[i]]} at place ${i} of the diagonal`;
    throw fault(problem, 'a', 'out-of-range', i);
  }
  const values = SHIFTS.map((shift) => factor(matrix, diagonal, shift)).find((found) => found !== undefined);
  if (values === undefined) {
    throw fault('has no incomplete factorisation, even with its diagonal enlarged', 'a', 'out-of-range');
  }
  const { rowPointers, columnIndices } = matrix;
  return (x, out) => {
    for (let i = 0; i < size; i++) {
      let rest = x[i];
      for (let k = rowPointers[i]; k < diagonal[i]; k++) rest -= values[k] * out[columnIndices[k]];
      out[i] = rest / values[diagonal[i]];
    }
    for (let i = size - 1; i >= 0; i--) {
      out[i] /= values[diagonal[i]];
      for (let k = rowPointers[i]; k < diagonal[i]; k++) out[columnIndices[k]] -= values[k] * out[i];
    }
  };
}

/** The factor of A + shift diag(A), or undefined when a pivot is not positive. */
function factor(
  { rows, rowPointers, columnIndices, values: entries }: CsrMatrix,
  diagonal: Int32Array,
  shift: number,
): Float64Array | undefined {
  const values = entries.slice();
  for (let i = 0; i < rows; i++) {
    let pivot = values[diagonal[i]] * (1 + shift);
    for (let k = rowPointers[i]; k < diagonal[i]; k++) {
      const j = columnIndices[k];
      // l_ij = (a_ij - sum_m l_im l_jm) / l_jj, over the columns m that rows i and j share.
      let [left, right] = [rowPointers[i], rowPointers[j]];
      while (left < k && right < diagonal[j]) {
        const difference = columnIndices[left] - columnIndices[right];
        if (difference === 0) values[k] -= values[left] * values[right];
        if (difference <= 0) left++;
        if (difference >= 0) right++;
      }
      values[k] /= values[diagonal[j]];
      pivot -= values[k] ** 2;
    }
    if (!(pivot > 0)) return undefined;
    values[diagonal[i]] = Math.sqrt(pivot);
  }
  return values;
}
