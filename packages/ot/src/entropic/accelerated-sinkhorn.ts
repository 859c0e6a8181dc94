// Accelerated alternating minimisation: Sinkhorn's updates of one side, from points with Nesterov's momentum.
//
// S. Guminov, P. Dvurechensky, N. Tupitsa, A. Gasnikov: On a combination of alternating minimization and Nesterov's
// momentum (2019), arXiv 1906.03622, Algorithm 2, whose Lipschitz constant adapts.
//
// In units of epsilon, u = x / epsilon and v = y / epsilon, it minimises the dual with its total mass normalised,
// phi(u, v) = M log(sum_ij exp(u_i + v_j - C_ij / epsilon) / M) - a'u - b'v, M = sum a, whose gradient is
// (r - a, c - b) with r, c the marginals of the plan scaled to mass M.
import type { MatrixLike, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { portableExp, portableExpm1, portableLog } from '@infimum/core/portable-math';
import { absoluteSum } from '@infimum/linalg/numerics';
import { plan } from '../options.ts';
import { Progress } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { total } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

/** Options of `acceleratedSinkhorn`. */
export type AcceleratedSinkhornOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof entropicOptions> &
  PlanForm<Form, SinkhornIterate>;

/**
 * Entropic optimal transport by accelerated alternating minimisation.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. After k iterations the error in the dual is O(1 / k) for Sinkhorn and O(1 / k^2) with
 * momentum; momentum is dropped whenever it points downhill, after B. O'Donoghue and E. Candès (2015).
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: two passes of O(nm) exponentials for every trial, about two trials an iteration; O(nm) memory.
 *
 * Source: S. Guminov, P. Dvurechensky, N. Tupitsa, A. Gasnikov (arXiv 1906.03622).
 *
 * @example
 * ```ts
 * import { acceleratedSinkhorn } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = acceleratedSinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function acceleratedSinkhorn<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: AcceleratedSinkhornOptions<Form>,
): FormOutcome<Form, SinkhornIterate> {
  return runInForm(entropicOptions, options, acceleratedSinkhornSteps({ a, b, cost }, options));
}

/** Accelerated alternating minimisation as steps, one update of one side each. */
export function* acceleratedSinkhornSteps(
  problem: TransportLike,
  options: AcceleratedSinkhornOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornIterate> {
  const settings = resolveOptions({ ...entropicOptions, plan }, options);
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    state.updateSource(epsilon);
    let marginalError = state.updateTarget(epsilon);
    const progress = new Progress(tolerance, state.errorFloor(epsilon));
    const descent = new AcceleratedDescent(state, epsilon);
    const solution = () => descent.solution();
    yield { iteration: 0, marginalError, solution };
    for (let iteration = 1; ; iteration++) {
      // The error at the point with momentum; the update from there is at least as good.
      marginalError = descent.step();
      yield { iteration, marginalError, solution };
      const end = progress.conclude(marginalError, state.problem.mass, solution);
      if (end) return end;
    }
  });
}

/** Constants that an iteration tries: from half the last one on the next is twice as large. */
const MOST_TRIALS = 60;

/** A point of the dual: potentials of both sides. */
interface Point {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What is known about a point, at the price of two passes over the costs. */
interface Survey {
  readonly gradientX: Float64Array;
  readonly gradientY: Float64Array;
  /** Potentials that fit the rows, and by how much they decrease phi. */
  readonly fittedX: Float64Array;
  readonly decreaseX: number;
  readonly fittedY: Float64Array;
  readonly decreaseY: number;
}

class AcceleratedDescent {
  readonly #state: EntropicState;
  readonly #epsilon: number;
  readonly #mass: number;
  /** eta: the best point, where one side fits. */
  #best: Point;
  /** zeta: the point that gathers the gradients. */
  #gathered: Point;
  /** A_k: sum of the steps so far. */
  #steps = 0;
  #lipschitz: number;

  constructor(state: EntropicState, epsilon: number) {
    this.#state = state;
    this.#epsilon = epsilon;
    this.#mass = total(state.a);
    this.#lipschitz = this.#mass;
    this.#best = { x: state.x.slice(), y: state.y.slice() };
    this.#gathered = this.#best;
  }

  solution(): EntropicPlan {
    this.#state.x.set(this.#best.x);
    this.#state.y.set(this.#best.y);
    return this.#state.solution(this.#epsilon);
  }

  /** One iteration; returns the marginal error at the point with momentum. */
  step(): number {
    this.#lipschitz /= 2;
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      const lipschitz = this.#lipschitz;
      // L a^2 = A + a
      const step = (1 + Math.sqrt(1 + 4 * lipschitz * this.#steps)) / (2 * lipschitz);
      const point = between(this.#best, this.#gathered, step / (this.#steps + step));
      const survey = this.#survey(point);
      const normX = squaredNorm(survey.gradientX);
      const normY = squaredNorm(survey.gradientY);
      const decrease = normX >= normY ? survey.decreaseX : survey.decreaseY;
      if (!(decrease >= (normX + normY) / (2 * lipschitz))) {
        this.#lipschitz *= 2;
        continue;
      }
      this.#accept(point, survey, step, normX >= normY);
      return absoluteSum(survey.gradientX) + absoluteSum(survey.gradientY);
    }
    return this.#withoutMomentum();
  }

  /** Where no constant will do, as rounding is all that is left: Sinkhorn's update from the best point. */
  #withoutMomentum(): number {
    const survey = this.#survey(this.#best);
    const updateX = squaredNorm(survey.gradientX) >= squaredNorm(survey.gradientY);
    this.#best = updateX ? { x: survey.fittedX, y: this.#best.y } : { x: this.#best.x, y: survey.fittedY };
    this.#gathered = this.#best;
    this.#steps = 0;
    this.#lipschitz = this.#mass;
    return absoluteSum(survey.gradientX) + absoluteSum(survey.gradientY);
  }

  #accept(point: Point, survey: Survey, step: number, updateX: boolean): void {
    const last = this.#best;
    this.#best = updateX ? { x: survey.fittedX, y: point.y } : { x: point.x, y: survey.fittedY };
    if (progressAlong(survey.gradientX, last.x, this.#best.x) + progressAlong(survey.gradientY, last.y, this.#best.y) > 0) {
      this.#steps = 0;
      this.#gathered = this.#best;
    } else {
      this.#steps += step;
      this.#gathered = {
        x: moved(this.#gathered.x, survey.gradientX, -step * this.#epsilon),
        y: moved(this.#gathered.y, survey.gradientY, -step * this.#epsilon),
      };
    }
  }

  #survey({ x, y }: Point): Survey {
    const state = this.#state;
    state.x.set(x);
    state.y.set(y);
    state.updateTarget(this.#epsilon);
    const fittedY = state.y.slice();
    state.y.set(y);
    state.updateSource(this.#epsilon);
    const fittedX = state.x.slice();
    const rows = this.#side(x, fittedX, state.a);
    const columns = this.#side(y, fittedY, state.b);
    return {
      gradientX: rows.gradient,
      decreaseX: rows.decrease,
      fittedX,
      gradientY: columns.gradient,
      decreaseY: columns.decrease,
      fittedY,
    };
  }

  /**
   * Gradient of phi on one side, and the decrease when that side is fitted.
   *
   * The marginal is w_i q_i with log q_i = (potential - fitted) / epsilon, up to a factor that gives it the mass M; then
   * the decrease is sum w_i (q_i - 1 - log q_i), a sum of non-negative terms.
   */
  #side(potential: Float64Array, fitted: Float64Array, weights: Float64Array) {
    const logs = potential.map((value, i) => (value - fitted[i]) / this.#epsilon);
    const largest = logs.reduce((most, value) => Math.max(most, value), -Infinity);
    let sum = 0;
    for (let i = 0; i < logs.length; i++) sum += weights[i] * portableExp(logs[i] - largest);
    const logFactor = largest + portableLog(sum / this.#mass);
    const gradient = new Float64Array(logs.length);
    let decrease = 0;
    for (let i = 0; i < logs.length; i++) {
      const log = logs[i] - logFactor;
      const excess = portableExpm1(log);
      gradient[i] = weights[i] * excess;
      // The difference cancels for small arguments; its series does not.
      decrease += weights[i] * (Math.abs(log) < 1e-4 ? log * log * (0.5 + log / 6) : excess - log);
    }
    return { gradient, decrease };
  }
}

function between(from: Point, to: Point, share: number): Point {
  return {
    x: from.x.map((value, i) => value + share * (to.x[i] - value)),
    y: from.y.map((value, j) => value + share * (to.y[j] - value)),
  };
}

function moved(values: Float64Array, direction: Float64Array, length: number): Float64Array {
  return values.map((value, i) => value + length * direction[i]);
}

/** g'(to - from): positive where a minimisation has gone uphill. */
function progressAlong(gradient: Float64Array, from: Float64Array, to: Float64Array): number {
  return gradient.reduce((sum, slope, i) => sum + slope * (to[i] - from[i]), 0);
}

function squaredNorm(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

export const acceleratedSinkhornSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-accelerated',
  title: 'Accelerated alternating minimisation',
  summary: "Sinkhorn's updates of one side at a time, from points with Nesterov's momentum.",
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: "On a combination of alternating minimization and Nesterov's momentum", arxiv: '1906.03622', year: 2019 },
  cost: 'O(nm) \\text{ exponentials per trial}',
  options: entropicOptions,
  steps: (instance, options) => acceleratedSinkhornSteps(instance, withEpsilon(instance, options)),
});
