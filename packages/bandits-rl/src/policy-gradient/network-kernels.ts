// The kernels of networks, and the same in plain TypeScript.
import type { KernelModule } from '@infimum/linalg/kernels';
import { defineKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from '../generated/network-kernels.ts';

/**
 * The kernels; arrays are given by their byte offsets, and nothing is checked. A layer is a record of `RECORD` integers: its width, that
 * of the next, and the byte offsets of
 *
 * - the weights as a matrix of a row an input, the constant terms in the row behind them; and as one of a row an output, with a row of
 *   zeros behind them
 * - its inputs and its outputs, the slopes by the inputs and by the outputs: a row a step
 * - the gradient, as the first of the two matrices.
 *
 * Rows are filled up to an even number of columns with zeros.
 */
export interface NetworkKernels {
  /**
   * Fills the outputs of all layers from the inputs of the first for `count` steps; all but the last by tanh, which is at most 4 units
   * in the last place from the truth.
   */
  forwardNetwork(count: number, layers: number, records: number, constants: number): void;
  /** Backpropagates the slopes by the outputs of the last layer, adding to the gradients of all layers. */
  backwardNetwork(count: number, layers: number, records: number): void;
}

/** Integers of a layer's record. */
export const RECORD = 9;

/** The constants of the kernels' tanh, in their order. */
export const tanhTable: Float64Array = /* @__PURE__ */ Float64Array.of(
  ...[1 / Math.LN2, 1.5 * 2 ** 52, 0.6931471803691238, 1.9082149292705877e-10, 2],
  ...[0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6],
  ...[4.1381367970572385e-8, 1, 44],
);

/** The kernels of networks; with fused operations where the engine has them, so that builds differ in the last digits. */
export const networkKernels: KernelModule<NetworkKernels> = /* @__PURE__ */ defineKernels<NetworkKernels>({
  simd,
  relaxedSimd,
  reference: networkReference,
});

function networkReference(buffer: ArrayBufferLike): NetworkKernels {
  const memory = new Float64Array(buffer);
  const integers = new Int32Array(buffer);
  const even = (count: number) => count + (count % 2);
  const record = (records: number, l: number) => {
    const at = records / 4 + RECORD * l;
    const [width, next] = [integers[at], integers[at + 1]];
    const [forward, backward, values, outputs, slopes, outputSlopes, gradient] = integers
      .subarray(at + 2, at + RECORD)
      .map((offset) => offset / 8);
    return { width, next, forward, backward, values, outputs, slopes, outputSlopes, gradient };
  };
  /** Y = X W + 1 b'. */
  const affine = (count: number, inner: number, cols: number, x: number, weights: number, y: number) => {
    const row = even(cols);
    for (let h = 0; h < count; h++) {
      for (let j = 0; j < cols; j++) {
        let sum = memory[weights + inner * row + j];
        for (let k = 0; k < inner; k++) sum += memory[x + h * even(inner) + k] * memory[weights + k * row + j];
        memory[y + h * row + j] = sum;
      }
    }
  };
  return {
    forwardNetwork(count, layers, records) {
      for (let l = 0; l < layers; l++) {
        const { width, next, forward, values, outputs } = record(records, l);
        affine(count, width, next, values, forward, outputs);
        if (l + 1 === layers) return;
        for (let i = outputs; i < outputs + count * even(next); i++) memory[i] = Math.tanh(memory[i]);
      }
    },
    backwardNetwork(count, layers, records) {
      for (let l = layers - 1; l >= 0; l--) {
        const { width, next, backward, values, slopes, outputSlopes, gradient } = record(records, l);
        const row = even(next);
        for (let i = 0; i <= width; i++) {
          for (let j = 0; j < next; j++) {
            let sum = 0;
            for (let h = 0; h < count; h++) {
              const value = i < width ? memory[values + h * even(width) + i] : 1;
              sum += value * memory[outputSlopes + h * row + j];
            }
            memory[gradient + i * row + j] += sum;
          }
        }
        if (l === 0) return;
        affine(count, next, width, outputSlopes, backward, slopes);
        for (let i = 0; i < count * even(width); i++) memory[slopes + i] *= 1 - memory[values + i] ** 2;
      }
    },
  };
}
