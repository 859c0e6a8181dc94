// The Gibbs kernel with potentials absorbed: products of it take no exponentials as long as the potentials stay close.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import { portableExp, portableLog } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { LogKernel } from './log-kernel.ts';

/** Logarithms that may grow so far away from the absorbed ones before exponentials could overflow. */
const LARGEST_RISE = 100;

/** Sums outside 1e-150 … 1e150 may have lost terms to underflow. */
const LARGEST_SUM = 1e150;

/**
 * The products of `LogKernel`, from M_ij = exp(u_i + v_j - C_ij / epsilon) with the potentials u, v of an earlier product
 * wherever that is accurate, else in the log domain; whoever makes one releases it.
 */
export class AbsorbedKernel {
  readonly #exact: LogKernel;
  readonly #rows: number;
  readonly #cols: number;
  #absorbed:
    | { readonly u: Float64Array; readonly v: Float64Array; readonly values: Float64Array }
    | undefined;

  constructor(cost: DenseMatrix, epsilon: number) {
    this.#exact = new LogKernel(cost, epsilon);
    this.#rows = cost.rows;
    this.#cols = cost.cols;
  }

  /** log (K exp(v)); O(nm), with nm exponentials only when potentials are absorbed anew. */
  times(v: Float64Array): Float64Array {
    return this.#quickTimes(v) ?? this.#absorb(v);
  }

  /** log (K' exp(u)). */
  transposedTimes(u: Float64Array): Float64Array {
    return this.#quickTransposedTimes(u) ?? this.#exact.transposedTimes(u);
  }

  /** The matrix exp(u_i + v_j - C_ij / epsilon). */
  scaled(u: Float64Array, v: Float64Array): DenseMatrix {
    return this.#exact.scaled(u, v);
  }

  /** Hands the memory on. */
  release(): void {
    this.#exact.release();
  }

  /** The product in the log domain; the rows of the absorbed kernel add up to one then. */
  #absorb(v: Float64Array): Float64Array {
    const logs = this.#exact.times(v);
    const u = logs.map((value) => -value);
    this.#absorbed = { u, v: v.slice(), values: this.#exact.scaled(u, v).values };
    return logs;
  }

  #quickTimes(v: Float64Array): Float64Array | undefined {
    if (!this.#absorbed) return undefined;
    const { u, v: before, values } = this.#absorbed;
    const weights = ratios(v, before);
    if (!weights) return undefined;
    const sums = new Float64Array(this.#rows);
    for (let i = 0, k = 0; i < this.#rows; i++) {
      let sum = 0;
      for (let j = 0; j < this.#cols; j++, k++) sum += values[k] * weights[j];
      sums[i] = sum;
    }
    return logarithmsOf(sums, u);
  }

  #quickTransposedTimes(u: Float64Array): Float64Array | undefined {
    if (!this.#absorbed) return undefined;
    const { u: before, v, values } = this.#absorbed;
    const weights = ratios(u, before);
    if (!weights) return undefined;
    const sums = new Float64Array(this.#cols);
    for (let i = 0, k = 0; i < this.#rows; i++) {
      const weight = weights[i];
      for (let j = 0; j < this.#cols; j++, k++) sums[j] += values[k] * weight;
    }
    return logarithmsOf(sums, v);
  }
}

/** exp(after - before); nothing if one would be too large. */
function ratios(after: Float64Array, before: Float64Array): Float64Array | undefined {
  const rises = after.map((value, i) => value - before[i]);
  return rises.every((rise) => rise <= LARGEST_RISE) ? rises.map(portableExp) : undefined;
}

/** log(sum) - shift; nothing if a sum may have lost terms. */
function logarithmsOf(sums: Float64Array, shift: Float64Array): Float64Array | undefined {
  if (!sums.every((sum) => sum > 1 / LARGEST_SUM && sum < LARGEST_SUM)) return undefined;
  return sums.map((sum, i) => portableLog(sum) - shift[i]);
}
