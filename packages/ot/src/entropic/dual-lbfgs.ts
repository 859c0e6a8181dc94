// L-BFGS on the dual of entropic optimal transport, with the target potentials eliminated.
//
// D. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989).
//
// For given x the best y is one Sinkhorn update; what is left, h(u) = (a'x + b'y(x)) / epsilon with u = x / epsilon, is
// concave and smooth for every epsilon, and its gradient is a - r, r the row sums of the plan whose columns fit.
import {
  defineSolver,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  portableExpm1,
  type RunOptions,
  resolveOptions,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { Progress, runEntropic, stallReason } from '../progress.ts';
import type { Transport } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import { epsilon, initial, threads, tolerance, withEpsilon } from './entropic-options.ts';
import type { EntropicPlan, EntropicState } from './entropic-state.ts';
import { entropicSteps, type SinkhornIterate } from './entropic-steps.ts';

/** Options of `dualLbfgs`. */
export const dualLbfgsOptions = {
  epsilon,
  tolerance,
  threads,
  initial,
  maxIterations: { type: 'integer', min: 0, default: 5000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `dualLbfgs`. */
export type DualLbfgsOptions = OptionsOf<typeof dualLbfgsOptions>;

/** Pairs of steps and gradient differences that are remembered. */
const MEMORY = 10;

/** Sufficient increase, and the share of the slope that may be left, of the line search. */
const ARMIJO = 1e-4;
const CURVATURE = 0.9;
const MAX_TRIALS = 40;

/**
 * Entropic optimal transport by the limited-memory quasi-Newton method on the dual.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. The method remembers ten steps; its first guess of the inverse Hessian,
 * epsilon / a_i on the diagonal, makes its first direction that of a Sinkhorn update.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: two passes of O(nm) exponentials for every trial of the line search, nearly always one an iteration; O(nm)
 * memory.
 *
 * Source: D. Liu, J. Nocedal, On the limited memory BFGS method (1989).
 *
 * @example
 * ```ts
 * import { dualLbfgs } from '@infimum/ot';
 *
 * const half = Float64Array.of(0.5, 0.5);
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = dualLbfgs(half, half, cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function dualLbfgs(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: DualLbfgsOptions & RunOptions<SinkhornIterate>,
): Outcome<EntropicPlan, SinkhornIterate> {
  return runEntropic(
    dualLbfgsSteps({ a, b, cost }, options),
    runOptionsOf(dualLbfgsOptions, options),
    'sinkhornNewtonSparse',
  );
}

/**
 * L-BFGS on the dual as steps.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* dualLbfgsSteps(
  problem: Transport,
  options: DualLbfgsOptions,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions(dualLbfgsOptions, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const floor = state.errorFloor(epsilon);
    const progress = new Progress(tolerance, floor);
    const history = new History(state.a);
    state.updateTarget(epsilon);
    state.updateSource(epsilon);
    let point = evaluate(state, epsilon, state.x.slice());
    for (let iteration = 0; ; iteration++) {
      const current = point;
      const solution = () => {
        state.x.set(current.x);
        state.updateTarget(epsilon);
        return state.solution(epsilon);
      };
      yield { iteration, marginalError: current.error, solution };
      const end = progress.conclude(current.error, state.mass, solution);
      if (end) return end;
      const next =
        lineSearch(state, epsilon, current, history.direction(current.gradient)) ??
        lineSearch(state, epsilon, current, history.restart(current.gradient));
      if (!next) return stalled(solution(), stallReason(current.error, floor));
      history.remember(current, next, epsilon);
      point = next;
    }
  });
}

/** Source potentials with the value of the dual there. */
interface DualPoint {
  readonly x: Float64Array;
  /** h, in units of epsilon. */
  readonly value: number;
  /** Sum of the absolute values of its terms, which its rounding is relative to. */
  readonly magnitude: number;
  /** a - r; the gradient with respect to x / epsilon. */
  readonly gradient: Float64Array;
  /** Its l1 norm, the marginal error. */
  readonly error: number;
}

function evaluate(state: EntropicState, epsilon: number, x: Float64Array): DualPoint {
  const { a, b, y } = state;
  state.x.set(x);
  state.updateTarget(epsilon);
  state.updateSource(epsilon);
  // Now state.x is what would fit the rows: they are a_i exp((x - fitted) / epsilon).
  const gradient = x.map((value, i) => -a[i] * portableExpm1((value - state.x[i]) / epsilon));
  let value = 0;
  let magnitude = 0;
  for (const [weights, potential] of [
    [a, x],
    [b, y],
  ]) {
    for (let k = 0; k < weights.length; k++) {
      const term = (weights[k] * potential[k]) / epsilon;
      value += term;
      magnitude += Math.abs(term);
    }
  }
  return { x, value, magnitude, gradient, error: gradient.reduce((sum, entry) => sum + Math.abs(entry), 0) };
}

/**
 * A step that satisfies the weak Wolfe conditions, by doubling and bisection (A. Lewis, M. Overton, 2013); nothing if
 * there is none. Increases below the rounding of the value count as sufficient.
 */
function lineSearch(
  state: EntropicState,
  epsilon: number,
  from: DualPoint,
  direction: Float64Array,
): DualPoint | undefined {
  const slope = dot(from.gradient, direction);
  if (!(slope > 0)) return undefined;
  const rounding = 8 * Number.EPSILON * from.magnitude;
  let low = 0;
  let high = Infinity;
  let length = 1;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const next = evaluate(
      state,
      epsilon,
      from.x.map((value, i) => value + epsilon * length * direction[i]),
    );
    if (!(next.value >= from.value + ARMIJO * length * slope - rounding)) high = length;
    else if (dot(next.gradient, direction) > CURVATURE * slope) low = length;
    else return next;
    length = high < Infinity ? (low + high) / 2 : 2 * length;
  }
  return undefined;
}

/** The last steps s and gradient differences t, and the inverse Hessian that they describe. */
class History {
  readonly #weights: Float64Array;
  #pairs: { readonly s: Float64Array; readonly t: Float64Array; readonly product: number }[] = [];

  constructor(weights: Float64Array) {
    this.#weights = weights;
  }

  /** The quasi-Newton direction for a gradient: the two loops of Liu and Nocedal. */
  direction(gradient: Float64Array): Float64Array {
    const result = gradient.slice();
    const shares = this.#pairs.map(({ s, t, product }) => {
      const share = dot(s, result) / product;
      addTo(result, t, -share);
      return share;
    });
    const scale = this.#scale();
    for (let i = 0; i < result.length; i++) result[i] *= scale / this.#weights[i];
    for (let k = this.#pairs.length - 1; k >= 0; k--) {
      const { s, t, product } = this.#pairs[k];
      addTo(result, s, shares[k] - dot(t, result) / product);
    }
    return result;
  }

  /** Forgets everything; the direction that is left. */
  restart(gradient: Float64Array): Float64Array {
    this.#pairs = [];
    return this.direction(gradient);
  }

  /** Takes in a step, unless rounding has spoilt its curvature. Newest pairs come first. */
  remember(from: DualPoint, to: DualPoint, epsilon: number): void {
    const s = to.x.map((value, i) => (value - from.x[i]) / epsilon);
    const t = from.gradient.map((value, i) => value - to.gradient[i]);
    const product = dot(s, t);
    if (product > 0) this.#pairs = [{ s, t, product }, ...this.#pairs].slice(0, MEMORY);
  }

  /** s't / t'Dt with D = 1 / a, the curvature of the newest step. */
  #scale(): number {
    if (this.#pairs.length === 0) return 1;
    const { t, product } = this.#pairs[0];
    return product / t.reduce((sum, value, i) => sum + (value * value) / this.#weights[i], 0);
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function addTo(target: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * values[i];
}

/** Registration. */
export const dualLbfgsSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/dual-lbfgs',
  title: 'L-BFGS on the dual',
  summary: 'The limited-memory quasi-Newton method on the source potentials, the others eliminated.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(nm) \\text{ exponentials per iteration}',
  options: dualLbfgsOptions,
  steps: (instance, options) => dualLbfgsSteps(instance, withEpsilon(instance, options)),
});
