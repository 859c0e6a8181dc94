// The state that all entropic algorithms share: costs, weights and dual potentials in WebAssembly memory.
//
// Minimise <C, P> + epsilon * sum P log P over plans with marginals a and b. The optimum has the form
// P_ij = exp((x_i + y_j - C_ij) / epsilon); x and y are the dual potentials.
import { portableLog } from '@infimum/core/portable-math';
import type { Partition, Workspace, WorkspaceSizes } from '@infimum/linalg/kernels';
import { layout, runBlocks, scratch } from '@infimum/linalg/kernels';
import type { InitialPotentials } from '../../initial-potentials.ts';
import { gibbs, logSumExpColumns, logSumExpRows, planSums, transportKernels } from '../../kernels.ts';
import { distance } from '../../plan-metrics.ts';
import type { Transport } from '../../transport.ts';
import { total } from '../../transport.ts';
import { fitPotentials } from '../../vectors.ts';
import type { EntropicPlan } from './normalized-problem.ts';
import { NormalisedProblem } from './normalized-problem.ts';

/** How a state begins, and how many threads work on it. */
export interface StateOptions {
  /** Potentials to start from; zero by default. */
  readonly initial?: InitialPotentials | undefined;
  /** Threads, 1 by default; no result depends on their number. */
  readonly threads?: number | undefined;
  /** Marginal error, relative to the mass, that is to be reached; 0, which leaves out next to nothing, by default. */
  readonly tolerance?: number;
  /** Whether solutions have a plan; they do by default. */
  readonly plan?: 'dense' | 'none' | undefined;
  /** Whether the algorithm sweeps over weights of any size: those that the tolerance does not notice take part at large epsilon. */
  readonly sweepsAll?: boolean | undefined;
  /** What the algorithm needs in the workspace beside the state, for so many sources and targets with mass. */
  readonly extraSizes?: ((n: number, m: number) => WorkspaceSizes) | undefined;
}

/** Rows whose column sums are added up separately, so that threads can share the rows. */
const ROWS_PER_BLOCK = 64;

/** Entries of a plan lie within so many epsilons of zero: exp(-50) is below the rounding of sums. */
const REACH = 50;

/** Rows or columns of log-sum-exps that a thread takes at a time. */
const SUMS_PER_BLOCK = 64;

/** Potentials of one solve, their plan, and the sweeps that fit them. */
export class EntropicState {
  /** The problem in its units. */
  readonly problem: NormalisedProblem;
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
   * A matrix of the shape of the plan, for methods that need one: the kernel of scalings, the plan of Newton steps. There is
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
  /** Regularisation in units of the normalised costs. */
  readonly epsilon: number;
  /** The memory of the arrays. */
  readonly workspace: Workspace;

  readonly #sums: Float64Array;
  readonly #scratch: Float64Array;
  readonly #partialSums: Float64Array;
  /** Size of the numbers that cancel in x + y - C where the plan has mass. */
  #reach: number;

  /** @param given - checked before */
  constructor(
    given: Transport,
    epsilon: number,
    { initial, threads, tolerance = 0, plan = 'dense', sweepsAll = false, extraSizes }: StateOptions = {},
  ) {
    const problem = new NormalisedProblem(given, epsilon, { tolerance, sweepsAll, hasPlan: plan === 'dense' });
    const { n, m } = problem;
    const longer = Math.max(n, m);
    const memory = layout(
      {
        a: problem.sourceWeights(),
        b: problem.targetWeights(),
        cost: scratch(n * m),
        plan: scratch(n * (m + (m % 2))),
        x: n,
        y: m,
        rowSums: n,
        columnSums: m,
        rowScaling: n,
        columnScaling: m,
        sums: longer,
        scratch: longer,
        partialSums: Math.ceil(n / ROWS_PER_BLOCK) * m,
      },
      { threads, extra: extraSizes?.(n, m) },
    );
    this.problem = problem;
    this.workspace = memory.workspace;
    this.n = n;
    this.m = m;
    this.a = memory.a;
    this.b = memory.b;
    this.logA = this.a.map(portableLog);
    this.logB = this.b.map(portableLog);
    this.cost = memory.cost;
    this.plan = memory.plan.subarray(0, n * m);
    this.x = memory.x;
    this.y = memory.y;
    this.rowSums = memory.rowSums;
    this.columnSums = memory.columnSums;
    this.rowScaling = memory.rowScaling;
    this.columnScaling = memory.columnScaling;
    this.#sums = memory.sums;
    this.#scratch = memory.scratch;
    this.#partialSums = memory.partialSums;
    this.#writeCosts();
    this.epsilon = problem.epsilon;
    this.#reach = problem.range;
    if (initial) problem.takePotentials(initial, this.x, this.y);
  }

  #writeCosts(): void {
    const { n, m, rowSums, columnSums, workspace } = this;
    const { reduceRows, reduceColumns } = workspace.kernels(transportKernels);
    try {
      this.problem.writeCosts(this.cost, (matrix, rowMinima, columnMinima) => {
        columnSums.fill(Infinity);
        reduceRows(0, n, m, matrix.byteOffset, rowSums.byteOffset, columnSums.byteOffset);
        const range = reduceColumns(0, n, m, matrix.byteOffset, columnSums.byteOffset);
        rowMinima.set(rowSums);
        columnMinima.set(columnSums);
        return range;
      });
    } catch (error) {
      workspace.release();
      throw error;
    }
  }

  /**
   * The smallest marginal error that floating point allows, relative to the mass: the rounding of (x + y - C) / epsilon,
   * and of the masses where those are close to the smallest numbers.
   */
  errorFloor(epsilon: number): number {
    const smallest = (this.n * this.m * Number.MIN_VALUE) / this.problem.mass;
    return Number.EPSILON * Math.max(1, this.#reach / epsilon) + smallest;
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
    this.problem.addOffsets(x, y);
    x.fill(0);
    y.fill(0);
    this.#reach = Math.min(this.#reach, REACH * epsilon);
  }

  /** Sum of the source potentials less that of the target potentials of the problem's own costs, in normalised units. */
  gauge(): number {
    return total(this.x) - total(this.y) + this.problem.offsetGauge();
  }

  /** Shifts x up and y down alike, which changes no plan, to the given gauge. */
  shiftTo(gauge: number): void {
    const { n, m, x, y } = this;
    const shift = (gauge - this.gauge()) / (n + m);
    for (let i = 0; i < n; i++) x[i] += shift;
    for (let j = 0; j < m; j++) y[j] -= shift;
  }

  /** To be called before epsilon rises: potentials are then no longer small. */
  forgetAbsorption(): void {
    this.#reach = this.problem.range;
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
    const rows = { items: n, block: SUMS_PER_BLOCK };
    const values = { cols: m, scale: 1 / epsilon, shift: y, matrix: cost, out: this.#sums };
    runBlocks(workspace, logSumExpRows, rows, values);
    return fitPotentials(this.x, this.a, this.logA, this.#sums, epsilon);
  }

  /** Sets y so that the columns of the plan sum to b; O(nm). Returns by how much they were off before. */
  updateTarget(epsilon: number): number {
    const { n, m, cost, x, workspace } = this;
    const columns = { items: m, block: workspace.threads === 1 ? m : SUMS_PER_BLOCK };
    runBlocks(workspace, logSumExpColumns, columns, {
      rows: n,
      cols: m,
      scale: 1 / epsilon,
      shift: x,
      matrix: cost,
      out: this.#sums,
      scratch: this.#scratch,
    });
    return fitPotentials(this.y, this.b, this.logB, this.#sums, epsilon);
  }

  /** Computes `plan`, `rowSums` and `columnSums` from the potentials; O(nm). Returns the marginal error. */
  evaluate(epsilon: number): number {
    const { m, cost, plan, x, y, rowSums, columnSums, workspace } = this;
    this.sumByBlocks((rows, sumsOf) =>
      runBlocks(workspace, gibbs, rows, { cols: m, cost, x, y, scale: 1 / epsilon, plan, rowSums, columnSums: sumsOf }),
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
    run({ items: n, block: ROWS_PER_BLOCK }, (from) => partialSums.byteOffset + (from / ROWS_PER_BLOCK) * m * 8);
    columnSums.fill(0);
    for (let k = 0; k < partialSums.length; ) for (let j = 0; j < m; j++, k++) columnSums[j] += partialSums[k];
  }

  /** The plan of the current potentials with all that belongs to it; overwrites `plan`; O(nm). */
  solution(epsilon: number): EntropicPlan {
    this.evaluate(epsilon);
    return this.evaluatedSolution();
  }

  /** The same, where `evaluate` has just computed the plan. */
  evaluatedSolution(): EntropicPlan {
    const { x, y, plan, rowSums, columnSums } = this;
    return this.problem.describe({ x, y, kernel: plan, rowSums, columnSums });
  }

  /**
   * The plan u_i K_ij v_j of a kernel kept in `plan` and of `rowScaling` and `columnScaling`, with its potentials;
   * overwrites row and column sums; O(nm).
   */
  scaledSolution(x: Float64Array, y: Float64Array): EntropicPlan {
    const { m, plan, rowScaling, columnScaling, rowSums, columnSums, workspace } = this;
    this.sumByBlocks((blocks, sumsOf) =>
      runBlocks(workspace, planSums, blocks, {
        cols: m,
        kernel: plan,
        u: rowScaling,
        v: columnScaling,
        rowSums,
        columnSums: sumsOf,
      }),
    );
    const scalings = { rows: rowScaling, columns: columnScaling };
    return this.problem.describe({ x, y, kernel: plan, scalings, rowSums, columnSums });
  }

  /** Hands the memory on. */
  release(): void {
    this.workspace.release();
  }
}
