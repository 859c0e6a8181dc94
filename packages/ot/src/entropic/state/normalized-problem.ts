// An entropic problem in normalised units: weights that sum to one, reduced costs of the size of one, and the way back.
import type { Iterate } from '@infimum/core';
import { fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { dot } from '@infimum/linalg/numerics';
import type { InitialPotentials } from '../../initial-potentials.ts';
import { distance, marginalErrorOf, pairing } from '../../plan-metrics.ts';
import type { Transport, TransportPlan } from '../../transport.ts';
import { total } from '../../transport.ts';
import { spreadOf } from '../../vectors.ts';
import { completePlan, hasLight, leastWeight } from './light-weights.ts';

/** News of a Sinkhorn iteration. */
export interface SinkhornIterate extends Iterate<EntropicPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
}

/** A transport plan of the entropic problem. */
export interface EntropicPlan extends TransportPlan<DenseMatrix> {
  /** Value of the regularised objective, the transport cost plus epsilon times sum P log P. */
  readonly regularizedCost: number;
  /** Value of the dual, a'x + b'y; equal to `regularizedCost` at the optimum. */
  readonly dualValue: number;
  /** The regularisation, in units of the cost. */
  readonly epsilon: number;
}

/** What is known of a plan that was not asked for. */
export type EntropicValues = Omit<EntropicPlan, 'plan'>;

/** A smaller epsilon, relative to the costs, counts as this. */
const SMALLEST_EPSILON = 2 ** -700;

/** Costs that span no more epsilons take a few sweeps. */
const MILD_SPAN = 100;

/** Masses of this size and below leave plans few digits. */
const SMALL_MASS = 2 ** -960;

/** What a problem is normalised for. */
interface ProblemNeeds {
  readonly tolerance: number;
  readonly sweepsAll: boolean;
  readonly hasPlan: boolean;
}

/** A plan u_i K_ij v_j on rows and columns with mass, its potentials and its sums; without scalings it is K. */
export interface NormalisedPlan {
  /** Source potentials. */
  readonly x: Float64Array;
  /** Target potentials. */
  readonly y: Float64Array;
  /** K. */
  readonly kernel: Float64Array;
  /** u and v. */
  readonly scalings?: { readonly rows: Float64Array; readonly columns: Float64Array };
  /** Row sums of the plan. */
  readonly rowSums: Float64Array;
  /** Column sums of the plan. */
  readonly columnSums: Float64Array;
}

/** Subtracts the row minima and then the column minima, which it writes, from a matrix; returns the largest number left. */
export type Reduction = (matrix: Float64Array, rowMinima: Float64Array, columnMinima: Float64Array) => number;

/**
 * A problem, normalised: weights are divided by the mass, costs and epsilon by the power of two next to the larger of
 * epsilon and the range of the costs, so that results only scale with the units.
 *
 * Rows and columns without mass are left out, and so are those whose mass is negligible at the tolerance unless epsilon is large;
 * the latter are fitted whenever a solution is requested. Costs are reduced by their row and then their column minima, which
 * shifts the potentials only: huge offsets then cost no accuracy.
 */
export class NormalisedProblem {
  /** Number of sources with mass. */
  readonly n: number;
  /** Number of targets with mass. */
  readonly m: number;
  /** Mass of the problem, by which the weights were divided. */
  readonly mass: number;
  /** Whether there are weights that only solutions fit. */
  readonly hasLight: boolean;
  /** Whether weights take part that the tolerance does not notice: Newton's systems would be singular to rounding. */
  readonly hasFaint: boolean = false;
  readonly #problem: Transport;
  readonly #hasPlan: boolean;
  /** Epsilon as it was given. */
  readonly #userEpsilon: number;
  /** What the logarithm of the mass adds to the source potentials. */
  readonly #massShift: number;
  readonly #sources: Int32Array;
  readonly #targets: Int32Array;
  readonly #rowOffsets: Float64Array;
  readonly #columnOffsets: Float64Array;
  #costUnit = 1;
  #epsilon: number;
  #range = 0;

  /**
   * @param problem - checked before
   * @param needs - the marginal error, relative to the mass, that leaves light weights unnoticed; whether sweeps take them all
   *   the same where there will be few; and whether what is described has a plan
   */
  constructor(problem: Transport, epsilon: number, { tolerance, sweepsAll, hasPlan }: ProblemNeeds) {
    this.#problem = problem;
    this.#hasPlan = hasPlan;
    const { a, b, cost } = problem;
    const supports = (noticed: number) => [support(a, noticed), support(b, noticed)];
    const leavesOut = ([sources, targets]: Int32Array[]) => hasLight(a, sources) || hasLight(b, targets);
    let taken = supports(tolerance);
    // Few sweeps cost less than to fit what they leave out.
    if (sweepsAll && leavesOut(taken) && spreadOf(cost.values) <= MILD_SPAN * epsilon) {
      taken = supports(0);
      this.hasFaint = true;
    }
    [this.#sources, this.#targets] = taken as [Int32Array, Int32Array];
    this.n = this.#sources.length;
    this.m = this.#targets.length;
    this.hasLight = leavesOut(taken);
    this.mass = total(problem.a);
    this.#rowOffsets = new Float64Array(this.n);
    this.#columnOffsets = new Float64Array(this.m);
    this.#userEpsilon = epsilon;
    this.#epsilon = epsilon;
    this.#massShift = epsilon * portableLog(this.mass);
  }

  /** What the costs were divided by, a power of two. */
  get costUnit(): number {
    return this.#costUnit;
  }

  /** Regularisation in units of the normalised costs. */
  get epsilon(): number {
    return this.#epsilon;
  }

  /** Largest reduced cost; the smallest is zero. */
  get range(): number {
    return this.#range;
  }

  /** The weights of the sources with mass; they sum to one. */
  sourceWeights(): Float64Array {
    return normalized(gather(this.#problem.a, this.#sources));
  }

  /** The weights of the targets with mass. */
  targetWeights(): Float64Array {
    return normalized(gather(this.#problem.b, this.#targets));
  }

  /**
   * Writes the reduced costs in their unit, and so settles it.
   *
   * @throws {InvalidInputError} for costs that differ by more than the largest number
   */
  writeCosts(cost: Float64Array, reduce: Reduction): void {
    const { n, m } = this;
    const { values, cols } = this.#problem.cost;
    if (n * m === values.length) cost.set(values);
    else {
      for (let i = 0, k = 0; i < n; i++) {
        const offset = this.#sources[i] * cols;
        for (let j = 0; j < m; j++, k++) cost[k] = values[offset + this.#targets[j]];
      }
    }
    const range = reduce(cost, this.#rowOffsets, this.#columnOffsets);
    if (!(range < Infinity)) throw fault('differ by more than the largest number', 'cost', 'out-of-range');
    this.#costUnit = powerOfTwoNear(Math.max(range, this.#userEpsilon));
    this.#range = range / this.#costUnit;
    this.#epsilon = Math.max(this.#userEpsilon / this.#costUnit, SMALLEST_EPSILON);
    // The reciprocal of a power of two is exact.
    const reciprocal = 1 / this.#costUnit;
    if (reciprocal !== 1) for (let k = 0; k < n * m; k++) cost[k] *= reciprocal;
  }

  /** Writes potentials of the given problem as those of the normalised one. */
  takePotentials({ source, target }: InitialPotentials, x: Float64Array, y: Float64Array): void {
    const unit = this.#costUnit;
    for (let i = 0; i < x.length; i++) {
      x[i] = (source[this.#sources[i]] - this.#massShift - this.#rowOffsets[i]) / unit;
    }
    for (let j = 0; j < y.length; j++) y[j] = (target[this.#targets[j]] - this.#columnOffsets[j]) / unit;
  }

  /** Notes potentials that have been subtracted from the costs, which then are zero. */
  addOffsets(x: Float64Array, y: Float64Array): void {
    for (let i = 0; i < x.length; i++) this.#rowOffsets[i] += x[i] * this.#costUnit;
    for (let j = 0; j < y.length; j++) this.#columnOffsets[j] += y[j] * this.#costUnit;
  }

  /** The gauge, the sum of the source potentials less that of the target potentials, of normalised potentials zero. */
  offsetGauge(): number {
    const { n } = this;
    const offsets = total(this.#rowOffsets) + n * this.#massShift - total(this.#columnOffsets);
    return offsets / this.#costUnit;
  }

  /** A plan of the normalised problem as one of the given problem, if it is wanted, with all that belongs to it; O(nm). */
  describe(normalized: NormalisedPlan): EntropicPlan {
    const { x, y, rowSums, columnSums } = normalized;
    const { a, b, cost } = this.#problem;
    const { mass, costUnit } = this;
    const sourcePotential = new Float64Array(cost.rows).fill(-Infinity);
    const targetPotential = new Float64Array(cost.cols).fill(-Infinity);
    // epsilon log P_ij = x_i + y_j - C_ij, so the regularised cost is the sum of P_ij (x_i + y_j).
    let regularizedCost = 0;
    const sumsOfRows = new Float64Array(cost.rows);
    const sumsOfColumns = new Float64Array(cost.cols);
    this.#sources.forEach((i, row) => {
      sourcePotential[i] = x[row] * costUnit + this.#rowOffsets[row] + this.#massShift;
      sumsOfRows[i] = rowSums[row] * mass;
      if (sumsOfRows[i] > 0) regularizedCost += sumsOfRows[i] * sourcePotential[i];
    });
    this.#targets.forEach((j, column) => {
      targetPotential[j] = y[column] * costUnit + this.#columnOffsets[column];
      sumsOfColumns[j] = columnSums[column] * mass;
      if (sumsOfColumns[j] > 0) regularizedCost += sumsOfColumns[j] * targetPotential[j];
    });
    const plan = this.#hasPlan && { rows: cost.rows, cols: cost.cols, values: new Float64Array(cost.rows * cost.cols) };
    const values = plan ? plan.values : undefined;
    let transportCost = values ? this.#spread(values, normalized) : this.#costOf(normalized);
    if (this.hasLight) {
      const light = completePlan(
        this.#problem,
        { places: this.#sources, potential: x, offsets: this.#rowOffsets },
        { places: this.#targets, potential: y, offsets: this.#columnOffsets },
        this,
        this.#massShift,
        { sourcePotential, targetPotential, values, rowSums: sumsOfRows, columnSums: sumsOfColumns },
      );
      transportCost += light.transportCost;
      regularizedCost += light.regularizedCost;
    }
    // Next to the smallest numbers the masses of the plan are rounded more than their sums.
    const marginalError =
      plan && mass < SMALL_MASS ? marginalErrorOf(plan, a, b) : distance(sumsOfRows, a) + distance(sumsOfColumns, b);
    const described: EntropicValues & { plan?: DenseMatrix } = {
      ...(plan && { plan }),
      cost: transportCost,
      regularizedCost,
      dualValue: pairing(a, sourcePotential) + pairing(b, targetPotential),
      sourcePotential,
      targetPotential,
      marginalError,
      epsilon: this.#userEpsilon,
    };
    return described as EntropicPlan;
  }

  /** The cost of a plan that is not written. */
  #costOf({ kernel, scalings }: NormalisedPlan): number {
    const { cols, values: costs } = this.#problem.cost;
    const targets = this.#targets;
    const columns = scalings?.columns ?? new Float64Array(this.m).fill(1);
    let cost = 0;
    for (let row = 0, k = 0; row < this.n; row++) {
      const offset = this.#sources[row] * cols;
      const scaling = scalings ? scalings.rows[row] : 1;
      for (let column = 0; column < columns.length; column++, k++) {
        cost += scaling * kernel[k] * columns[column] * this.mass * costs[offset + targets[column]];
      }
    }
    return cost;
  }

  /** Writes the plan in the shape of the problem; returns its cost. */
  #spread(values: Float64Array, { kernel, scalings }: NormalisedPlan): number {
    const { n, m, mass: unit } = this;
    const { cols, values: costs } = this.#problem.cost;
    const targets = this.#targets;
    const isWhole = n * m === values.length;
    if (isWhole && !scalings) {
      values.set(kernel);
      if (unit !== 1) for (let k = 0; k < values.length; k++) values[k] *= unit;
      return dot(values, costs);
    }
    const rows = scalings?.rows ?? new Float64Array(n).fill(1);
    const columns = scalings?.columns ?? new Float64Array(m).fill(1);
    if (isWhole) {
      for (let i = 0, k = 0; i < n; i++) {
        const scaling = rows[i];
        for (let j = 0; j < m; j++, k++) values[k] = scaling * kernel[k] * columns[j] * unit;
      }
      return dot(values, costs);
    }
    let cost = 0;
    for (let row = 0, k = 0; row < n; row++) {
      const offset = this.#sources[row] * cols;
      const scaling = rows[row];
      for (let column = 0; column < m; column++, k++) {
        const at = offset + targets[column];
        const mass = scaling * kernel[k] * columns[column] * unit;
        values[at] = mass;
        cost += mass * costs[at];
      }
    }
    return cost;
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
function normalized(weights: Float64Array): Float64Array {
  const mass = total(weights);
  for (let i = 0; i < weights.length; i++) weights[i] /= mass;
  return weights;
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
  const gathered = new Float64Array(positions.length);
  for (let k = 0; k < gathered.length; k++) gathered[k] = values[positions[k]];
  return gathered;
}
