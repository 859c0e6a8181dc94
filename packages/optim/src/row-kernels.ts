// Products with many rows at once: the loops of methods that keep a window of gradients.
import type { FloatArray } from '@infimum/core';

/** Loops over columns `from` <= k < `to` of rows that are `stride` apart. */
export interface RowKernels<Rows extends FloatArray> {
  /** out_i = rows_i . x for `first` <= i < `last`; column k meets entry k of x. */
  dots(
    rows: Rows,
    stride: number,
    first: number,
    last: number,
    from: number,
    to: number,
    x: Float64Array,
    out: Float64Array,
  ): void;
  /** out <- out + sum over `first` <= i < `last` of factors_i rows_i. */
  combine(
    rows: Rows,
    stride: number,
    first: number,
    last: number,
    from: number,
    to: number,
    factors: Float64Array,
    out: Float64Array,
  ): void;
}

// One copy for each type of array: loops that see both types run at half the speed.
const float64Rows = /* @__PURE__ */ rowKernels<Float64Array>();
const float32Rows = /* @__PURE__ */ rowKernels<Float32Array>();

/** The loops for rows of this type. */
export function rowKernelsFor<Rows extends FloatArray>(rows: Rows): RowKernels<Rows> {
  return (rows instanceof Float64Array ? float64Rows : float32Rows) as RowKernels<Rows>;
}

/** Four rows at a time, so that x and out are read and written a quarter as often. */
function rowKernels<Rows extends FloatArray>(): RowKernels<Rows> {
  return {
    dots: (rows, stride, first, last, from, to, x, out) => {
      let i = first;
      for (; i + 4 <= last; i += 4) {
        const a = i * stride;
        const [b, c, d] = [a + stride, a + 2 * stride, a + 3 * stride];
        let [sumA, sumB, sumC, sumD] = [0, 0, 0, 0];
        for (let k = from; k < to; k++) {
          const value = x[k];
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
        for (let k = from, at = i * stride; k < to; k++) sum += rows[at + k] * x[k];
        out[i] = sum;
      }
    },
    combine: (rows, stride, first, last, from, to, factors, out) => {
      let i = first;
      for (; i + 4 <= last; i += 4) {
        const a = i * stride;
        const [b, c, d] = [a + stride, a + 2 * stride, a + 3 * stride];
        const [fa, fb, fc, fd] = [factors[i], factors[i + 1], factors[i + 2], factors[i + 3]];
        if (fa === 0 && fb === 0 && fc === 0 && fd === 0) continue;
        for (let k = from; k < to; k++)
          out[k] += fa * rows[a + k] + fb * rows[b + k] + (fc * rows[c + k] + fd * rows[d + k]);
      }
      for (; i < last; i++) {
        const factor = factors[i];
        for (let k = from, at = i * stride; k < to; k++) out[k] += factor * rows[at + k];
      }
    },
  };
}
