// The dense loops of Lemke-Howson's basis, in WebAssembly and in plain TypeScript.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/kernels.ts';

/** Loops over rows of `stride` numbers, of which `count` are taken: a multiple of 8. Other arguments are byte offsets. */
export interface BasisKernels {
  /** y <- from - sum over t < terms of factors_t times row index_t of a. */
  combine(
    count: number,
    terms: number,
    a: number,
    stride: number,
    index: number,
    factors: number,
    from: number,
    y: number,
  ): void;
  /** y <- a x. */
  times(rows: number, count: number, a: number, stride: number, x: number, y: number): void;
  /** a <- a + x y'. */
  rankOne(rows: number, count: number, a: number, stride: number, x: number, y: number): void;
  /** y <- y + alpha x, of any length. */
  axpy(n: number, alpha: number, x: number, y: number): void;
  /** The least values_k / entries_k over the entries beyond `pivot`, of any number; infinite if there is none. */
  leastRatio(n: number, pivot: number, entries: number, values: number): number;
  /** The first k from `start` on with entries_k > pivot and values_k <= bound entries_k; n if there is none. */
  nextWithin(n: number, start: number, pivot: number, bound: number, entries: number, values: number): number;
  /** Widens least and most, two numbers at `bounds`, to those of n values; 1 if none is beyond `limit` in size or NaN, else 0. */
  widen(n: number, values: number, limit: number, bounds: number): number;
}

/** The kernels, to be run on a workspace's memory. */
export const basisKernels: KernelModule<BasisKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

function reference(buffer: ArrayBufferLike): BasisKernels {
  const doubles = new Float64Array(buffer);
  const integers = new Int32Array(buffer);
  return {
    combine: (count, terms, a, stride, index, factors, from, y) => {
      doubles.copyWithin(y / 8, from / 8, from / 8 + count);
      for (let t = 0; t < terms; t++) {
        const row = a / 8 + integers[index / 4 + t] * stride;
        const factor = doubles[factors / 8 + t];
        for (let k = 0; k < count; k++) doubles[y / 8 + k] -= factor * doubles[row + k];
      }
    },
    times: (rows, count, a, stride, x, y) => {
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += doubles[a / 8 + i * stride + k] * doubles[x / 8 + k];
        doubles[y / 8 + i] = sum;
      }
    },
    rankOne: (rows, count, a, stride, x, y) => {
      for (let i = 0; i < rows; i++) {
        const factor = doubles[x / 8 + i];
        for (let k = 0; k < count; k++) doubles[a / 8 + i * stride + k] += factor * doubles[y / 8 + k];
      }
    },
    axpy: (n, alpha, x, y) => {
      for (let k = 0; k < n; k++) doubles[y / 8 + k] += alpha * doubles[x / 8 + k];
    },
    leastRatio: (n, pivot, entries, values) => {
      let least = Infinity;
      for (let k = 0; k < n; k++) {
        const entry = doubles[entries / 8 + k];
        if (entry > pivot && doubles[values / 8 + k] / entry < least) least = doubles[values / 8 + k] / entry;
      }
      return least;
    },
    nextWithin: (n, start, pivot, bound, entries, values) => {
      for (let k = start; k < n; k++) {
        const entry = doubles[entries / 8 + k];
        if (entry > pivot && doubles[values / 8 + k] <= bound * entry) return k;
      }
      return n;
    },
    widen: (n, values, limit, bounds) => {
      let isInside = 1;
      for (let k = 0; k < n; k++) {
        const value = doubles[values / 8 + k];
        if (!(Math.abs(value) <= limit)) isInside = 0;
        doubles[bounds / 8] = Math.min(doubles[bounds / 8], value);
        doubles[bounds / 8 + 1] = Math.max(doubles[bounds / 8 + 1], value);
      }
      return isInside;
    },
  };
}
