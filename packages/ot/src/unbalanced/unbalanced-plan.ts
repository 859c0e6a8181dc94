// Code shared by problems whose masses may differ: their check and their plan.
import type { VectorLike } from '@infimum/core';
import { asMatrix } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { largestOf } from '../exact/arc-costs.ts';
import { distance } from '../plan-metrics.ts';
import type { Transport, TransportLike } from '../transport.ts';
import { asWeights, total } from '../transport.ts';
import type { Penalties } from './penalties.ts';
import { penaltiesOf } from './penalties.ts';

/** A plan that misses its marginals on purpose. */
export interface UnbalancedPlan {
  /** Mass moved from i to j, n x m. */
  readonly plan: DenseMatrix;
  /** Transport cost, the sum of plan times cost. */
  readonly cost: number;
  /** Mass moved in all. */
  readonly mass: number;
  /** Derivative of the objective in the source weights, of `unbalancedSinkhorn`. */
  readonly sourcePotential?: Float64Array;
  /** Derivative of the objective in the target weights. */
  readonly targetPotential?: Float64Array;
}

/**
 * Weights of any totals and costs in the form in which algorithms compute, checked.
 *
 * @throws {InvalidInputError} naming `a`, `b` or `cost` and the first place at fault
 */
export function asUnbalanced({ a, b, cost }: TransportLike): Transport {
  const costs = asMatrix(cost, 'cost');
  return { a: asWeights(a, 'a', costs.rows), b: asWeights(b, 'b', costs.cols), cost: costs };
}

/** A plan with its cost and mass. */
export function unbalancedPlan(plan: DenseMatrix, cost: DenseMatrix): UnbalancedPlan {
  let [sum, mass] = [0, 0];
  for (let from = 0; from < plan.values.length; from += plan.cols) {
    // Sums of their own for each row round less.
    let [sumOfRow, massOfRow] = [0, 0];
    for (let k = from; k < from + plan.cols; k++) {
      massOfRow += plan.values[k];
      sumOfRow += plan.values[k] * cost.values[k];
    }
    sum += sumOfRow;
    mass += massOfRow;
  }
  return { plan, cost: sum, mass };
}

/** Weights of any totals, costs, and the price of missing the weights. */
export interface PenalisedTransport {
  /** Source weights, length n. */
  readonly a: Float64Array;
  /** Target weights, length m. */
  readonly b: Float64Array;
  /** Costs, n x m. */
  readonly cost: DenseMatrix;
  /** Price rho of missing the weights, in units of the cost. */
  readonly marginalPenalty: number;
  /** Entropic regularisation in units of the cost; 0 for none. */
  readonly epsilon: number;
}

/** A problem with the prices of both sides, and the largest cost where it is known. */
type PricedTransport = PenalisedTransport & Penalties & { readonly largestCost?: number };

/** Potentials of the sides whose weights are met exactly, in units of the cost. */
export interface Multipliers {
  /** Of the sources. */
  readonly source: Float64Array;
  /** Of the targets. */
  readonly target: Float64Array;
}

/**
 * G_ij = C_ij + epsilon log(P_ij / (a_i b_j)) + rho log(r_i / a_i) + rho' log(c_j / b_j), r and c the plan's marginals. Of a side
 * with an infinite price the negative multiplier replaces the logarithm, and the marginal's relative error counts as well.
 */
export function stationarity(instance: PricedTransport, { plan }: UnbalancedPlan, multipliers?: Multipliers): number {
  const { a, b, cost } = instance;
  const [rows, columns] = marginalsOf(plan);
  const { unit, epsilon, rowTerms, columnTerms, missed } = forces(instance, [rows, columns], multipliers);
  let [along, lowest, mass] = [0, 0, 0];
  for (let i = 0; i < plan.rows; i++) {
    for (let j = 0; j < plan.cols; j++) {
      const p = plan.values[i * plan.cols + j];
      if (a[i] === 0 || b[j] === 0 || rows[i] === 0 || columns[j] === 0) continue;
      // Where the entropy lets nothing vanish, what is zero has been lost to rounding.
      if (epsilon > 0 && p === 0) continue;
      const entropy = epsilon > 0 ? epsilon * portableLog(p / a[i] / b[j]) : 0;
      const g = cost.values[i * plan.cols + j] / unit + entropy + (rowTerms[i] + columnTerms[j]);
      along += p * Math.abs(g);
      mass += p;
      if (epsilon === 0) lowest = Math.min(lowest, g);
    }
  }
  if (mass === 0) return 1;
  return (along / mass - lowest) / (scaleOf(instance) / unit) + missed;
}

/**
 * No less than the stationarity of a plan a_i b_j exp((f_i + g_j - C_ij) / epsilon), whose gradient is a sum over both sides; f and
 * g are the multipliers, from its marginals. O(n + m) logarithms.
 */
export function stationarityOfPotentials(
  instance: PricedTransport,
  [rows, columns]: readonly [rows: Float64Array, columns: Float64Array],
  multipliers: Multipliers,
): number {
  const { unit, rowTerms, columnTerms, missed } = forces(instance, [rows, columns], multipliers);
  let along = 0;
  rows.forEach((mass, i) => {
    if (mass > 0) along += mass * Math.abs(multipliers.source[i] / unit + rowTerms[i]);
  });
  columns.forEach((mass, j) => {
    if (mass > 0) along += mass * Math.abs(multipliers.target[j] / unit + columnTerms[j]);
  });
  return along / total(rows) / (scaleOf(instance) / unit) + missed;
}

/** What the marginals of a plan say of its gradient, in a unit in which no term of that overflows. */
function forces(
  instance: PricedTransport,
  [rows, columns]: readonly [rows: Float64Array, columns: Float64Array],
  multipliers: Multipliers | undefined,
) {
  const { a, b } = instance;
  const [ofSources, ofTargets] = penaltiesOf(instance);
  const finite = [ofSources, ofTargets].filter((penalty) => penalty < Infinity);
  const unit = 2 ** Math.floor(Math.log2(Math.max(largestCost(instance), instance.epsilon, ...finite)));
  const missed =
    (ofSources === Infinity ? distance(rows, a) / total(a) : 0) +
    (ofTargets === Infinity ? distance(columns, b) / total(b) : 0);
  const rowTerms = forcesOf(rows, a, ofSources, unit, multipliers?.source);
  const columnTerms = forcesOf(columns, b, ofTargets, unit, multipliers?.target);
  return { unit, epsilon: instance.epsilon / unit, rowTerms, columnTerms, missed };
}

/** rho log(sum / weight) over the unit, or the multipliers with their signs turned where rho is infinite. */
function forcesOf(
  sums: Float64Array,
  weights: Float64Array,
  penalty: number,
  unit: number,
  multipliers: Float64Array | undefined,
): Float64Array {
  return sums.map((sum, i) => {
    if (weights[i] === 0 || sum === 0) return 0;
    if (penalty === Infinity && multipliers) return -multipliers[i] / unit;
    return (penalty / unit) * portableLog(sum / weights[i]);
  });
}

/** Stationarity that a method with this tolerance may leave: gradients hold terms rho log and epsilon log beside the costs. */
export function stationarityBound(instance: PricedTransport, tolerance: number): number {
  const scale = scaleOf(instance);
  return tolerance * Math.max(1, priceOf(instance) / scale + instance.epsilon / scale);
}

/** The largest finite penalty. */
function priceOf(instance: Penalties): number {
  return Math.max(0, ...penaltiesOf(instance).filter((penalty) => penalty < Infinity));
}

/** The share of penalties and ε below which costs are as nothing: what is divided by less would overflow. */
const LEAST_SHARE = 2 ** -1000;

/** What the stationarity is measured in: the largest cost, unless penalties or ε leave it out of sight. */
function scaleOf(instance: PricedTransport): number {
  return Math.max(largestCost(instance), LEAST_SHARE * priceOf(instance), LEAST_SHARE * instance.epsilon);
}

/** The largest cost, or 1 where all are 0. */
function largestCost({ cost, largestCost = largestOf(cost.values) }: PricedTransport): number {
  return largestCost || 1;
}

/** The sums of rows and columns. */
export function marginalsOf({ rows, cols, values }: DenseMatrix): [rows: Float64Array, columns: Float64Array] {
  const [ofRows, ofColumns] = [new Float64Array(rows), new Float64Array(cols)];
  for (let i = 0, k = 0; i < rows; i++) {
    let ofRow = 0;
    for (let j = 0; j < cols; j++, k++) {
      ofRow += values[k];
      ofColumns[j] += values[k];
    }
    ofRows[i] = ofRow;
  }
  return [ofRows, ofColumns];
}

/** Share of the smaller mass below which a plan counts as empty. */
const HARDLY_ANY = 1e-6;

/** The outcome; if hardly any mass moves, which is optimal where the penalty is small, the reason says so. */
export function withMassNote<Solved extends UnbalancedPlan & { readonly reason: string }>(
  outcome: Solved,
  a: VectorLike,
  b: VectorLike,
): Solved {
  const { mass, reason } = outcome;
  if (mass >= HARDLY_ANY * Math.min(total(a), total(b))) return outcome;
  const note = `hardly any mass moves (${mass.toExponential(1)}): marginalPenalty is small against the costs; raise it`;
  return { ...outcome, reason: `${reason}; ${note}` };
}
