// Storage of rows that are used in many products, such as gradients, and the loops over them.
import type { FloatArray } from '@infimum/core';
import { fault } from '@infimum/core';
import {
  float32,
  GEMM_SCRATCH,
  layout,
  linalgKernels,
  matrixPlace,
  placedGram,
  placedProduct,
  scratch,
  transposedPlace,
} from '@infimum/linalg/kernels';
import { rowGram } from './row-gram.ts';
import { GRAM_DEPTH, GRAM_TILE, rowKernels } from './row-kernels.ts';

/** A block of columns: rows `width` apart from entry `at` of the store on, that meet entries of vectors from `from` on. */
interface RowBlock {
  readonly at: number;
  readonly width: number;
  readonly from: number;
}

/** Rows, block by block. */
export interface RowStore {
  /** The entries, zeros at first. */
  readonly rows: FloatArray;
  /** out_i = row_i . x for `first` <= i < `last`. */
  dots(block: RowBlock, first: number, last: number, x: Float64Array, out: Float64Array): void;
  /** out <- out + sum over `first` <= i < `last` of factors_i row_i. */
  combine(block: RowBlock, first: number, last: number, factors: Float64Array, out: Float64Array): void;
  /**
   * row_i <- row_i + sum over j < `first` of factors_j (row_j . g_i) row_j for `first` <= i < `last`, where the g_i are rows of
   * another matrix, `stride` apart. Absent where it is not faster than row by row.
   */
  combineAll?(block: RowBlock, first: number, last: number, factors: Float64Array, others: FloatArray, stride: number): void;
  /** The inner products of all pairs of rows, for a store of one block: symmetric, count x count. */
  gram(): Float64Array;
}

/** From so many entries on, SIMD on a separate memory is worthwhile, up to as many bytes as fit into one. */
const LEAST = 2 ** 18;
const MOST_BYTES = 2 ** 31;

/** Entries of the largest window: 8 GB. */
const MOST_ENTRIES = 2 ** 30;

/** Columns of a result that are kept in the cache while all rows are added to them. */
const CHUNK = 2048;

/** A store for `count` rows of `dimension` entries, in blocks. */
export function rowStore(count: number, dimension: number, precision: 'float64' | 'float32'): RowStore {
  const size = count * dimension;
  if (size > MOST_ENTRIES) throw fault(`needs ${8 * size} bytes, more than there is room for`, 'window', 'too-large');
  const isSimd = size >= LEAST && size * (precision === 'float32' ? 4 : 8) <= MOST_BYTES;
  if (precision === 'float32') {
    return isSimd ? simdStore32(count, dimension) : plainStore(new Float32Array(size), count, dimension);
  }
  return isSimd ? simdStore(count, dimension) : plainStore(new Float64Array(size), count, dimension);
}

/** Rows of a page: so many are combined with earlier ones together. */
export const PAGE_ROWS = 8;

/** Products by the kernels of linalg, in whose memory the rows lie. */
function simdStore(count: number, dimension: number): RowStore {
  const { workspace, rows, vector, result, small, square, slice, gemmScratch } = layout({
    rows: count * dimension,
    vector: dimension,
    result: dimension,
    small: count,
    square: count * count,
    slice: CHUNK * count,
    gemmScratch: scratch(GEMM_SCRATCH),
  });
  const { gemv, gemvTransposed } = workspace.kernels(linalgKernels);
  return {
    rows,
    dots: ({ at, width, from }, first, last, x, out) => {
      for (let k = 0; k < width; k++) vector[k] = x[from + k];
      gemv(first, last, width, rows.byteOffset + 8 * at, vector.byteOffset, small.byteOffset);
      for (let i = first; i < last; i++) out[i] = small[i];
    },
    combine: ({ at, width, from }, first, last, factors, out) => {
      for (let i = first; i < last; i++) small[i] = factors[i];
      const [start, part] = [rows.byteOffset + 8 * (at + first * width), small.byteOffset + 8 * first];
      for (let k = 0; k < width; k += CHUNK) {
        const end = Math.min(width, k + CHUNK);
        gemvTransposed(k, end, last - first, width, start, part, result.byteOffset);
      }
      for (let k = 0; k < width; k++) out[from + k] += result[k];
    },
    combineAll: ({ at, width, from }, first, last, factors, others, stride) => {
      const page = last - first;
      const products = matrixPlace(square, first);
      for (let k = 0; k < width; k += CHUNK) {
        const here = Math.min(CHUNK, width - k);
        for (let i = 0; i < page; i++) {
          const other = (first + i) * stride + from + k;
          slice.set(others.subarray(other, other + here), i * here);
        }
        placedProduct(workspace, {
          rows: page,
          cols: first,
          inner: here,
          a: matrixPlace(slice, here),
          b: transposedPlace(matrixPlace(rows, width, at + k)),
          beta: k === 0 ? 0 : 1,
          c: products,
          scratch: gemmScratch,
        });
      }
      for (let i = 0; i < page; i++) for (let j = 0; j < first; j++) square[i * first + j] *= factors[j];
      for (let k = 0; k < width; k += CHUNK) {
        const here = Math.min(CHUNK, width - k);
        placedProduct(workspace, {
          rows: page,
          cols: here,
          inner: first,
          a: products,
          b: matrixPlace(rows, width, at + k),
          beta: 1,
          c: matrixPlace(rows, width, at + first * width + k),
          scratch: gemmScratch,
        });
      }
    },
    gram: () => {
      const [a, c] = [matrixPlace(rows, dimension), matrixPlace(square, count)];
      placedGram(workspace, { rows: count, inner: dimension, a, c, scratch: gemmScratch });
      return mirrored(square, count, count);
    },
  };
}

/** As `simdStore` with rows in 32 bits, which are read in half of the time; sums have 64 bits but for those of `gram`. */
function simdStore32(count: number, dimension: number): RowStore {
  const tiles = GRAM_TILE * Math.ceil(count / GRAM_TILE);
  const { workspace, rows, panel, chunk, small, square } = layout({
    rows: float32(count * dimension),
    panel: float32(GRAM_DEPTH * tiles),
    chunk: CHUNK,
    small: count,
    square: tiles * tiles,
  });
  const { dots32, combine32, gram32 } = workspace.kernels(rowKernels);
  return {
    rows,
    dots: ({ at, width, from }, first, last, x, out) => {
      small.fill(0, first, last);
      for (let k = 0; k < width; k += CHUNK) {
        const here = Math.min(CHUNK, width - k);
        chunk.set(x.subarray(from + k, from + k + here));
        const start = rows.byteOffset + 4 * (at + k);
        dots32(first, last, here, start, width, chunk.byteOffset, small.byteOffset);
      }
      out.set(small.subarray(first, last), first);
    },
    combine: ({ at, width, from }, first, last, factors, out) => {
      small.set(factors.subarray(first, last), first);
      for (let k = 0; k < width; k += CHUNK) {
        const here = Math.min(CHUNK, width - k);
        const part = out.subarray(from + k, from + k + here);
        chunk.set(part);
        const start = rows.byteOffset + 4 * (at + first * width + k);
        combine32(last - first, here, start, width, small.byteOffset + 8 * first, chunk.byteOffset);
        part.set(here < CHUNK ? chunk.subarray(0, here) : chunk);
      }
    },
    gram: () => {
      square.fill(0);
      gram32(count, dimension, rows.byteOffset, dimension, square.byteOffset, panel.byteOffset);
      return mirrored(square, tiles, count);
    },
  };
}

/** A symmetric matrix from the lower triangle of one whose rows are `stride` apart. */
function mirrored(square: Float64Array, stride: number, count: number): Float64Array {
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * count + j] = square[i * stride + j];
      gram[j * count + i] = square[i * stride + j];
    }
  }
  return gram;
}

/** Plain loops, four rows at a time, so that x and out are read and written a quarter as often. */
function plainStore(rows: FloatArray, count: number, dimension: number): RowStore {
  // Closures of their own for every store: loops that see both types of arrays run at half the speed.
  return {
    rows,
    dots: ({ at, width, from }, first, last, x, out) => {
      let i = first;
      for (; i + 4 <= last; i += 4) {
        const a = at + i * width;
        const [b, c, d] = [a + width, a + 2 * width, a + 3 * width];
        let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
        for (let k = 0; k < width; k++) {
          const value = x[from + k];
          sumA += rows[a + k] * value;
          sumB += rows[b + k] * value;
          sumC += rows[c + k] * value;
          sumD += rows[d + k] * value;
        }
        out[i] = sumA;
        out[i + 1] = sumB;
        out[i + 2] = sumC;
        out[i + 3] = sumD;
      }
      for (; i < last; i++) {
        let sum = 0;
        for (let k = 0, row = at + i * width; k < width; k++) sum += rows[row + k] * x[from + k];
        out[i] = sum;
      }
    },
    combine: ({ at, width, from }, first, last, factors, out) => {
      let i = first;
      for (; i + 4 <= last; i += 4) {
        const a = at + i * width;
        const [b, c, d] = [a + width, a + 2 * width, a + 3 * width];
        const [fa, fb, fc, fd] = [factors[i], factors[i + 1], factors[i + 2], factors[i + 3]];
        if (fa === 0 && fb === 0 && fc === 0 && fd === 0) continue;
        for (let k = 0; k < width; k++)
          out[from + k] += fa * rows[a + k] + fb * rows[b + k] + (fc * rows[c + k] + fd * rows[d + k]);
      }
      for (; i < last; i++) {
        const factor = factors[i];
        for (let k = 0, row = at + i * width; k < width; k++) out[from + k] += factor * rows[row + k];
      }
    },
    gram: () => rowGram(rows, count, dimension),
  };
}
