// Hyper-gradients of `minimizeBilevel` at a point: the lower level solved to the requested accuracy, then implicit differentiation or
// the penalty formula, with an estimate of the error.
//
// F. Pedregosa: Hyperparameter optimization with approximate gradient (2016).
import { norm } from '@infimum/linalg/numerics';
import type { Factor } from './oracles/adjoint.ts';
import type { BilevelProblem } from './oracles/bilevel-problem.ts';
import { isSecondOrder } from './oracles/bilevel-problem.ts';
import { implicitGradient } from './oracles/implicit-gradient.ts';
import { lowerOracle, penalisedOracle } from './oracles/judge.ts';
import { lowerFactor } from './oracles/lower-factor.ts';
import type { GradientReport } from './oracles/minimize-by-gradients.ts';
import { minimiseByGradients } from './oracles/minimize-by-gradients.ts';
import type { BilevelState } from './single/bilevel-state.ts';
import { lowerCurvature, upperCurvature } from './single/lipschitz.ts';

/** A hyper-gradient at a point, with diagnostics. */
export interface Evaluation {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
  readonly sigma: number;
  readonly value: number;
  /** The estimate of F: value − v·∇_y g is right to the second order in the error of y. */
  readonly merit: number;
  /** A bound on the error of the merit. */
  readonly slack: number;
  readonly gradient: Float64Array;
  /** |∇_x f| + |the contribution of the lower level|. */
  readonly size: number;
  readonly errorEstimate: number;
  /** Why the lower level is not solved, if it is not. */
  readonly failure: string | undefined;
}

/** Makes hyper-gradients; `Report` is what is yielded once a step of a lower level. */
export class HyperGradients<Report> {
  method: 'implicit' | 'penalty' = 'penalty';
  /** Why this method was chosen. */
  why = '';
  /** Whether the point that was last accepted has two lower solutions. */
  isPenalized = false;
  /** The largest gradient of the lower level at a start: residuals are relative to it. */
  lowerScale = 0;
  /** How many were made. */
  evaluations = 0;
  readonly #state: BilevelState;
  readonly #raw: BilevelProblem;
  readonly #settings: { readonly method: 'auto' | 'implicit' | 'penalty'; readonly sigma: number };
  readonly #report: () => Report;
  readonly #v: Float64Array;
  #sigma = 0;

  constructor(
    state: BilevelState,
    raw: BilevelProblem,
    settings: { readonly method: 'auto' | 'implicit' | 'penalty'; readonly sigma: number },
    report: () => Report,
  ) {
    this.#state = state;
    this.#raw = raw;
    this.#settings = settings;
    this.#report = report;
    this.#v = new Float64Array(state.y.length);
    this.#choose();
  }

  #choose(): void {
    const { method } = this.#settings;
    const { setY, proxY } = this.#raw;
    let obstacle = isSecondOrder(this.#raw) ? undefined : 'there are no products with second derivatives';
    if (proxY) obstacle = 'the lower level is not smooth';
    else if (setY) obstacle = 'the lower level has a set';
    this.method = obstacle || method === 'penalty' ? 'penalty' : 'implicit';
    if (method === this.method) this.why = 'as requested';
    else this.why = obstacle ?? 'there are products with second derivatives, and no set on the lower level';
  }

  /** Measures the lower level at the start: residuals are relative to its gradient. */
  begin(): void {
    const { problem, x, y } = this.#state;
    const slope = new Float64Array(y.length);
    problem.gradGy(x, y, slope);
    this.lowerScale = norm(slope);
  }

  /** The hyper-gradient at x, the lower level solved from a point nearby. */
  *evaluate(x: Float64Array, near: Float64Array, tolerance: number): Generator<Report, Evaluation> {
    this.evaluations++;
    const slope = new Float64Array(near.length);
    this.#state.problem.gradGy(x, slope.slice(), slope);
    this.lowerScale = Math.max(this.lowerScale, norm(slope));
    if (this.method === 'implicit') {
      let made = yield* this.#implicit(x, near, tolerance);
      // The error is as large as the gradient: solve more accurately; if that does not help, there is no curvature.
      if (made && made.errorEstimate > 0.5 * made.size) made = yield* this.#implicit(x, made.y, 1e-12);
      if (made && !(made.errorEstimate > 0.5 * made.size)) return made;
      if (this.#settings.method === 'auto') {
        this.method = 'penalty';
        this.why = 'the lower Hessian has a direction without curvature';
      } else
        return {
          ...(yield* this.#penalty(x, near, tolerance)),
          failure: 'the lower Hessian has a direction without curvature: use the penalty formula',
        };
    }
    return yield* this.#penalty(x, near, tolerance);
  }

  /** Drives a minimisation, one iterate a step. */
  *#minimize(
    oracle: Parameters<typeof minimiseByGradients>[0],
    y: Float64Array,
    tolerance: number,
  ): Generator<Report, GradientReport> {
    const inner = minimiseByGradients(oracle, y, { tolerance });
    for (;;) {
      const { done, value } = inner.next();
      if (done) return value as GradientReport;
      yield this.#report();
    }
  }

  *#implicit(x: Float64Array, near: Float64Array, tolerance: number): Generator<Report, Evaluation | undefined> {
    const { problem } = this.#state;
    const y = near.slice();
    const goal = tolerance * this.lowerScale;
    const factorAt = lowerFactor(problem, x);
    let factor: Factor | undefined;
    const oracle = { ...lowerOracle(problem, x), factor: factorAt && ((at: Float64Array) => (factor = factorAt(at))) };
    const report = yield* this.#minimize(oracle, y, goal);
    factor ??= factorAt?.(y);
    const limits = { tolerance: Math.min(1e-6, 0.1 * tolerance), maxIterations: 10 * y.length + 20, factor };
    const { gradient, size, valueError, flat, errorEstimate } = implicitGradient(problem, x, y, this.#v, limits);
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
      failure: report.converged || report.residual <= 1e-6 * this.lowerScale ? undefined : this.#unsolved(report),
    };
  }

  *#penalty(x: Float64Array, near: Float64Array, tolerance: number): Generator<Report, Evaluation> {
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
    const scale = Math.max(this.lowerScale, sigma * norm(fy));
    const weight = Math.min(1, sigma);
    const goal = tolerance * scale;
    const lower = yield* this.#minimize(lowerOracle(problem, x), z, goal * weight);
    const y = (this.isPenalized ? near : z).slice();
    const both = yield* this.#minimize(penalisedOracle(problem, x, sigma), y, goal * weight);
    const twice = y.slice();
    yield* this.#minimize(penalisedOracle(problem, x, 2 * sigma), twice, goal * weight);
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
    const penalized = f && g ? f(x, y) + (gap - g(x, z)) / sigma : 0;
    const unsolved = [lower, both].find(({ converged, residual }) => !converged && !(residual <= 1e-4 * weight * scale));
    return {
      x: x.slice(),
      y,
      z,
      sigma,
      value: f?.(x, y) ?? 0,
      merit: penalized,
      slack: 1e-13 * Math.abs(penalized) + (2 * Number.EPSILON * Math.abs(gap)) / sigma,
      gradient,
      size,
      errorEstimate: 1.5 * bias + (2 * Number.EPSILON * norm(gxAtZ)) / sigma,
      failure: unsolved ? this.#unsolved(unsolved) : undefined,
    };
  }

  #unsolved({ residual, iterations }: GradientReport): string {
    const share = (residual / (this.lowerScale || 1)).toPrecision(2);
    return `the lower level is not solved: its gradient is ${share} of that at the start after ${iterations} steps`;
  }
}
