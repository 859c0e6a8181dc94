// The kernels of optimisers' steps and how they are called; the descriptions hold for all builds.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/training-kernels.ts';

/**
 * The kernels: vectors are given by their byte offsets on the workspace's memory. All builds give the same bits. Nothing is
 * checked: that is the caller's part.
 */
export interface StepKernels {
  /**
   * A step of Adam on n parameters: g <- gradient + pull x, the running means m of g and v of g², and
   * x <- shrink x - rate m scale1 / (sqrt(v scale2) + epsilon), without a step where the divisor is 0.
   */
  adam(
    n: number,
    x: number,
    gradient: number,
    mean: number,
    square: number,
    beta1: number,
    beta2: number,
    pull: number,
    shrink: number,
    rate: number,
    scale1: number,
    scale2: number,
    epsilon: number,
  ): void;
  /**
   * A step of AdaHessian on n parameters: m <- beta1 m + fresh g, v <- memory v + (1 - memory) diagonal², and
   * x <- shrink x - rate m / (c^k + epsilon) - pull x with c = sqrt(v scale2) + minCurvature, without a step where the
   * divisor is 0; k is 1, 1/2 or 0 for `power` 2, 1 or 0.
   */
  adaHessian(
    n: number,
    power: number,
    x: number,
    gradient: number,
    mean: number,
    square: number,
    diagonal: number,
    beta1: number,
    fresh: number,
    memory: number,
    rate: number,
    scale2: number,
    minCurvature: number,
    epsilon: number,
    shrink: number,
    pull: number,
  ): void;
  /**
   * values <- the mean of their moduli over each of `runs` runs of `length` entries, one after the other, but at most `most`.
   *
   * @returns 1 if all sums are finite, else 0
   */
  averageRuns(runs: number, length: number, most: number, values: number): number;
  /** As `averageRuns` with runs of one entry, n of them. */
  moduli(n: number, most: number, values: number): number;
  /** out_k <- 1 where bit k of the words of 32 bits is set, else -1; n of them, the lowest bits first. */
  signs(n: number, words: number, out: number): void;
}

/** The kernels of optimisers' steps, for `workspace.kernels(stepKernels)`. */
export const stepKernels: KernelModule<StepKernels> = /* @__PURE__ */ defineKernels<StepKernels>({
  simd,
  relaxedSimd,
  reference: stepReference,
});

/** The kernels on a memory; byte offsets become indices into a view of it. */
export function stepReference(buffer: ArrayBufferLike): StepKernels {
  const doubles = new Float64Array(buffer);

  const adam: StepKernels['adam'] = (
    n,
    x,
    gradient,
    mean,
    square,
    beta1,
    beta2,
    pull,
    shrink,
    rate,
    scale1,
    scale2,
    epsilon,
  ) => {
    const [xAt, gAt, mAt, vAt] = [x / 8, gradient / 8, mean / 8, square / 8];
    for (let i = 0; i < n; i++) {
      const point = doubles[xAt + i];
      const g = doubles[gAt + i] + pull * point;
      const m = beta1 * doubles[mAt + i] + (1 - beta1) * g;
      const v = beta2 * doubles[vAt + i] + (1 - beta2) * g * g;
      doubles[mAt + i] = m;
      doubles[vAt + i] = v;
      // An entry that never had a gradient stays where it is, also with epsilon = 0.
      const root = Math.sqrt(v * scale2) + epsilon;
      doubles[xAt + i] = shrink * point - (root > 0 ? (rate * m * scale1) / root : 0);
    }
  };

  const adaHessian: StepKernels['adaHessian'] = (
    n,
    power,
    x,
    gradient,
    mean,
    square,
    diagonal,
    beta1,
    fresh,
    memory,
    rate,
    scale2,
    minCurvature,
    epsilon,
    shrink,
    pull,
  ) => {
    const [xAt, gAt, mAt, vAt, dAt] = [x / 8, gradient / 8, mean / 8, square / 8, diagonal / 8];
    for (let i = 0; i < n; i++) {
      const curvature = doubles[dAt + i];
      const m = beta1 * doubles[mAt + i] + fresh * doubles[gAt + i];
      const v = memory * doubles[vAt + i] + (1 - memory) * curvature * curvature;
      doubles[mAt + i] = m;
      doubles[vAt + i] = v;
      const whole = Math.sqrt(v * scale2) + minCurvature;
      const root = (power === 2 ? whole : power === 1 ? Math.sqrt(whole) : 1) + epsilon;
      // Without any curvature and epsilon there is no step, rather than an infinite one.
      const step = root > 0 ? (rate * m) / root : 0;
      const point = doubles[xAt + i];
      doubles[xAt + i] = shrink * point - step - pull * point;
    }
  };

  return {
    adam,
    adaHessian,
    averageRuns: (runs, length, most, values) => {
      const share = 1 / length;
      const even = length & ~1;
      let zero = 0;
      for (let run = 0, at = values / 8; run < runs; run++, at += length) {
        // In the order of pairs.
        let [first, second] = [0, 0];
        for (let i = 0; i < even; i += 2) {
          first += Math.abs(doubles[at + i]);
          second += Math.abs(doubles[at + i + 1]);
        }
        const sum = first + second + (even < length ? Math.abs(doubles[at + even]) : 0);
        zero += 0 * sum;
        doubles.fill(Math.min(sum * share, most), at, at + length);
      }
      return zero === 0 ? 1 : 0;
    },
    moduli: (n, most, values) => {
      let zero = 0;
      for (let i = values / 8; i < values / 8 + n; i++) {
        const size = Math.abs(doubles[i]);
        zero += 0 * size;
        doubles[i] = Math.min(size, most);
      }
      return zero === 0 ? 1 : 0;
    },
    signs: (n, words, out) => {
      const bits = new Uint32Array(buffer);
      for (let k = 0; k < n; k++) {
        const isSet = (bits[words / 4 + (k >>> 5)] >>> (k & 31)) & 1;
        doubles[out / 8 + k] = (isSet << 1) - 1;
      }
    },
  };
}
