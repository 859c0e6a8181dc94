// Newton steps on the dual of entropic optimal transport, on the whole Hessian or on a sparse part of it: the iteration of
// the papers, one warm-up and then damped steps.
//
// The dual f(x, y) = a'x + b'y - epsilon sum P with P_ij = exp((x_i + y_j - C_ij) / epsilon) is concave; its gradient is
// g = (a - P1, b - P'1) and its Hessian -H / epsilon, H = [diag(P1) P; P' diag(P'1)].
import type { Conclusion, Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import { reachedReason, stallReason } from '../../progress.ts';
import type { EntropicState } from '../state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from '../state/normalized-problem.ts';
import type { NewtonDirection, NewtonSystem } from './newton-direction.ts';
import { conjugateGradientDirection, eliminationDirection, gaugeProduct, largestMove } from './newton-direction.ts';
import type { SparsifyRule } from './sparsify.ts';
import { sparsify } from './sparsify.ts';

/** News of a sweep or a Newton step. */
export interface NewtonIterate extends SinkhornIterate {
  /** Regularisation of the current stage. */
  readonly epsilon: number;
  /** Whether this was a Sinkhorn sweep or a Newton step. */
  readonly phase: 'sinkhorn' | 'newton';
  /** Newton steps so far. */
  readonly newtonSteps: number;
  /** Entries of the plan in the last Newton system. */
  readonly keptEntries: number;
  /** Iterations of conjugate gradients so far. */
  readonly innerIterations: number;
}

/** How the Hessian is treated, and how many sweeps there are. */
export interface NewtonSettings {
  /** Marginal error at which the iteration ends. */
  readonly tolerance: number;
  /** Sinkhorn sweeps before the Newton steps. */
  readonly warmup: number;
  /** Sweeps after a step that had to be shortened; without them a step that cannot be taken ends the run. */
  readonly recoverySweeps: number;
  /** No exponent of the plan may change by more than this in one step; any by default. */
  readonly largestMove?: number;
  /** Which entries of the plan the Hessian keeps. */
  readonly sparsify: 'mass' | 'top-k' | 'all';
  /** Share of the entries that `top-k` keeps. */
  readonly density?: number | undefined;
  /** How the shift that changes nothing is taken out. */
  readonly gauge: 'project' | 'augment';
}

/** Sufficient increase of the line search. */
const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;

/** A step shorter than this is followed by sweeps, because the warm-up was too short. */
const SHORT_STEP = 0.25;

/** Newton steps without halving the error after which rounding, if close, is to blame. */
const PATIENCE = 3;

const NO_STEP = "no step along Newton's direction raises the dual or lowers the error; start closer, from a larger epsilon";

/** One warm-up, then Newton steps. */
export class NewtonIteration {
  readonly #state: EntropicState;
  readonly #settings: NewtonSettings;
  readonly #target: number;
  #iteration = 0;
  #newtonSteps = 0;
  #keptEntries = 0;
  #innerIterations = 0;
  readonly #epsilon: number;
  #error = Infinity;

  constructor(state: EntropicState, settings: NewtonSettings) {
    this.#state = state;
    this.#settings = settings;
    this.#target = settings.tolerance;
    this.#epsilon = state.epsilon;
  }

  *steps(): Steps<EntropicPlan, NewtonIterate> {
    const state = this.#state;
    const epsilon = this.#epsilon;
    const floor = state.errorFloor(epsilon);
    state.updateSource(epsilon);
    this.#error = state.evaluate(epsilon);
    yield this.#iterate('sinkhorn');
    const { warmup, recoverySweeps } = this.#settings;
    yield* this.#sweeps(warmup);
    let best = this.#error;
    let since = 0;
    while (!(this.#error <= this.#target)) {
      const stepLength = this.#newtonStep();
      if (stepLength === 0) {
        if (recoverySweeps === 0) return stalled(this.#solution(), NO_STEP);
        this.#sweep();
      }
      yield this.#iterate('newton');
      if (stepLength < SHORT_STEP) yield* this.#sweeps(recoverySweeps);
      since = this.#error < 0.5 * best ? 0 : since + 1;
      best = Math.min(best, this.#error);
      if (since >= PATIENCE && this.#error < 1000 * floor) break;
    }
    return this.#conclude(floor);
  }

  #conclude(floor: number): Conclusion<EntropicPlan> {
    const solution = this.#solution();
    return this.#error <= this.#target
      ? converged(solution, reachedReason(this.#error))
      : stalled(solution, stallReason(this.#error, floor));
  }

  #solution(): EntropicPlan {
    // Along the shift the augmented dual is a parabola, whose top is known.
    if (this.#augmented()) this.#state.shiftTo(0);
    return this.#state.solution(this.#epsilon);
  }

  *#sweeps(count: number): Generator<NewtonIterate, void, undefined> {
    for (let sweep = 0; sweep < count; sweep++) {
      this.#error = this.#state.updateSource(this.#epsilon);
      this.#state.updateTarget(this.#epsilon);
      yield this.#iterate('sinkhorn');
    }
    this.#error = this.#state.evaluate(this.#epsilon);
  }

  /** One Sinkhorn sweep: makes one marginal exact and damps what varies from entry to entry. */
  #sweep(): void {
    this.#state.updateSource(this.#epsilon);
    this.#state.updateTarget(this.#epsilon);
    this.#error = this.#state.evaluate(this.#epsilon);
  }

  #iterate(phase: 'sinkhorn' | 'newton'): NewtonIterate {
    const epsilon = this.#epsilon;
    return {
      iteration: this.#iteration++,
      marginalError: this.#error,
      epsilon,
      phase,
      newtonSteps: this.#newtonSteps,
      keptEntries: this.#keptEntries,
      innerIterations: this.#innerIterations,
      solution: () => this.#solution(),
    };
  }

  /** One Newton step from an evaluated state; leaves the state evaluated and returns the step length, 0 for none. */
  #newtonStep(): number {
    const system = this.#system();
    const { direction, innerIterations } = this.#direction(system);
    this.#newtonSteps++;
    this.#keptEntries = system.plan.values.length;
    this.#innerIterations += innerIterations;
    return this.#lineSearch(system.gradient, direction);
  }

  #system(): NewtonSystem {
    const { n, m, a, b, plan, rowSums, columnSums } = this.#state;
    const gradient = new Float64Array(n + m);
    for (let i = 0; i < n; i++) gradient[i] = a[i] - rowSums[i];
    for (let j = 0; j < m; j++) gradient[n + j] = b[j] - columnSums[j];
    const diagonal = new Float64Array(n + m);
    diagonal.set(rowSums);
    diagonal.set(columnSums, n);
    const gaugeWeight = this.#augmented() ? this.#epsilon : 0;
    const shift = this.#augmented() ? this.#state.gauge() : gaugeProduct(gradient, n) / (n + m);
    for (let k = 0; k < n + m; k++) gradient[k] -= k < n ? shift : -shift;
    return { plan: sparsify(plan, n, m, this.#rule()), diagonal, gradient, damping: 0, gaugeWeight };
  }

  #rule(): SparsifyRule {
    const { n, m } = this.#state;
    const { sparsify: rule, density = 3 / Math.min(n, m) } = this.#settings;
    if (rule === 'all') return { droppedMass: 0 };
    if (rule === 'mass') return { droppedMass: Math.min(0.01, 0.1 * this.#error) };
    return { count: Math.min(n * m, Math.ceil(density * n * m)) };
  }

  #direction(system: NewtonSystem): NewtonDirection {
    const tolerance = Math.min(1e-2, Math.sqrt(this.#error));
    if (this.#settings.sparsify === 'all') return eliminationDirection(system) as NewtonDirection;
    return conjugateGradientDirection(system, tolerance, 2 * system.gradient.length);
  }

  /** Halves the step until the dual rises enough or the error falls; 0 and the old potentials if neither happens. */
  #lineSearch(gradient: Float64Array, direction: Float64Array): number {
    const { n, m, x, y } = this.#state;
    const epsilon = this.#epsilon;
    const startX = x.slice();
    const startY = y.slice();
    const before = { error: this.#error, dual: this.#dual() };
    let slope = 0;
    for (let k = 0; k < n + m; k++) slope += epsilon * gradient[k] * direction[k];
    const { largestMove: most = Infinity } = this.#settings;
    let stepLength = Math.min(1, most / largestMove(direction, n));
    for (let halving = 0; halving < MAX_HALVINGS; halving++, stepLength /= 2) {
      for (let i = 0; i < n; i++) x[i] = startX[i] + stepLength * epsilon * direction[i];
      for (let j = 0; j < m; j++) y[j] = startY[j] + stepLength * epsilon * direction[n + j];
      this.#error = this.#state.evaluate(epsilon);
      if (this.#accepts(before, stepLength * slope)) return stepLength;
    }
    x.set(startX);
    y.set(startY);
    this.#error = this.#state.evaluate(epsilon);
    return 0;
  }

  #accepts(before: { readonly error: number; readonly dual: number }, rise: number): boolean {
    // Close to the optimum the dual stagnates at its rounding level before the error does.
    if (Math.abs(rise) < 1e-13 * Math.max(1, Math.abs(before.dual))) return this.#error < before.error;
    return this.#dual() >= before.dual + ARMIJO * rise;
  }

  /** a'x + b'y - epsilon sum P, less half the square of the gauge where that is augmented. */
  #dual(): number {
    const { a, b, x, y, rowSums } = this.#state;
    let value = 0;
    for (let i = 0; i < x.length; i++) value += a[i] * x[i] - this.#epsilon * rowSums[i];
    for (let j = 0; j < y.length; j++) value += b[j] * y[j];
    return this.#augmented() ? value - this.#state.gauge() ** 2 / 2 : value;
  }

  #augmented(): boolean {
    return this.#settings.gauge === 'augment';
  }
}
