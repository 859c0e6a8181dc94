// The state that all entropic algorithms share: costs, weights and dual potentials in WebAssembly memory.
//
// Minimise <C, P> + epsilon * sum P log P over plans with marginals a and b. The optimum has the form
// P_ij = exp((x_i + y_j - C_ij) / epsilon); x and y are the dual potentials.
import { portableLog } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { linalgKernels, type Partition, Workspace, type WorkspaceSizes } from '@infimum/linalg/kernels';
import type { InitialPotentials } from '../initial-potentials.ts';
import { transportKernels } from '../kernels.ts';
import { distance, pairing } from '../plan-metrics.ts';
import { type Transport, type TransportPlan, total } from '../transport.ts';
import { fitPotentials } from '../vectors.ts';

/** A transport plan of the entropic problem. */
export interface EntropicPlan extends TransportPlan<DenseMatrix> {
  /** Value of the regularised objective, the transport cost plus epsilon times sum P log P. */
  readonly regularizedCost: number;
  /** Value of the dual, a'x + b'y; equal to `regularizedCost` at the optimum. */
  readonly dualValue: number;
}

/** How a state begins, and how many threads work on it. */
export interface StateOptions {
  /** Potentials to start from; zero by default. */
  readonly initial?: InitialPotentials;
  /** Threads, 1 by default; no result depends on their number. */
  readonly threads?: number;
  /** What the algorithm needs in the workspace beside the state, for so many sources and targets with mass. */
  readonly room?: (n: number, m: number) => WorkspaceSizes;
}

/** Rows whose column sums are added up by themselves, so that threads can share the rows. */
const ROWS_PER_BLOCK = 64;

/** Entries of a plan lie within so many epsilons of zero: exp(-50) is below the rounding of sums. */
const REACH = 50;

/** Rows or columns of log-sum-exps that a thread takes at a time. */
const SUMS_PER_BLOCK = 64;

/**
 * Costs, weights and potentials of one solve.
 *
 * Rows and columns without mass are left out. Costs are reduced by their row and then their column minima, which
 * shifts the potentials only: huge offsets then cost no accuracy. Targets are scaled by the last bits in which
 * the two total masses differ.
 */
export class EntropicState {
  /** Number of sources with mass. */
  readonly n: number;
  /** Number of targets with mass. */
  readonly m: number;
  /** Weights of the sources with mass. */
  readonly a: Float64Array;
  /** Weights of the targets with mass. */
  readonly b: Float64Array;
  /** Logarithms of the weights `a`. */
  readonly logA: Float64Array;
  /** Logarithms of the weights `b`. */
  readonly logB: Float64Array;
  /** Reduced costs, n x m. */
  readonly cost: Float64Array;
  /** Source potentials of the reduced costs. */
  readonly x: Float64Array;
  /** Target potentials of the reduced costs. */
  readonly y: Float64Array;
  /**
   * A matrix of the shape of the plan, for whoever needs one: the kernel of scalings, the plan of Newton steps. There is
   * room behind it for an even number of columns.
   */
  readonly plan: Float64Array;
  /** Row sums of `plan`. */
  readonly rowSums: Float64Array;
  /** Column sums of `plan`. */
  readonly columnSums: Float64Array;
  /** Scalings of the rows of a kernel kept in `plan`. */
  readonly rowScaling: Float64Array;
  /** Scalings of its columns. */
  readonly columnScaling: Float64Array;
  /** Largest reduced cost; the smallest is zero. */
  readonly range: number;
  /** The memory of the arrays. */
  readonly workspace: Workspace;

  readonly #problem: Transport;
  readonly #sources: Int32Array;
  readonly #targets: Int32Array;
  readonly #rowOffsets: Float64Array;
  readonly #columnOffsets: Float64Array;
  readonly #sums: Float64Array;
  readonly #scratch: Float64Array;
  readonly #partialSums: Float64Array;
  readonly #ones: { readonly rows: Float64Array; readonly columns: Float64Array };
  /** Size of the numbers that cancel in x + y - C where the plan has mass. */
  #reach: number;

  /** @param problem - checked before */
  constructor(problem: Transport, { initial, threads, room }: StateOptions = {}) {
    this.#problem = problem;
    this.#sources = support(problem.a);
    this.#targets = support(problem.b);
    const n = this.#sources.length;
    const m = this.#targets.length;
    const blocks = Math.ceil(n / ROWS_PER_BLOCK);
    const longer = Math.max(n, m);
    const sizes = [n, m, n * m, n * (m + (m % 2)), n, m, n, m, n, m, longer, longer, blocks * m];
    const { float64 = [], int32 } = room?.(n, m) ?? {};
    const workspace = Workspace.for({ float64: [...sizes, ...float64], int32 }, { threads });
    this.workspace = workspace;
    this.n = n;
    this.m = m;
    this.a = workspace.float64From(gather(problem.a, this.#sources));
    this.b = workspace.float64From(gather(problem.b, this.#targets));
    const balance = total(this.a) / total(this.b);
    for (let j = 0; j < m; j++) this.b[j] *= balance;
    this.cost = workspace.float64(n * m);
    this.plan = workspace.float64(n * (m + (m % 2))).subarray(0, n * m);
    this.x = workspace.float64(n);
    this.y = workspace.float64(m);
    this.rowSums = workspace.float64(n);
    this.columnSums = workspace.float64(m);
    this.rowScaling = workspace.float64(n);
    this.columnScaling = workspace.float64(m);
    this.#sums = workspace.float64(longer);
    this.#scratch = workspace.float64(longer);
    this.#partialSums = workspace.float64(blocks * m);
    this.logA = this.a.map(portableLog);
    this.logB = this.b.map(portableLog);
    this.#ones = { rows: new Float64Array(n).fill(1), columns: new Float64Array(m).fill(1) };
    this.#rowOffsets = new Float64Array(n);
    this.#columnOffsets = new Float64Array(m);
    this.range = this.#reduceCost();
    this.#reach = this.range;
    if (initial) {
      for (let i = 0; i < n; i++) this.x[i] = initial.source[this.#sources[i]] - this.#rowOffsets[i];
      for (let j = 0; j < m; j++) this.y[j] = initial.target[this.#targets[j]] - this.#columnOffsets[j];
    }
  }

  /**
   * The smallest marginal error that floating point allows: the rounding of (x + y - C) / epsilon, relative to
   * the total mass.
   */
  errorFloor(epsilon: number): number {
    return Number.EPSILON * Math.max(1, this.#reach / epsilon) * total(this.a);
  }

  /**
   * Moves the potentials into the costs; O(nm).
   *
   * Close to the optimum x + y - C cancels to a few epsilons wherever the plan has mass, and what rounding leaves of it
   * is too little where epsilon is less than about 1e-12 of the costs. Subtracted once and for all it is a change of
   * the costs by a rounding error, and everything after is accurate relative to epsilon.
   */
  absorbPotentials(epsilon: number): void {
    const { n, m, cost, x, y } = this;
    for (let i = 0, k = 0; i < n; i++) for (let j = 0; j < m; j++, k++) cost[k] -= x[i] + y[j];
    for (let i = 0; i < n; i++) this.#rowOffsets[i] += x[i];
    for (let j = 0; j < m; j++) this.#columnOffsets[j] += y[j];
    x.fill(0);
    y.fill(0);
    this.#reach = Math.min(this.#reach, REACH * epsilon);
  }

  /** To be called before epsilon rises: potentials are then no longer small. */
  forgetAbsorption(): void {
    this.#reach = this.range;
  }

  /**
   * Sets x so that the rows of the plan sum to a; O(nm).
   *
   * x_i = epsilon log a_i - epsilon log sum_j exp((y_j - C_ij) / epsilon)
   *
   * @returns by how much the row sums were off before
   */
  updateSource(epsilon: number): number {
    const { n, m, cost, y, workspace } = this;
    const [shift, matrix, out] = [y.byteOffset, cost.byteOffset, this.#sums.byteOffset];
    const rows = { items: n, block: SUMS_PER_BLOCK };
    workspace.parallel(linalgKernels, 'logSumExpRows', rows, (from, to) => [
      from,
      to,
      m,
      1 / epsilon,
      shift,
      matrix,
      out,
    ]);
    return fitPotentials(this.x, this.a, this.logA, this.#sums, epsilon);
  }

  /** Sets y so that the columns of the plan sum to b; O(nm). Returns by how much they were off before. */
  updateTarget(epsilon: number): number {
    const { n, m, cost, x, workspace } = this;
    const [shift, matrix] = [x.byteOffset, cost.byteOffset];
    const [out, scratch] = [this.#sums.byteOffset, this.#scratch.byteOffset];
    const columns = { items: m, block: workspace.threads === 1 ? m : SUMS_PER_BLOCK };
    workspace.parallel(linalgKernels, 'logSumExpColumns', columns, (from, to) => [
      from,
      to,
      n,
      m,
      1 / epsilon,
      shift,
      matrix,
      out,
      scratch,
    ]);
    return fitPotentials(this.y, this.b, this.logB, this.#sums, epsilon);
  }

  /** Computes `plan`, `rowSums` and `columnSums` from the potentials; O(nm). Returns the marginal error. */
  evaluate(epsilon: number): number {
    const { m, cost, plan, x, y, rowSums, columnSums, workspace } = this;
    this.sumByBlocks((rows, sumsOf) =>
      workspace.parallel(transportKernels, 'gibbs', rows, (from, to) => [
        from,
        to,
        m,
        cost.byteOffset,
        x.byteOffset,
        y.byteOffset,
        1 / epsilon,
        plan.byteOffset,
        rowSums.byteOffset,
        sumsOf(from),
      ]),
    );
    return distance(rowSums, this.a) + distance(columnSums, this.b);
  }

  /**
   * Adds up `columnSums` from the sums of fixed blocks of rows, in order, whichever thread computed them.
   *
   * @param run - runs a kernel on the blocks; the column sums of the block that begins with row `from` are at
   *   `sumsOf(from)`, zero before
   */
  sumByBlocks(run: (rows: Partition, sumsOf: (from: number) => number) => void): void {
    const { n, m, columnSums } = this;
    const partialSums = this.#partialSums.fill(0);
    run(
      { items: n, block: ROWS_PER_BLOCK },
      (from) => partialSums.byteOffset + (from / ROWS_PER_BLOCK) * m * 8,
    );
    columnSums.fill(0);
    for (let k = 0; k < partialSums.length; )
      for (let j = 0; j < m; j++, k++) columnSums[j] += partialSums[k];
  }

  /** The plan of the current potentials with all that belongs to it; overwrites `plan`; O(nm). */
  solution(epsilon: number): EntropicPlan {
    this.evaluate(epsilon);
    return this.evaluatedSolution();
  }

  /** The same, where `evaluate` has just computed the plan. */
  evaluatedSolution(): EntropicPlan {
    return this.#describe(this.x, this.y, this.#ones.rows, this.#ones.columns);
  }

  /**
   * The plan u_i K_ij v_j of a kernel kept in `plan` and of `rowScaling` and `columnScaling`, with its potentials;
   * overwrites row and column sums; O(nm).
   */
  scaledSolution(x: Float64Array, y: Float64Array): EntropicPlan {
    const { m, plan, rowScaling, columnScaling, rowSums } = this;
    this.sumByBlocks((blocks, sumsOf) =>
      this.workspace.parallel(transportKernels, 'planSums', blocks, (from, to) => [
        from,
        to,
        m,
        plan.byteOffset,
        rowScaling.byteOffset,
        columnScaling.byteOffset,
        rowSums.byteOffset,
        sumsOf(from),
      ]),
    );
    return this.#describe(x, y, rowScaling, columnScaling);
  }

  /** The scaled plan, whose sums are known, and potentials, given on rows and columns with mass. */
  #describe(x: Float64Array, y: Float64Array, rows: Float64Array, columns: Float64Array): EntropicPlan {
    const { a, b, cost } = this.#problem;
    const { rowSums, columnSums } = this;
    const sourcePotential = new Float64Array(cost.rows).fill(-Infinity);
    const targetPotential = new Float64Array(cost.cols).fill(-Infinity);
    // epsilon log P_ij = x_i + y_j - C_ij, so the regularised cost is the sum of P_ij (x_i + y_j).
    let regularizedCost = 0;
    let marginalError = 0;
    this.#sources.forEach((i, row) => {
      sourcePotential[i] = x[row] + this.#rowOffsets[row];
      if (rowSums[row] > 0) regularizedCost += rowSums[row] * sourcePotential[i];
      marginalError += Math.abs(a[i] - rowSums[row]);
    });
    this.#targets.forEach((j, column) => {
      targetPotential[j] = y[column] + this.#columnOffsets[column];
      if (columnSums[column] > 0) regularizedCost += columnSums[column] * targetPotential[j];
      marginalError += Math.abs(b[j] - columnSums[column]);
    });
    const values = new Float64Array(cost.rows * cost.cols);
    return {
      plan: { rows: cost.rows, cols: cost.cols, values },
      cost: this.#spread(values, rows, columns),
      regularizedCost,
      dualValue: pairing(a, sourcePotential) + pairing(b, targetPotential),
      sourcePotential,
      targetPotential,
      marginalError,
    };
  }

  /** Writes the scaled plan in the shape of the problem; returns its cost. */
  #spread(values: Float64Array, rows: Float64Array, columns: Float64Array): number {
    const { n, m, plan } = this;
    const { cols, values: costs } = this.#problem.cost;
    const targets = this.#targets;
    const isWhole = n * m === values.length;
    if (isWhole && rows === this.#ones.rows) {
      values.set(plan);
      return dotInChains(values, costs);
    }
    if (isWhole) {
      for (let i = 0, k = 0; i < n; i++) {
        const scaling = rows[i];
        for (let j = 0; j < m; j++, k++) values[k] = scaling * plan[k] * columns[j];
      }
      return dotInChains(values, costs);
    }
    let cost = 0;
    for (let row = 0, k = 0; row < n; row++) {
      const offset = this.#sources[row] * cols;
      const scaling = rows[row];
      for (let column = 0; column < m; column++, k++) {
        const at = offset + targets[column];
        const mass = scaling * plan[k] * columns[column];
        values[at] = mass;
        cost += mass * costs[at];
      }
    }
    return cost;
  }

  /** Hands the memory on. */
  release(): void {
    this.workspace.release();
  }

  /** Copies the costs of the rows and columns with mass and subtracts their minima; returns what is largest then. */
  #reduceCost(): number {
    const { n, m, cost, rowSums, columnSums } = this;
    const { values, cols } = this.#problem.cost;
    if (n * m === values.length) cost.set(values);
    else {
      for (let i = 0, k = 0; i < n; i++) {
        const offset = this.#sources[i] * cols;
        for (let j = 0; j < m; j++, k++) cost[k] = values[offset + this.#targets[j]];
      }
    }
    const { reduceRows, reduceColumns } = this.workspace.kernels(transportKernels);
    columnSums.fill(Infinity);
    reduceRows(0, n, m, cost.byteOffset, rowSums.byteOffset, columnSums.byteOffset);
    const range = reduceColumns(0, n, m, cost.byteOffset, columnSums.byteOffset);
    this.#rowOffsets.set(rowSums);
    this.#columnOffsets.set(columnSums);
    return range;
  }
}

/** Inner product in four chains of sums, which hide the latency of additions. */
function dotInChains(u: Float64Array, v: Float64Array): number {
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 4 <= u.length; k += 4) {
    sum0 += u[k] * v[k];
    sum1 += u[k + 1] * v[k + 1];
    sum2 += u[k + 2] * v[k + 2];
    sum3 += u[k + 3] * v[k + 3];
  }
  for (; k < u.length; k++) sum0 += u[k] * v[k];
  return sum0 + sum1 + (sum2 + sum3);
}

/** Positions with positive weight. */
function support(weights: Float64Array): Int32Array {
  const positions = new Int32Array(weights.length);
  let count = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] > 0) positions[count++] = i;
  return positions.slice(0, count);
}

function gather(values: Float64Array, positions: Int32Array): Float64Array {
  return Float64Array.from(positions, (i) => values[i]);
}
