// Low-rank transport: the best plan of a given non-negative rank, in linear time for costs of low rank.
//
// M. Scetbon, M. Cuturi, G. Peyré: Low-rank Sinkhorn factorization (2021), arXiv 2103.04737; the step that adapts to the
// gradient after M. Scetbon, M. Cuturi: Low-rank optimal transport: approximation, statistics and debiasing (2022),
// arXiv 2205.12365.
//
// Plans are P = Q diag(1/g) R' with Q >= 0, Q 1 = a, R >= 0, R 1 = b and Q'1 = R'1 = g. Mirror descent with the entropy as
// mirror multiplies Q, R and g by exp(-step gradient); Dykstra's iteration projects the result back, in the
// Kullback-Leibler geometry.
import {
  checkInteger,
  checkMatrix,
  checkNumber,
  converged,
  InvalidInputError,
  type Iterate,
  type Outcome,
  portableExp,
  portableLog,
  Random,
  type RunOptions,
  type Steps,
} from '@infimum/core';
import { type DenseMatrix, matmul, transpose } from '@infimum/linalg';
import { checkSameDimension } from './cost-matrix.ts';
import { runAdvised } from './progress.ts';
import { roundToPolytope } from './round-to-polytope.ts';
import { checkEqualMass, checkWeights, total } from './transport.ts';

/** Costs of low rank: C = left right'. */
export interface CostFactors {
  /** n x d. */
  readonly left: DenseMatrix;
  /** m x d. */
  readonly right: DenseMatrix;
}

/** A plan P = source diag(1 / weights) target'. */
export interface LowRankPlan {
  /** Mass of every source that goes through every one of the intermediate points, n x rank. */
  readonly source: DenseMatrix;
  /** Mass of every target that comes from there, m x rank. */
  readonly target: DenseMatrix;
  /** Mass of the intermediate points: the column sums of `source` and of `target`. */
  readonly weights: Float64Array;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** How far the plan's marginals are from the weights; rounding. */
  readonly marginalError: number;
}

/** News of a step of mirror descent. */
export interface LowRankIterate extends Iterate<LowRankPlan> {
  /** Transport cost of the factors, before rounding to exact marginals. */
  readonly cost: number;
  /** Symmetric Kullback-Leibler divergence from the factors before, per unit of mass. */
  readonly change: number;
}

/** Options of `lowRankSinkhornSteps`. */
export interface LowRankSinkhornStepsOptions {
  /** Non-negative rank of the plan, at least 1. */
  readonly rank: number;
  /** Entropic regularisation of the factors, in units of the cost; 0, none, by default. */
  readonly epsilon?: number;
  /** Change of the factors at which the iteration ends, relative to the square of the step; 1e-8 by default. */
  readonly tolerance?: number;
  /** Seed of the random start; 0 by default. */
  readonly seed?: number;
}

/** Options of `lowRankSinkhorn`. */
export interface LowRankSinkhornOptions extends LowRankSinkhornStepsOptions, RunOptions<LowRankIterate> {
  /** Limit of steps of mirror descent; 1000 by default. */
  readonly maxIterations?: number;
}

/** Largest change of a logarithm in one step of mirror descent. */
const STEP = 30;

/** How far a projection goes: sweeps of Dykstra's iteration, and the error of the rows at which it ends. */
interface ProjectionAccuracy {
  readonly sweeps: number;
  readonly error: number;
}

/** In a step of mirror descent; the next projection goes on from there. */
const IN_STEP: ProjectionAccuracy = { sweeps: 30, error: 1e-4 };

/** For the answer, whose rounding costs as much as is still wrong. */
const FOR_ANSWER: ProjectionAccuracy = { sweeps: 1000, error: 1e-12 };

/** Least weight of an intermediate point, as a share of the mass over the rank. */
const LEAST_SHARE = 1e-8;

/** Stands for entries that underflow, so that every row and column keeps a sum. */
const SMALLEST = 1e-100;

/**
 * Factors of the squared Euclidean costs between two clouds: |x - y|^2 = |x|^2 - 2 x'y + |y|^2 has rank d + 2.
 *
 * Points are centred first, so that clouds far from the origin lose no digits. O((n + m) d).
 *
 * @param x - source points, n x d
 * @param y - target points, m x d
 * @throws {InvalidInputError} naming `x` or `y`
 *
 * @example
 * ```ts
 * import { squaredEuclideanFactors } from '@infimum/ot';
 *
 * const x = { rows: 1, cols: 1, values: Float64Array.of(3) };
 * const y = { rows: 1, cols: 1, values: Float64Array.of(1) };
 * const { left, right } = squaredEuclideanFactors(x, y);
 * console.log(left.values.reduce((sum, value, k) => sum + value * right.values[k], 0)); // 4
 * ```
 */
export function squaredEuclideanFactors(x: DenseMatrix, y: DenseMatrix): CostFactors {
  checkMatrix(x, 'x');
  checkMatrix(y, 'y');
  checkSameDimension(x, y);
  const centre = new Float64Array(x.cols);
  for (const { rows, cols, values } of [x, y]) {
    for (let k = 0; k < values.length; k++) centre[k % cols] += values[k] / rows / 2;
  }
  return { left: factorOf(x, centre, 'left'), right: factorOf(y, centre, 'right') };
}

/** Rows (|x|^2, 1, -2 x) on the left, (1, |y|^2, y) on the right. */
function factorOf(
  { rows, cols: d, values }: DenseMatrix,
  centre: Float64Array,
  side: 'left' | 'right',
): DenseMatrix {
  const factor = new Float64Array(rows * (d + 2));
  for (let i = 0; i < rows; i++) {
    const row = factor.subarray(i * (d + 2), (i + 1) * (d + 2));
    let square = 0;
    for (let k = 0; k < d; k++) {
      const coordinate = values[i * d + k] - centre[k];
      square += coordinate * coordinate;
      row[k + 2] = side === 'left' ? -2 * coordinate : coordinate;
    }
    row[0] = side === 'left' ? square : 1;
    row[1] = side === 'left' ? 1 : square;
  }
  return { rows, cols: d + 2, values: factor };
}

/**
 * Optimal transport among plans of low non-negative rank, by mirror descent on their factors.
 *
 * Minimises `sum_ij P_ij C_ij - epsilon (H(Q) + H(R) + H(g))` with H(p) = -sum p (log p - 1) over plans
 * `P = Q diag(1/g) R'` of rank `rank` with row sums `a` and column sums `b`: mass moves through `rank` intermediate
 * points. The cost is never below that of `emd`, and comes closer to it the larger the rank is; rank 1 is the product
 * `a b'`. Neither costs nor plan are ever formed.
 *
 * The problem is not convex: the answer is a local optimum that depends on the random start. Rounding makes the marginals
 * of the answer exact.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - factors of the costs, as of `squaredEuclideanFactors`
 * @param options - `rank` is required
 * @returns the factors of the plan, its cost and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O((n + m) rank (d + sweeps)) a step, with at most 30 sweeps; O((n + m) (rank + d)) memory.
 *
 * Source: M. Scetbon, M. Cuturi, G. Peyré, Low-rank Sinkhorn factorization (arXiv 2103.04737).
 *
 * @example
 * ```ts
 * import { lowRankSinkhorn, squaredEuclideanFactors } from '@infimum/ot';
 *
 * // Two pairs of points move one to the right each: two intermediate points are enough.
 * const x = { rows: 4, cols: 1, values: Float64Array.of(0, 0, 10, 10) };
 * const y = { rows: 4, cols: 1, values: Float64Array.of(1, 1, 11, 11) };
 * const weights = new Float64Array(4).fill(1 / 4);
 * const { cost } = lowRankSinkhorn(weights, weights, squaredEuclideanFactors(x, y), { rank: 2 });
 * console.log(cost.toFixed(6)); // 1.000000
 * ```
 */
export function lowRankSinkhorn(
  a: Float64Array,
  b: Float64Array,
  cost: CostFactors,
  options: LowRankSinkhornOptions,
): Outcome<LowRankPlan, LowRankIterate> {
  const steps = lowRankSinkhornSteps(a, b, cost, options);
  return runAdvised(steps, { maxIterations: 1000, ...options }, 'tolerance');
}

/**
 * Low-rank Sinkhorn as steps of mirror descent.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* lowRankSinkhornSteps(
  a: Float64Array,
  b: Float64Array,
  cost: CostFactors,
  { rank, epsilon = 0, tolerance = 1e-8, seed = 0 }: LowRankSinkhornStepsOptions,
): Steps<LowRankPlan, LowRankIterate> {
  checkFactors(cost);
  checkWeights(a, 'a', cost.left.rows);
  checkWeights(b, 'b', cost.right.rows);
  checkEqualMass(a, b);
  checkInteger(rank, 'rank', { min: 1 });
  checkNumber(epsilon, 'epsilon', { min: 0 });
  checkNumber(tolerance, 'tolerance', { min: 0 });
  checkInteger(seed, 'seed', { min: 0 });
  const mass = total(a);
  const balanced = b.map((weight) => (weight * mass) / total(b));
  const random = new Random(seed);
  let factors = randomFactors(a, balanced, rank, random);
  let change = Infinity;
  for (let iteration = 0; ; iteration++) {
    const slopes = gradient(factors, cost);
    const current = factors;
    const solution = () => roundedPlan(project(current, a, balanced, FOR_ANSWER), a, b, cost);
    yield { iteration, cost: slopes.cost, change, solution };
    if (change <= tolerance) {
      return converged(solution(), `the factors change by ${change.toExponential(1)}`);
    }
    const step = slopes.largest > 0 ? STEP / slopes.largest : 0;
    factors = project(descend(current, slopes, step, epsilon), a, balanced, IN_STEP, current.scalings);
    change = divergence(current, factors) / (mass * STEP * STEP);
  }
}

/** The factors Q, R and g of a plan. */
interface Factors {
  readonly q: DenseMatrix;
  readonly r: DenseMatrix;
  readonly g: Float64Array;
}

/** Scalings of the columns of both factors in a projection. */
interface Scalings {
  readonly left: Float64Array;
  readonly right: Float64Array;
}

interface ProjectedFactors extends Factors {
  readonly scalings: Scalings;
}

/** Gradients of the cost, its value, and the largest entry of the gradients up to terms that change nothing. */
interface Slopes extends Factors {
  readonly cost: number;
  readonly largest: number;
}

/** The projection of random shares. */
function randomFactors(a: Float64Array, b: Float64Array, rank: number, random: Random): ProjectedFactors {
  const side = (rows: number) => ({
    rows,
    cols: rank,
    values: Float64Array.from({ length: rows * rank }, () => Math.abs(random.normal()) + 0.01),
  });
  const g = new Float64Array(rank).fill(total(a) / rank);
  return project({ q: side(a.length), r: side(b.length), g }, a, b, IN_STEP);
}

/** C R diag(1/g), C'Q diag(1/g) and -(diag Q'C R) / g^2; O((n + m) d rank). */
function gradient({ q, r, g }: Factors, { left, right }: CostFactors): Slopes {
  const overG = ({ rows, cols, values }: DenseMatrix): DenseMatrix => ({
    rows,
    cols,
    values: values.map((value, k) => value / g[k % cols]),
  });
  const slopeQ = matmul(left, matmul(transpose(right), overG(r)));
  const slopeR = matmul(right, matmul(transpose(left), overG(q)));
  const through = new Float64Array(g.length);
  for (let k = 0; k < q.values.length; k++) through[k % g.length] += q.values[k] * slopeQ.values[k];
  const slopeG = through.map((value, k) => -value / g[k]);
  return {
    q: slopeQ,
    r: slopeR,
    g: slopeG,
    cost: total(through),
    largest: Math.max(spread(slopeQ), spread(slopeR), spread({ rows: 1, cols: g.length, values: slopeG })),
  };
}

/** Largest difference within a row: what is the same in a whole row, the projection takes out. */
function spread({ rows, cols, values }: DenseMatrix): number {
  let most = 0;
  for (let i = 0; i < rows; i++) {
    let [low, high] = [Infinity, -Infinity];
    for (let k = i * cols; k < (i + 1) * cols; k++) {
      low = Math.min(low, values[k]);
      high = Math.max(high, values[k]);
    }
    most = Math.max(most, high - low);
  }
  return most;
}

/** The mirror step: factors times exp(-step (gradient + epsilon log factors)), every row up to a multiple. */
function descend({ q, r, g }: Factors, slopes: Slopes, step: number, epsilon: number): Factors {
  const share = 1 - step * epsilon;
  const side = ({ rows, cols, values }: DenseMatrix, { values: slope }: DenseMatrix) => {
    const moved = new Float64Array(values.length);
    for (let i = 0, from = 0; i < rows; i++, from += cols) {
      const to = from + cols;
      let most = -Infinity;
      for (let k = from; k < to; k++) {
        moved[k] = share * portableLog(Math.max(values[k], SMALLEST)) - step * slope[k];
        most = Math.max(most, moved[k]);
      }
      for (let k = from; k < to; k++) moved[k] = Math.max(SMALLEST, portableExp(moved[k] - most));
    }
    return { rows, cols, values: moved };
  };
  const logs = g.map((value, k) => share * portableLog(value) - step * slopes.g[k]);
  const most = logs.reduce((high, value) => Math.max(high, value), -Infinity);
  return { q: side(q, slopes.q), r: side(r, slopes.r), g: logs.map((value) => portableExp(value - most)) };
}

/**
 * The projection onto the factors of plans, in the Kullback-Leibler sense, by Dykstra's iteration (Algorithm 2 of the
 * paper). What is projected may have any multiples on its rows.
 *
 * The constraints are affine but for the floor of the weights, which alone needs Dykstra's correction. A start whose
 * columns are scaled by v, w and whose weights by 1 / (v w) has the same projection: so the scalings of the last step
 * are where this one begins.
 */
function project(
  start: Factors,
  a: Float64Array,
  b: Float64Array,
  { sweeps, error: allowed }: ProjectionAccuracy,
  from?: Scalings,
): ProjectedFactors {
  const rank = start.g.length;
  const least = (LEAST_SHARE * total(a)) / rank;
  const left = new Side(start.q, a, from?.left);
  const right = new Side(start.r, b, from?.right);
  let g = start.g.map((weight, k) => Math.max(SMALLEST, weight) / (left.scaling[k] * right.scaling[k]));
  const scale = total(a) / total(g);
  g = g.map((weight) => weight * scale);
  let correction = new Float64Array(rank).fill(1);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const error = left.fitRows() + right.fitRows();
    if (sweep > 0 && error <= allowed * total(a)) break;
    const floored = g.map((weight, k) => Math.max(least, weight * correction[k]));
    correction = g.map((weight, k) => (weight * correction[k]) / floored[k]);
    // The geometric mean of both column sums and of the weights.
    g = floored.map(
      (weight, k) => Math.cbrt(weight) * Math.cbrt(left.columnSum(k)) * Math.cbrt(right.columnSum(k)),
    );
    left.fitColumns(g);
    right.fitColumns(g);
  }
  const scalings = { left: normalized(left.scaling), right: normalized(right.scaling) };
  return { q: left.matrix(), r: right.matrix(), g, scalings };
}

/** Divided by their geometric mean, which means nothing. */
function normalized(scaling: Float64Array): Float64Array {
  const mean = scaling.reduce((sum, value) => sum + portableLog(value), 0) / scaling.length;
  return scaling.map((value) => portableExp(portableLog(value) - mean));
}

/** One factor within the projection: u_i K_ik v_k. */
class Side {
  /** v. */
  readonly scaling: Float64Array;
  readonly #kernel: DenseMatrix;
  readonly #weights: Float64Array;
  readonly #u: Float64Array;
  readonly #columns: Float64Array;

  constructor(kernel: DenseMatrix, weights: Float64Array, scaling?: Float64Array) {
    this.#kernel = kernel;
    this.#weights = weights;
    this.scaling = scaling?.slice() ?? new Float64Array(kernel.cols).fill(1);
    this.#u = new Float64Array(kernel.rows);
    this.#columns = new Float64Array(kernel.cols);
  }

  /** Scales the rows to the weights, and adds up the columns K'u; returns by how much the rows were off. */
  fitRows(): number {
    const { rows, cols, values } = this.#kernel;
    const v = this.scaling;
    const columns = this.#columns.fill(0);
    let error = 0;
    for (let i = 0, at = 0; i < rows; i++, at += cols) {
      let sum = 0;
      for (let k = 0; k < cols; k++) sum += values[at + k] * v[k];
      const weight = this.#weights[i];
      error += Math.abs(this.#u[i] * sum - weight);
      const u = weight > 0 ? weight / sum : 0;
      this.#u[i] = u;
      for (let k = 0; k < cols; k++) columns[k] += u * values[at + k];
    }
    return error;
  }

  /** Sum of a column of the factor. */
  columnSum(k: number): number {
    return this.scaling[k] * this.#columns[k];
  }

  /** Scales the columns to `g`. */
  fitColumns(g: Float64Array): void {
    for (let k = 0; k < g.length; k++) this.scaling[k] = g[k] / this.#columns[k];
  }

  /** The factor itself. */
  matrix(): DenseMatrix {
    const { rows, cols, values } = this.#kernel;
    const out = new Float64Array(values.length);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let k = 0; k < cols; k++, at++) out[at] = this.#u[i] * values[at] * this.scaling[k];
    }
    return { rows, cols, values: out };
  }
}

/** KL(new | old) + KL(old | new), of all three factors. */
function divergence(before: Factors, after: Factors): number {
  const pairs = [
    [before.q.values, after.q.values],
    [before.r.values, after.r.values],
    [before.g, after.g],
  ];
  let sum = 0;
  for (const [from, to] of pairs) {
    for (let k = 0; k < from.length; k++) {
      if (from[k] > 0 && to[k] > 0) sum += (to[k] - from[k]) * portableLog(to[k] / from[k]);
    }
  }
  return sum;
}

/** The plan with exact marginals: both factors are rounded to one and the same weights. */
function roundedPlan({ q, r, g }: Factors, a: Float64Array, b: Float64Array, cost: CostFactors): LowRankPlan {
  const factor = total(a) / total(g);
  const weights = g.map((weight) => weight * factor);
  const source = roundToPolytope(q, a, weights);
  const target = roundToPolytope(r, b, weights);
  const plan = { q: source, r: target, g: weights };
  return {
    source,
    target,
    weights,
    cost: gradient(plan, cost).cost,
    marginalError: marginalErrorOf(plan, a, b),
  };
}

/** From P 1 = Q diag(1/g) R'1 and P'1 = R diag(1/g) Q'1. */
function marginalErrorOf({ q, r, g }: Factors, a: Float64Array, b: Float64Array): number {
  const columnSums = ({ cols, values }: DenseMatrix) => {
    const sums = new Float64Array(cols);
    for (let k = 0; k < values.length; k++) sums[k % cols] += values[k];
    return sums;
  };
  const side = ({ cols, values }: DenseMatrix, other: Float64Array, weights: Float64Array) => {
    const missing = weights.slice();
    for (let k = 0; k < values.length; k++) {
      missing[Math.floor(k / cols)] -= (values[k] * other[k % cols]) / g[k % cols];
    }
    return missing.reduce((sum, value) => sum + Math.abs(value), 0);
  };
  return side(q, columnSums(r), a) + side(r, columnSums(q), b);
}

function checkFactors(cost: CostFactors): void {
  if (typeof cost !== 'object' || cost === null) {
    throw new InvalidInputError('expected { left, right }', { argument: 'cost', code: 'type' });
  }
  checkMatrix(cost.left, 'cost.left');
  checkMatrix(cost.right, 'cost.right');
  if (cost.left.cols === cost.right.cols) return;
  throw new InvalidInputError(`has ${cost.right.cols} columns, cost.left has ${cost.left.cols}`, {
    argument: 'cost.right',
    code: 'shape',
  });
}
