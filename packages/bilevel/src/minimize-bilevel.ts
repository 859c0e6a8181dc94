// The main function: chooses between implicit differentiation and the penalty formula, solves lower levels as accurately as the upper one
// needs, and descends by quasi-Newton steps that adapt to the scale of the hyper-gradient.
//
// F. Pedregosa: Hyperparameter optimization with approximate gradient (2016), for inexact lower levels whose tolerance falls;
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995), for the steps.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, LbfgsHistory, norm } from '@infimum/linalg/numerics';
import type { Evaluation } from './hypergradients.ts';
import { HyperGradients } from './hypergradients.ts';
import type { BilevelIterate, BilevelSolution } from './models/bilevel-optimization.ts';
import { bilevelOptimization } from './models/bilevel-optimization.ts';
import { modelOf } from './models/instance.ts';
import type { BilevelProblem, BilevelStart } from './oracles/bilevel-problem.ts';
import { lowerProx, NotFinite } from './oracles/bilevel-problem.ts';
import type { HeldEntries } from './oracles/held-entries.ts';
import { heldEntries } from './oracles/held-entries.ts';
import { projection, proximalNorm } from './oracles/judge.ts';
import { BilevelState } from './single/bilevel-state.ts';

const minimizeBilevelOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'implicit', 'penalty'],
    default: 'auto',
    description: 'Formula for hypergradients; auto is implicit if it applies, otherwise penalty',
  },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Projected hypergradient to stop at, over its first terms' },
  lowerTolerance: {
    type: 'number',
    min: 0,
    description: 'Residual of the lower level, over its first gradient; by default falls with the hypergradient',
  },
  sigma: { type: 'number', above: 0, default: 1e-3, description: 'σ of the penalty formula, over curvature of g by that of f' },
  memory: {
    type: 'integer',
    min: 1,
    max: 1000,
    description:
      'Pairs of steps and gradient changes to remember; 100 by default, and fewer, at least 10, beyond 10 000 variables',
  },
  maxEvaluations: { type: 'integer', min: 1, default: 1000, description: 'Limit of hypergradients, each with a lower solve' },
  maxIterations: { type: 'integer', min: 0, default: 1_000_000, description: 'Limit of all steps, also those of lower levels' },
} as const satisfies OptionSpecs;

/** Options of `minimizeBilevel`. */
export type MinimizeBilevelOptions = OptionsOf<typeof minimizeBilevelOptions> & RunOptions<MinimizeBilevelIterate>;

const UNSOLVED = 'the lower level or its linear system cannot be solved to the tolerance';

/** What `minimizeBilevel` found. */
export interface BilevelMinimum extends BilevelSolution {
  /** f(x, y), where the problem has f; 0 where it has not. */
  readonly value: number;
  /** How the last hyper-gradient was made. */
  readonly method: 'implicit' | 'penalty';
  /** Why in this way. */
  readonly why: string;
  /** The last hyper-gradient. */
  readonly hyperGradient: Float64Array;
  /** Estimate of its error: from a Newton step of y and the linear residual, or from the change when σ doubles. */
  readonly errorEstimate: number;
  /** Solves of the lower level. */
  readonly lowerSolves: number;
  /** Entries of both levels that sets or kinks keep fixed; empty if there are none. */
  readonly active: {
    /** Of x. */
    readonly x: HeldEntries;
    /** Of y. */
    readonly y: HeldEntries;
  };
}

/** The state of a step. */
export interface MinimizeBilevelIterate extends BilevelIterate {
  /** f(x, y) at the best x so far. */
  readonly value: number;
  /** Solves of the lower level so far. */
  readonly lowerSolves: number;
  /** The point so far, with how it was found. */
  solution(): BilevelMinimum;
}

/**
 * Minimises `F(x) = f(x, y(x))`, `y(x)` the minimiser of `g(x, ·)`, over x in X; no settings are needed.
 *
 * The lower level is solved by truncated Newton, L-BFGS or accelerated projected gradients, whichever fits, warm-started, and
 * as exactly as the hyper-gradient needs. Hyper-gradients come from implicit differentiation where it is valid, and from the
 * penalty formula where the lower level has a set Y or a term with a prox, no products with second derivatives, or a direction
 * without curvature:
 * `method` and `why` say so, `errorEstimate` how accurate it is, `active` which entries are at bounds. Steps are those of L-BFGS,
 * projected, with a line search on F where f has values: x never gets worse. A lower level that is not solved ends the run as `stalled`.
 *
 * Each evaluation costs a solve of the lower level, and for implicit differentiation two linear systems.
 *
 * @param problem - both levels: by hand, or by `fromExpressions`
 * @param initial - where x and y start, or x alone, y then at 0
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 *
 * @example
 * ```ts
 * import { add, exp, inner, matmul, mul, square, sub, sum, constant } from '@infimum/autodiff';
 * import { fromExpressions, minimizeBilevel } from '@infimum/bilevel';
 *
 * // The weight e^x of a ridge, by the loss on a second part.
 * const [train, wanted] = [constant([1, 2, 3, 4], [4, 1]), constant([2.5, 3.5, 7, 8.5])];
 * const [check, hoped] = [constant([1.5, 3.5], [2, 1]), constant([2, 5])];
 * const problem = fromExpressions({
 *   dimX: 1,
 *   dimY: 1,
 *   upper: (_x, y) => sum(square(sub(matmul(check, y), hoped))),
 *   lower: (x, y) => add(sum(square(sub(matmul(train, y), wanted))), mul(sum(exp(x)), inner(y, y))),
 * });
 * const { y, status, method } = minimizeBilevel(problem, [0]);
 * console.log(y[0]?.toFixed(4), status, method); // 1.4138 converged implicit
 * ```
 */
export function minimizeBilevel(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: MinimizeBilevelOptions = {},
): Outcome<BilevelMinimum, MinimizeBilevelIterate> {
  return runWith(minimizeBilevelOptions, options, minimizeBilevelSteps(problem, initial, options));
}

/** The steps of `minimizeBilevel`. */
export function* minimizeBilevelSteps(
  problem: BilevelProblem,
  initial: BilevelStart,
  options: MinimizeBilevelOptions = {},
): Steps<BilevelMinimum, MinimizeBilevelIterate> {
  const settings = resolveOptions(minimizeBilevelOptions, options);
  const state = new BilevelState(problem, initial, 0, 2 ** 31, true);
  const search = new HyperDescent(state, problem, settings);
  try {
    return yield* search.steps();
  } catch (error) {
    if (error instanceof NotFinite) return stalled(search.solution(), error.message);
    throw error;
  }
}

class HyperDescent {
  readonly #state: BilevelState;
  readonly #raw: BilevelProblem;
  readonly #settings: ReturnType<typeof resolveOptions<typeof minimizeBilevelOptions>>;
  readonly #gradients: HyperGradients<MinimizeBilevelIterate>;
  #iteration = 0;
  #last: Evaluation | undefined;

  constructor(
    state: BilevelState,
    raw: BilevelProblem,
    settings: ReturnType<typeof resolveOptions<typeof minimizeBilevelOptions>>,
  ) {
    this.#state = state;
    this.#raw = raw;
    this.#settings = settings;
    this.#gradients = new HyperGradients(state, raw, settings, () => this.#iterate());
  }

  /** The best point so far, with all fields, wherever an oracle fails. */
  solution(): BilevelMinimum {
    const last = this.#last;
    return {
      ...this.#state.solution(),
      value: last && Number.isFinite(last.value) ? last.value : 0,
      method: this.#gradients.method,
      why: this.#gradients.why,
      hyperGradient: last ? last.gradient.slice() : new Float64Array(this.#state.x.length),
      errorEstimate: last ? last.errorEstimate : Number.MAX_VALUE,
      lowerSolves: this.#gradients.evaluations,
      active: this.#active(),
    };
  }

  #active() {
    const { x, gradient, sigma } = this.#last ?? { x: this.#state.x, gradient: new Float64Array(0), sigma: 0 };
    const y = sigma > 0 && this.#last ? this.#last.z : this.#state.y;
    const slope = new Float64Array(y.length);
    const prox = this.#last && lowerProx(this.#raw, x);
    if (prox) this.#raw.gradGy(x, y, slope);
    return {
      x: heldEntries(x, gradient, 0, this.#last && projection(this.#raw.setX)),
      y: heldEntries(y, slope, this.#gradients.lowerScale, prox),
    };
  }

  #iterate(): MinimizeBilevelIterate {
    return {
      iteration: this.#iteration++,
      direction: this.#state.direction,
      value: this.#last?.value ?? Infinity,
      lowerSolves: this.#gradients.evaluations,
      solution: () => this.solution(),
    };
  }

  *steps(): Steps<BilevelMinimum, MinimizeBilevelIterate> {
    const { tolerance, maxEvaluations } = this.#settings;
    const state = this.#state;
    const set = this.#raw.setX;
    const size = state.x.length;
    const memory = this.#settings.memory ?? Math.max(10, Math.min(100, Math.floor(1e6 / size)));
    const history = new LbfgsHistory(size, memory);
    const direction = new Float64Array(size);
    yield this.#iterate();
    this.#gradients.begin();
    let lowerTolerance = this.#settings.lowerTolerance ?? 1e-4;
    const floor = this.#settings.lowerTolerance ?? Math.min(1e-8, 0.1 * tolerance);
    let now = yield* this.#gradients.evaluate(state.x, state.y, lowerTolerance);
    this.#accept(now);
    const startScale = now.size;
    if (norm(now.gradient) === 0 && now.size === 0 && !now.failure) {
      if (!state.success(0, tolerance)) return stalled(this.solution(), UNSOLVED);
      return converged(this.solution(), 'the hypergradient is exactly zero: x enters neither f nor the lower solution here');
    }
    while (this.#gradients.evaluations < maxEvaluations) {
      if (now.failure) return stalled(this.solution(), now.failure);
      const stationarity = proximalNorm(now.x, now.gradient, projection(set)) / Math.max(startScale, now.size);
      if (stationarity <= 3 * tolerance) {
        if (lowerTolerance > floor) {
          lowerTolerance = floor;
          now = yield* this.#gradients.evaluate(now.x, now.y, lowerTolerance);
          this.#accept(now);
          continue;
        }
        if (stationarity <= tolerance) {
          const done = state.success(Number.MAX_SAFE_INTEGER, tolerance);
          if (done) return converged(this.solution(), `the hyper-gradient is at most ${tolerance} of its terms`);
          return stalled(this.solution(), UNSOLVED);
        }
      }
      lowerTolerance = Math.max(floor, Math.min(lowerTolerance, 1e-2 * stationarity));
      const next = yield* this.#advance(now, history, direction, lowerTolerance);
      if (!next) {
        if (lowerTolerance > floor) {
          lowerTolerance = floor;
          now = yield* this.#gradients.evaluate(now.x, now.y, lowerTolerance);
          this.#accept(now);
          continue;
        }
        return stalled(
          this.solution(),
          `no step along the hyper-gradient lowers f: its error is about ${now.errorEstimate.toPrecision(2)}`,
        );
      }
      now = next;
      this.#accept(now);
    }
    return stalled(this.solution(), `maxEvaluations = ${maxEvaluations} was reached`);
  }

  #accept(evaluation: Evaluation): void {
    const state = this.#state;
    this.#last = evaluation;
    this.#gradients.isPenalized = evaluation.sigma > 0;
    state.x.set(evaluation.x);
    state.y.set(evaluation.y);
    if (evaluation.sigma > 0) state.z = evaluation.z.slice();
    state.sigma = evaluation.sigma;
    state.direction = norm(evaluation.gradient);
  }

  /** A step with a line search; undefined if no step improves. */
  *#advance(
    now: Evaluation,
    history: LbfgsHistory,
    direction: Float64Array,
    lowerTolerance: number,
  ): Generator<MinimizeBilevelIterate, Evaluation | undefined> {
    const set = this.#raw.setX;
    const size = now.x.length;
    const frozen = frozenCoordinates(now, set);
    const free = now.gradient.map((entry, i) => (frozen?.[i] ? 0 : entry));
    for (const attempt of history.isEmpty ? ['gradient'] : ['newton', 'gradient']) {
      if (attempt === 'newton') {
        history.direction(free, direction);
        if (frozen) for (let i = 0; i < size; i++) if (frozen[i]) direction[i] = 0;
      } else {
        history.clear();
        for (let i = 0; i < size; i++) direction[i] = -free[i];
      }
      const length = norm(direction);
      if (!(length > 0 && length < Infinity)) continue;
      let t = attempt === 'newton' ? 1 : (0.1 * (norm(now.x) || Math.sqrt(size))) / length;
      for (let tries = 0; tries < 25 && this.#gradients.evaluations < this.#settings.maxEvaluations; tries++) {
        const x = now.x.map((entry, i) => entry + t * direction[i]);
        set?.project(x, x);
        const step = x.map((entry, i) => entry - now.x[i]);
        const expected = dot(now.gradient, step);
        if (!(expected < 0)) break;
        const next = yield* this.#gradients.evaluate(x, now.y, lowerTolerance);
        if (this.#acceptable(now, next, step, expected)) {
          history.add(
            step,
            next.gradient.map((entry, i) => entry - now.gradient[i]),
          );
          return next;
        }
        // Where the quadratic through both slopes has its minimum, and never less than a tenth.
        const after = Number.isFinite(next.size) && !next.failure ? dot(next.gradient, step) : Infinity;
        t *= after > expected ? Math.min(0.5, Math.max(0.1, expected / (expected - after))) : 0.1;
      }
      if (this.#gradients.evaluations >= this.#settings.maxEvaluations) return undefined;
    }
    return undefined;
  }

  #acceptable(now: Evaluation, next: Evaluation, step: Float64Array, expected: number): boolean {
    if (next.failure) return false;
    const after = dot(next.gradient, step);
    const { f, g } = this.#raw;
    if (!f || (this.#gradients.method === 'penalty' && !g)) return Math.abs(after) <= 0.95 * -expected;
    if (next.merit <= now.merit + 1e-4 * expected) return true;
    return next.merit <= now.merit + now.slack + next.slack && Math.abs(after) <= 0.9 * -expected;
  }
}

/** Coordinates that a short step against the gradient does not move, because X holds them. */
function frozenCoordinates({ x, gradient }: Evaluation, set: BilevelProblem['setX']): boolean[] | undefined {
  if (!set) return undefined;
  const t = (1e-6 * (norm(x) || 1)) / (norm(gradient) || 1);
  const moved = x.map((entry, i) => entry - t * gradient[i]);
  set.project(moved, moved);
  return Array.from(moved, (entry, i) => entry === x[i]);
}

export const bilevelMinimizeSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bilevel-minimize',
  title: 'Bilevel minimize',
  summary:
    'The general method: lower levels solved as accurately as needed, hyper-gradients by the formula that applies, quasi-Newton steps with a line search.',
  problem: bilevelOptimization,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(S + 2L) \\text{ per evaluation: a solve of the lower level and two linear systems}',
  options: minimizeBilevelOptions,
  steps: (instance, options) => minimizeBilevelSteps(modelOf(instance).problem, instance.initial, options),
});
