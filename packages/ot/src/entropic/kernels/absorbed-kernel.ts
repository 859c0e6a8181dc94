// The Gibbs kernel with potentials absorbed: its products take no exponentials as long as the potentials stay close.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { layout, linalgKernels, runBlocks } from '@infimum/linalg/kernels';
import { gibbs } from '../../kernels.ts';
import { LogKernel, logKernelPlans } from './log-kernel.ts';

/** Logarithms that may grow so far away from the absorbed ones before exponentials could overflow. */
const LARGEST_RISE = 100;

/** Sums outside 1e-150 … 1e150 may have lost terms to underflow. */
const LARGEST_SUM = 1e150;

/** So many entries stay in the cache until they are read again. */
const BLOCK_SIZE = 2 ** 16;

/**
 * The products of `LogKernel`, from M_ij = exp(u_i + v_j - C_ij / epsilon) with the potentials u, v of an earlier product
 * wherever that is accurate, else in the log domain. The creator must release it.
 */
export class AbsorbedKernel {
  readonly #memory;
  readonly #exact: LogKernel;
  readonly #rows: number;
  readonly #cols: number;
  #isAbsorbed = false;
  /** The absorbed potentials, if a matrix that was asked for stands in the place of theirs. */
  #replaced: { u: Float64Array; v: Float64Array } | undefined;
  /** The largest cost, without its sign. */
  readonly largestCost: number;

  constructor(cost: DenseMatrix, epsilon: number) {
    const { rows, cols } = cost;
    const longer = Math.max(rows, cols);
    this.#memory = layout({
      ...logKernelPlans(cost),
      matrix: rows * cols,
      u: rows,
      v: cols,
      weights: longer,
      sums: longer,
      rowSums: rows,
    });
    this.#exact = new LogKernel(cost, epsilon, this.#memory);
    this.#rows = rows;
    this.#cols = cols;
    this.largestCost = this.#exact.largestCost;
    if (!(this.largestCost / epsilon <= LARGEST_RISE)) return;
    this.#build(new Float64Array(rows), new Float64Array(cols));
    this.#isAbsorbed = true;
  }

  /** log (K exp(v)); O(nm), with nm exponentials only when potentials are absorbed anew. */
  times(v: Float64Array): Float64Array {
    this.#restore();
    return this.#quickTimes(v) ?? this.#absorb(v);
  }

  /** log (K' exp(u)). */
  transposedTimes(u: Float64Array): Float64Array {
    this.#restore();
    return this.#quickTransposedTimes(u) ?? this.#exact.transposedTimes(u);
  }

  /** log (K' exp(u)) with u_i = fit(log (K exp(v))_i, i), in one pass over the kernel. */
  sweep(v: Float64Array, fit: (log: number, i: number) => number): Float64Array {
    this.#restore();
    return this.#quickSweep(v, fit) ?? this.transposedTimes(this.times(v).map(fit));
  }

  /** The matrix exp(u_i + v_j - C_ij / epsilon), with the sums of its rows and columns. */
  scaled(u: Float64Array, v: Float64Array): { matrix: DenseMatrix; rowSums: Float64Array; columnSums: Float64Array } {
    const [rows, cols] = [this.#rows, this.#cols];
    this.#replaced ??= this.#isAbsorbed ? { u: this.#memory.u.slice(), v: this.#memory.v.slice() } : undefined;
    this.#build(u, v);
    const { matrix, rowSums, sums } = this.#memory;
    return { matrix: { rows, cols, values: matrix.slice() }, rowSums: rowSums.slice(), columnSums: sums.slice(0, cols) };
  }

  /** Hands the memory on. */
  release(): void {
    this.#memory.workspace.release();
  }

  /** The product in the log domain; the rows of the absorbed kernel add up to one then. */
  #absorb(v: Float64Array): Float64Array {
    const logs = this.#exact.times(v);
    const u = logs.map((value) => -value);
    this.#build(u, v);
    this.#isAbsorbed = true;
    return logs;
  }

  /** Whoever looks at the plan must not change what comes after. */
  #restore(): void {
    if (this.#replaced) this.#build(this.#replaced.u, this.#replaced.v);
    this.#replaced = undefined;
  }

  #build(u: Float64Array, v: Float64Array): void {
    this.#memory.u.set(u);
    this.#memory.v.set(v);
    this.#memory.sums.fill(0);
    const { workspace, exponents, matrix, rowSums, sums } = this.#memory;
    runBlocks(
      workspace,
      gibbs,
      { items: this.#rows, block: this.#rows },
      {
        cols: this.#cols,
        cost: exponents,
        x: this.#memory.u,
        y: this.#memory.v,
        scale: 1,
        plan: matrix,
        rowSums,
        columnSums: sums,
      },
    );
  }

  #quickTimes(v: Float64Array): Float64Array | undefined {
    if (!this.#isAbsorbed || !setRatios(this.#memory.weights, v, this.#memory.v)) return undefined;
    this.#memory.workspace
      .kernels(linalgKernels)
      .gemv(
        0,
        this.#rows,
        this.#cols,
        this.#memory.matrix.byteOffset,
        this.#memory.weights.byteOffset,
        this.#memory.sums.byteOffset,
      );
    return logarithmsOf(this.#memory.sums, this.#memory.u);
  }

  #quickSweep(v: Float64Array, fit: (log: number, i: number) => number): Float64Array | undefined {
    const [rows, cols, { workspace, matrix, u, weights, rowSums, columnScratch, sums }] = [
      this.#rows,
      this.#cols,
      this.#memory,
    ];
    if (!this.#isAbsorbed || !setRatios(weights, v, this.#memory.v)) return undefined;
    const kernels = workspace.kernels(linalgKernels);
    const block = Math.max(8, Math.ceil(BLOCK_SIZE / cols));
    sums.fill(0);
    for (let from = 0; from < rows; from += block) {
      const to = Math.min(rows, from + block);
      kernels.gemv(from, to, cols, matrix.byteOffset, weights.byteOffset, rowSums.byteOffset);
      for (let i = from; i < to; i++) {
        if (!isWithin(rowSums[i])) return undefined;
        const rise = fit(portableLog(rowSums[i]) - u[i], i) - u[i];
        if (!(rise <= LARGEST_RISE)) return undefined;
        rowSums[i] = portableExp(rise);
      }
      const [ownRows, ownWeights] = [matrix.byteOffset + 8 * from * cols, rowSums.byteOffset + 8 * from];
      kernels.gemvTransposed(0, cols, to - from, cols, ownRows, ownWeights, columnScratch.byteOffset);
      for (let j = 0; j < cols; j++) sums[j] += columnScratch[j];
    }
    return logarithmsOf(sums, this.#memory.v);
  }

  #quickTransposedTimes(u: Float64Array): Float64Array | undefined {
    if (!this.#isAbsorbed || !setRatios(this.#memory.weights, u, this.#memory.u)) return undefined;
    this.#memory.workspace
      .kernels(linalgKernels)
      .gemvTransposed(
        0,
        this.#cols,
        this.#rows,
        this.#cols,
        this.#memory.matrix.byteOffset,
        this.#memory.weights.byteOffset,
        this.#memory.sums.byteOffset,
      );
    return logarithmsOf(this.#memory.sums, this.#memory.v);
  }
}

/** Whether a sum has lost no terms. */
function isWithin(sum: number): boolean {
  return sum > 1 / LARGEST_SUM && sum < LARGEST_SUM;
}

/** Sets the ratios exp(after - before); false if one would be too large. */
function setRatios(ratios: Float64Array, after: Float64Array, before: Float64Array): boolean {
  for (let i = 0; i < after.length; i++) {
    const rise = after[i] - before[i];
    if (!(rise <= LARGEST_RISE)) return false;
    ratios[i] = portableExp(rise);
  }
  return true;
}

/** log(sum) - shift; nothing if a sum may have lost terms. */
function logarithmsOf(sums: Float64Array, shift: Float64Array): Float64Array | undefined {
  const logs = new Float64Array(shift.length);
  for (let i = 0; i < logs.length; i++) {
    if (!isWithin(sums[i])) return undefined;
    logs[i] = portableLog(sums[i]) - shift[i];
  }
  return logs;
}
