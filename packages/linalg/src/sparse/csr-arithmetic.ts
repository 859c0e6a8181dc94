// Sums of sparse matrices, scaled rows and columns, and the diagonal.
import { checkFinite, checkNumber, checkObject, checkVector, fault } from '@infimum/core';
import { asCsr } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { CsrBuilder } from './csr-builder.ts';

/** Factors of a sum. */
export interface AddCsrOptions {
  /** Factor of the first matrix, 1 by default. */
  readonly alpha?: number;
  /** Factor of the second matrix, 1 by default. */
  readonly beta?: number;
}

/**
 * alpha A + beta B, with an entry wherever A or B has one, also where they cancel. Time O(entries).
 *
 * @throws {InvalidInputError} for shapes that differ
 *
 * @example
 * ```ts
 * import { addCsr } from '@infimum/linalg/sparse';
 * import { csrFromDense, csrToDense, matrixFromRows } from '@infimum/linalg';
 *
 * const a = csrFromDense(matrixFromRows([[1, 0], [0, 2]]));
 * const b = csrFromDense(matrixFromRows([[0, 5], [0, 1]]));
 * console.log(Array.from(csrToDense(addCsr(a, b, { beta: 10 })).values).join(' ')); // 1 50 0 12
 * ```
 */
export function addCsr(a: CsrLike, b: CsrLike, options: AddCsrOptions = {}): CsrMatrix {
  checkObject(options, 'options');
  const { alpha = 1, beta = 1 } = options;
  const matrix = asCsr(a, 'a');
  const second = asCsr(b, 'b');
  checkNumber(alpha, 'alpha');
  checkNumber(beta, 'beta');
  if (matrix.rows !== second.rows || matrix.cols !== second.cols) {
    throw fault(`expected ${matrix.rows}x${matrix.cols}, the shape of a, got ${second.rows}x${second.cols}`, 'b', 'shape');
  }
  const builder = new CsrBuilder(matrix.rows, matrix.cols);
  for (let i = 0; i < matrix.rows; i++) {
    let k = matrix.rowPointers[i];
    let l = second.rowPointers[i];
    const [endA, endB] = [matrix.rowPointers[i + 1], second.rowPointers[i + 1]];
    while (k < endA || l < endB) {
      const left = k < endA ? matrix.columnIndices[k] : Infinity;
      const right = l < endB ? second.columnIndices[l] : Infinity;
      const column = Math.min(left, right);
      if (left === right) builder.push(column, alpha * matrix.values[k] + beta * second.values[l]);
      else builder.push(column, left < right ? alpha * matrix.values[k] : beta * second.values[l]);
      if (left === column) k++;
      if (right === column) l++;
    }
    builder.endRow();
  }
  return builder.matrix();
}

/** Factors of rows and columns. */
export interface ScaleCsrOptions {
  /** A factor for every row; none by default. */
  readonly rows?: Float64Array;
  /** A factor for every column; none by default. */
  readonly cols?: Float64Array;
}

/**
 * diag(rows) A diag(cols), with the same pattern. Time O(entries).
 *
 * @throws {InvalidInputError} for factors that do not fit in number or are not finite
 *
 * @example
 * ```ts
 * import { csrFromDense, csrToDense, matrixFromRows } from '@infimum/linalg';
 * import { scaleCsr } from '@infimum/linalg/sparse';
 *
 * const matrix = csrFromDense(matrixFromRows([[1, 2], [3, 4]]));
 * const scaled = scaleCsr(matrix, { rows: Float64Array.of(1, 10), cols: Float64Array.of(1, -1) });
 * console.log(Array.from(csrToDense(scaled).values).join(' ')); // 1 -2 30 -40
 * ```
 */
export function scaleCsr(matrix: CsrLike, factors: ScaleCsrOptions): CsrMatrix {
  const { rows, cols } = factors ?? {};
  const given = asCsr(matrix, 'matrix');
  if (rows) checkFactors(rows, 'rows', given.rows);
  if (cols) checkFactors(cols, 'cols', given.cols);
  const values = given.values.slice();
  for (let i = 0; i < given.rows; i++) {
    for (let k = given.rowPointers[i]; k < given.rowPointers[i + 1]; k++) {
      if (rows) values[k] *= rows[i];
      if (cols) values[k] *= cols[given.columnIndices[k]];
    }
  }
  return {
    rows: given.rows,
    cols: given.cols,
    rowPointers: given.rowPointers.slice(),
    columnIndices: given.columnIndices.slice(),
    values,
  };
}

function checkFactors(factors: Float64Array, argument: string, length: number): void {
  if (length > 0) checkVector(factors, argument, length);
  else checkFinite(factors, argument);
}
