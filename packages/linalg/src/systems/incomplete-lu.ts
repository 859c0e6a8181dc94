// Incomplete LU factorisation without fill, ILU(0): elimination that keeps the entries where A has some, and drops the rest.
//
// J. Meijerink, H. van der Vorst: An iterative solution method for linear systems of which the coefficient matrix is a
// symmetric M-matrix (1977).
import { fault } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import type { AnyMatrix } from '../matrices.ts';
import { diagonalPlaces } from './incomplete-factorization.ts';
import { squareCsr } from './linear-system.ts';

/**
 * ILU(0) as an approximation of the inverse. Time O(entries times entries a row) once, and O(entries) an application. It
 * is the exact inverse where elimination fills nothing in, as for tridiagonal matrices.
 *
 * @param a - a square matrix with a diagonal
 * @throws {InvalidInputError} `out-of-range` with the row where a pivot is missing or zero
 *
 * @example
 * ```ts
 * import { gmres, matrixFromRows } from '@infimum/linalg';
 * import { incompleteLu } from '@infimum/linalg/systems';
 *
 * const a = matrixFromRows([[4, 1, 0], [2, 4, 1], [0, 2, 4]]);
 * const { iterations } = gmres(a, new Float64Array([1, 2, 3]), { preconditioner: incompleteLu(a) });
 * console.log(iterations); // 1
 * ```
 */
export function incompleteLu(a: AnyMatrix): LinearOperator {
  const matrix = squareCsr(a);
  const { rows: size, rowPointers, columnIndices, values: entries } = matrix;
  const diagonal = diagonalPlaces(matrix);
  const values = entries.slice();
  const placeInRow = new Int32Array(size).fill(-1);
  for (let i = 0; i < size; i++) {
    const [start, end] = [rowPointers[i], rowPointers[i + 1]];
    for (let k = start; k < end; k++) placeInRow[columnIndices[k]] = k;
    for (let k = start; k < diagonal[i]; k++) {
      const pivotRow = columnIndices[k];
      values[k] /= values[diagonal[pivotRow]];
      for (let l = diagonal[pivotRow] + 1; l < rowPointers[pivotRow + 1]; l++) {
        const place = placeInRow[columnIndices[l]];
        if (place >= 0) values[place] -= values[k] * values[l];
      }
    }
    for (let k = start; k < end; k++) placeInRow[columnIndices[k]] = -1;
    if (values[diagonal[i]] !== 0 && Number.isFinite(values[diagonal[i]])) continue;
    throw fault(`has no incomplete factorisation: pivot ${i} is ${values[diagonal[i]]}`, 'a', 'out-of-range', i);
  }
  return (x, out) => {
    for (let i = 0; i < size; i++) {
      let rest = x[i];
      for (let k = rowPointers[i]; k < diagonal[i]; k++) rest -= values[k] * out[columnIndices[k]];
      out[i] = rest;
    }
    for (let i = size - 1; i >= 0; i--) {
      let rest = out[i];
      for (let k = diagonal[i] + 1; k < rowPointers[i + 1]; k++) rest -= values[k] * out[columnIndices[k]];
      out[i] = rest / values[diagonal[i]];
    }
  };
}
