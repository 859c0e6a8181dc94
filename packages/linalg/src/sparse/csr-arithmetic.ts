// Sums of sparse matrices, scaled rows and columns, and the diagonal.
import { checkFinite, checkNumber, checkObject, checkVector, InvalidInputError } from '@infimum/core';
import { CsrBuilder } from './csr-builder.ts';
import type { CsrMatrix } from './csr-matrix.ts';
import { checkCsr } from './csr-matrix.ts';

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
 * import { addCsr, csrFromDense, csrToDense, matrixFromRows } from '@infimum/linalg';
 *
 * const a = csrFromDense(matrixFromRows([[1, 0], [0, 2]]));
 * const b = csrFromDense(matrixFromRows([[0, 5], [0, 1]]));
 * console.log(Array.from(csrToDense(addCsr(a, b, { beta: 10 })).values).join(' ')); // 1 50 0 12
 * ```
 */
export function addCsr(a: CsrMatrix, b: CsrMatrix, options: AddCsrOptions = {}): CsrMatrix {
  checkObject(options, 'options');
  const { alpha = 1, beta = 1 } = options;
  checkCsr(a, 'a');
  checkCsr(b, 'b');
  checkNumber(alpha, 'alpha');
  checkNumber(beta, 'beta');
  if (a.rows !== b.rows || a.cols !== b.cols) {
    const problem = `expected ${a.rows}x${a.cols}, the shape of a, got ${b.rows}x${b.cols}`;
    throw new InvalidInputError(problem, { argument: 'b', code: 'shape' });
  }
  const builder = new CsrBuilder(a.rows, a.cols);
  for (let i = 0; i < a.rows; i++) {
    let k = a.rowPointers[i];
    let l = b.rowPointers[i];
    const [endA, endB] = [a.rowPointers[i + 1], b.rowPointers[i + 1]];
    while (k < endA || l < endB) {
      const left = k < endA ? a.columnIndices[k] : Infinity;
      const right = l < endB ? b.columnIndices[l] : Infinity;
      const column = Math.min(left, right);
      if (left === right) builder.push(column, alpha * a.values[k] + beta * b.values[l]);
      else builder.push(column, left < right ? alpha * a.values[k] : beta * b.values[l]);
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
 * import { csrFromDense, csrToDense, matrixFromRows, scaleCsr } from '@infimum/linalg';
 *
 * const matrix = csrFromDense(matrixFromRows([[1, 2], [3, 4]]));
 * const scaled = scaleCsr(matrix, { rows: Float64Array.of(1, 10), cols: Float64Array.of(1, -1) });
 * console.log(Array.from(csrToDense(scaled).values).join(' ')); // 1 -2 30 -40
 * ```
 */
export function scaleCsr(matrix: CsrMatrix, factors: ScaleCsrOptions): CsrMatrix {
  const { rows, cols } = factors ?? {};
  checkCsr(matrix, 'matrix');
  if (rows) checkFactors(rows, 'rows', matrix.rows);
  if (cols) checkFactors(cols, 'cols', matrix.cols);
  const values = matrix.values.slice();
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++) {
      if (rows) values[k] *= rows[i];
      if (cols) values[k] *= cols[matrix.columnIndices[k]];
    }
  }
  return {
    rows: matrix.rows,
    cols: matrix.cols,
    rowPointers: matrix.rowPointers.slice(),
    columnIndices: matrix.columnIndices.slice(),
    values,
  };
}

function checkFactors(factors: Float64Array, argument: string, length: number): void {
  if (length > 0) checkVector(factors, argument, length);
  else checkFinite(factors, argument);
}
