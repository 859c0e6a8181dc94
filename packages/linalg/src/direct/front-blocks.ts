// The blocks of sparse factors, substitution with them, and refinement of the solution.
import type { InvalidInputError } from '@infimum/core';
import { checkNumbers, checkObject, fault } from '@infimum/core';
import type { DenseMatrix } from '../matrices.ts';
import { tooLarge } from '../too-large.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';

/** The blocks of a factor: front after front its pivots' square, then the rows below it, as wide as it has pivots. */
export interface FrontBlocks {
  /** Front s has the pivots from `starts[s]` to `starts[s + 1]`. */
  readonly starts: Int32Array;
  /** Its rows below them stand from `rowPointers[s]` on. */
  readonly rowPointers: Int32Array;
  /** Those rows. */
  readonly rows: Int32Array;
  /** Its block begins at `blockPointers[s]`. */
  readonly blockPointers: Float64Array;
  /** The blocks, row by row. */
  readonly values: Float64Array;
}

/** Checks that lists have an entry for each of `size` rows. @throws {InvalidInputError} naming the list */
export function checkParts(lists: Readonly<Record<string, ArrayLike<number>>>, size: number): void {
  for (const [name, list] of Object.entries(lists)) {
    checkNumbers(list, `factor.${name}`);
    if (list.length !== size) throw misfit(`factor.${name}`);
  }
}

/** Checks that blocks have one size and places that exist; their entries are taken as they are. */
export function checkBlocks(blocks: FrontBlocks, argument: string, size: number): void {
  checkObject(blocks, argument);
  const { starts, rowPointers, rows, blockPointers, values } = blocks;
  for (const [name, list] of Object.entries({ starts, rowPointers, rows, blockPointers, values })) {
    checkNumbers(list, `${argument}.${name}`);
  }
  const count = starts.length - 1;
  let fits = starts[0] === 0 && starts[count] === size && rowPointers.length === count + 1 && rowPointers[count] <= rows.length;
  for (let s = 0, at = 0; fits && s < count; s++) {
    const [width, length] = [starts[s + 1] - starts[s], rowPointers[s + 1] - rowPointers[s]];
    fits = width >= 0 && length >= 0 && blockPointers[s] === at;
    at += width * (width + length);
    fits &&= at <= values.length;
  }
  if (!fits) throw misfit(argument);
}

function misfit(argument: string): InvalidInputError {
  return fault('has parts of different sizes', argument, 'shape');
}

/** Row i of B is row `places[i]` of what is given. */
export function permutedRows(values: Float64Array, places: Int32Array, cols: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0, at = 0; i < places.length; i++) {
    for (let from = places[i] * cols, end = at + cols; at < end; at++, from++) out[at] = values[from];
  }
  return out;
}

/** The solution of a system by its factors, and how good it is. */
export interface SparseSolution<X> {
  /** The solution. */
  readonly x: X;
  /**
   * The largest |b - A x| over |A| |x| + |b|, entry by entry: x solves a system whose entries are as close as that to those given.
   */
  readonly backwardError: number;
}

/** What is missing of b, and how much that is of its terms at most. */
interface Residual {
  /** B - A X */
  readonly residual: Float64Array;
  /** The largest |b - A x| over |A| |x| + |b|, entry by entry. */
  readonly backwardError: number;
}

/** Takes the terms of A x from a residual that holds b, and adds their magnitudes to others. */
export type TermsOf = (x: Float64Array, residual: Float64Array, sizes: Float64Array) => void;

function residualOf({ rows, cols, values: b }: DenseMatrix, x: Float64Array, takeTerms: TermsOf): Residual {
  const residual = b.slice();
  let backwardError = 0;
  eachColumn(residual, cols, (right, c) => {
    const sizes = new Float64Array(rows);
    for (let i = 0; i < rows; i++) sizes[i] = Math.abs(right[i]);
    takeTerms(cols === 1 ? x : columnOf(x, cols, c), right, sizes);
    for (let i = 0; i < rows; i++) {
      const ratio = right[i] === 0 ? 0 : Math.abs(right[i]) / sizes[i];
      if (!(ratio <= backwardError)) backwardError = Number.isNaN(ratio) ? Infinity : ratio;
    }
  });
  return { residual, backwardError };
}

/** Column c of a matrix. */
function columnOf(y: Float64Array, cols: number, c: number): Float64Array {
  const column = new Float64Array(y.length / cols);
  for (let i = 0, at = c; i < column.length; i++, at += cols) column[i] = y[at];
  return column;
}

/** Changes each column of a matrix, one of several as a copy that is put back. */
function eachColumn(y: Float64Array, cols: number, change: (column: Float64Array, c: number) => void): void {
  for (let c = 0; c < cols; c++) {
    const column = cols === 1 ? y : columnOf(y, cols, c);
    change(column, c);
    if (cols === 1) break;
    for (let i = 0, at = c; i < column.length; i++, at += cols) y[at] = column[i];
  }
}

/** A solution, solved for again with its residual until its backward error is small enough or falls no more, at most ten times. */
export function refined(
  b: DenseMatrix,
  takeTerms: TermsOf,
  solve: (b: Float64Array) => Float64Array,
  enough: number,
): SparseSolution<Float64Array> {
  let x = solve(b.values);
  let { residual, backwardError } = residualOf(b, x, takeTerms);
  for (let refinement = 0; refinement < 10 && backwardError > enough; refinement++) {
    const correction = solve(residual);
    for (let i = 0; i < x.length; i++) correction[i] += x[i];
    const next = residualOf(b, correction, takeTerms);
    if (!(next.backwardError < backwardError)) break;
    const isLast = next.backwardError > backwardError / 2;
    x = correction;
    ({ residual, backwardError } = next);
    if (isLast) break;
  }
  return { x, backwardError };
}

/** Room for the numbers of a factor. */
export function roomFor(entries: number): Float64Array {
  try {
    return new Float64Array(entries);
  } catch {
    throw tooLarge(8 * entries, 'a');
  }
}

/** From so many right-hand sides on they are solved for together, by products. */
const MANY = 6;

/** Y <- L^-1 Y for `cols` right-hand sides side by side; the diagonal of L counts as one. */
export function substituteForwards(blocks: FrontBlocks, y: Float64Array, cols: number): void {
  if (cols >= MANY) substituteColumns(blocks, y, cols, false);
  else eachColumn(y, cols, (column) => forwards(blocks, column));
}

/** Y <- L'^-1 Y, alike. */
export function substituteBackwards(blocks: FrontBlocks, y: Float64Array, cols: number): void {
  if (cols >= MANY) substituteColumns(blocks, y, cols, true);
  else eachColumn(y, cols, (column) => backwards(blocks, column));
}

/** y <- L^-1 y, with four rows at a time, as each goes through the pivots' unknowns. */
function forwards({ starts, rowPointers, rows, blockPointers, values }: FrontBlocks, y: Float64Array): void {
  for (let s = 0; s + 1 < starts.length; s++) {
    const first = starts[s];
    const end = starts[s + 1];
    const width = end - first;
    let at = blockPointers[s];
    for (let i = first; i < end; i++, at += width) {
      let sum = y[i];
      for (let j = first, k = at; j < i; j++, k++) sum -= values[k] * y[j];
      y[i] = sum;
    }
    const last = rowPointers[s + 1];
    let q = rowPointers[s];
    for (; q + 4 <= last; q += 4, at += 3 * width) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let j = first; j < end; j++, at++) {
        const value = y[j];
        a += values[at] * value;
        b += values[at + width] * value;
        c += values[at + 2 * width] * value;
        d += values[at + 3 * width] * value;
      }
      y[rows[q]] -= a;
      y[rows[q + 1]] -= b;
      y[rows[q + 2]] -= c;
      y[rows[q + 3]] -= d;
    }
    for (; q < last; q++) {
      let sum = 0;
      for (let j = first; j < end; j++, at++) sum += values[at] * y[j];
      y[rows[q]] -= sum;
    }
  }
}

/** y <- L'^-1 y, alike. */
function backwards({ starts, rowPointers, rows, blockPointers, values }: FrontBlocks, y: Float64Array): void {
  for (let s = starts.length - 2; s >= 0; s--) {
    const first = starts[s];
    const end = starts[s + 1];
    const width = end - first;
    const last = rowPointers[s + 1];
    let at = blockPointers[s] + width * width;
    let q = rowPointers[s];
    for (; q + 4 <= last; q += 4, at += 3 * width) {
      const a = y[rows[q]];
      const b = y[rows[q + 1]];
      const c = y[rows[q + 2]];
      const d = y[rows[q + 3]];
      for (let j = first; j < end; j++, at++) {
        y[j] -= values[at] * a + values[at + width] * b + values[at + 2 * width] * c + values[at + 3 * width] * d;
      }
    }
    for (; q < last; q++) {
      const value = y[rows[q]];
      for (let j = first; j < end; j++, at++) y[j] -= values[at] * value;
    }
    for (let i = end - 1, row = blockPointers[s] + (width - 1) * width; i > first; i--, row -= width) {
      const value = y[i];
      for (let j = first, k = row; j < i; j++, k++) y[j] -= values[k] * value;
    }
  }
}

/** Multiplications of a front below which a product of matrices is not worth its call. */
const LEAST_PRODUCT = 8192;

/** Both for many columns: the rows below a front's pivots by products of matrices, if there are many. */
function substituteColumns(blocks: FrontBlocks, y: Float64Array, cols: number, transposed: boolean): void {
  const { starts, rowPointers, rows, blockPointers, values } = blocks;
  const count = starts.length - 1;
  let [most, widest, longest] = [0, 0, 0];
  for (let s = 0; s < count; s++) {
    const [width, length] = [starts[s + 1] - starts[s], rowPointers[s + 1] - rowPointers[s]];
    most = Math.max(most, width * length);
    widest = Math.max(widest, width);
    longest = Math.max(longest, length);
  }
  using memory = layout({
    block: scratch(most),
    pivots: scratch(widest * cols),
    below: scratch(longest * cols),
    room: scratch(GEMM_SCRATCH),
  });
  const { workspace, block, pivots, below, room } = memory;
  const { gemm } = workspace.kernels(linalgKernels);
  for (let t = 0; t < count; t++) {
    const s = transposed ? count - 1 - t : t;
    const [first, width] = [starts[s], starts[s + 1] - starts[s]];
    const [from, length] = [rowPointers[s], rowPointers[s + 1] - rowPointers[s]];
    const start = blockPointers[s];
    if (width * length * cols < LEAST_PRODUCT) {
      if (!transposed) solveSquare(values, start, width, y, first * cols, cols, false);
      for (let q = from, at = start + width * width; q < from + length; q++) {
        for (let j = first * cols; j < (first + width) * cols; j += cols, at++) {
          const factor = values[at];
          const [to, source] = transposed ? [j, rows[q] * cols] : [rows[q] * cols, j];
          for (let c = 0; c < cols; c++) y[to + c] -= factor * y[source + c];
        }
      }
      if (transposed) solveSquare(values, start, width, y, first * cols, cols, true);
      continue;
    }
    const mine = y.subarray(first * cols, (first + width) * cols);
    block.set(values.subarray(start + width * width, start + width * (width + length)));
    const [a, x, z] = [block.byteOffset, pivots.byteOffset, below.byteOffset];
    if (!transposed) {
      solveSquare(values, start, width, y, first * cols, cols, false);
      pivots.set(mine);
      gemm(0, length, cols, width, 1, a, width, 1, x, cols, 1, 0, z, cols, room.byteOffset);
      for (let q = 0; q < length; q++) {
        const row = rows[from + q] * cols;
        for (let c = 0; c < cols; c++) y[row + c] -= below[q * cols + c];
      }
    } else {
      for (let q = 0; q < length; q++) {
        const row = rows[from + q] * cols;
        for (let c = 0; c < cols; c++) below[q * cols + c] = y[row + c];
      }
      pivots.set(mine);
      gemm(0, width, cols, length, -1, a, 1, width, z, cols, 1, 1, x, cols, room.byteOffset);
      mine.set(pivots.subarray(0, width * cols));
      solveSquare(values, start, width, y, first * cols, cols, true);
    }
  }
}

/** X <- L^-1 X, or L'^-1 X, for a square block with ones on its diagonal and the rows of Y from place `x` on. */
function solveSquare(
  l: Float64Array,
  start: number,
  width: number,
  y: Float64Array,
  x: number,
  cols: number,
  transposed: boolean,
): void {
  for (let t = 1; t < width; t++) {
    const i = transposed ? width - t : t;
    for (let j = 0; j < i; j++) {
      const factor = l[start + i * width + j];
      const to = x + (transposed ? j : i) * cols;
      const from = x + (transposed ? i : j) * cols;
      for (let c = 0; c < cols; c++) y[to + c] -= factor * y[from + c];
    }
  }
}
