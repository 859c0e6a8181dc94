// Rows that products are made with all the time, such as gradients: where they lie, and the loops over them.
import type { FloatArray } from '@infimum/core';
import { linalgKernels, Workspace } from '@infimum/linalg/kernels';

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
}

/** From so many entries on SIMD pays for a memory of its own, up to as many as fit into one. */
const [LEAST, MOST] = [2 ** 20, 2 ** 28];

/** Columns of a result that are kept in the cache while all rows are added to them. */
const CHUNK = 2048;

/** A store for `count` rows of `dimension` entries, in blocks. */
export function rowStore(count: number, dimension: number, precision: 'float64' | 'float32'): RowStore {
  const size = count * dimension;
  if (precision === 'float32') return plainStore(new Float32Array(size));
  return size < LEAST || size > MOST ? plainStore(new Float64Array(size)) : simdStore(count, dimension);
}

/** Products by the kernels of linalg, in whose memory the rows lie. */
function simdStore(count: number, dimension: number): RowStore {
  const workspace = Workspace.for({ float64: [count * dimension, dimension, dimension, count] });
  const { gemv, gemvTransposed } = workspace.kernels(linalgKernels);
  const rows = workspace.float64(count * dimension);
  const vector = workspace.float64(dimension);
  const result = workspace.float64(dimension);
  const small = workspace.float64(count);
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
  };
}

/** Plain loops, four rows at a time, so that x and out are read and written a quarter as often. */
function plainStore(rows: FloatArray): RowStore {
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
  };
}
