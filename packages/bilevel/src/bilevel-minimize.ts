// The front door: chooses between implicit differentiation and the penalty formula, solves lower levels as exactly as the
// upper one needs, and descends by quasi-Newton steps that find the scale of the hyper-gradient by themselves.
//
// F. Pedregosa: Hyperparameter optimization with approximate gradient (2016), for inexact lower levels whose tolerance falls;
// R. Byrd, P. Lu, J. Nocedal, C. Zhu: A limited memory algorithm for bound constrained optimization (1995), for the steps.
import {
  type Conclusion,
  converged,
  defineSolver,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import { dot, LbfgsHistory, norm } from '@infimum/linalg/numerics';
import {
  type BilevelIterate,
  type BilevelSolution,
  bilevelOptimisation,
} from './models/bilevel-optimisation.ts';
import { modelOf } from './models/instance.ts';
import { type BilevelProblem, isSecondOrder } from './oracles/bilevel-problem.ts';
import { implicitGradient } from './oracles/implicit-gradient.ts';
import { lowerOracle, penalisedOracle, projectedNorm } from './oracles/judge.ts';
import { type GradientReport, minimiseByGradients } from './oracles/minimise-by-gradients.ts';
import { BilevelState, guarded } from './single/bilevel-state.ts';
import { lowerCurvature, upperCurvature } from './single/lipschitz.ts';

/** Options of `bilevelMinimize`. */
const bilevelMinimizeOptions = {
  method: {
    type: 'choice',
    choices: ['auto', 'implicit', 'penalty'],
    default: 'auto',
    description:
      'How hyper-gradients are made; auto takes implicit differentiation where there are products with second derivatives, no set Y and curvature in every direction, and the penalty formula elsewhere',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-6,
    description: 'Projected hyper-gradient at which to stop, over the size of its terms at the start',
  },
  lowerTolerance: {
    type: 'number',
    min: 0,
    description:
      'Residual of the lower level, over its gradient at the start; falls with the hyper-gradient by default, to a tenth of the tolerance',
  },
  sigma: {
    type: 'number',
    above: 0,
    default: 1e-3,
    description: 'σ of the penalty formula, in units of the curvature of g over that of f',
  },
  memory: {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 10,
    description: 'Pairs of steps and gradient changes to remember',
  },
  maxEvaluations: {
    type: 'integer',
    min: 1,
    default: 1000,
    description: 'Most hyper-gradients: each is a solve of the lower level',
  },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 1_000_000,
    description: 'Limit of all steps, those of lower levels counted',
  },
} as const satisfies OptionSpecs;

/** Options of `bilevelMinimize`. */
export type BilevelMinimizeOptions = OptionsOf<typeof bilevelMinimizeOptions>;

/** What `bilevelMinimize` found. */
export interface BilevelMinimum extends BilevelSolution {
  /** f(x, y), where the problem has f; 0 where it has not. */
  readonly value: number;
  /** How the last hyper-gradient was made. */
  readonly method: 'implicit' | 'penalty';
  /** Why in this way. */
  readonly why: string;
  /** The last hyper-gradient. */
  readonly hyperGradient: Float64Array;
  /** Estimate of its error: a Newton step of y and the linear residual, or what doubling σ changes. */
  readonly errorEstimate: number;
  /** Solves of the lower level. */
  readonly evaluations: number;
}

/** News of a step. */
export interface BilevelMinimizeIterate extends BilevelIterate {
  /** f(x, y) at the best x so far. */
  readonly value: number;
  /** Solves of the lower level so far. */
  readonly evaluations: number;
  /** The point so far, with how it was found. */
  solution(): BilevelMinimum;
}

/**
 * Minimises `F(x) = f(x, y(x))`, `y(x)` the minimiser of `g(x, ·)`, over x in X; nothing to choose.
 *
 * The lower level is solved by truncated Newton, L-BFGS or accelerated projected gradients, whichever fits, warm-started, and
 * as exactly as the hyper-gradient needs. Hyper-gradients come from implicit differentiation where it holds, and from the
 * penalty formula where the lower level has a set Y, no products with second derivatives, or a direction without curvature:
 * `method` and `why` say so, `errorEstimate` how good it is. Steps are those of L-BFGS, projected, with a line search on F where
 * f has values: x never gets worse. A lower level that is not solved ends the run as `stalled`.
 *
 * Each evaluation costs a solve of the lower level, and for implicit differentiation two linear systems.
 *
 * @param problem - both levels: by hand, or by `fromExpressions`
 * @param x0 - start, p numbers
 * @param y0 - start of the lower level, q numbers
 * @throws {InvalidInputError} for a problem without gradients, starts of another length, and options out of range
 *
 * @example
 * ```ts
 * import { add, exp, inner, matmul, mul, square, sub, sum, constant } from '@infimum/autodiff';
 * import { bilevelMinimize, fromExpressions } from '@infimum/bilevel';
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
 * const { y, status, method } = bilevelMinimize(problem, Float64Array.of(0), Float64Array.of(0));
 * console.log(y[0].toFixed(4), status, method); // 1.4138 converged implicit
 * ```
 */
export function bilevelMinimize(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: BilevelMinimizeOptions & RunOptions<BilevelMinimizeIterate> = {},
): Outcome<BilevelMinimum, BilevelMinimizeIterate> {
  return run(bilevelMinimizeSteps(problem, x0, y0, options), runOptionsOf(bilevelMinimizeOptions, options));
}

/** A hyper-gradient at a point, and what came with it. */
interface Evaluation {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly sigma: number;
  readonly value: number;
  /** F as far as it is known: value − v·∇_y g is right to the second order in the error of y. */
  readonly merit: number;
  /** How far merit may be off. */
  readonly slack: number;
  readonly gradient: Float64Array;
  /** |∇_x f| + |what the lower level adds|. */
  readonly size: number;
  readonly errorEstimate: number;
  /** Why the lower level is not solved, where it is not. */
  readonly failure: string | undefined;
}

/** The steps of `bilevelMinimize`. */
function* bilevelMinimizeSteps(
  problem: BilevelProblem,
  x0: Float64Array,
  y0: Float64Array,
  options: BilevelMinimizeOptions = {},
): Steps<BilevelMinimum, BilevelMinimizeIterate> {
  const settings = resolveOptions(bilevelMinimizeOptions, options);
  const state = new BilevelState(problem, x0, y0, 0, 2 ** 31);
  const search = new HyperDescent(state, problem, settings);
  const steps = guarded(state, search.steps() as Steps<BilevelSolution, BilevelMinimizeIterate>);
  return (yield* steps) as Conclusion<BilevelMinimum>;
}

class HyperDescent {
  readonly #state: BilevelState;
  readonly #raw: BilevelProblem;
  readonly #settings: ReturnType<typeof resolveOptions<typeof bilevelMinimizeOptions>>;
  readonly #v: Float64Array;
  #method: 'implicit' | 'penalty' = 'penalty';
  #why = '';
  #evaluations = 0;
  #iteration = 0;
  #lowerScale = 0;
  #sigma = 0;
  #last: Evaluation | undefined;

  constructor(
    state: BilevelState,
    raw: BilevelProblem,
    settings: ReturnType<typeof resolveOptions<typeof bilevelMinimizeOptions>>,
  ) {
    this.#state = state;
    this.#raw = raw;
    this.#settings = settings;
    this.#v = new Float64Array(state.y.length);
    this.#choose();
  }

  #choose(): void {
    const { method } = this.#settings;
    const [set, products] = [this.#raw.setY !== undefined, isSecondOrder(this.#raw)];
    this.#method = method === 'auto' ? (set || !products ? 'penalty' : 'implicit') : method;
    if (method !== 'auto') this.#why = 'as asked for';
    else if (set) this.#why = 'the lower level has a set';
    else if (!products) this.#why = 'there are no products with second derivatives';
    else this.#why = 'there are products with second derivatives, and no set on the lower level';
    if (this.#method === 'implicit' && (set || !products)) {
      this.#method = 'penalty';
      this.#why = set
        ? 'the lower level has a set, which implicit differentiation cannot have'
        : 'there are no products with second derivatives';
    }
  }

  #solution(): BilevelMinimum {
    const last = this.#last;
    return {
      ...this.#state.solution(),
      value: last && Number.isFinite(last.value) ? last.value : 0,
      method: this.#method,
      why: this.#why,
      hyperGradient: last ? last.gradient.slice() : new Float64Array(this.#state.x.length),
      errorEstimate: last ? last.errorEstimate : Number.MAX_VALUE,
      evaluations: this.#evaluations,
    };
  }

  #iterate(): BilevelMinimizeIterate {
    return {
      iteration: this.#iteration++,
      direction: this.#state.direction,
      value: this.#last?.value ?? Infinity,
      evaluations: this.#evaluations,
      solution: () => this.#solution(),
    };
  }

  *steps(): Steps<BilevelMinimum, BilevelMinimizeIterate> {
    const { tolerance, memory, maxEvaluations } = this.#settings;
    const state = this.#state;
    const set = this.#raw.setX;
    const size = state.x.length;
    const history = new LbfgsHistory(size, memory);
    const direction = new Float64Array(size);
    yield this.#iterate();
    const slope = new Float64Array(state.y.length);
    state.problem.gradGy(state.x, state.y, slope);
    this.#lowerScale = norm(slope);
    let lowerTolerance = this.#settings.lowerTolerance ?? 1e-4;
    const floor = this.#settings.lowerTolerance ?? Math.min(1e-8, 0.1 * tolerance);
    let now = yield* this.#evaluate(state.x, state.y, lowerTolerance);
    this.#accept(now);
    let scale = now.size;
    if (norm(now.gradient) === 0 && now.size === 0 && !now.failure) {
      return converged(
        this.#solution(),
        'the hyper-gradient is exactly zero: x enters neither f nor the lower solution here',
      );
    }
    while (this.#evaluations < maxEvaluations) {
      if (now.failure) return stalled(this.#solution(), now.failure);
      scale = Math.max(scale, now.size);
      const stationarity = projectedNorm(now.x, now.gradient, set) / scale;
      if (stationarity <= 3 * tolerance) {
        if (lowerTolerance > floor) {
          lowerTolerance = floor;
          now = yield* this.#evaluate(now.x, now.y, lowerTolerance);
          this.#accept(now);
          history.clear();
          continue;
        }
        if (stationarity <= tolerance) {
          const done = state.success(Number.MAX_SAFE_INTEGER, tolerance);
          if (done)
            return converged(this.#solution(), `the hyper-gradient is at most ${tolerance} of its terms`);
          return stalled(
            this.#solution(),
            'the lower level or its linear system cannot be solved to the tolerance',
          );
        }
      }
      lowerTolerance = Math.max(floor, Math.min(lowerTolerance, 1e-2 * stationarity));
      const next = yield* this.#advance(now, history, direction, lowerTolerance);
      if (!next) {
        if (lowerTolerance > floor) {
          lowerTolerance = floor;
          now = yield* this.#evaluate(now.x, now.y, lowerTolerance);
          this.#accept(now);
          history.clear();
          continue;
        }
        return stalled(
          this.#solution(),
          `no step along the hyper-gradient lowers f: its error is about ${now.errorEstimate.toPrecision(2)}`,
        );
      }
      now = next;
      this.#accept(now);
    }
    return stalled(this.#solution(), `maxEvaluations = ${maxEvaluations} was reached`);
  }

  #accept(evaluation: Evaluation): void {
    const state = this.#state;
    this.#last = evaluation;
    state.x.set(evaluation.x);
    state.y.set(evaluation.y);
    if (evaluation.sigma > 0) state.z = evaluation.z.slice();
    state.sigma = evaluation.sigma;
    state.direction = norm(evaluation.gradient);
  }

  /** A step with a line search; undefined where none helps. */
  *#advance(
    now: Evaluation,
    history: LbfgsHistory,
    direction: Float64Array,
    lowerTolerance: number,
  ): Generator<BilevelMinimizeIterate, Evaluation | undefined> {
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
      for (let tries = 0; tries < 25 && this.#evaluations < this.#settings.maxEvaluations; tries++) {
        const x = now.x.map((entry, i) => entry + t * direction[i]);
        set?.project(x, x);
        const step = x.map((entry, i) => entry - now.x[i]);
        const expected = dot(now.gradient, step);
        if (!(expected < 0)) break;
        const next = yield* this.#evaluate(x, now.y, lowerTolerance);
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
      if (this.#evaluations >= this.#settings.maxEvaluations) return undefined;
    }
    return undefined;
  }

  #acceptable(now: Evaluation, next: Evaluation, step: Float64Array, expected: number): boolean {
    if (next.failure) return false;
    const after = dot(next.gradient, step);
    const { f, g } = this.#raw;
    if (!f || (this.#method === 'penalty' && !g)) return Math.abs(after) <= 0.95 * -expected;
    if (next.merit <= now.merit + 1e-4 * expected) return true;
    return next.merit <= now.merit + now.slack + next.slack && Math.abs(after) <= 0.9 * -expected;
  }

  *#evaluate(
    x: Float64Array,
    near: Float64Array,
    tolerance: number,
  ): Generator<BilevelMinimizeIterate, Evaluation> {
    this.#evaluations++;
    const slope = new Float64Array(near.length);
    this.#state.problem.gradGy(x, slope.slice(), slope);
    this.#lowerScale = Math.max(this.#lowerScale, norm(slope));
    if (this.#method === 'implicit') {
      let made = yield* this.#implicit(x, near, tolerance);
      // An error as large as the gradient: more exactly, and if that does not help there is no curvature.
      if (made && made.errorEstimate > 0.5 * made.size) made = yield* this.#implicit(x, made.y, 1e-12);
      if (made && !(made.errorEstimate > 0.5 * made.size)) return made;
      if (this.#settings.method === 'auto') {
        this.#method = 'penalty';
        this.#why = 'the lower Hessian has a direction without curvature';
      } else
        return {
          ...(yield* this.#penalty(x, near, tolerance)),
          failure:
            'the lower Hessian has a direction without curvature: the penalty formula is the one that holds',
        };
    }
    return yield* this.#penalty(x, near, tolerance);
  }

  /** Drives a minimisation, one iterate a step. */
  *#minimise(
    oracle: Parameters<typeof minimiseByGradients>[0],
    y: Float64Array,
    tolerance: number,
  ): Generator<BilevelMinimizeIterate, GradientReport> {
    const inner = minimiseByGradients(oracle, y, { tolerance });
    for (;;) {
      const { done, value } = inner.next();
      if (done) return value as GradientReport;
      yield this.#iterate();
    }
  }

  *#implicit(
    x: Float64Array,
    near: Float64Array,
    tolerance: number,
  ): Generator<BilevelMinimizeIterate, Evaluation | undefined> {
    const { problem } = this.#state;
    const y = near.slice();
    const goal = tolerance * this.#lowerScale;
    const report = yield* this.#minimise(lowerOracle(problem, x), y, goal);
    const limits = { tolerance: Math.min(1e-6, 0.1 * tolerance), maxIterations: 10 * y.length + 20 };
    const { gradient, size, valueError, flat, errorEstimate } = implicitGradient(
      problem,
      x,
      y,
      this.#v,
      limits,
    );
    if (flat) {
      this.#v.fill(0);
      return undefined;
    }
    const value = problem.f?.(x, y) ?? 0;
    return {
      x: x.slice(),
      y,
      z: new Float64Array(0),
      sigma: 0,
      value,
      merit: value - valueError,
      slack: 1e-13 * Math.abs(value) + 1e-3 * Math.abs(valueError),
      gradient,
      size,
      errorEstimate,
      failure:
        report.converged || report.residual <= 1e-6 * this.#lowerScale ? undefined : this.#unsolved(report),
    };
  }

  *#penalty(
    x: Float64Array,
    near: Float64Array,
    tolerance: number,
  ): Generator<BilevelMinimizeIterate, Evaluation> {
    const { problem } = this.#state;
    const z = near.slice();
    if (this.#sigma === 0) {
      const curvatures = [lowerCurvature(problem, x, z), upperCurvature(problem, x, z)];
      const unit = curvatures[0] / curvatures[1];
      this.#sigma = this.#settings.sigma * (unit > 0 && unit < Infinity ? unit : 1);
    }
    const sigma = this.#sigma;
    const fy = new Float64Array(z.length);
    problem.gradFy(x, z, fy);
    const scale = Math.max(this.#lowerScale, sigma * norm(fy));
    const weight = Math.min(1, sigma);
    const goal = tolerance * scale;
    const lower = yield* this.#minimise(lowerOracle(problem, x), z, goal * weight);
    const y = (this.#last?.sigma ? near : z).slice();
    const both = yield* this.#minimise(penalisedOracle(problem, x, sigma), y, goal * weight);
    const twice = y.slice();
    yield* this.#minimise(penalisedOracle(problem, x, 2 * sigma), twice, goal * weight);
    const [gxAtZ, gx] = [new Float64Array(x.length), new Float64Array(x.length)];
    problem.gradGx(x, z, gxAtZ);
    const hyper = (at: Float64Array, s: number) => {
      const gradient = new Float64Array(x.length);
      problem.gradFx(x, at, gradient);
      problem.gradGx(x, at, gx);
      const own = norm(gradient);
      for (let i = 0; i < x.length; i++) gx[i] = (gx[i] - gxAtZ[i]) / s;
      for (let i = 0; i < x.length; i++) gradient[i] += gx[i];
      return { gradient, size: own + norm(gx) };
    };
    const { gradient, size } = hyper(y, sigma);
    const coarse = hyper(twice, 2 * sigma).gradient;
    const bias = norm(coarse.map((entry, i) => entry - gradient[i]));
    const { f, g } = this.#raw;
    // What the line search sees is ψ_σ.
    const gap = f && g ? g(x, y) : 0;
    const penalised = f && g ? f(x, y) + (gap - g(x, z)) / sigma : 0;
    const unsolved = [lower, both].find(
      ({ converged, residual }) => !converged && !(residual <= 1e-4 * weight * scale),
    );
    return {
      x: x.slice(),
      y,
      z,
      sigma,
      value: f?.(x, y) ?? 0,
      merit: penalised,
      slack: 1e-13 * Math.abs(penalised) + (2 * Number.EPSILON * Math.abs(gap)) / sigma,
      gradient,
      size,
      errorEstimate: 1.5 * bias + (2 * Number.EPSILON * norm(gxAtZ)) / sigma,
      failure: unsolved ? this.#unsolved(unsolved) : undefined,
    };
  }

  #unsolved({ residual, iterations }: GradientReport): string {
    const share = (residual / (this.#lowerScale || 1)).toPrecision(2);
    return `the lower level is not solved: its gradient is ${share} of that at the start after ${iterations} steps`;
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

/** Registration. */
export const bilevelMinimizeSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/bilevel-minimize',
  title: 'Bilevel minimize',
  summary:
    'The front door: lower levels solved as exactly as needed, hyper-gradients by the formula that holds, quasi-Newton steps with a line search.',
  problem: bilevelOptimisation,
  role: 'baseline',
  paper: { title: 'Hyperparameter optimization with approximate gradient', arxiv: '1602.02355', year: 2016 },
  cost: 'O(S + 2L) \\text{ an evaluation: a solve of the lower level and two linear systems}',
  options: bilevelMinimizeOptions,
  steps: (instance, options) =>
    bilevelMinimizeSteps(modelOf(instance).problem, instance.x0, instance.y0, options),
});
