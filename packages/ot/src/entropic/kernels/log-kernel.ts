// The Gibbs kernel exp(-C / epsilon), applied to vectors of logarithms.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import type { Layout } from '@infimum/linalg/kernels';
import { layout, runBlocks } from '@infimum/linalg/kernels';
import { logSumExpColumns, logSumExpRows } from '../../kernels.ts';

/** Stands for the logarithm of zero, so that sums of logarithms stay numbers. */
const LOG_ZERO = -1e200;

/** Logarithms of weights, which may be zero. */
export function logarithms(weights: Float64Array): Float64Array {
  return weights.map((weight) => (weight > 0 ? portableLog(weight) : LOG_ZERO));
}

/** The logarithm of the sum of the exponentials. */
export function logSum(logs: Float64Array): number {
  let largest = -Infinity;
  for (let i = 0; i < logs.length; i++) if (logs[i] > largest) largest = logs[i];
  let sum = 0;
  for (let i = 0; i < logs.length; i++) sum += portableExp(logs[i] - largest);
  return largest + portableLog(sum);
}

/** The arrays of a kernel on its workspace. */
export function logKernelPlans({ rows, cols }: DenseMatrix) {
  const longer = Math.max(rows, cols);
  return { exponents: rows * cols, shift: longer, logs: longer, columnScratch: longer };
}

/** The kernel K_ij = exp(-C_ij / epsilon) in WebAssembly memory. The creator must release it. */
export class LogKernel {
  /** C / epsilon. */
  readonly exponents: Float64Array;
  /** The largest cost, without its sign. */
  readonly largestCost: number;
  readonly #memory: Layout<ReturnType<typeof logKernelPlans>>;
  readonly #rows: number;
  readonly #cols: number;

  /** @param memory - a workspace with the arrays of `logKernelPlans`; one of its own by default */
  constructor({ rows, cols, values }: DenseMatrix, epsilon: number, memory = layout(logKernelPlans({ rows, cols, values }))) {
    this.#memory = memory;
    this.#rows = rows;
    this.#cols = cols;
    const { exponents } = memory;
    let largest = 0;
    for (let k = 0; k < values.length; k++) {
      exponents[k] = values[k] / epsilon;
      largest = Math.max(largest, Math.abs(values[k]));
    }
    this.exponents = exponents;
    this.largestCost = largest;
  }

  /** log (K exp(v)): log sum_j exp(v_j - C_ij / epsilon), length rows; O(nm). */
  times(v: Float64Array): Float64Array {
    const [rows, cols, { workspace, exponents, shift, logs }] = [this.#rows, this.#cols, this.#memory];
    shift.set(v);
    const blocks = { items: rows, block: rows };
    runBlocks(workspace, logSumExpRows, blocks, { cols, scale: 1, shift, matrix: exponents, out: logs });
    return logs.slice(0, rows);
  }

  /** log (K' exp(u)): log sum_i exp(u_i - C_ij / epsilon), length cols; O(nm). */
  transposedTimes(u: Float64Array): Float64Array {
    const [rows, cols, { workspace, exponents, shift, logs, columnScratch }] = [this.#rows, this.#cols, this.#memory];
    shift.set(u);
    runBlocks(
      workspace,
      logSumExpColumns,
      { items: cols, block: cols },
      { rows, cols, scale: 1, shift, matrix: exponents, out: logs, scratch: columnScratch },
    );
    return logs.slice(0, cols);
  }

  /** Hands the memory on. */
  release(): void {
    this.#memory.workspace.release();
  }
}
