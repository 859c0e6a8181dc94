// The kernels of this package and how they are called. All of them are compiled without fused operations and use polynomials of their
// own: every build gives the same bits on every machine, so that replicas that exchange only scalars stay equal.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from './generated/kernels.ts';
import { blackboxReference } from './kernels-reference.ts';

/** The kernels; arrays are given by their byte offsets. Nothing is checked: that is the caller's part. */
export interface BlackboxKernels {
  /**
   * Writes `count` standard normal numbers, rounded up to a multiple of 16: number i of (blockHigh, stream0, stream1) under the key
   * (key0, key1), from 32 random bits for the radius and 31 for the angle.
   *
   * @param words - 64 bytes of scratch
   * @param table - `noiseTable`
   */
  normals(
    count: number,
    blockHigh: number,
    stream0: number,
    stream1: number,
    key0: number,
    key1: number,
    words: number,
    table: number,
    out: number,
  ): void;
  /**
   * x <- x - drift D + strength width z, D = x - center, for `count` numbers (a multiple of 16) of particles one after the other,
   * within ±1e150; z are the `normals` of (blockHigh, stream0, 0).
   *
   * @param period - length of `center`, a multiple of 16: the centre over and over
   * @param widths - a width for every number, or 0: min(|D|, truncation)
   * @param noise - 128 bytes of scratch
   */
  consensusStep(
    count: number,
    period: number,
    particles: number,
    center: number,
    widths: number,
    drift: number,
    strength: number,
    truncation: number,
    blockHigh: number,
    stream0: number,
    key0: number,
    key1: number,
    words: number,
    table: number,
    noise: number,
  ): void;
  /** The mean of `count` particles of `dimension` numbers by weights that are not negative, as a running mean; 0 if all weigh nothing. */
  weightedMean(count: number, dimension: number, particles: number, weights: number, out: number): void;
  /**
   * Writes w_i = exp(-alpha (f_i - least)) for `count` values, an even number; 0 where alpha (f_i - least) is not in [0, 708).
   *
   * @param table - `exponentialTable`
   * @param sums - 4 numbers: of w, w², alpha (f - least) w, alpha (f - least) w²
   */
  gibbsWeights(
    count: number,
    values: number,
    least: number,
    alpha: number,
    table: number,
    weights: number,
    sums: number,
  ): void;
  /** out_ia = sum_b W_ab x_ib for `members` (a multiple of 4) inputs of `cols` numbers, `rows` and `cols` multiples of 2. */
  lowRankForward(rows: number, cols: number, members: number, weights: number, x: number, out: number): void;
}

/** The constants of the normal numbers, in the order of `assembly/normals.ts`: numbers, then words of 32 and 64 bits. */
export const noiseTable: Float64Array = /* @__PURE__ */ Float64Array.of(
  ...[1023, 1, 2],
  ...[0.15313837699209373, 0.22222198432149784, 0.3999999999940942],
  ...[0.14798198605116586, 0.1818357216161805, 0.2857142874366239, 0.6666666666666735],
  ...[0.5, 0.6931471803691238, 1.9082149292705877e-10, 2 ** -32, -2, Math.PI / 2 ** 31],
  ...[1.58969099521155e-10, -2.5050760253406863e-8, 2.7557313707070068e-6],
  ...[-0.0001984126982985795, 0.00833333333332249, -0.16666666666666632],
  ...[-1.1359647557788195e-11, 2.087572321298175e-9, -2.7557314351390663e-7],
  ...[2.480158728947673e-5, -0.001388888888887411, 0.0416666666666666],
  ...wordsAsNumbers(
    // Multipliers and steps of the keys of Philox, the mask and the middle of angles, two each.
    ...[0xcd9e8d57d2511f53n, 0xbb67ae859e3779b9n, 0x200000003fffffffn],
    // What parts an exponent from its fraction, and a sign.
    ...[0x00095f619980c434n, 0x000fffffffffffffn, 0x3fe6a09e667f3bccn, 0x8000000000000000n],
  ),
  // How far particles go.
  1e150,
);

/** The constants of the exponential: log 2 in two parts, one with zeros at its end; 1/n! from n = 12 and from n = 13 down by twos. */
export const exponentialTable: Float64Array = /* @__PURE__ */ Float64Array.of(
  ...[Math.LOG2E, 1.5 * 2 ** 52, 0.6931471803691238, 1.9082149292705877e-10, 708],
  ...[1 / 479001600, 1 / 3628800, 1 / 40320, 1 / 720, 1 / 24, 1 / 2, 1],
  ...[1 / 6227020800, 1 / 39916800, 1 / 362880, 1 / 5040, 1 / 120, 1 / 6, 1],
);

/** The numbers with these bits; none is NaN, which would not keep them. */
function wordsAsNumbers(...words: bigint[]): Float64Array {
  return new Float64Array(BigUint64Array.from(words).buffer);
}

/** The kernels of this package, for `workspace.kernels(blackboxKernels)`. */
export const blackboxKernels: KernelModule<BlackboxKernels> = /* @__PURE__ */ defineKernels<BlackboxKernels>({
  simd,
  relaxedSimd,
  reference: blackboxReference,
});
