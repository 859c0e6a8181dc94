// The blocks that sparse factors consist of, substitution by them, and the refinement of what it gives.
import { checkNumbers, checkObject, InvalidInputError } from '@infimum/core';
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
  return new InvalidInputError('has parts of different sizes', { argument, code: 'shape' });
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
export interface Residual {
  /** b - A x */
  readonly residual: Float64Array;
  /** The largest |b - A x| over |A| |x| + |b|, entry by entry. */
  readonly backwardError: number;
}

/** Backward errors that cannot be told from rounding of the terms. */
const ROUNDING = 4 * Number.EPSILON;

/** A solution, solved for again with its residual until that is down to rounding or falls no more, at most ten times. */
export function refined(
  { values: b }: DenseMatrix,
  residualOf: (x: Float64Array) => Residual,
  solve: (b: Float64Array) => Float64Array,
): SparseSolution<Float64Array> {
  let x = solve(b);
  let { residual, backwardError } = residualOf(x);
  for (let refinement = 0; refinement < 10 && backwardError > ROUNDING; refinement++) {
    const correction = solve(residual);
    for (let i = 0; i < x.length; i++) correction[i] += x[i];
    const next = residualOf(correction);
    if (!(next.backwardError < backwardError)) break;
    const enough = next.backwardError > backwardError / 2;
    x = correction;
    ({ residual, backwardError } = next);
    if (enough) break;
  }
  return { x, backwardError };
}

/** The largest |r_i| over s_i. */
export function largestRatio(residual: Float64Array, sizes: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < residual.length; i++) {
    const ratio = residual[i] === 0 ? 0 : Math.abs(residual[i]) / sizes[i];
    if (!(ratio <= largest)) largest = Number.isNaN(ratio) ? Infinity : ratio;
  }
  return largest;
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
  else for (let c = 0; c < cols; c++) forwards(blocks, y, cols, c);
}

/** Y <- L'^-1 Y, alike. */
export function substituteBackwards(blocks: FrontBlocks, y: Float64Array, cols: number): void {
  if (cols >= MANY) substituteColumns(blocks, y, cols, true);
  else for (let c = 0; c < cols; c++) backwards(blocks, y, cols, c);
}

/** One column of Y <- L^-1 Y. */
function forwards({ starts, rowPointers, rows, blockPointers, values }: FrontBlocks, y: Float64Array, cols: number, c: number) {
  for (let s = 0; s + 1 < starts.length; s++) {
    const [first, end] = [starts[s] * cols + c, starts[s + 1] * cols + c];
    const width = starts[s + 1] - starts[s];
    let row = blockPointers[s];
    for (let i = first; i < end; i += cols, row += width) {
      let sum = y[i];
      for (let j = first, at = row; j < i; j += cols, at++) sum -= values[at] * y[j];
      y[i] = sum;
    }
    for (let q = rowPointers[s]; q < rowPointers[s + 1]; q++) {
      let sum = 0;
      for (let j = first; j < end; j += cols, row++) sum += values[row] * y[j];
      y[rows[q] * cols + c] -= sum;
    }
  }
}

/** One column of Y <- L'^-1 Y. */
function backwards(
  { starts, rowPointers, rows, blockPointers, values }: FrontBlocks,
  y: Float64Array,
  cols: number,
  c: number,
) {
  const entry = (q: number): number => y[rows[q] * cols + c];
  for (let s = starts.length - 2; s >= 0; s--) {
    const [first, end] = [starts[s] * cols + c, starts[s + 1] * cols + c];
    const width = starts[s + 1] - starts[s];
    let at = blockPointers[s] + width * width;
    let q = rowPointers[s];
    // Four rows at a time, as each takes the pivots' unknowns from memory and back.
    for (; q + 4 <= rowPointers[s + 1]; q += 4, at += 3 * width) {
      const [p, r, t, u] = [entry(q), entry(q + 1), entry(q + 2), entry(q + 3)];
      for (let j = first; j < end; j += cols, at++) {
        y[j] -= values[at] * p + values[at + width] * r + values[at + 2 * width] * t + values[at + 3 * width] * u;
      }
    }
    for (; q < rowPointers[s + 1]; q++) {
      const value = entry(q);
      for (let j = first; j < end; j += cols, at++) y[j] -= values[at] * value;
    }
    for (let i = end - cols, row = blockPointers[s] + (width - 1) * width; i > first; i -= cols, row -= width) {
      for (let j = first, k = row; j < i; j += cols, k++) y[j] -= values[k] * y[i];
    }
  }
}

/** Both for many columns: the rows below a front's pivots by products of matrices. */
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
    const mine = y.subarray(first * cols, (first + width) * cols);
    block.set(values.subarray(start + width * width, start + width * (width + length)));
    const [a, x, z] = [block.byteOffset, pivots.byteOffset, below.byteOffset];
    if (!transposed) {
      solveSquare(values, start, width, mine, cols, false);
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
      solveSquare(values, start, width, mine, cols, true);
    }
  }
}

/** X <- L^-1 X, or L'^-1 X, for a square block with ones on its diagonal. */
function solveSquare(l: Float64Array, start: number, width: number, x: Float64Array, cols: number, transposed: boolean): void {
  for (let t = 1; t < width; t++) {
    const i = transposed ? width - t : t;
    for (let j = 0; j < i; j++) {
      const factor = l[start + i * width + j];
      const [to, from] = transposed ? [j * cols, i * cols] : [i * cols, j * cols];
      for (let c = 0; c < cols; c++) x[to + c] -= factor * x[from + c];
    }
  }
}
