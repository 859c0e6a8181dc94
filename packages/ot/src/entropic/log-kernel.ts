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

/** The logarithm of the sum of the exponentials. */
export function logSum(logs: Float64Array): number {
  let largest = -Infinity;
  for (const value of logs) if (value > largest) largest = value;
  let sum = 0;
  for (const value of logs) sum += portableExp(value - largest);
  return largest + portableLog(sum);
}

/** Lengths of the arrays that a kernel keeps in its workspace. */
export function logKernelSizes({ rows, cols }: DenseMatrix): number[] {
  const longer = Math.max(rows, cols);
  return [rows * cols, longer, longer, longer];
}

/** The kernel K_ij = exp(-C_ij / epsilon) in WebAssembly memory; whoever makes one releases it. */
export class LogKernel {
  /** C / epsilon. */
  readonly exponents: Float64Array;
  readonly #workspace: Workspace;
  readonly #rows: number;
  readonly #cols: number;
  readonly #shift: Float64Array;
  readonly #out: Float64Array;
  readonly #scratch: Float64Array;

  /** @param workspace - memory with room for `logKernelSizes`; of its own by default */
  constructor(
    cost: DenseMatrix,
    epsilon: number,
    workspace: Workspace = Workspace.for({ float64: logKernelSizes(cost) }),
  ) {
    const { rows, cols, values } = cost;
    const longer = Math.max(rows, cols);
    this.#workspace = workspace;
    this.#rows = rows;
    this.#cols = cols;
    this.exponents = workspace.float64From(values);
    for (let k = 0; k < values.length; k++) this.exponents[k] /= epsilon;
    this.#shift = workspace.float64(longer);
    this.#out = workspace.float64(longer);
    this.#scratch = workspace.float64(longer);
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
        this.exponents.byteOffset,
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
        this.exponents.byteOffset,
        this.#out.byteOffset,
        this.#scratch.byteOffset,
      );
    return this.#out.slice(0, this.#cols);
  }

  /** Hands the memory on. */
  release(): void {
    this.#workspace.release();
  }
}
