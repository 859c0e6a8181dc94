// A matrix that is read by columns and by rows: block coordinate methods change few columns and then need the rows that
// these touch.
import { checkMatrix, InvalidInputError } from '@infimum/core';
import {
  type CscMatrix,
  type CsrMatrix,
  checkCsr,
  csrFromDense,
  csrToCsc,
  type DenseMatrix,
  gram,
} from '@infimum/linalg';
import { addRows } from './dense-rows.ts';

/** The same entries in both orders. */
export interface TwoWayMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly byRow: CsrMatrix;
  readonly byColumn: CscMatrix;
  /** The matrix itself, if it was given dense. */
  readonly dense?: DenseMatrix;
}

/**
 * Checks a dense or sparse matrix and stores its entries that are not zero in both orders.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function twoWayMatrix(a: DenseMatrix | CsrMatrix, argument: string): TwoWayMatrix {
  const isSparse = typeof a === 'object' && a !== null && 'rowPointers' in a;
  if (isSparse) checkCsr(a, argument);
  else checkMatrix(a, argument);
  const byRow = isSparse ? a : csrFromDense(a);
  const both = { rows: a.rows, cols: a.cols, byRow, byColumn: csrToCsc(byRow) };
  return isSparse ? both : { ...both, dense: a };
}

/** Sums of some more of them must not overflow. */
const LARGEST_SQUARE = 1e300;

/** out <- A x */
export function multiplyRows({ rows, byRow }: TwoWayMatrix, x: Float64Array, out: Float64Array): void {
  const { rowPointers, columnIndices, values } = byRow;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * x[columnIndices[k]];
    out[i] = sum;
  }
}

/** out <- A' y */
export function multiplyColumns(
  { cols, byColumn, dense }: TwoWayMatrix,
  y: Float64Array,
  out: Float64Array,
): void {
  if (dense) {
    out.fill(0);
    addRows(dense, y, out);
    return;
  }
  for (let j = 0; j < cols; j++) out[j] = columnDot(byColumn, j, y);
}

/** a_j . y */
function columnDot({ columnPointers, rowIndices, values }: CscMatrix, j: number, y: Float64Array): number {
  let sum = 0;
  for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) sum += values[k] * y[rowIndices[k]];
  return sum;
}

/**
 * |a_j|² of every column of the design.
 *
 * @throws {InvalidInputError} with the index of the first column whose squares overflow
 */
export function squaredColumnNorms({ cols, byColumn }: TwoWayMatrix): Float64Array {
  const { columnPointers, values } = byColumn;
  const norms = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) norms[j] += values[k] * values[k];
  }
  const bad = norms.findIndex((norm) => norm > LARGEST_SQUARE);
  if (bad >= 0) {
    const problem = `column ${bad} is so large that its squares overflow; scale it`;
    throw new InvalidInputError(problem, { argument: 'design', code: 'out-of-range', index: bad });
  }
  return norms;
}

/** sum_k |a_j . a_k| of every column: O(sum over rows of their entries squared). */
export function gramRowSums({ cols, byRow, byColumn }: TwoWayMatrix): Float64Array {
  const { columnPointers, rowIndices, values } = byColumn;
  const sums = new Float64Array(cols);
  const products = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    products.fill(0);
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) {
      const row = rowIndices[k];
      for (let l = byRow.rowPointers[row]; l < byRow.rowPointers[row + 1]; l++)
        products[byRow.columnIndices[l]] += values[k] * byRow.values[l];
    }
    for (let k = 0; k < cols; k++) sums[j] += Math.abs(products[k]);
  }
  return sums;
}

/** Columns from which on a matrix product is faster than dots. */
const PRODUCT_SIZE = 32;

/** out <- A_b' diag(w) A_b, row by row, for the columns in a block; without w the Gram matrix. `room` has a zero a row. */
export function weightedBlockGram(
  { byColumn, dense }: TwoWayMatrix,
  columns: Int32Array,
  room: Float64Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  const { columnPointers, rowIndices, values } = byColumn;
  const size = columns.length;
  if (dense && size >= PRODUCT_SIZE) {
    out.set(gram(weightedColumns(dense, columns, weights)).values);
    return;
  }
  for (let a = 0; a < size; a++) {
    const [from, to] = [columnPointers[columns[a]], columnPointers[columns[a] + 1]];
    for (let k = from; k < to; k++)
      room[rowIndices[k]] = weights ? weights[rowIndices[k]] * values[k] : values[k];
    for (let b = a; b < size; b++) {
      const product = columnDot(byColumn, columns[b], room);
      out[a * size + b] = product;
      out[b * size + a] = product;
    }
    for (let k = from; k < to; k++) room[rowIndices[k]] = 0;
  }
}

/** diag(sqrt w) A_b */
function weightedColumns(
  { rows, cols, values }: DenseMatrix,
  columns: Int32Array,
  weights: Float64Array | undefined,
): DenseMatrix {
  const size = columns.length;
  const part = new Float64Array(rows * size);
  for (let i = 0; i < rows; i++) {
    const factor = weights ? Math.sqrt(weights[i]) : 1;
    for (let b = 0; b < size; b++) part[i * size + b] = factor * values[i * cols + columns[b]];
  }
  return { rows, cols: size, values: part };
}
