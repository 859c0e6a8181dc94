// The Gibbs kernel with potentials absorbed: its products take no exponentials as long as the potentials stay close.
//
// B. Schmitzer: Stabilized sparse scaling algorithms for entropy regularized transport problems (2019),
// arXiv 1610.06519.
import { portableExp, portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { layout, linalgKernels, runBlocks } from '@infimum/linalg/kernels';
import { largestOf } from '../../exact/arc-costs.ts';
import { gibbs } from '../../kernels.ts';
import { LogKernel, logKernelPlans } from './log-kernel.ts';

/** Logarithms that may grow so far away from the absorbed ones before exponentials could overflow. */
const LARGEST_RISE = 100;

/** Sums outside 1e-150 … 1e150 may have lost terms to underflow. */
const LARGEST_SUM = 1e150;

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
    this.largestCost = largestOf(cost.values);
    if (!(this.largestCost / epsilon <= LARGEST_RISE)) return;
    this.#build(new Float64Array(rows), new Float64Array(cols));
    this.#isAbsorbed = true;
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
    const [rows, cols] = [this.#rows, this.#cols];
    const absorbed = { u: this.#memory.u.slice(), v: this.#memory.v.slice() };
    const [left, right] = [new Float64Array(rows), new Float64Array(cols)];
    if (this.#isAbsorbed && setRatios(left, u, absorbed.u) && setRatios(right, v, absorbed.v)) {
      const { matrix } = this.#memory;
      const values = new Float64Array(rows * cols);
      for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < cols; j++, k++) values[k] = left[i] * matrix[k] * right[j];
      return { rows, cols, values };
    }
    this.#build(u, v);
    const values = this.#memory.matrix.slice();
    // Whoever looks at the plan must not change what comes after.
    if (this.#isAbsorbed) this.#build(absorbed.u, absorbed.v);
    return { rows, cols, values };
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

  #build(u: Float64Array, v: Float64Array): void {
    this.#memory.u.set(u);
    this.#memory.v.set(v);
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
    if (!(sums[i] > 1 / LARGEST_SUM && sums[i] < LARGEST_SUM)) return undefined;
    logs[i] = portableLog(sums[i]) - shift[i];
  }
  return logs;
}
