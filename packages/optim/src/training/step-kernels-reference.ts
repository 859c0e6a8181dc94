// The kernels of optimisers' steps in plain TypeScript: what the WebAssembly builds are tested against, and what runs for few
// parameters and where the engine has no SIMD. In the order of `step-kernels.ts`.
import type { StepKernels } from './step-kernels.ts';

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
