// Sinkhorn-Newton-Sparse: sparse Newton steps on the dual of entropic optimal transport.
//
// X. Tang, M. Shavlovsky, H. Rahmanian, E. Tardini, K. Thekumparampil, T. Xiao, L. Ying: Accelerating Sinkhorn
// algorithm with sparse Newton iterations (2024), arXiv 2401.12253.
//
// The dual f(x, y) = a'x + b'y - epsilon sum P with P_ij = exp((x_i + y_j - C_ij) / epsilon) is concave; its
// gradient is g = (a - P1, b - P'1) and its Hessian -H / epsilon, H = [diag(P1) P; P' diag(P'1)]. After a few
// Sinkhorn sweeps nearly all of P sits in a few entries a row: H is replaced by a sparse matrix that keeps the
// diagonal whole and of P only the large entries.
//
// The paper's algorithm is one warm-up and Newton steps. It fails where the warm-up is too short, or where
// epsilon is so small that P is almost a vertex and its graph falls apart. With `continuation`, the default,
// it is the robust variant of `continued-newton.ts`.
import {
  type Conclusion,
  checkChoice,
  checkNumber,
  converged,
  type Outcome,
  type RunOptions,
  type Steps,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { runEntropic, stallReason } from '../progress.ts';
import type { Transport } from '../transport.ts';
import { ContinuedNewton, continuedNewtonRoom } from './continued-newton.ts';
import type { EntropicPlan, EntropicState } from './entropic-state.ts';
import { entropicSteps } from './entropic-steps.ts';
import {
  conjugateGradientDirection,
  eliminationDirection,
  gaugeProduct,
  type NewtonDirection,
  type NewtonSystem,
} from './newton-direction.ts';
import type { SinkhornIterate, SinkhornLogOptions } from './sinkhorn-log.ts';
import { type SparsifyRule, sparsify } from './sparsify.ts';

/** Options of the steps of Sinkhorn-Newton-Sparse. */
export interface SinkhornNewtonSparseStepsOptions extends SinkhornLogOptions {
  /**
   * Lower epsilon in stages, damp and cap the steps, and work on the entries that matter; true by default. False is the
   * paper's algorithm.
   */
  readonly continuation?: boolean;
  /** Sinkhorn sweeps before the Newton steps, of every stage; at most 15 with continuation, 20 without. */
  readonly warmup?: number;
  /**
   * Which entries of the plan the Hessian keeps: `mass`, the default, drops at most a tenth of the current error
   * (and at most 1 %); `top-k` keeps the largest ones, a share `density` of all; `all` is Newton's
   * method, O((n + m)^3) a step, for comparison.
   */
  readonly sparsify?: 'mass' | 'top-k' | 'all';
  /** Share of the entries that `top-k` keeps, in (0, 1]; by default three a row or column. */
  readonly density?: number;
  /**
   * How the shift (x + t, y - t), which changes nothing, is taken out of the Newton systems: `project` relies on
   * gradients without that component; `augment`, for steps without continuation, subtracts half the square of
   * sum x - sum y from the dual.
   */
  readonly gauge?: 'project' | 'augment';
}

/** Options of `sinkhornNewtonSparse`. */
export interface SinkhornNewtonSparseOptions
  extends SinkhornNewtonSparseStepsOptions,
    RunOptions<SinkhornNewtonSparseIterate> {
  /** Limit of sweeps and Newton steps together; 2000 by default. */
  readonly maxIterations?: number;
}

/** News of a sweep or a Newton step. */
export interface SinkhornNewtonSparseIterate extends SinkhornIterate {
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

/**
 * Entropic optimal transport by Sinkhorn sweeps and sparse Newton steps.
 *
 * Minimises `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over non-negative n x m plans P with row sums `a`
 * and column sums `b`. Where Sinkhorn's iteration needs thousands of sweeps, a few tens of steps reach the
 * accuracy of floating point: the choice for small `epsilon` and for accurate plans.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, its cost, the dual potentials and how the run ended; `stalled` where rounding keeps the marginal
 *   error above the tolerance: near 1e-14, and without continuation about 2e-16 range(cost) / epsilon. Where that
 *   quotient is large, the plan is that of costs rounded to the last bit of their range
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: with continuation a few passes over all costs, and O(k) a sweep, step or inner iteration on the k entries of the
 * plan that matter, few where epsilon is small; without it O(nm) a sweep or step. O(nm) memory.
 *
 * Source: X. Tang et al., Accelerating Sinkhorn algorithm with sparse Newton iterations (arXiv 2401.12253).
 * Continuation, truncation, damping and the rule by mass are ours.
 *
 * @example
 * ```ts
 * import { sinkhornNewtonSparse } from '@infimum/ot';
 *
 * const a = Float64Array.of(0.5, 0.3, 0.2);
 * const b = Float64Array.of(0.2, 0.3, 0.5);
 * const cost = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 4, 1, 0, 1, 4, 1, 0) };
 * const { status, dualValue } = sinkhornNewtonSparse(a, b, cost, { epsilon: 0.01 });
 * console.log(status, dualValue.toFixed(9)); // converged 0.586338412
 * ```
 */
export function sinkhornNewtonSparse(
  a: Float64Array,
  b: Float64Array,
  cost: DenseMatrix,
  options: SinkhornNewtonSparseOptions,
): Outcome<EntropicPlan, SinkhornNewtonSparseIterate> {
  return runEntropic(sinkhornNewtonSparseSteps({ a, b, cost }, options), { maxIterations: 2000, ...options });
}

/**
 * Sinkhorn-Newton-Sparse as steps: a sweep or a Newton step each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* sinkhornNewtonSparseSteps(
  problem: Transport,
  options: SinkhornNewtonSparseStepsOptions,
): Steps<EntropicPlan, SinkhornNewtonSparseIterate> {
  checkChoice(options.sparsify ?? 'mass', 'sparsify', ['mass', 'top-k', 'all']);
  checkChoice(options.gauge ?? 'project', 'gauge', ['project', 'augment']);
  if (options.density !== undefined) checkNumber(options.density, 'density', { above: 0, max: 1 });
  if (options.continuation ?? true) {
    const steps = (state: EntropicState) => new ContinuedNewton(state, options).steps();
    return yield* entropicSteps(problem, options, steps, continuedNewtonRoom);
  }
  return yield* entropicSteps(problem, options, (state) => new NewtonIteration(state, options).steps());
}

/** Sufficient increase of the line search. */
const ARMIJO = 1e-4;
const MAX_HALVINGS = 40;

/** A step shorter than this is followed by sweeps, because the warm-up was too short. */
const SHORT_STEP = 0.25;
const RECOVERY_SWEEPS = 20;

const WARMUP_SWEEPS = 20;

/** Newton steps without halving the error after which rounding, if close, is to blame. */
const PATIENCE = 3;

/** The algorithm of the paper: one warm-up, then Newton steps. */
class NewtonIteration {
  readonly #state: EntropicState;
  readonly #options: SinkhornNewtonSparseStepsOptions;
  readonly #target: number;
  #iteration = 0;
  #newtonSteps = 0;
  #keptEntries = 0;
  #innerIterations = 0;
  readonly #epsilon: number;
  #error = Infinity;

  constructor(state: EntropicState, options: SinkhornNewtonSparseStepsOptions) {
    this.#state = state;
    this.#options = options;
    this.#target = options.tolerance ?? 1e-9;
    this.#epsilon = options.epsilon;
  }

  *steps(): Steps<EntropicPlan, SinkhornNewtonSparseIterate> {
    const state = this.#state;
    const epsilon = this.#epsilon;
    const floor = state.errorFloor(epsilon);
    state.updateSource(epsilon);
    this.#error = state.evaluate(epsilon);
    yield this.#iterate('sinkhorn');
    yield* this.#sweeps(this.#options.warmup ?? WARMUP_SWEEPS);
    let best = this.#error;
    let since = 0;
    while (this.#error > this.#target) {
      const stepLength = this.#newtonStep();
      if (this.#error > this.#target && stepLength === 0) this.#sweep();
      yield this.#iterate('newton');
      if (stepLength < SHORT_STEP) yield* this.#sweeps(RECOVERY_SWEEPS);
      since = this.#error < 0.5 * best ? 0 : since + 1;
      best = Math.min(best, this.#error);
      if (since >= PATIENCE && this.#error < 1000 * floor) break;
    }
    return this.#conclude(floor);
  }

  #conclude(floor: number): Conclusion<EntropicPlan> {
    const solution = this.#state.solution(this.#epsilon);
    return this.#error <= this.#target
      ? converged(solution, `the marginal error ${this.#error.toExponential(1)} is within the tolerance`)
      : stalled(solution, stallReason(this.#error, floor));
  }

  *#sweeps(count: number): Generator<SinkhornNewtonSparseIterate, void, undefined> {
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

  #iterate(phase: 'sinkhorn' | 'newton'): SinkhornNewtonSparseIterate {
    const epsilon = this.#epsilon;
    return {
      iteration: this.#iteration++,
      marginalError: this.#error,
      epsilon,
      phase,
      newtonSteps: this.#newtonSteps,
      keptEntries: this.#keptEntries,
      innerIterations: this.#innerIterations,
      solution: () => this.#state.solution(epsilon),
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
    const { n, m, a, b, x, y, plan, rowSums, columnSums } = this.#state;
    const gradient = new Float64Array(n + m);
    for (let i = 0; i < n; i++) gradient[i] = a[i] - rowSums[i];
    for (let j = 0; j < m; j++) gradient[n + j] = b[j] - columnSums[j];
    const diagonal = new Float64Array(n + m);
    diagonal.set(rowSums);
    diagonal.set(columnSums, n);
    const gaugeWeight = this.#augmented() ? this.#epsilon : 0;
    const shift = this.#augmented() ? gaugeOf(x, y) : gaugeProduct(gradient, n) / (n + m);
    for (let k = 0; k < n + m; k++) gradient[k] -= k < n ? shift : -shift;
    return {
      plan: sparsify(plan, n, m, this.#rule()),
      diagonal,
      gradient,
      damping: 0,
      gaugeWeight,
    };
  }

  #rule(): SparsifyRule {
    const { n, m } = this.#state;
    const rule = this.#options.sparsify ?? 'mass';
    if (rule === 'all') return { droppedMass: 0 };
    if (rule === 'mass') return { droppedMass: Math.min(0.01, 0.1 * this.#error) };
    const density = this.#options.density ?? 3 / Math.min(n, m);
    return { count: Math.min(n * m, Math.ceil(density * n * m)) };
  }

  #direction(system: NewtonSystem): NewtonDirection {
    const tolerance = Math.min(1e-2, Math.sqrt(this.#error));
    if (this.#options.sparsify === 'all') return eliminationDirection(system) as NewtonDirection;
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
    let stepLength = 1;
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
    return this.#augmented() ? value - gaugeOf(x, y) ** 2 / 2 : value;
  }

  #augmented(): boolean {
    return this.#options.gauge === 'augment';
  }
}

/** The gauge sum x - sum y. */
function gaugeOf(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (const value of x) sum += value;
  for (const value of y) sum -= value;
  return sum;
}
