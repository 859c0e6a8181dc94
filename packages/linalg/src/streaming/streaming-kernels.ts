// The kernels of streaming methods and how they are called; the descriptions hold for all three builds.
import { relaxedSimd, simd } from '../generated/streaming-kernels.ts';
import type { KernelModule } from '../webassembly/kernel-module.ts';
import { defineKernels } from '../webassembly/kernel-module.ts';

/** The kernels: a batch x of rows, row-major, and vectors are given by their byte offsets, as in `LinalgKernels`. */
export interface StreamingKernels {
  /** out_i = |x_i|² */
  squareNorms(rows: number, cols: number, x: number, out: number): void;
  /** y <- y + sum_i weight_i x_i */
  accumulateRows(rows: number, cols: number, x: number, weights: number, y: number): void;
  /** For one row after the other: v <- v + gain_i x_i (x_i . v) */
  ojaRows(rows: number, cols: number, x: number, gains: number, v: number): void;
}

/** The kernels in plain TypeScript. */
function reference(buffer: ArrayBufferLike): StreamingKernels {
  const doubles = new Float64Array(buffer);

  function dot(n: number, x: number, y: number): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += doubles[x / 8 + i] * doubles[y / 8 + i];
    return sum;
  }

  function axpy(n: number, alpha: number, x: number, y: number): void {
    for (let i = 0; i < n; i++) doubles[y / 8 + i] += alpha * doubles[x / 8 + i];
  }

  return {
    squareNorms(rows, cols, x, out) {
      for (let i = 0; i < rows; i++) doubles[out / 8 + i] = dot(cols, x + 8 * i * cols, x + 8 * i * cols);
    },
    accumulateRows(rows, cols, x, weights, y) {
      for (let i = 0; i < rows; i++) axpy(cols, doubles[weights / 8 + i], x + 8 * i * cols, y);
    },
    ojaRows(rows, cols, x, gains, v) {
      for (let i = 0; i < rows; i++) {
        const row = x + 8 * i * cols;
        axpy(cols, doubles[gains / 8 + i] * dot(cols, row, v), row, v);
      }
    },
  };
}

/** The streaming kernels, for `workspace.kernels(streamingKernels)`. */
export const streamingKernels: KernelModule<StreamingKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });
