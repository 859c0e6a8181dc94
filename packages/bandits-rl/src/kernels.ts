// The kernels of this package and how they are called. They are compiled without fused operations: every build gives the bits of the
// plain rules.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from './generated/kernels.ts';

/** The kernels; arrays are given by their byte offsets. Nothing is checked here; the caller does it. */
export interface ControlKernels {
  /**
   * Moves carts `from` to before `count`, two at a time, as the rules of `cartPole` say, and writes a byte of 1 for those that have
   * fallen, else 0. Stops before a pair of which one leans by 0.3 or more.
   *
   * @returns where it stopped
   */
  cartPoleSteps(from: number, count: number, states: number, actions: number, terminated: number, table: number): number;
  /**
   * system_kj += sum_i φ_k(i) (a_i φ_j(i+1) - b_i φ_j(i)) and right_k -= sum_i φ_k(i) e_i for `steps`, an even number; the rows of
   * features are `stride` numbers apart.
   */
  lstdBlock(
    steps: number,
    size: number,
    stride: number,
    features: number,
    a: number,
    b: number,
    earned: number,
    system: number,
    right: number,
  ): void;
}

/** The constants of `assembly/cart-pole.ts`, in its order. */
export const cartPoleTable: Float64Array = /* @__PURE__ */ Float64Array.of(
  ...[0.3, 10, -10, 1],
  ...[1 / 362_880, -1 / 39_916_800, 1 / 6_227_020_800, -1 / 6, 1 / 120, -1 / 5040],
  ...[1 / 40_320, -1 / 3_628_800, 1 / 479_001_600, -1 / 2, 1 / 24, -1 / 720],
  ...[0.05, 1 / 1.1, 9.8, 2 / 3, 0.05 / 1.1, 0.02, 2.4, (12 * 2 * Math.PI) / 360],
);

/** The kernels of this package; where the engine has no SIMD the plain rules move every cart. */
export const controlKernels: KernelModule<ControlKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

/** The kernels in plain TypeScript, to the same bits. */
function reference(buffer: ArrayBufferLike): ControlKernels {
  const memory = new Float64Array(buffer);
  /** The sum of a term over even and over odd steps. */
  const sum = (steps: number, term: (i: number) => number) => {
    let [even, odd] = [0, 0];
    for (let i = 0; i < steps; i += 2) {
      even += term(i);
      odd += term(i + 1);
    }
    return even + odd;
  };
  return {
    cartPoleSteps: (from) => from,
    lstdBlock(steps, size, stride, features, a, b, earned, system, right) {
      for (let j = 0; j < size; j++) {
        const own = features / 8 + j * stride;
        memory[right / 8 + j] -= sum(steps, (i) => memory[own + i] * memory[earned / 8 + i]);
        for (let k = 0; k < size; k++) {
          const row = features / 8 + k * stride;
          memory[system / 8 + k * size + j] += sum(
            steps,
            (i) => memory[row + i] * (memory[a / 8 + i] * memory[own + i + 1] - memory[b / 8 + i] * memory[own + i]),
          );
        }
      }
    },
  };
}
