// A matrix that is read by columns and by rows: block coordinate methods change few columns and then need the rows that
// these touch.
import type { MatrixLike } from '@infimum/core';
import { asMatrix, fault } from '@infimum/core';
import type { CscMatrix, CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { checkCsr, csrFromDense, csrToCsc } from '@infimum/linalg';
import { GEMM_SCRATCH, layout, matrixPlace, placedGram, scratch } from '@infimum/linalg/kernels';
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
export function twoWayMatrix(a: MatrixLike | CsrMatrix, argument: string): TwoWayMatrix {
  const isSparse = typeof a === 'object' && a !== null && 'rowPointers' in a;
  if (isSparse) checkCsr(a, argument);
  const dense = isSparse ? undefined : asMatrix(a, argument);
  const byRow = dense ? csrFromDense(dense) : (a as CsrMatrix);
  const both = { rows: byRow.rows, cols: byRow.cols, byRow, byColumn: csrToCsc(byRow) };
  return dense ? { ...both, dense } : both;
}

/** Sums of some more of them must not overflow. */
const LARGEST_SQUARE = 1e300;

/** out <- A x, along the columns where most of x is zero. */
export function multiplyRows({ rows, cols, byRow, byColumn }: TwoWayMatrix, x: Float64Array, out: Float64Array): void {
  let nonzeros = 0;
  for (let j = 0; j < cols; j++) if (x[j] !== 0) nonzeros++;
  if (4 * nonzeros < cols) {
    out.fill(0);
    for (let j = 0; j < cols; j++) if (x[j] !== 0) addColumn(byColumn, j, x[j], out);
    return;
  }
  const { rowPointers, columnIndices, values } = byRow;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * x[columnIndices[k]];
    out[i] = sum;
  }
}

/** out <- A' y */
export function multiplyColumns({ cols, byColumn, dense }: TwoWayMatrix, y: Float64Array, out: Float64Array): void {
  if (dense) {
    out.fill(0);
    addRows(dense, y, out);
    return;
  }
  for (let j = 0; j < cols; j++) out[j] = columnDot(byColumn, j, y);
}

/** out <- out + factor a_j */
function addColumn({ columnPointers, rowIndices, values }: CscMatrix, j: number, factor: number, out: Float64Array): void {
  for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) out[rowIndices[k]] += factor * values[k];
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
  if (bad >= 0) throw fault(`column ${bad} is so large that its squares overflow; scale it`, 'design', 'out-of-range', bad);
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

/** Columns from which on all products at once are faster than one dot after the other. */
const PRODUCT_SIZE = 32;

/** out <- A_b' diag(w) A_b, row by row, for the columns in a block; without w the Gram matrix. `room` has a zero a row. */
export function weightedBlockGram(
  { rows, byColumn, dense }: TwoWayMatrix,
  columns: Int32Array,
  room: Float64Array,
  out: Float64Array,
  weights?: Float64Array,
): void {
  if (columns.length < PRODUCT_SIZE) gramByDots(byColumn, columns, room, out, weights);
  else if (dense) gramByKernels(dense, byColumn, columns, out, weights);
  else gramByRows(rows, byColumn, columns, out, weights);
}

function gramByDots(
  byColumn: CscMatrix,
  columns: Int32Array,
  room: Float64Array,
  out: Float64Array,
  weights: Float64Array | undefined,
): void {
  const { columnPointers, rowIndices, values } = byColumn;
  const size = columns.length;
  for (let a = 0; a < size; a++) {
    const [from, to] = [columnPointers[columns[a]], columnPointers[columns[a] + 1]];
    for (let k = from; k < to; k++) room[rowIndices[k]] = weights ? weights[rowIndices[k]] * values[k] : values[k];
    for (let b = a; b < size; b++) {
      const product = columnDot(byColumn, columns[b], room);
      out[a * size + b] = product;
      out[b * size + a] = product;
    }
    for (let k = from; k < to; k++) room[rowIndices[k]] = 0;
  }
}

/** With diag(sqrt w) A_b, whose columns lie one after the other as they do in the compressed columns. */
function gramByKernels(
  { rows }: DenseMatrix,
  { columnPointers, rowIndices, values }: CscMatrix,
  columns: Int32Array,
  out: Float64Array,
  weights: Float64Array | undefined,
): void {
  const size = columns.length;
  const roots = weights?.map(Math.sqrt);
  using memory = layout({ part: rows * size, product: size * size, gemmScratch: scratch(GEMM_SCRATCH) });
  const { workspace, part, product, gemmScratch } = memory;
  for (let b = 0; b < size; b++) {
    const first = b * rows;
    for (let k = columnPointers[columns[b]]; k < columnPointers[columns[b] + 1]; k++) {
      const row = rowIndices[k];
      part[first + row] = roots ? roots[row] * values[k] : values[k];
    }
  }
  const [a, c] = [matrixPlace(part, rows), matrixPlace(product, size)];
  placedGram(workspace, { rows: size, inner: rows, a, c, scratch: gemmScratch });
  mirror(product, size, out);
}

/** Along the rows that a column touches, all products with their other entries: F. Gustavson's product of sparse matrices. */
function gramByRows(
  rows: number,
  { columnPointers, rowIndices, values }: CscMatrix,
  columns: Int32Array,
  out: Float64Array,
  weights: Float64Array | undefined,
): void {
  const size = columns.length;
  const pointers = new Int32Array(rows + 1);
  for (const j of columns) for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) pointers[rowIndices[k] + 1]++;
  for (let i = 0; i < rows; i++) pointers[i + 1] += pointers[i];
  const next = pointers.slice(0, rows);
  const places = new Int32Array(pointers[rows]);
  const entries = new Float64Array(pointers[rows]);
  for (let b = 0; b < size; b++) {
    for (let k = columnPointers[columns[b]]; k < columnPointers[columns[b] + 1]; k++) {
      const place = next[rowIndices[k]]++;
      places[place] = b;
      entries[place] = values[k];
    }
  }
  // One row of the result at a time, which stays in the cache; places rise within a row.
  for (let a = 0; a < size; a++) {
    const first = a * size;
    out.fill(0, first, first + a + 1);
    for (let k = columnPointers[columns[a]]; k < columnPointers[columns[a] + 1]; k++) {
      const row = rowIndices[k];
      const factor = weights ? weights[row] * values[k] : values[k];
      for (let l = pointers[row]; places[l] <= a && l < pointers[row + 1]; l++) out[first + places[l]] += factor * entries[l];
    }
  }
  mirror(out, size, out);
}

/** Rows and columns of the tiles in which a matrix is mirrored. */
const TILE = 16;

/** Writes a symmetric matrix of which only the lower triangle is given. */
function mirror(lower: Float64Array, size: number, out: Float64Array): void {
  for (let top = 0; top < size; top += TILE) {
    const bottom = Math.min(top + TILE, size);
    for (let left = 0; left <= top; left += TILE) {
      for (let i = top; i < bottom; i++) {
        for (let j = left; j < left + TILE && j <= i; j++) {
          const value = lower[i * size + j];
          out[i * size + j] = value;
          out[j * size + i] = value;
        }
      }
    }
  }
}
