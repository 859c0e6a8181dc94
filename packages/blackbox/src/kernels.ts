// The kernels of this package and how they are called. All of them are compiled without fused operations and use their own polynomials:
// every build gives the same bits on every machine, so that replicas that exchange only scalars stay equal.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from './generated/kernels.ts';
import type { BlackboxKernels } from './kernels-reference.ts';
import { blackboxReference } from './kernels-reference.ts';

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
    // Masks that separate the exponent, the fraction and the sign.
    ...[0x00095f619980c434n, 0x000fffffffffffffn, 0x3fe6a09e667f3bccn, 0x8000000000000000n],
  ),
  // The largest coordinate of particles.
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
