// The hot loops of this package, in WebAssembly and in plain TypeScript.
import { portableExp } from '@infimum/core/portable-math';
import type { KernelModule } from '@infimum/linalg/kernels';
import { blockKernel, defineKernels, linalgKernels } from '@infimum/linalg/kernels';
import { relaxedSimd, simd } from './generated/kernels.ts';
import type { PairKernels } from './pair-kernels.ts';
import { pairLoops } from './pair-kernels.ts';

/** Loops over a dense kernel or plan. Arguments are numbers and byte offsets into the workspace. */
export interface TransportKernels extends PairKernels {
  /**
   * Rows `from` to `to` of the plan P_ij = exp(scale * (x_i + y_j - C_ij)), zero for exponents below -700 and
   * cut at 708.
   *
   * Writes the rows and their sums, adds to the column sums.
   */
  gibbs(
    from: number,
    to: number,
    cols: number,
    cost: number,
    x: number,
    y: number,
    scale: number,
    plan: number,
    rowSums: number,
    columnSums: number,
  ): void;

  /**
   * Rows `from` to `to` of a Sinkhorn sweep on a kernel K: with s_i = sum_j K_ij v_j, sets u_i = a_i / s_i and
   * adds u_i K_ij to the column sums. Writes r_i = u_i s_i with the u that were there before: the row sums of the
   * plan before the sweep.
   */
  scalingSweep(
    from: number,
    to: number,
    cols: number,
    kernel: number,
    a: number,
    v: number,
    u: number,
    rowSums: number,
    columnSums: number,
  ): void;

  /**
   * For rows `from` to `to` of P_ij = u_i K_ij v_j: writes the row sums, adds to the column sums.
   */
  planSums(
    from: number,
    to: number,
    cols: number,
    kernel: number,
    u: number,
    v: number,
    rowSums: number,
    columnSums: number,
  ): void;

  /**
   * A row of the plan u K_j v_j to the power 2^squarings, in the place of K; what comes below 1e-289 is zero. Behind
   * v there is room for another number.
   */
  sharpen(cols: number, row: number, u: number, v: number, squarings: number): void;

  /** Subtracts from rows `from` to `to` their minima, which it writes; lowers the column minima to what is left. */
  reduceRows(from: number, to: number, cols: number, matrix: number, rowMinima: number, columnMinima: number): void;

  /** Subtracts the column minima from rows `from` to `to`; returns the largest number that is left, at least zero. */
  reduceColumns(from: number, to: number, cols: number, matrix: number, columnMinima: number): number;

  /**
   * Rows `from` to `to` of the update P_ij <- P_ij K_ij r_i c_j, or P_ij K_ij / (r_i + c_j); masses below 1e-290 become
   * zero, and zeros stay zeros.
   *
   * Writes the row sums of the new plan, adds to the column sums, and raises the two `extremes`: the largest mass before
   * and the largest change.
   */
  scaledUpdate(
    from: number,
    to: number,
    cols: number,
    plan: number,
    kernel: number,
    r: number,
    c: number,
    rowSums: number,
    columnSums: number,
    extremes: number,
  ): void;
  quotientUpdate: TransportKernels['scaledUpdate'];
}

/** The kernels of this package. */
export const transportKernels: KernelModule<TransportKernels> = /* @__PURE__ */ defineKernels({ simd, relaxedSimd, reference });

/** `gibbs` by names. */
export const gibbs = /* @__PURE__ */ blockKernel(transportKernels, 'gibbs', [
  'cols',
  'cost',
  'x',
  'y',
  'scale',
  'plan',
  'rowSums',
  'columnSums',
]);

/** `scalingSweep` by names. */
export const scalingSweep = /* @__PURE__ */ blockKernel(transportKernels, 'scalingSweep', [
  'cols',
  'kernel',
  'a',
  'v',
  'u',
  'rowSums',
  'columnSums',
]);

/** `planSums` by names. */
export const planSums = /* @__PURE__ */ blockKernel(transportKernels, 'planSums', [
  'cols',
  'kernel',
  'u',
  'v',
  'rowSums',
  'columnSums',
]);

/** `countPairs` by names. */
export const countPairs = /* @__PURE__ */ blockKernel(transportKernels, 'countPairs', [
  'cols',
  'cost',
  'x',
  'y',
  'lowX',
  'lowY',
  'counts',
]);

/** `fillPairs` by names. */
export const fillPairs = /* @__PURE__ */ blockKernel(transportKernels, 'fillPairs', [
  'cols',
  'cost',
  'x',
  'y',
  'scale',
  'lowX',
  'lowY',
  'pointers',
  'columns',
  'values',
]);

/** linalg's `logSumExpRows` by names. */
export const logSumExpRows = /* @__PURE__ */ blockKernel(linalgKernels, 'logSumExpRows', [
  'cols',
  'scale',
  'shift',
  'matrix',
  'out',
]);

/** linalg's `logSumExpColumns` by names. */
export const logSumExpColumns = /* @__PURE__ */ blockKernel(linalgKernels, 'logSumExpColumns', [
  'rows',
  'cols',
  'scale',
  'shift',
  'matrix',
  'out',
  'scratch',
]);

/** Masses that become zero in multiplicative updates. */
const SMALLEST_MASS = 1e-290;

/** The same loops in plain TypeScript. */
function reference(buffer: ArrayBufferLike): TransportKernels {
  const memory = new Float64Array(buffer);
  const indices = new Int32Array(buffer);
  return {
    planSums(from, to, cols, kernel, u, v, rowSums, columnSums) {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let j = 0, k = i * cols; j < cols; j++, k++) {
          const mass = memory[u / 8 + i] * memory[kernel / 8 + k] * memory[v / 8 + j];
          sum += mass;
          memory[columnSums / 8 + j] += mass;
        }
        memory[rowSums / 8 + i] = sum;
      }
    },
    sharpen(cols, row, u, v, squarings) {
      for (let j = 0; j < cols; j++) {
        let mass = u * memory[row / 8 + j] * memory[v / 8 + j];
        for (let k = 0; k < squarings; k++) mass *= mass;
        memory[row / 8 + j] = mass < 1e-289 ? 0 : mass;
      }
    },
    reduceRows(from, to, cols, matrix, rowMinima, columnMinima) {
      for (let i = from; i < to; i++) {
        const row = memory.subarray(matrix / 8 + i * cols, matrix / 8 + (i + 1) * cols);
        const least = row.reduce((low, value) => Math.min(low, value), Infinity);
        memory[rowMinima / 8 + i] = least;
        for (let j = 0; j < cols; j++) {
          row[j] -= least;
          memory[columnMinima / 8 + j] = Math.min(memory[columnMinima / 8 + j], row[j]);
        }
      }
    },
    reduceColumns(from, to, cols, matrix, columnMinima) {
      let largest = 0;
      for (let i = from; i < to; i++) {
        for (let j = 0, k = matrix / 8 + i * cols; j < cols; j++, k++) {
          memory[k] -= memory[columnMinima / 8 + j];
          largest = Math.max(largest, memory[k]);
        }
      }
      return largest;
    },
    scaledUpdate: updateOf(memory, (mass, kernel, r, c) => mass * kernel * (r * c)),
    quotientUpdate: updateOf(memory, (mass, kernel, r, c) => (mass * kernel) / (r + c)),
    ...pairLoops(memory, indices),
    gibbs(from, to, cols, cost, x, y, scale, plan, rowSums, columnSums) {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) {
          const k = i * cols + j;
          const exponent = scale * (memory[x / 8 + i] + memory[y / 8 + j] - memory[cost / 8 + k]);
          const mass = exponent < -700 ? 0 : portableExp(Math.min(exponent, 708));
          memory[plan / 8 + k] = mass;
          memory[columnSums / 8 + j] += mass;
          sum += mass;
        }
        memory[rowSums / 8 + i] = sum;
      }
    },
    scalingSweep(from, to, cols, kernel, a, v, u, rowSums, columnSums) {
      for (let i = from; i < to; i++) {
        let sum = 0;
        for (let j = 0; j < cols; j++) sum += memory[kernel / 8 + i * cols + j] * memory[v / 8 + j];
        memory[rowSums / 8 + i] = memory[u / 8 + i] * sum;
        const scaling = memory[a / 8 + i] / sum;
        memory[u / 8 + i] = scaling;
        for (let j = 0; j < cols; j++) {
          memory[columnSums / 8 + j] += scaling * memory[kernel / 8 + i * cols + j];
        }
      }
    },
  };
}

/** A multiplicative update by the given formula. */
function updateOf(
  memory: Float64Array,
  formula: (mass: number, kernel: number, r: number, c: number) => number,
): TransportKernels['scaledUpdate'] {
  return (from, to, cols, plan, kernel, r, c, rowSums, columnSums, extremes) => {
    const at = extremes / 8;
    for (let i = from; i < to; i++) {
      let sum = 0;
      for (let j = 0, k = i * cols; j < cols; j++, k++) {
        const mass = memory[plan / 8 + k];
        const raw = formula(mass, memory[kernel / 8 + k], memory[r / 8 + i], memory[c / 8 + j]);
        const next = mass > 0 && raw >= SMALLEST_MASS ? raw : 0;
        memory[plan / 8 + k] = next;
        memory[columnSums / 8 + j] += next;
        sum += next;
        memory[at] = Math.max(memory[at], mass);
        memory[at + 1] = Math.max(memory[at + 1], Math.abs(next - mass));
      }
      memory[rowSums / 8 + i] = sum;
    }
  };
}
