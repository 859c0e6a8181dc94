// The Gibbs kernel exp(-C / epsilon), applied to vectors of logarithms.

import { portableExp, portableLog } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { linalgKernels, Workspace } from '@infimum/linalg/kernels';

/** Stands for the logarithm of zero, so that sums of logarithms stay numbers. */
const LOG_ZERO = -1e200;

/** Logarithms of weights, zero weights among them. */
export function logarithms(weights: Float64Array): Float64Array {
  return weights.map((weight) => (weight > 0 ? portableLog(weight) : LOG_ZERO));
}

/** The kernel K_ij = exp(-C_ij / epsilon) in WebAssembly memory; whoever makes one releases it. */
export class LogKernel {
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #cols: number;
  readonly #cost: Float64Array;
  readonly #shift: Float64Array;
  readonly #out: Float64Array;
  readonly #scratch: Float64Array;

  constructor({ rows, cols, values }: DenseMatrix, epsilon: number) {
    const longer = Math.max(rows, cols);
    this.#workspace = Workspace.for({ float64: [rows * cols, longer, longer, longer] });
    this.#rows = rows;
    this.#cols = cols;
    this.#cost = this.#workspace.float64From(values);
    for (let k = 0; k < values.length; k++) this.#cost[k] /= epsilon;
    this.#shift = this.#workspace.float64(longer);
    this.#out = this.#workspace.float64(longer);
    this.#scratch = this.#workspace.float64(longer);
  }

  /** log (K exp(v)): log sum_j exp(v_j - C_ij / epsilon), length rows; O(nm). */
  times(v: Float64Array): Float64Array {
    this.#shift.set(v);
    this.#workspace
      .kernels(linalgKernels)
      .logSumExpRows(
        0,
        this.#rows,
        this.#cols,
        1,
        this.#shift.byteOffset,
        this.#cost.byteOffset,
        this.#out.byteOffset,
      );
    return this.#out.slice(0, this.#rows);
  }

  /** log (K' exp(u)): log sum_i exp(u_i - C_ij / epsilon), length cols; O(nm). */
  transposedTimes(u: Float64Array): Float64Array {
    this.#shift.set(u);
    this.#workspace
      .kernels(linalgKernels)
      .logSumExpColumns(
        0,
        this.#cols,
        this.#rows,
        this.#cols,
        1,
        this.#shift.byteOffset,
        this.#cost.byteOffset,
        this.#out.byteOffset,
        this.#scratch.byteOffset,
      );
    return this.#out.slice(0, this.#cols);
  }

  /** The matrix exp(u_i + v_j - C_ij / epsilon). */
  scaled(u: Float64Array, v: Float64Array): DenseMatrix {
    const values = new Float64Array(this.#rows * this.#cols);
    for (let i = 0, k = 0; i < this.#rows; i++) {
      for (let j = 0; j < this.#cols; j++, k++) values[k] = portableExp(u[i] + v[j] - this.#cost[k]);
    }
    return { rows: this.#rows, cols: this.#cols, values };
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }
}
