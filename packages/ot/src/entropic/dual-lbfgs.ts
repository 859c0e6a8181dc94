// L-BFGS on the dual of entropic optimal transport, with the target potentials eliminated.
//
// D. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989).
//
// For given x the best y is one Sinkhorn update; what is left, h(u) = (a'x + b'y(x)) / epsilon with u = x / epsilon, is
// concave and smooth for every epsilon, and its gradient is a - r, r the row sums of the plan whose columns fit.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { portableExpm1 } from '@infimum/core/portable-math';
import { dot, LbfgsHistory, wolfeTrials } from '@infimum/linalg/numerics';
import { LARGE } from '../line-search.ts';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const dualLbfgsOptions = {
  ...entropicOptions,
  maxIterations: { type: 'integer', min: 0, default: 5000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `dualLbfgs`. */
export type DualLbfgsOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof dualLbfgsOptions> &
  PlanForm<Form, SinkhornIterate>;

/** Pairs of steps and gradient differences that are remembered. */
const MEMORY = 10;

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
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: two passes of O(nm) exponentials for every trial of the line search, nearly always one an iteration; O(nm)
 * memory.
 *
 * Source: D. Liu, J. Nocedal, On the limited memory BFGS method (1989).
 *
 * @example
 * ```ts
 * import { dualLbfgs } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = dualLbfgs([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function dualLbfgs<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: DualLbfgsOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(dualLbfgsOptions, options, dualLbfgsSteps({ a, b, cost }, options));
}

/** L-BFGS on the dual as steps. */
export function* dualLbfgsSteps(
  problem: TransportLike,
  options: DualLbfgsOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...dualLbfgsOptions, plan }, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const history = new LbfgsHistory(
      state.n,
      MEMORY,
      state.a.map((weight) => 1 / weight),
    );
    const direction = new Float64Array(state.n);
    const isLarge = state.n * state.m > LARGE;
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
      const iterate = { iteration, marginalError: current.error, solution };
      yield iterate;
      const end = progress.conclude(current.error, state.problem.mass, solution);
      if (end) return end;
      const trials = lineSearch(state, epsilon, current, history.direction(current.gradient, direction));
      let trial = trials.next();
      for (; !trial.done; trial = trials.next()) if (isLarge) yield iterate;
      const found = trial.value;
      // Where no step is good enough a Sinkhorn update is one: it raises the dual from everywhere.
      point = found ?? evaluate(state, epsilon, current.fitted);
      if (found === undefined) history.clear();
      else {
        history.add(
          found.x.map((value, i) => (value - current.x[i]) / epsilon),
          found.gradient.map((value, i) => value - current.gradient[i]),
        );
      }
    }
  });
}

/** Source potentials with the value of the dual there. */
interface DualPoint {
  readonly x: Float64Array;
  /** The potentials that would fit the rows: one Sinkhorn update. */
  readonly fitted: Float64Array;
  /** -h, in units of epsilon. */
  readonly value: number;
  /** Sum of the absolute values of its terms, which its rounding is relative to. */
  readonly magnitude: number;
  /** r - a; the gradient with respect to x / epsilon. */
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
  const fitted = state.x.slice();
  const gradient = x.map((value, i) => a[i] * portableExpm1((value - fitted[i]) / epsilon));
  let value = 0;
  let magnitude = 0;
  for (const [weights, potential] of [
    [a, x],
    [b, y],
  ]) {
    for (let k = 0; k < weights.length; k++) {
      const term = (weights[k] * potential[k]) / epsilon;
      value -= term;
      magnitude += Math.abs(term);
    }
  }
  const error = gradient.reduce((sum, entry) => sum + Math.abs(entry), 0);
  return { x, fitted, value, magnitude, gradient, error };
}

/** A step that satisfies the Wolfe conditions; nothing if there is none within reach. Pauses after each trial. */
function* lineSearch(
  state: EntropicState,
  epsilon: number,
  from: DualPoint,
  direction: Float64Array,
): Generator<undefined, DualPoint | undefined> {
  const at = (step: number, point: DualPoint) => ({ step, point, value: point.value, slope: dot(point.gradient, direction) });
  const trials = wolfeTrials<ReturnType<typeof at>>({
    start: at(0, from),
    firstStep: 1,
    noise: 8 * Number.EPSILON * from.magnitude,
  });
  let trial = trials.next();
  while (!trial.done) {
    const step = trial.value;
    const x = from.x.map((value, i) => value + epsilon * step * direction[i]);
    trial = trials.next(at(step, evaluate(state, epsilon, x)));
    yield;
  }
  return trial.value?.point;
}

export const dualLbfgsSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/dual-lbfgs',
  title: 'L-BFGS on the dual',
  summary: 'The limited-memory quasi-Newton method on the source potentials, with target potentials eliminated.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(nm) \\text{ exponentials per iteration}',
  options: dualLbfgsOptions,
  steps: (instance, options) => dualLbfgsSteps(instance, withEpsilon(instance, options)),
});
