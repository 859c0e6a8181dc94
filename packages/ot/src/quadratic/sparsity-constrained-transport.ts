// Optimal transport with quadratic regularisation and a bound on the entries of every column of the plan.
//
// T. Liu, J. Puigcerver, M. Blondel: Sparsity-constrained optimal transport (2023), arXiv 2209.15466.
//
// The semi-dual f(x) = a'x - sum_j h_j(x - C_j), with h_j(s) the maximum of <s, t> - gamma / 2 |t|^2 over t >= 0 of sum b_j with
// at most k positive entries: they are the k largest of s, and the rest is a projection onto a simplex (A. Kyrillidis, S.
// Becker, V. Cevher, C. Koch: Sparse projections onto the simplex, 2013). f is concave, its value a lower bound, and a - P1 its
// gradient wherever the k-th and the next entry of no column are equal.
import type { Iterate, MatrixLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, resolveOptions, stalled } from '@infimum/core';
import { dot, LbfgsHistory } from '@infimum/linalg/numerics';
import type { InnerLimits } from '../inner-runs.ts';
import { InnerRuns } from '../inner-runs.ts';
import { LARGE, searchDescent } from '../line-search.ts';
import { sparsePlan } from '../plan-entries.ts';
import { marginalErrorOf } from '../plan-metrics.ts';
import { runAdvised } from '../progress.ts';
import type { Transport, TransportLike } from '../transport.ts';
import { asTransport, total } from '../transport.ts';
import { powerBelow, spreadOf } from '../vectors.ts';
import type { QuadraticPlan } from './quadratic-transport.ts';
import { quadraticTransportSteps } from './quadratic-transport.ts';

const sparsityConstrainedTransportOptions = {
  gamma: { type: 'number', above: 0, required: true, unit: 'cost per mass', description: 'Regularisation' },
  maxEntries: { type: 'integer', min: 1, required: true, description: 'Maximum number of positive entries per column' },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description:
      'l1 error of the marginals, as a share of the mass, and duality gap, as a share of the mass times the range of the costs, at which the iteration ends',
  },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Limit of quasi-Newton steps' },
} as const satisfies OptionSpecs;

/** Options of `sparsityConstrainedTransport`. */
export type SparsityConstrainedTransportOptions = OptionsOf<typeof sparsityConstrainedTransportOptions> &
  RunOptions<SparsityConstrainedIterate>;

/** News of a step. */
export interface SparsityConstrainedIterate extends Iterate<QuadraticPlan> {
  /** l1 error of the marginals. */
  readonly marginalError: number;
  /** A value that no plan is below. */
  readonly dualValue: number;
}

/**
 * Optimal transport with quadratic regularisation whose plans have at most `maxEntries` positive entries in every column.
 *
 * Minimises `sum_ij P_ij C_ij + gamma / 2 sum_ij P_ij^2` over plans P with row sums `a`, column sums `b` and at most k =
 * `maxEntries` positive entries a column: every target is served by few sources, as tokens by their experts. The
 * problem is not convex, but its dual is: L-BFGS raises the semi-dual, from the potentials of `quadraticTransport`, and Newton steps on
 * the support that is found end it.
 * `converged` means that the plan keeps all its constraints and that its value is that of the dual: no other plan is better.
 * Where the dual is largest at a kink, with two entries of a column equally good for its last place, the two values differ;
 * then the best plan on the support that was found, if there is one, is returned with the status `stalled` and the gap in its
 * reason. A larger `gamma` or k closes the gap.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `gamma` and `maxEntries` are required
 * @returns the plan, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm k) a step at most, and some `quadraticTransport`.
 *
 * Source: T. Liu, J. Puigcerver, M. Blondel, Sparsity-constrained optimal transport (arXiv 2209.15466).
 *
 * @example
 * ```ts
 * import { sparsityConstrainedTransport } from '@infimum/ot/quadratic';
 *
 * const third = new Float64Array(3).fill(1 / 3);
 * const cost = [[0, 1, 5], [1, 0, 1], [5, 1, 0]];
 * const { plan, status } = sparsityConstrainedTransport(third, third, cost, { gamma: 1, maxEntries: 1 });
 * console.log(status, plan.columnIndices.join(' ')); // converged 0 1 2
 * ```
 */
export function sparsityConstrainedTransport(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SparsityConstrainedTransportOptions,
): Outcome<QuadraticPlan, SparsityConstrainedIterate> {
  const steps = sparsityConstrainedTransportSteps({ a, b, cost }, options);
  return runAdvised(sparsityConstrainedTransportOptions, options, steps, 'tolerance');
}

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 20;

/** Error of the rows, as a share of the mass, at which Newton steps are tried first; then at every so much less. */
const FIRST_POLISH = 1e-2;
const NEXT_POLISH = 0.1;

/** Steps without a value larger by this share that end the ascent. */
const PATIENCE = 20;
const LEAST_RISE = 1e-12;

/** Entries of a column that are so close, as a share of the range of the costs, count as equal. */
const TIED = 1e-6;

/** The ascent as steps. Limits among the options end the Newton steps too. */
export function* sparsityConstrainedTransportSteps(
  given: TransportLike,
  options: SparsityConstrainedTransportOptions & InnerLimits,
): Steps<QuadraticPlan, SparsityConstrainedIterate> {
  const problem = asTransport(given);
  const settings = resolveOptions(sparsityConstrainedTransportOptions, options);
  const dual = new SemiDual(problem, settings);
  const inner = new InnerRuns(options);
  const n = problem.a.length;
  const history = new LbfgsHistory(n, MEMORY);
  let point = dual.at(dual.start(inner));
  const direction = new Float64Array(n);
  const isLarge = n * problem.b.length > LARGE;
  let polishAt = FIRST_POLISH;
  let best = Infinity;
  let since = 0;
  for (let iteration = 0; ; iteration++) {
    const current = point;
    const { error } = current;
    const solution = () => dual.describe(current);
    const iterate = {
      iteration,
      marginalError: error * dual.mass,
      dualValue: -current.value * dual.mass * dual.unit,
      solution,
    };
    yield iterate;
    since = current.value < best - LEAST_RISE * Math.abs(best) ? 0 : since + 1;
    best = Math.min(best, current.value);
    let found: SemiDualPoint | undefined;
    if (since <= PATIENCE) {
      const trials = step(dual, current, history, direction);
      let trial = trials.next();
      for (; !trial.done; trial = trials.next()) if (isLarge) yield iterate;
      found = trial.value;
    }
    const isOver = found === undefined && (history.isEmpty || since > PATIENCE);
    if (error <= polishAt || isOver) {
      polishAt = NEXT_POLISH * error;
      const polished = dual.polish(current, inner);
      if (polished && polished.error <= settings.tolerance && polished.gap <= settings.tolerance) {
        const proved = `the plan is within ${polished.gap.toExponential(1)} of the dual's value, its marginals within ${polished.error.toExponential(1)}`;
        return converged(polished.solution, proved);
      }
      if (isOver) {
        const ties = dual.ties(current.x);
        const cause =
          ties > 0
            ? `the dual has its maximum at a kink: ${ties} columns have two equally good entries for their last place`
            : 'no step raises the dual any further';
        if (polished && polished.error <= settings.tolerance) {
          const gap = `the best plan on the support is ${polished.gap.toExponential(1)} of mass times range of the costs above it`;
          return stalled(polished.solution, `${cause}: ${gap}; raise maxEntries or gamma`);
        }
        const missed = `its plan misses the rows by ${error.toExponential(1)} of the mass, and no plan on its support was found that does not`;
        return stalled(solution(), `${cause}: ${missed}; raise maxEntries or gamma`);
      }
    }
    if (found === undefined) history.clear();
    else {
      history.add(
        found.x.map((value, i) => value - current.x[i]),
        found.gradient.map((value, i) => value - current.gradient[i]),
      );
      point = found;
    }
  }
}

/** Potentials with what is known there, in units of mass and costs. */
interface SemiDualPoint {
  readonly x: Float64Array;
  /** -f. */
  readonly value: number;
  /** P1 - a. */
  readonly gradient: Float64Array;
  /** Its l1 norm. */
  readonly error: number;
}

/** A step that raises the dual enough; nothing if there is none within reach. Pauses after each trial. */
function* step(
  dual: SemiDual,
  from: SemiDualPoint,
  history: LbfgsHistory,
  direction: Float64Array,
): Generator<undefined, SemiDualPoint | undefined> {
  history.direction(from.gradient, direction);
  const evaluate = (length: number) => {
    const point = dual.at(from.x.map((value, i) => value + length * direction[i]));
    return { step: length, value: point.value, slope: dot(point.gradient, direction), point };
  };
  const start = { step: 0, value: from.value, slope: dot(from.gradient, direction) };
  // Without memory the gradient times gamma is a step that closes a row's error by its own column entries.
  const firstStep = history.isEmpty ? dual.gamma : 1;
  const found = yield* searchDescent({ evaluate, start, firstStep });
  return found?.point;
}

/** The best plan on a support. */
interface Polished {
  readonly solution: QuadraticPlan;
  /** Its duality gap, as a share of mass times range of the costs. */
  readonly gap: number;
  /** l1 error of its marginals, as a share of the mass. */
  readonly error: number;
}

/** The smallest share of the mass that counts as mass. */
const NOTHING = 1e-13;

/** The semi-dual in units of the mass and of the range of the costs. */
class SemiDual {
  /** The total mass. */
  readonly mass: number;
  /** The range of the costs, as a power of two. */
  readonly unit: number;
  /** The regularisation. */
  readonly gamma: number;
  readonly #given: Transport;
  readonly #gammaGiven: number;
  /** How Newton steps are asked for: what is left of their marginals shows in the gap. */
  readonly #newton: { readonly gamma: number; readonly tolerance: number };
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #range: number;
  /** Costs, a row a target. */
  readonly #costs: Float64Array;
  readonly #most: number;
  /** The best entries of the column that was looked at last, largest first: their places, values and masses. */
  readonly #places: Int32Array;
  readonly #values: Float64Array;
  readonly #masses: Float64Array;

  constructor(problem: Transport, { gamma, maxEntries, tolerance }: { gamma: number; maxEntries: number; tolerance: number }) {
    const { a, b, cost } = problem;
    this.#given = problem;
    this.#gammaGiven = gamma;
    this.#newton = { gamma, tolerance: Math.max(LEAST_TOLERANCE, NEWTON_SHARE * tolerance) };
    const range = spreadOf(cost.values);
    this.mass = powerBelow(total(a));
    this.unit = powerBelow(range > 0 ? range : gamma * this.mass);
    this.gamma = (gamma * this.mass) / this.unit;
    this.#range = range > 0 ? range / this.unit : 1;
    this.#a = a.map((weight) => weight / this.mass);
    const balance = total(a) / total(b);
    this.#b = b.map((weight) => (weight / this.mass) * balance);
    const [n, m] = [cost.rows, cost.cols];
    this.#costs = new Float64Array(n * m);
    for (let i = 0, k = 0; i < n; i++) {
      for (let j = 0; j < m; j++, k++) this.#costs[j * n + i] = cost.values[k] / this.unit;
    }
    this.#most = Math.min(maxEntries, n);
    this.#places = new Int32Array(this.#most);
    this.#values = new Float64Array(this.#most);
    this.#masses = new Float64Array(this.#most);
  }

  /** The potentials of the plan without a bound on its entries: those of this one where that keeps it. */
  start(inner: InnerRuns): Float64Array {
    const free = inner.run(quadraticTransportSteps(this.#given, this.#newton), MOST_NEWTON);
    const x = free.sourcePotential.map((value) => value / this.unit);
    return x.every(Number.isFinite) ? x : new Float64Array(x.length);
  }

  /** The value and its gradient; O(nm). */
  at(x: Float64Array): SemiDualPoint {
    const gradient = this.#a.map((weight) => -weight);
    let value = -dot(this.#a, x);
    for (let j = 0; j < this.#b.length; j++) {
      const count = this.#fill(x, j);
      for (let l = 0; l < count; l++) {
        const mass = this.#masses[l];
        value += mass * (this.#values[l] - (this.gamma / 2) * mass);
        gradient[this.#places[l]] += mass;
      }
    }
    const error = gradient.reduce((sum, entry) => sum + Math.abs(entry), 0) / total(this.#a);
    return { x, value, gradient, error };
  }

  /** Columns whose last entry with mass is as good as the best one without. */
  ties(x: Float64Array): number {
    const n = x.length;
    let count = 0;
    for (let j = 0; j < this.#b.length; j++) {
      if (this.#most === n || this.#fill(x, j) < this.#most) continue;
      let next = -Infinity;
      for (let i = 0; i < n; i++) {
        if (!this.#places.includes(i)) next = Math.max(next, x[i] - this.#costs[j * n + i]);
      }
      if (this.#values[this.#most - 1] - next <= TIED * this.#range) count++;
    }
    return count;
  }

  /** The plan of potentials, which has the columns' sums. */
  describe({ x, value }: SemiDualPoint): QuadraticPlan {
    const { cost } = this.#given;
    const dense = new Float64Array(cost.values.length);
    const y = new Float64Array(this.#b.length);
    for (let j = 0; j < y.length; j++) {
      const count = this.#fill(x, j);
      for (let l = 0; l < count; l++) {
        dense[this.#places[l] * y.length + j] = this.#masses[l] * this.mass;
      }
      y[j] = count > 0 ? this.gamma * this.#masses[0] - this.#values[0] : -this.#values[0];
    }
    return this.#described(dense, x, y, value);
  }

  /** The best plan on the support of these potentials, by Newton steps; nothing if the support carries none. */
  polish(point: SemiDualPoint, inner: InnerRuns): Polished | undefined {
    const { rows, cols } = this.#given.cost;
    const allowed = new Uint8Array(rows * cols);
    for (let j = 0; j < cols; j++) {
      this.#fill(point.x, j);
      for (const i of this.#places) allowed[i * cols + j] = 1;
    }
    for (const forbidden of FORBIDDEN) {
      const polished = this.#onSupport(allowed, forbidden, point, inner);
      if (polished) return polished;
    }
    return undefined;
  }

  #onSupport(allowed: Uint8Array, forbidden: number, point: SemiDualPoint, inner: InnerRuns): Polished | undefined {
    const { a, b, cost } = this.#given;
    const [n, m] = [cost.rows, cost.cols];
    const largest = cost.values.reduce((most, value) => Math.max(most, value), -Infinity);
    const most = Math.max(total(a), total(b));
    const price = largest + forbidden * Math.max(spreadOf(cost.values), this.#gammaGiven * most);
    const closed = { ...cost, values: cost.values.map((value, k) => (allowed[k] ? value : price)) };
    const found = inner.run(quadraticTransportSteps({ a, b, cost: closed }, this.#newton), MOST_NEWTON);
    const dense = new Float64Array(n * m);
    const { rowPointers, columnIndices, values } = found.plan;
    for (let i = 0; i < n; i++) {
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        const place = i * m + columnIndices[k];
        if (allowed[place]) dense[place] = values[k];
        else if (values[k] > NOTHING * most) return undefined;
      }
    }
    // Newton's potentials are those of the whole problem where the support is right.
    const polished = this.at(found.sourcePotential.map((value) => value / this.unit));
    const better = polished.value < point.value ? polished : point;
    const solution = this.#described(
      dense,
      better.x,
      better === polished
        ? found.targetPotential.map((value) => value / this.unit)
        : this.describe(better).targetPotential.map((value) => value / this.unit),
      better.value,
    );
    const scale = total(this.#a) * this.mass * Math.max(this.#range * this.unit, this.#gammaGiven * total(a));
    return {
      solution,
      gap: Math.abs(solution.regularizedCost - solution.dualValue) / scale,
      error: solution.marginalError / total(a),
    };
  }

  #described(dense: Float64Array, x: Float64Array, y: Float64Array, value: number): QuadraticPlan {
    const { a, b, cost } = this.#given;
    const plan = sparsePlan({ ...cost, values: dense });
    let moved = 0;
    let squares = 0;
    for (let k = 0; k < dense.length; k++) {
      moved += dense[k] * cost.values[k];
      squares += dense[k] * dense[k];
    }
    return {
      plan,
      cost: moved,
      regularizedCost: moved + (this.#gammaGiven / 2) * squares,
      dualValue: -value * this.mass * this.unit,
      sourcePotential: x.map((entry) => entry * this.unit),
      targetPotential: y.map((entry) => entry * this.unit),
      marginalError: marginalErrorOf(plan, a, b),
    };
  }

  /** The best entries of a column and their masses; returns how many are positive. */
  #fill(x: Float64Array, j: number): number {
    const n = x.length;
    const [places, values, masses] = [this.#places, this.#values, this.#masses];
    let held = 0;
    for (let i = 0, k = j * n; i < n; i++, k++) {
      const value = x[i] - this.#costs[k];
      if (held === this.#most && !(value > values[held - 1])) continue;
      let at = held < this.#most ? held++ : held - 1;
      for (; at > 0 && values[at - 1] < value; at--) {
        values[at] = values[at - 1];
        places[at] = places[at - 1];
      }
      values[at] = value;
      places[at] = i;
    }
    // The threshold for the given sum, from the entries above it.
    const wanted = this.gamma * this.#b[j];
    let sum = 0;
    let threshold = values[0];
    let count = 0;
    for (let l = 0; l < held; l++) {
      const next = (sum + values[l] - wanted) / (l + 1);
      if (!(values[l] > next)) break;
      sum += values[l];
      threshold = next;
      count = l + 1;
    }
    for (let l = 0; l < count; l++) masses[l] = (values[l] - threshold) / this.gamma;
    return count;
  }
}

/**
 * What forbidden entries cost more than the largest, in ranges of the costs: a little, which keeps the digits of potentials, or
 * where some plan takes them nevertheless much.
 */
const FORBIDDEN = [4, 1e3];
const MOST_NEWTON = 1000;

/** Tolerance of Newton steps, as a share of the whole, and at least. */
const NEWTON_SHARE = 1e-3;
const LEAST_TOLERANCE = 1e-13;
