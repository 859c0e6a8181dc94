// The Gibbs kernel of squared distances on a grid: a product of one factor for either axis.
import { portableLog } from '@infimum/core';
import { type DenseMatrix, transpose } from '@infimum/linalg';
import { LogKernel } from './log-kernel.ts';

/** Stands for the cost of an entry that is zero in the kernel. */
const NO_ENTRY = 1e200;

/** Which factors the kernel has: exp(-d^2 / epsilon) along both axes, or d^2 exp(-d^2 / epsilon) along one of them. */
export type GridKernelKind = 'gibbs' | 'row-moment' | 'column-moment';

/**
 * The kernel K_pq = exp(-|p - q|^2 / epsilon) between the pixels of `gridPoints`, times the square of the distance along one
 * axis if wanted; symmetric. Whoever makes one releases it. O(rows cols (rows + cols)) exponentials a product.
 */
export class GridKernel {
  readonly #rows: number;
  readonly #cols: number;
  readonly #alongRows: LogKernel;
  readonly #alongColumns: LogKernel;

  constructor(rows: number, cols: number, epsilon: number, kind: GridKernelKind = 'gibbs') {
    const side = Math.max(rows, cols, 2) - 1;
    this.#rows = rows;
    this.#cols = cols;
    const costs = (count: number, moment: boolean) => {
      const line = lineCosts(count, side);
      return moment ? { ...line, values: line.values.map((cost) => momentCost(cost, epsilon)) } : line;
    };
    this.#alongRows = new LogKernel(costs(cols, kind === 'column-moment'), epsilon);
    this.#alongColumns = new LogKernel(costs(rows, kind === 'row-moment'), epsilon);
  }

  /** log (K exp(v)). */
  times(v: Float64Array): Float64Array {
    const blurred = eachRow({ rows: this.#rows, cols: this.#cols, values: v }, this.#alongRows);
    return transpose(eachRow(transpose(blurred), this.#alongColumns)).values;
  }

  /** log (K' exp(u)), the same. */
  transposedTimes(u: Float64Array): Float64Array {
    return this.times(u);
  }

  /** Hands the memory on. */
  release(): void {
    this.#alongRows.release();
    this.#alongColumns.release();
  }
}

/** c exp(-c / epsilon) = exp(-(c - epsilon log c) / epsilon). */
function momentCost(cost: number, epsilon: number): number {
  return cost > 0 ? cost - epsilon * portableLog(cost) : NO_ENTRY * epsilon;
}

function eachRow({ rows, cols, values }: DenseMatrix, kernel: LogKernel): DenseMatrix {
  const out = new Float64Array(values.length);
  for (let i = 0; i < rows; i++) {
    out.set(kernel.times(values.subarray(i * cols, (i + 1) * cols)), i * cols);
  }
  return { rows, cols, values: out };
}

/** Squared distances of equally spaced points. */
function lineCosts(count: number, side: number): DenseMatrix {
  const values = new Float64Array(count * count);
  for (let k = 0; k < values.length; k++) values[k] = ((Math.floor(k / count) - (k % count)) / side) ** 2;
  return { rows: count, cols: count, values };
}
