// The state that all entropic algorithms share: costs, weights and dual potentials in WebAssembly memory.
//
// Minimise <C, P> + epsilon * sum P log P over plans with marginals a and b. The optimum has the form
// P_ij = exp((x_i + y_j - C_ij) / epsilon); x and y are the dual potentials.
import { InvalidInputError, portableLog } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { linalgKernels, type Partition, Workspace, type WorkspaceSizes } from '@infimum/linalg/kernels';
import { dot } from '@infimum/linalg/numerics';
import type { InitialPotentials } from '../initial-potentials.ts';
import { transportKernels } from '../kernels.ts';
import { distance, marginalErrorOf, pairing } from '../plan-metrics.ts';
import { type Transport, type TransportPlan, total } from '../transport.ts';
import { fitPotentials } from '../vectors.ts';
import { completePlan, hasLight, leastWeight } from './light-weights.ts';

/** A transport plan of the entropic problem. */
export interface EntropicPlan extends TransportPlan<DenseMatrix> {
  /** Value of the regularised objective, the transport cost plus epsilon times sum P log P. */
  readonly regularizedCost: number;
  /** Value of the dual, a'x + b'y; equal to `regularizedCost` at the optimum. */
  readonly dualValue: number;
  /** The regularisation, in units of the cost. */
  readonly epsilon: number;
}

/** How a state begins, and how many threads work on it. */
export interface StateOptions {
  /** Potentials to start from; zero by default. */
  readonly initial?: InitialPotentials | undefined;
  /** Threads, 1 by default; no result depends on their number. */
  readonly threads?: number | undefined;
  /** Marginal error, relative to the mass, that is to be reached; 0, which leaves out next to nothing, by default. */
  readonly tolerance?: number;
  /** What the algorithm needs in the workspace beside the state, for so many sources and targets with mass. */
  readonly extraSizes?: ((n: number, m: number) => WorkspaceSizes) | undefined;
}

/** Rows whose column sums are added up by themselves, so that threads can share the rows. */
const ROWS_PER_BLOCK = 64;

/** Entries of a plan lie within so many epsilons of zero: exp(-50) is below the rounding of sums. */
const REACH = 50;

/** A smaller epsilon, relative to the costs, counts as this. */
const SMALLEST_EPSILON = 2 ** -700;

/** Masses of this size and below leave plans few digits. */
const SMALL_MASS = 2 ** -960;

/** Rows or columns of log-sum-exps that a thread takes at a time. */
const SUMS_PER_BLOCK = 64;

/**
 * Costs, weights and potentials of one solve, normalised: weights are divided by the mass, costs and epsilon by the power
 * of two next to the larger of epsilon and the range of the costs, so that no result depends on the units but by them.
 *
 * Rows and columns without mass are left out, and those with so little that the tolerance does not notice; the latter are fitted
 * whenever a solution is asked for. Costs are reduced by their row and then their column minima, which
 * shifts the potentials only: huge offsets then cost no accuracy.
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
  /** Mass of the problem, by which the weights were divided. */
  readonly mass: number;
  /** Whether there are weights that only solutions fit. */
  readonly hasLight: boolean;
  /** What the costs were divided by, a power of two. */
  readonly costUnit: number;
  /** Regularisation in units of the normalised costs. */
  readonly epsilon: number;
  /** Largest reduced cost; the smallest is zero. */
  readonly range: number;
  /** The memory of the arrays. */
  readonly workspace: Workspace;

  readonly #problem: Transport;
  /** Epsilon as it was given. */
  readonly #userEpsilon: number;
  /** What the logarithm of the mass adds to the source potentials. */
  readonly #massShift: number;
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
  constructor(
    problem: Transport,
    epsilon: number,
    { initial, threads, tolerance = 0, extraSizes }: StateOptions = {},
  ) {
    this.#problem = problem;
    this.#sources = support(problem.a, tolerance);
    this.#targets = support(problem.b, tolerance);
    this.hasLight = hasLight(problem.a, this.#sources) || hasLight(problem.b, this.#targets);
    const n = this.#sources.length;
    const m = this.#targets.length;
    const blocks = Math.ceil(n / ROWS_PER_BLOCK);
    const longer = Math.max(n, m);
    const sizes = [n, m, n * m, n * (m + (m % 2)), n, m, n, m, n, m, longer, longer, blocks * m];
    const { float64 = [], int32 } = extraSizes?.(n, m) ?? {};
    const workspace = Workspace.for({ float64: [...sizes, ...float64], int32 }, { threads });
    this.workspace = workspace;
    this.n = n;
    this.m = m;
    this.a = workspace.float64From(gather(problem.a, this.#sources));
    this.b = workspace.float64From(gather(problem.b, this.#targets));
    this.mass = total(problem.a);
    normalise(this.a);
    normalise(this.b);
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
    const range = this.#reduceCost();
    this.costUnit = powerOfTwoNear(Math.max(range, epsilon));
    this.range = range / this.costUnit;
    this.epsilon = Math.max(epsilon / this.costUnit, SMALLEST_EPSILON);
    if (this.costUnit !== 1) for (let k = 0; k < n * m; k++) this.cost[k] /= this.costUnit;
    this.#userEpsilon = epsilon;
    this.#massShift = epsilon * portableLog(this.mass);
    this.#reach = this.range;
    if (initial) this.#begin(initial);
  }

  #begin({ source, target }: InitialPotentials): void {
    const { x, y, costUnit } = this;
    for (let i = 0; i < x.length; i++) {
      x[i] = (source[this.#sources[i]] - this.#massShift - this.#rowOffsets[i]) / costUnit;
    }
    for (let j = 0; j < y.length; j++) y[j] = (target[this.#targets[j]] - this.#columnOffsets[j]) / costUnit;
  }

  /**
   * The smallest marginal error that floating point allows, relative to the mass: the rounding of (x + y - C) / epsilon,
   * and of the masses where those are close to the smallest numbers.
   */
  errorFloor(epsilon: number): number {
    const smallest = (this.n * this.m * Number.MIN_VALUE) / this.mass;
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
    for (let i = 0; i < n; i++) this.#rowOffsets[i] += x[i] * this.costUnit;
    for (let j = 0; j < m; j++) this.#columnOffsets[j] += y[j] * this.costUnit;
    x.fill(0);
    y.fill(0);
    this.#reach = Math.min(this.#reach, REACH * epsilon);
  }

  /** Sum of the source potentials less that of the target potentials of the problem's own costs, in normalised units. */
  gauge(): number {
    const { n, x, y, costUnit } = this;
    const offsets = total(this.#rowOffsets) + n * this.#massShift - total(this.#columnOffsets);
    return total(x) - total(y) + offsets / costUnit;
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
    const { rowSums, columnSums, mass, costUnit } = this;
    const sourcePotential = new Float64Array(cost.rows).fill(-Infinity);
    const targetPotential = new Float64Array(cost.cols).fill(-Infinity);
    // epsilon log P_ij = x_i + y_j - C_ij, so the regularised cost is the sum of P_ij (x_i + y_j).
    let regularizedCost = 0;
    let marginalError = 0;
    this.#sources.forEach((i, row) => {
      sourcePotential[i] = x[row] * costUnit + this.#rowOffsets[row] + this.#massShift;
      const sum = rowSums[row] * mass;
      if (sum > 0) regularizedCost += sum * sourcePotential[i];
      marginalError += Math.abs(a[i] - sum);
    });
    this.#targets.forEach((j, column) => {
      targetPotential[j] = y[column] * costUnit + this.#columnOffsets[column];
      const sum = columnSums[column] * mass;
      if (sum > 0) regularizedCost += sum * targetPotential[j];
      marginalError += Math.abs(b[j] - sum);
    });
    const values = new Float64Array(cost.rows * cost.cols);
    const plan = { rows: cost.rows, cols: cost.cols, values };
    let transportCost = this.#spread(values, rows, columns);
    if (this.hasLight) {
      completePlan(
        this.#problem,
        { places: this.#sources, potential: x, offsets: this.#rowOffsets },
        { places: this.#targets, potential: y, offsets: this.#columnOffsets },
        this,
        (isSource, place, potential) => {
          if (isSource) sourcePotential[place] = potential + this.#massShift;
          else targetPotential[place] = potential;
        },
        (i, j, part) => {
          const at = i * cost.cols + j;
          values[at] += part;
          transportCost += part * cost.values[at];
          regularizedCost += part * (sourcePotential[i] + targetPotential[j]);
        },
      );
    }
    // Next to the smallest numbers the masses of the plan are rounded more than their sums.
    if (this.hasLight || mass < SMALL_MASS) marginalError = marginalErrorOf(plan, a, b);
    return {
      plan,
      cost: transportCost,
      regularizedCost,
      dualValue: pairing(a, sourcePotential) + pairing(b, targetPotential),
      sourcePotential,
      targetPotential,
      marginalError,
      epsilon: this.#userEpsilon,
    };
  }

  /** Writes the scaled plan in the shape of the problem; returns its cost. */
  #spread(values: Float64Array, rows: Float64Array, columns: Float64Array): number {
    const { n, m, plan, mass: unit } = this;
    const { cols, values: costs } = this.#problem.cost;
    const targets = this.#targets;
    const isWhole = n * m === values.length;
    if (isWhole && rows === this.#ones.rows) {
      values.set(plan);
      if (unit !== 1) for (let k = 0; k < values.length; k++) values[k] *= unit;
      return dot(values, costs);
    }
    if (isWhole) {
      for (let i = 0, k = 0; i < n; i++) {
        const scaling = rows[i];
        for (let j = 0; j < m; j++, k++) values[k] = scaling * plan[k] * columns[j] * unit;
      }
      return dot(values, costs);
    }
    let cost = 0;
    for (let row = 0, k = 0; row < n; row++) {
      const offset = this.#sources[row] * cols;
      const scaling = rows[row];
      for (let column = 0; column < m; column++, k++) {
        const at = offset + targets[column];
        const mass = scaling * plan[k] * columns[column] * unit;
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
    if (range < Infinity) return range;
    this.workspace.release();
    const problem = 'differ by more than the largest number';
    throw new InvalidInputError(problem, { argument: 'cost', code: 'out-of-range' });
  }
}

/** Positions of the weights that the tolerance notices. */
function support(weights: Float64Array, tolerance: number): Int32Array {
  const positions = new Int32Array(weights.length);
  const mass = total(weights);
  const least = leastWeight(tolerance, weights.length);
  let count = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] > 0 && weights[i] / mass >= least) positions[count++] = i;
  }
  return positions.slice(0, count);
}

/** Divides weights by their sum. */
function normalise(weights: Float64Array): void {
  const mass = total(weights);
  for (let i = 0; i < weights.length; i++) weights[i] /= mass;
}

/** The power of two 2^k with 2^k <= size < 2^(k + 1), for any positive number; no further than 2^±1000. */
function powerOfTwoNear(size: number): number {
  let exponent = Math.floor(Math.log2(size));
  exponent = Math.max(-1000, Math.min(1000, exponent));
  let power = 2 ** exponent;
  if (power > size && exponent > -1000) power /= 2;
  else if (2 * power <= size && exponent < 1000) power *= 2;
  return power;
}

function gather(values: Float64Array, positions: Int32Array): Float64Array {
  return Float64Array.from(positions, (i) => values[i]);
}
