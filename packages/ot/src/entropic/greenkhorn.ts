// Greenkhorn: Sinkhorn's iteration that refits only the row or column that fits worst.
//
// J. Altschuler, J. Weed, P. Rigollet: Near-linear time approximation algorithms for optimal transport via Sinkhorn
// iteration (2017), arXiv 1705.09634, Algorithm 4.
import {
  defineSolver,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  portableExp,
  portableLog,
  type RunOptions,
  resolveOptions,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { Progress, runEntropic } from '../progress.ts';
import type { Transport } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import { epsilon, initial, maxIterations, threads, tolerance, withEpsilon } from './entropic-options.ts';
import type { EntropicState } from './entropic-state.ts';
import { entropicSteps, type SinkhornIterate } from './entropic-steps.ts';
import type { EntropicPlan } from './normalised-problem.ts';

/** Options of `greenkhorn`. */
export const greenkhornOptions = {
  epsilon,
  tolerance,
  threads,
  initial,
  maxIterations,
} as const satisfies OptionSpecs;

/** Options of `greenkhorn`. */
export type GreenkhornOptions = OptionsOf<typeof greenkhornOptions>;

/** Factors outside 2^-72 … 2^72 are not trusted to an entry that may have underflown. */
const LARGEST_FACTOR = 2 ** 72;

/**
 * Entropic optimal transport by greedy coordinate updates.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. An update fits the one row or column with the largest
 * `rho(a_i, r_i) = r_i - a_i + a_i log(a_i / r_i)`, which is what the update adds to the dual divided by epsilon. It
 * pays where the mass is wrong in few places.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(n + m) an update, O(nm) an iteration of n + m updates; O(nm) memory.
 *
 * Source: J. Altschuler, J. Weed, P. Rigollet (arXiv 1705.09634).
 *
 * @example
 * ```ts
 * import { greenkhorn } from '@infimum/ot';
 *
 * const half = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = greenkhorn(half, half, cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function greenkhorn(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: GreenkhornOptions & RunOptions<SinkhornIterate>,
): Outcome<EntropicPlan, SinkhornIterate> {
  return runEntropic(
    greenkhornSteps({ a, b, cost }, options),
    runOptionsOf(greenkhornOptions, options),
    'sinkhornNewtonSparse',
  );
}

/**
 * Greenkhorn as steps of n + m updates each, the work of a sweep.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* greenkhornSteps(
  problem: Transport,
  options: GreenkhornOptions,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions(greenkhornOptions, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const updates = new GreedyUpdates(state, epsilon);
    const solution = () => state.solution(epsilon);
    state.updateSource(epsilon);
    for (let iteration = 0; ; iteration++) {
      // Sums are computed anew once an iteration, so that the rounding of updates does not pile up.
      const marginalError = state.evaluate(epsilon);
      yield { iteration, marginalError, solution };
      const end = progress.conclude(marginalError, state.problem.mass, solution);
      if (end) return end;
      updates.refresh();
      for (let update = 0; update < state.n + state.m; update++) updates.best();
    }
  });
}

/** Updates of single rows and columns of the plan in `state.plan`. */
class GreedyUpdates {
  readonly #state: EntropicState;
  readonly #epsilon: number;
  readonly #rowGains: Float64Array;
  readonly #columnGains: Float64Array;

  constructor(state: EntropicState, epsilon: number) {
    this.#state = state;
    this.#epsilon = epsilon;
    this.#rowGains = new Float64Array(state.n);
    this.#columnGains = new Float64Array(state.m);
  }

  /** Computes all gains from the sums. */
  refresh(): void {
    this.#refreshRows();
    this.#refreshColumns();
  }

  /** Fits the row or column that gains most. */
  best(): void {
    const row = indexOfLargest(this.#rowGains);
    const column = indexOfLargest(this.#columnGains);
    if (this.#rowGains[row] >= this.#columnGains[column]) this.#fitRow(row);
    else this.#fitColumn(column);
  }

  #fitRow(i: number): void {
    const { m, a, x, y, cost, plan, rowSums, columnSums } = this.#state;
    const factor = a[i] / rowSums[i];
    const trusted = isTrusted(factor);
    const moved = trusted
      ? x[i] + this.#epsilon * portableLog(factor)
      : this.#potential(a[i], m, (j) => y[j] - cost[i * m + j]);
    x[i] = moved;
    for (let j = 0, k = i * m; j < m; j++, k++) {
      const mass = trusted ? plan[k] * factor : portableExp((moved + y[j] - cost[k]) / this.#epsilon);
      columnSums[j] = Math.max(0, columnSums[j] + mass - plan[k]);
      plan[k] = mass;
    }
    rowSums[i] = a[i];
    this.#rowGains[i] = 0;
    this.#refreshColumns();
  }

  #fitColumn(j: number): void {
    const { n, m, b, x, y, cost, plan, rowSums, columnSums } = this.#state;
    const factor = b[j] / columnSums[j];
    const trusted = isTrusted(factor);
    const moved = trusted
      ? y[j] + this.#epsilon * portableLog(factor)
      : this.#potential(b[j], n, (i) => x[i] - cost[i * m + j]);
    y[j] = moved;
    for (let i = 0, k = j; i < n; i++, k += m) {
      const mass = trusted ? plan[k] * factor : portableExp((x[i] + moved - cost[k]) / this.#epsilon);
      rowSums[i] = Math.max(0, rowSums[i] + mass - plan[k]);
      plan[k] = mass;
    }
    columnSums[j] = b[j];
    this.#columnGains[j] = 0;
    this.#refreshRows();
  }

  /** The potential that fits a weight, by log-sum-exp: epsilon log(weight) - epsilon log sum exp(value / epsilon). */
  #potential(weight: number, length: number, value: (index: number) => number): number {
    let largest = -Infinity;
    for (let k = 0; k < length; k++) largest = Math.max(largest, value(k));
    let sum = 0;
    for (let k = 0; k < length; k++) sum += portableExp((value(k) - largest) / this.#epsilon);
    return this.#epsilon * portableLog(weight / sum) - largest;
  }

  #refreshRows(): void {
    const { n, a, rowSums } = this.#state;
    for (let i = 0; i < n; i++) this.#rowGains[i] = gain(a[i], rowSums[i]);
  }

  #refreshColumns(): void {
    const { m, b, columnSums } = this.#state;
    for (let j = 0; j < m; j++) this.#columnGains[j] = gain(b[j], columnSums[j]);
  }
}

/** rho(weight, sum) = sum - weight + weight log(weight / sum). */
function gain(weight: number, sum: number): number {
  if (!(sum > 0)) return Infinity;
  const excess = (sum - weight) / weight;
  // The difference cancels for small arguments; its series does not.
  if (Math.abs(excess) < 1e-4) return weight * excess * excess * (0.5 - excess / 3);
  return weight * (excess - portableLog(1 + excess));
}

function isTrusted(factor: number): boolean {
  return factor < LARGEST_FACTOR && factor > 1 / LARGEST_FACTOR;
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (values[k] > values[best]) best = k;
  return best;
}

/** Registration. */
export const greenkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/greenkhorn',
  title: 'Greenkhorn',
  summary: 'Refits the row or column that fits worst: good where the mass is wrong in few places.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: {
    title: 'Near-linear time approximation algorithms for optimal transport via Sinkhorn iteration',
    arxiv: '1705.09634',
    year: 2017,
  },
  cost: 'O(nm) \\text{ per } n + m \\text{ updates}',
  options: greenkhornOptions,
  steps: (instance, options) => greenkhornSteps(instance, withEpsilon(instance, options)),
});
