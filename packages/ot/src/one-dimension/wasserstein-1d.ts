// Optimal transport on the line, by sorting: for convex costs the plan keeps the order of the points.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, fault, resolveOptions } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { a, b } from '../options.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import type { Shipments } from '../sparse-plan.ts';
import { balance, planOf } from '../sparse-plan.ts';
import type { TransportPlan } from '../transport.ts';
import { asMarginals } from '../transport.ts';
import { sortedOrder, sortedValues, sortedWithOrder } from './sorted-order.ts';

const wasserstein1dOptions = {
  a,
  b,
  p: { type: 'number', min: 1, default: 1, description: 'Exponent of the distance' },
} as const satisfies OptionSpecs;

/** Options of `wasserstein1d`. */
export type Wasserstein1dOptions = OptionsOf<typeof wasserstein1dOptions>;

/** A plan on the line; `cost` is W_p^p. */
export interface Wasserstein1d extends TransportPlan<CsrMatrix> {
  /** W_p, in units of the points. */
  readonly distance: number;
}

/** Potentials are sums of costs and must not overflow. */
const LARGEST_COST = 2 ** 960;

/**
 * The Wasserstein distance of weighted points on the line, with plan and dual potentials.
 *
 * W_p^p = min_P sum_ij |x_i - y_j|^p P_ij = integral over (0, 1) of |F^-1(t) - G^-1(t)|^p for masses of 1, where F
 * and G are the distribution functions. The points may come in any order; plan and potentials are in that order. The
 * plan has at most n + m - 1 entries. The potentials satisfy x_i + y_j <= |x_i - y_j|^p with equality on the plan,
 * finite for zero weights too. O(n log n + m log m).
 *
 * Source: G. Monge's rule for sorted points; its dual by A. Hoffman, On simple linear programming problems (1963).
 *
 * @param sources - points x, length n, in any order
 * @param targets - points y, length m
 * @throws {InvalidInputError} naming `x`, `y`, `a`, `b` or `p` and the first place at fault
 *
 * @example
 * ```ts
 * import { wasserstein1d } from '@infimum/ot';
 *
 * const { distance, plan } = wasserstein1d(Float64Array.of(3, 1), Float64Array.of(2, 4), { p: 2 });
 * console.log(distance, plan.columnIndices.join(' ')); // 1 1 0
 * ```
 */
export function wasserstein1d(sources: VectorLike, targets: VectorLike, options: Wasserstein1dOptions = {}): Wasserstein1d {
  const { x, y, a, b, p, isUniform } = weighted(sources, targets, options);
  if (isUniform && x.length === y.length) return pairedPlan(x, y, p);
  const { shipments, costs, cost } = shipmentsOf(x, y, a, b, p);
  const plan = planOf(shipments, x.length, y.length);
  return {
    plan,
    cost,
    distance: cost ** (1 / p),
    ...potentialsAlong(shipments, costs, x.length, y.length),
    marginalError: marginalErrorOf(plan, a, b),
  };
}

/** What is known without a plan. */
export interface Wasserstein1dDistance {
  /** W_p, in units of the points. */
  readonly distance: number;
  /** W_p^p. */
  readonly cost: number;
}

/**
 * The Wasserstein distance of weighted points on the line, without plan and potentials.
 *
 * The distance of `wasserstein1d`, several times faster where all points weigh the same and both sides have as many:
 * then W_p^p is the mean of |x_(i) - y_(i)|^p over the sorted points. O(n + m).
 *
 * @param sources - points x, length n, in any order
 * @param targets - points y, length m
 * @throws {InvalidInputError} naming `x`, `y`, `a`, `b` or `p` and the first place at fault
 *
 * @example
 * ```ts
 * import { wasserstein1dDistance } from '@infimum/ot';
 *
 * const { distance, cost } = wasserstein1dDistance(Float64Array.of(3, 1), Float64Array.of(4, 6), { p: 2 });
 * console.log(distance, cost); // 3 9
 * ```
 */
export function wasserstein1dDistance(
  sources: VectorLike,
  targets: VectorLike,
  options: Wasserstein1dOptions = {},
): Wasserstein1dDistance {
  const { x, y, a, b, p, isUniform } = weighted(sources, targets, options);
  const isPaired = isUniform && x.length === y.length;
  const cost = isPaired ? pairedCost(x, y, p) : shipmentsOf(x, y, a, b, p).cost;
  return { distance: cost ** (1 / p), cost };
}

/** Points that all weigh the same, paired in order: every row and column has one entry, its weight. */
function pairedPlan(x: Float64Array, y: Float64Array, p: number): Wasserstein1d {
  const n = x.length;
  const { values: from, positions: sources } = sortedWithOrder(x);
  const { values: to, positions: targets } = sortedWithOrder(y);
  checkWidth(Math.max(from[n - 1] - to[0], to[n - 1] - from[0]), p);
  const rowPointers = new Int32Array(n + 1);
  const columnIndices = new Int32Array(n);
  const sourcePotential = new Float64Array(n);
  const targetPotential = new Float64Array(n);
  const weight = 1 / n;
  let cost = 0;
  // Hoffman's dual along the chain of pairs (i, i), (i, i + 1), (i + 1, i + 1).
  for (let k = 0, source = 0; k < n; k++) {
    const own = powerOf(Math.abs(from[k] - to[k]), p);
    const target = k === 0 ? own : powerOf(Math.abs(from[k - 1] - to[k]), p) - source;
    source = own - target;
    cost += weight * own;
    rowPointers[k + 1] = k + 1;
    columnIndices[sources[k]] = targets[k];
    sourcePotential[sources[k]] = source;
    targetPotential[targets[k]] = target;
  }
  const plan = { rows: n, cols: n, rowPointers, columnIndices, values: new Float64Array(n).fill(weight) };
  return { plan, cost, distance: cost ** (1 / p), sourcePotential, targetPotential, marginalError: 0 };
}

function powerOf(apart: number, p: number): number {
  return p === 2 ? apart * apart : p === 1 ? apart : apart ** p;
}

/** The mean of |x_(i) - y_(i)|^p. */
function pairedCost(x: Float64Array, y: Float64Array, p: number): number {
  const [from, to] = [sortedValues(x), sortedValues(y)];
  const last = x.length - 1;
  checkWidth(Math.max(from[last] - to[0], to[last] - from[0]), p);
  let sum = 0;
  for (let i = 0; i < from.length; i++) {
    sum += powerOf(Math.abs(from[i] - to[i]), p);
  }
  return sum / from.length;
}

/** Points, weights and exponent, checked, with their defaults. */
function weighted(sources: VectorLike, targets: VectorLike, options: Wasserstein1dOptions) {
  const [x, y] = [asVector(sources, 'x'), asVector(targets, 'y')];
  const { p, ...weights } = resolveOptions(wasserstein1dOptions, options);
  const isUniform = weights.a === undefined && weights.b === undefined;
  return { x, y, ...asMarginals(weights, x.length, y.length), p, isUniform };
}

/** Shipments along the sorted points, the cost of each and of all. */
function shipmentsOf(x: Float64Array, y: Float64Array, a: Float64Array, b: Float64Array, p: number) {
  const [xOrder, yOrder] = [sortedOrder(x), sortedOrder(y)];
  checkWidth(Math.max(x[xOrder[x.length - 1]] - y[yOrder[0]], y[yOrder[y.length - 1]] - x[xOrder[0]]), p);
  const shipments = mergeQuantiles(xOrder, yOrder, a, b);
  const { sources, targets, masses } = shipments;
  const costs = new Float64Array(masses.length);
  let cost = 0;
  for (let k = 0; k < costs.length; k++) {
    costs[k] = powerOf(Math.abs(x[sources[k]] - y[targets[k]]), p);
    cost += masses[k] * costs[k];
  }
  return { shipments, costs, cost };
}

function checkWidth(widest: number, p: number): void {
  if (widest ** p <= LARGEST_COST) return;
  throw fault(`is up to ${widest} away from y, too far for the power ${p}`, 'x', 'out-of-range');
}

/**
 * The north-west corner rule on sorted points: n + m - 1 shipments, each sharing source or target with the one
 * before it, some of them without mass.
 */
function mergeQuantiles(xOrder: Int32Array, yOrder: Int32Array, a: Float64Array, b: Float64Array): Shipments {
  const n = a.length;
  const m = b.length;
  const factorOfB = balance(a, b);
  const sources = new Int32Array(n + m - 1);
  const targets = new Int32Array(n + m - 1);
  const masses = new Float64Array(n + m - 1);
  let supply = a[xOrder[0]];
  let demand = b[yOrder[0]] * factorOfB;
  // What is left of a weight after subtractions counts as zero when rounding can explain it.
  let supplyRounding = 0;
  let demandRounding = 0;
  for (let k = 0, i = 0, j = 0; k < n + m - 1; k++) {
    sources[k] = xOrder[i];
    targets[k] = yOrder[j];
    const sourceEnds = j === m - 1 || (i < n - 1 && supply < demand);
    if (sourceEnds) {
      masses[k] = supply > supplyRounding ? supply : 0;
      demandRounding += supplyRounding + Number.EPSILON * Math.max(masses[k], demand);
      demand -= masses[k];
      supply = a[xOrder[++i]];
      supplyRounding = 0;
    } else {
      masses[k] = demand > demandRounding ? demand : 0;
      supplyRounding += demandRounding + Number.EPSILON * Math.max(masses[k], supply);
      supply -= masses[k];
      demand = b[yOrder[++j]] * factorOfB;
      demandRounding = 0;
    }
  }
  return { sources, targets, masses };
}

/** Potentials that make the shipments tight, one after the other: Hoffman's dual of a Monge cost. */
function potentialsAlong({ sources, targets }: Shipments, costs: Float64Array, n: number, m: number) {
  const sourcePotential = new Float64Array(n);
  const targetPotential = new Float64Array(m);
  targetPotential[targets[0]] = costs[0];
  for (let k = 1; k < costs.length; k++) {
    if (sources[k] === sources[k - 1]) targetPotential[targets[k]] = costs[k] - sourcePotential[sources[k]];
    else sourcePotential[sources[k]] = costs[k] - targetPotential[targets[k]];
  }
  return { sourcePotential, targetPotential };
}
