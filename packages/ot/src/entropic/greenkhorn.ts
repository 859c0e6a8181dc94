// Greenkhorn: Sinkhorn's iteration that updates only the row or column with the largest error.
//
// J. Altschuler, J. Weed, P. Rigollet: Near-linear time approximation algorithms for optimal transport via Sinkhorn
// iteration (2017), arXiv 1705.09634, Algorithm 4.
import type { MatrixLike, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { indexOfLargest } from '@infimum/linalg/numerics';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

/** Options of `greenkhorn`. */
export type GreenkhornOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof entropicOptions> &
  PlanForm<Form, SinkhornIterate>;

/** Factors outside 2^-72 … 2^72 are not trusted to an entry that may have underflown. */
const LARGEST_FACTOR = 2 ** 72;

/**
 * Entropic optimal transport by greedy coordinate updates.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. An update fits the one row or column with the largest
 * `rho(a_i, r_i) = r_i - a_i + a_i log(a_i / r_i)`, the gain in the dual divided by epsilon. It is efficient where only few
 * marginals are wrong.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(n + m) an update, O(nm) an iteration of n + m updates; O(nm) memory.
 *
 * Source: J. Altschuler, J. Weed, P. Rigollet (arXiv 1705.09634).
 *
 * @example
 * ```ts
 * import { greenkhorn } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = greenkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function greenkhorn<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: GreenkhornOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(entropicOptions, options, greenkhornSteps({ a, b, cost }, options));
}

/** Greenkhorn as steps of n + m updates each, the work of a sweep. */
export function* greenkhornSteps(
  problem: TransportLike,
  options: GreenkhornOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...entropicOptions, plan }, options);
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
      updates.settle();
    }
  });
}

/**
 * Updates of single rows and columns of the plan u_i K_ij v_j, where K is the plan in `state.plan` when an iteration began;
 * it is kept in both orders, so that a row and a column are read alike and hardly anything is written.
 */
class GreedyUpdates {
  readonly #epsilon: number;
  readonly #rows: Side;
  readonly #columns: Side;
  readonly #state: EntropicState;
  readonly #transposed: Float64Array;

  constructor(state: EntropicState, epsilon: number) {
    const { n, m, a, b, x, y, rowSums, columnSums, rowScaling, columnScaling, plan, cost } = state;
    this.#state = state;
    this.#epsilon = epsilon;
    this.#transposed = new Float64Array(n * m);
    const transposed = this.#transposed;
    this.#rows = sideOf(a, x, rowSums, rowScaling, { kernel: plan, cost, step: m, stride: 1 });
    this.#columns = sideOf(b, y, columnSums, columnScaling, { kernel: transposed, cost, step: 1, stride: m });
  }

  /** Begins with a plan that has just been evaluated. */
  refresh(): void {
    const { n, m, plan } = this.#state;
    for (let i = 0, k = 0; i < n; i++) for (let j = 0, at = i; j < m; j++, k++, at += n) this.#transposed[at] = plan[k];
    for (const side of [this.#rows, this.#columns]) {
      side.scaling.fill(1);
      refreshGains(side);
    }
  }

  /** Fits the row or column that gains most. */
  best(): void {
    const row = indexOfLargest(this.#rows.gains);
    const column = indexOfLargest(this.#columns.gains);
    if (this.#rows.gains[row] >= this.#columns.gains[column]) this.#fit(row, this.#rows, this.#columns);
    else this.#fit(column, this.#columns, this.#rows);
  }

  /** Makes the scalings part of the potentials. */
  settle(): void {
    for (const { potential, scaling } of [this.#rows, this.#columns]) {
      for (let k = 0; k < scaling.length; k++) potential[k] += this.#epsilon * portableLog(scaling[k]);
    }
  }

  #fit(line: number, own: Side, others: Side): void {
    const { weights, sums, scaling, kernel } = own;
    const factor = weights[line] / sums[line];
    const from = line * others.sums.length;
    const before = scaling[line];
    if (isTrusted(factor) && isTrusted(before * factor)) {
      scaling[line] = before * factor;
      addLine(others, kernel, from, scaling[line] - before);
    } else this.#fitAnew(line, own, others);
    sums[line] = weights[line];
    own.gains[line] = 0;
    refreshGains(others);
  }

  /** The line of the kernel for the potential that fits it, by log-sum-exp: epsilon log(weight) - epsilon log sum exp(. / epsilon). */
  #fitAnew(line: number, own: Side, others: Side): void {
    const { weights, potential, scaling, kernel, cost, step, stride } = own;
    const epsilon = this.#epsilon;
    const count = others.sums.length;
    const from = line * count;
    const values = others.potential.map((value, k) => value - cost[line * step + k * stride]);
    let largest = -Infinity;
    for (let k = 0; k < count; k++) {
      largest = Math.max(largest, values[k] + epsilon * portableLog(others.scaling[k]));
    }
    let sum = 0;
    for (let k = 0; k < count; k++) {
      sum += others.scaling[k] * portableExp((values[k] - largest) / epsilon);
    }
    potential[line] = epsilon * portableLog(weights[line] / sum) - largest;
    for (let k = 0; k < count; k++) {
      const mass = portableExp((potential[line] + values[k]) / epsilon);
      const change = (mass - scaling[line] * kernel[from + k]) * others.scaling[k];
      others.sums[k] = Math.max(0, others.sums[k] + change);
      kernel[from + k] = mass;
      others.kernel[k * own.sums.length + line] = mass;
    }
    scaling[line] = 1;
  }
}

/** The rows, or the columns. */
interface Side {
  readonly weights: Float64Array;
  readonly inverses: Float64Array;
  readonly potential: Float64Array;
  readonly sums: Float64Array;
  readonly scaling: Float64Array;
  readonly gains: Float64Array;
  /** K, line after line. */
  readonly kernel: Float64Array;
  /** The costs, where the lines are `step` apart and the entries of a line `stride`. */
  readonly cost: Float64Array;
  readonly step: number;
  readonly stride: number;
}

function sideOf(
  weights: Float64Array,
  potential: Float64Array,
  sums: Float64Array,
  scaling: Float64Array,
  layout: Pick<Side, 'kernel' | 'cost' | 'step' | 'stride'>,
): Side {
  const inverses = weights.map((weight) => 1 / weight);
  return { weights, inverses, potential, sums, scaling, gains: new Float64Array(weights.length), ...layout };
}

/** Adds what a line of the kernel gives to the sums of the other side when its scaling changes. */
function addLine({ sums, scaling }: Side, kernel: Float64Array, from: number, change: number): void {
  for (let k = 0; k < sums.length; k++) {
    const sum = sums[k] + change * kernel[from + k] * scaling[k];
    sums[k] = Math.max(0, sum);
  }
}

/** rho(weight, sum) = sum - weight + weight log(weight / sum), of every line. */
function refreshGains({ weights, inverses, sums, gains }: Side): void {
  for (let k = 0; k < gains.length; k++) {
    const excess = (sums[k] - weights[k]) * inverses[k];
    gains[k] = weights[k] * (Math.abs(excess) < 0.25 ? excessOverLog(excess) : farGain(excess));
  }
}

function farGain(excess: number): number {
  return excess > -1 ? excess - portableLog(1 + excess) : Infinity;
}

/** e - log(1 + e) without cancellation, to nine digits: log(1 + e) = 2 (s + s^3 / 3 + ...) with s = e / (2 + e). */
function excessOverLog(e: number): number {
  const s = e / (2 + e);
  const square = s * s;
  const tail = 1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9 + square / 11)));
  return s * (e - 2 * square * tail);
}

function isTrusted(factor: number): boolean {
  return factor < LARGEST_FACTOR && factor > 1 / LARGEST_FACTOR;
}

export const greenkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/greenkhorn',
  title: 'Greenkhorn',
  summary: 'Refits the row or column that fits worst: good if the mass is wrong in few places.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: {
    title: 'Near-linear time approximation algorithms for optimal transport via Sinkhorn iteration',
    arxiv: '1705.09634',
    year: 2017,
  },
  cost: 'O(nm) \\text{ per } n + m \\text{ updates}',
  options: entropicOptions,
  steps: (instance, options) => greenkhornSteps(instance, withEpsilon(instance, options)),
});
