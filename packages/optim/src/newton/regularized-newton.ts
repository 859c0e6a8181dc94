// The common loop of methods whose step is T = -(H + lambda B)^-1 grad f: they differ in the choice of lambda and in the
// acceptance test.
import type { ObjectiveLike, OptionSpecs, Steps, VectorLike } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import type { Metric, MetricMatrix } from '../smooth/metric.ts';
import { checkMetric, createMetric } from '../smooth/metric.ts';
import type { CountedObjective, SmoothIterate, SmoothSolution, Stopping } from '../smooth-minimization.ts';
import { counted, gradientTest, smoothStart, tolerance } from '../smooth-minimization.ts';
import { createShiftedSystem } from './create-shifted-system.ts';
import type { Factorization, HessianChoice, ShiftedSystem } from './shifted-system.ts';
import { checkHessian } from './shifted-system.ts';

export const factorization = {
  type: 'choice',
  choices: ['cholesky', 'eigen', 'tridiagonal'],
  default: 'cholesky',
  description: 'Factorise for every trial, or once for all trials with the same Hessian',
} as const;

export const hessianEvery = {
  type: 'integer',
  min: 1,
  default: 1,
  description: 'Iterations for which a Hessian is used',
} as const;

export const extrapolation = {
  type: 'number',
  min: 0,
  max: 10,
  default: 0,
  description: 'Share of every step by which to extrapolate if f does not rise; 0 for the published method',
} as const;

export const maxIterations = { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' } as const;

/** Options of all these methods, including those that need no Hessian. */
export const gradientOptions = {
  tolerance,
  metric: {
    type: 'value',
    check: checkMetric,
    description:
      "The metric B: steps are sqrt(h'Bh) long, gradients sqrt(g'B^-1 g), in the stopping test too. 'identity' by default; d numbers above 0; or a positive definite matrix",
  },
  targetValue: { type: 'number', description: 'Also stop when f is at most this; off by default' },
  extrapolation,
  maxTrials: { type: 'integer', min: 1, default: 40, description: 'Trials in one iteration before the method gives up' },
  maxIterations,
} as const satisfies OptionSpecs;

/** Options of methods with Hessians of any kind. */
export const newtonOptions = {
  ...gradientOptions,
  hessian: {
    type: 'value',
    check: checkHessian,
    description:
      "The matrix H(x): 'exact' by default, the objective's Hessian, or its products beyond 2000 variables or without it; 'none' for zero; or an approximation",
  },
  factorization,
  hessianEvery,
} as const satisfies OptionSpecs;

/** What the frame of all regularised Newton methods needs. */
export interface NewtonSettings extends Stopping {
  readonly metric?: MetricMatrix | undefined;
  readonly hessian?: HessianChoice | undefined;
  readonly factorization?: Factorization;
  readonly hessianEvery: number;
  readonly targetValue?: number | undefined;
  readonly extrapolation: number;
  readonly maxTrials: number;
}

/** One iteration of a regularised Newton method: where it stands, and the step that led there. */
export interface NewtonIterate extends SmoothIterate {
  /** f(x). */
  readonly value: number;
  /** The dual norm |g|* = sqrt(g'B^-1 g). */
  readonly dualNorm: number;
  /** The multiple of B that was added to H; 0 before the first step. */
  readonly lambda: number;
  /** The radius |g|* / lambda, of the gradient before the step; 0 before the first step. */
  readonly gamma: number;
  /** |T|, the step's length in the metric; 0 before the first step. */
  readonly stepNorm: number;
  /** Factorisations so far that succeeded. */
  readonly factorizations: number;
  /** Factorisations so far of matrices that were not positive definite. */
  readonly failedFactorizations: number;
  /** Values of f so far. */
  readonly evaluations: number;
}

/** A point, f, its gradient g, B^-1 g and |g|*. */
interface Place {
  readonly x: Float64Array;
  value: number;
  readonly gradient: Float64Array;
  readonly raised: Float64Array;
  dualNorm: number;
}

/** The current point of a method and its trial step. */
export class NewtonState {
  readonly objective: CountedObjective;
  readonly metric: Metric;
  readonly system: ShiftedSystem;
  /** The step that is tried. */
  readonly step: Float64Array;
  /** Where the method stands. */
  here: Place;
  /** Where it would stand after the step; the gradient is there once `trialDualNorm` was called. */
  trial: Place;

  constructor(objective: CountedObjective, initial: Float64Array, metric: Metric, system: ShiftedSystem) {
    const size = initial.length;
    const place = (): Place => ({
      x: Float64Array.from(initial),
      value: 0,
      gradient: new Float64Array(size),
      raised: new Float64Array(size),
      dualNorm: 0,
    });
    this.objective = objective;
    this.metric = metric;
    this.system = system;
    this.step = new Float64Array(size);
    this.here = place();
    this.trial = place();
  }

  /** The step T = -(H + lambda B)^-1 g; false when the matrix is not positive definite. */
  shiftedStep(lambda: number): boolean {
    const { system, here, step } = this;
    if (!system.factor(lambda) || !system.solve(here.gradient, here.raised, step)) return false;
    for (let i = 0; i < step.length; i++) step[i] = -step[i];
    return true;
  }

  /** Goes to x + T and evaluates f there; false outside of its domain. */
  evaluateTrial(): boolean {
    const { here, trial, step } = this;
    for (let i = 0; i < step.length; i++) trial.x[i] = here.x[i] + step[i];
    trial.value = this.objective.value(trial.x);
    trial.dualNorm = Number.NaN;
    return Number.isFinite(trial.value);
  }

  /** Whether x + T is another point than x. */
  moves(): boolean {
    const { here, trial } = this;
    for (let i = 0; i < here.x.length; i++) if (here.x[i] !== trial.x[i]) return true;
    return false;
  }

  /** |g|* at x + T. */
  trialDualNorm(): number {
    if (Number.isNaN(this.trial.dualNorm)) this.evaluateGradient(this.trial);
    return this.trial.dualNorm;
  }

  /** The gradient at a point, and its dual norm. */
  evaluateGradient(place: Place): void {
    this.objective.gradient(place.x, place.gradient);
    this.metric.solve(place.gradient, place.raised);
    place.dualNorm = rootOfProduct(place.gradient, place.raised);
  }

  /** Moves further along the step that was just taken, if f does not rise. */
  extrapolate(theta: number): void {
    const { here, trial, step } = this;
    for (let i = 0; i < step.length; i++) trial.x[i] = here.x[i] + theta * step[i];
    trial.value = this.objective.value(trial.x);
    trial.dualNorm = Number.NaN;
    if (trial.value <= here.value) this.accept();
  }

  /** Moves to the trial point. */
  accept(): void {
    this.trialDualNorm();
    [this.here, this.trial] = [this.trial, this.here];
  }
}

/** What makes a method: its choice of the step and its test. */
export interface StepRule {
  /** Writes the step to try and gives its lambda; undefined when H + lambda B is not positive definite. */
  propose(state: NewtonState): number | undefined;
  /** Whether to take the step; f at its end is finite. */
  accepts(state: NewtonState, lambda: number): boolean;
  /** Called before the method moves. */
  accepted(state: NewtonState): void;
  /** The next trial of this iteration must be more careful. */
  rejected(state: NewtonState): void;
}

/** sqrt(x . y) for x . y >= 0, also where the product over- or underflows. */
function rootOfProduct(x: Float64Array, y: Float64Array): number {
  const product = dot(x, y);
  if (product > 1e-280 && product < 1e280) return Math.sqrt(product);
  let [sizeX, sizeY] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    sizeX = Math.max(sizeX, Math.abs(x[i]));
    sizeY = Math.max(sizeY, Math.abs(y[i]));
  }
  if (sizeX === 0 || sizeY === 0) return 0;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / sizeX) * (y[i] / sizeY);
  return Math.sqrt(Math.max(0, sum)) * Math.sqrt(sizeX) * Math.sqrt(sizeY);
}

/** Rounding of f that an acceptance test must forgive. */
export function valueNoise(value: number): number {
  return 1e-15 * Math.abs(value);
}

/** Makes a system for an objective; most methods take the one that their options name. */
export type SystemMaker = (calls: CountedObjective['calls'], metric: Metric) => ShiftedSystem;

/** Checks, runs the frame with a rule, and frees what it took. */
export function* regularizedNewtonSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  settings: NewtonSettings,
  rule: StepRule,
  makeSystem?: SystemMaker,
): Steps<SmoothSolution, NewtonIterate> {
  const [oracle, start] = smoothStart(objective, initial);
  const { metric: matrix = 'identity', hessian = 'exact', factorization = 'cholesky' } = settings;
  const f = counted(oracle);
  using metric = createMetric(matrix, oracle.dimension);
  using system = makeSystem?.(f.calls, metric) ?? createShiftedSystem(oracle, f.calls, metric, hessian, factorization);
  return yield* iterate(new NewtonState(f, start, metric, system), settings, rule);
}

function* iterate(state: NewtonState, settings: NewtonSettings, rule: StepRule): Steps<SmoothSolution, NewtonIterate> {
  const { hessianEvery, targetValue = -Infinity, extrapolation, maxTrials } = settings;
  const { objective, metric, system, step } = state;
  state.here.value = objective.value(state.here.x);
  state.evaluateGradient(state.here);
  const isDone = gradientTest(settings, state.here.dualNorm);
  let [lambda, gamma, stepNorm] = [0, 0, 0];
  for (let iteration = 0; ; iteration++) {
    const { x, value, gradient, raised, dualNorm } = state.here;
    const gradientNorm = rootOfProduct(gradient, gradient);
    const solution = () => objective.solution(x, gradientNorm, value);
    const evaluations = objective.calls.value;
    yield { iteration, gradientNorm, value, dualNorm, lambda, gamma, stepNorm, ...system.counts, evaluations, solution };
    const done = isDone(dualNorm, value, x);
    if (done) return converged(solution(), done);
    if (!Number.isFinite(value)) return stalled(solution(), 'the value at the start is not finite');
    if (value <= targetValue) return converged(solution(), `the value is at most ${targetValue}`);
    if (!Number.isFinite(dualNorm)) return stalled(solution(), 'the gradient is not finite here');

    if (iteration % hessianEvery === 0) system.prepare(x, gradient, raised);
    const found = search(state, rule, maxTrials);
    if (found === undefined) {
      return stalled(
        solution(),
        `none of ${maxTrials} trials was accepted: further gains are below rounding, or H is far from the Hessian`,
      );
    }
    [lambda, gamma] = [found, dualNorm / found];
    stepNorm = metric.norm(step);
    if (!state.moves()) return stalled(solution(), 'the step is lost in the rounding of x');
    rule.accepted(state);
    state.accept();
    if (extrapolation > 0) state.extrapolate(extrapolation);
  }
}

/** The lambda of the first step that the rule accepts. */
function search(state: NewtonState, rule: StepRule, maxTrials: number): number | undefined {
  for (let trial = 0; trial < maxTrials; trial++) {
    const lambda = rule.propose(state);
    if (lambda !== undefined && state.evaluateTrial() && rule.accepts(state, lambda)) return lambda;
    rule.rejected(state);
  }
  return undefined;
}
