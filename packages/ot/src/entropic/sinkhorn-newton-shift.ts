// Sparse Newton steps with a shift: the sparsified Hessian plus a multiple of the identity, always positive definite.
//
// Z. Tang, Y. Qiu: Safe and sparse Newton method for entropic-regularized optimal transport (2024).
//
// The shift is mu |g|: it vanishes with the gradient, so that convergence stays superlinear, and mu follows, as in a
// trust region, how well the quadratic model predicted what the last step gained.
import type { MatrixLike, OptionSpecs, OptionsOf, Steps, VectorLike } from '@infimum/core';
import { converged, defineSolver, resolveOptions, stalled } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { plan } from '../options.ts';
import { reachedReason, stallReason } from '../progress.ts';
import type { TransportLike } from '../transport.ts';
import { transport } from '../transport-problem.ts';
import type { FormOutcome, PlanChoice, PlanForm } from './entropic-options.ts';
import { entropicOptions, runInForm, withEpsilon } from './entropic-options.ts';
import { entropicSteps } from './entropic-steps.ts';
import { conjugateGradientDirection } from './newton/newton-direction.ts';
import { sparsify } from './newton/sparsify.ts';
import type { EntropicState } from './state/entropic-state.ts';
import type { EntropicPlan, SinkhornIterate } from './state/normalized-problem.ts';

const sinkhornNewtonShiftOptions = {
  ...entropicOptions,
  warmup: { type: 'integer', min: 0, default: 20, description: 'Sinkhorn sweeps before the Newton steps' },
  maxIterations: { type: 'integer', min: 0, default: 2000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `sinkhornNewtonShift`. */
export type SinkhornNewtonShiftOptions<Form extends PlanChoice = 'dense'> = OptionsOf<typeof sinkhornNewtonShiftOptions> &
  PlanForm<Form, SinkhornNewtonShiftIterate>;

/** News of a sweep or a step. */
export interface SinkhornNewtonShiftIterate extends SinkhornIterate {
  /** Factor mu of the shift mu |g|. */
  readonly shiftFactor: number;
  /** Entries of the plan in the last Newton system. */
  readonly keptEntries: number;
  /** Iterations of conjugate gradients so far. */
  readonly innerIterations: number;
}

/** Steps that do not halve the error, close to its floor, after which rounding is to blame. */
const PATIENCE = 20;

/**
 * Entropic optimal transport by Sinkhorn sweeps and sparse Newton steps with a shifted Hessian.
 *
 * Solves the problem of `sinkhorn`: minimise `sum_ij P_ij C_ij + epsilon * sum_ij P_ij log P_ij` over plans P with
 * row sums `a` and column sums `b`. Unlike `sinkhornNewtonSparse` it needs neither stages of epsilon nor a line search:
 * if a step gains less than predicted, the shift grows, and if it gains nothing, a Sinkhorn sweep replaces it. For very
 * small epsilons use `sinkhornNewtonSparse`, which has the stages.
 *
 * @param a - source weights, length n, non-negative
 * @param b - target weights, length m, non-negative, of the same total as `a` (relative 1e-9)
 * @param cost - costs, n x m, finite
 * @param options - `epsilon`, in units of the cost, is required
 * @returns the plan, unless `plan: 'none'` spares it, its cost, the dual potentials and how the run ended
 * @throws {InvalidInputError} naming the argument and the first place at fault
 *
 * Cost: O(nm) a sweep or step and O(k) an inner iteration on k kept entries; O(nm) memory.
 *
 * Source: Z. Tang, Y. Qiu, Safe and sparse Newton method for entropic-regularized optimal transport (2024).
 *
 * @example
 * ```ts
 * import { sinkhornNewtonShift } from '@infimum/ot/entropic';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const result = sinkhornNewtonShift([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 });
 * console.log(result.status, result.cost.toFixed(6)); // converged 0.268941
 * ```
 */
export function sinkhornNewtonShift<Form extends PlanChoice = 'dense'>(
  a: VectorLike,
  b: VectorLike,
  cost: MatrixLike,
  options: SinkhornNewtonShiftOptions<Form>,
): FormOutcome<Form, SinkhornNewtonShiftIterate> {
  return runInForm(sinkhornNewtonShiftOptions, options, sinkhornNewtonShiftSteps({ a, b, cost }, options));
}

/** Shifted sparse Newton as steps: a sweep or a Newton step each. */
export function* sinkhornNewtonShiftSteps(
  problem: TransportLike,
  options: SinkhornNewtonShiftOptions<PlanChoice>,
): Steps<EntropicPlan, SinkhornNewtonShiftIterate> {
  const settings = resolveOptions({ ...sinkhornNewtonShiftOptions, plan }, options);
  const { warmup } = settings;
  return yield* entropicSteps(problem, settings, function* (state, epsilon, tolerance) {
    const newton = new ShiftedNewton(state, epsilon);
    const solution = () => state.solution(epsilon);
    const floor = state.errorFloor(epsilon);
    state.updateSource(epsilon);
    let marginalError = state.updateTarget(epsilon);
    let iteration = 0;
    yield { iteration, marginalError, ...newton.report, solution };
    for (; iteration < warmup; ) {
      marginalError = state.updateSource(epsilon);
      state.updateTarget(epsilon);
      yield { iteration: ++iteration, marginalError, ...newton.report, solution };
    }
    marginalError = newton.begin();
    let best = marginalError;
    let since = 0;
    while (!(marginalError <= tolerance)) {
      marginalError = newton.step();
      yield { iteration: ++iteration, marginalError, ...newton.report, solution };
      since = marginalError < 0.5 * best ? 0 : since + 1;
      best = Math.min(best, marginalError);
      const atFloor = since >= PATIENCE && marginalError < 1000 * floor;
      if (atFloor) return stalled(solution(), stallReason(marginalError, floor));
    }
    return converged(solution(), reachedReason(marginalError));
  });
}

class ShiftedNewton {
  readonly #state: EntropicState;
  readonly #epsilon: number;
  #error = Infinity;
  #shiftFactor = 1;
  #keptEntries = 0;
  #innerIterations = 0;

  constructor(state: EntropicState, epsilon: number) {
    this.#state = state;
    this.#epsilon = epsilon;
  }

  get report() {
    return { shiftFactor: this.#shiftFactor, keptEntries: this.#keptEntries, innerIterations: this.#innerIterations };
  }

  /** Evaluates the state; its marginal error. */
  begin(): number {
    this.#error = this.#state.evaluate(this.#epsilon);
    return this.#error;
  }

  /** Tries one step from an evaluated state and leaves it evaluated; the marginal error. */
  step(): number {
    const { n, m, x, y, plan } = this.#state;
    const gradient = this.#gradient();
    const shift = this.#shiftFactor * Math.sqrt(dot(gradient, gradient));
    const diagonal = this.#sums().map((sum) => sum + shift);
    const kept = sparsify(plan, n, m, { droppedMass: Math.min(0.01, 0.1 * this.#error) });
    const { direction, innerIterations } = conjugateGradientDirection(
      { plan: kept, diagonal, gradient, damping: 0, gaugeWeight: 0 },
      Math.min(1e-2, Math.sqrt(this.#error)),
      2 * (n + m),
    );
    this.#keptEntries = kept.values.length;
    this.#innerIterations += innerIterations;
    const before = { x: x.slice(), y: y.slice(), error: this.#error, dual: this.#dual() };
    for (let i = 0; i < n; i++) x[i] += this.#epsilon * direction[i];
    for (let j = 0; j < m; j++) y[j] += this.#epsilon * direction[n + j];
    this.#error = this.#state.evaluate(this.#epsilon);
    // The model g'd - d'(H + shift)d / 2 is half of g'd where the system is solved.
    const quality = this.#quality(before, (this.#epsilon * dot(gradient, direction)) / 2);
    if (quality < 0.25) this.#shiftFactor = Math.min(1e100, 4 * this.#shiftFactor);
    else if (quality > 0.75) this.#shiftFactor = Math.max(1e-100, this.#shiftFactor / 4);
    if (quality > 1e-4) return this.#error;
    // A step that is not taken leaves its place to a Sinkhorn sweep.
    x.set(before.x);
    y.set(before.y);
    this.#state.updateSource(this.#epsilon);
    this.#state.updateTarget(this.#epsilon);
    return this.begin();
  }

  /** What the dual gained over what was predicted; at its rounding level, whether the error fell. */
  #quality(before: { readonly error: number; readonly dual: number }, predicted: number): number {
    if (Math.abs(predicted) < 1e-13 * Math.max(1, Math.abs(before.dual))) {
      return this.#error < before.error ? 1 : 0;
    }
    const gained = (this.#dual() - before.dual) / predicted;
    return Number.isFinite(gained) ? gained : -1;
  }

  #sums(): Float64Array {
    const { n, m, rowSums, columnSums } = this.#state;
    const sums = new Float64Array(n + m);
    sums.set(rowSums);
    sums.set(columnSums, n);
    return sums;
  }

  #gradient(): Float64Array {
    const { n, m, a, b } = this.#state;
    const gradient = this.#sums();
    for (let i = 0; i < n; i++) gradient[i] = a[i] - gradient[i];
    for (let j = 0; j < m; j++) gradient[n + j] = b[j] - gradient[n + j];
    return gradient;
  }

  /** a'x + b'y - epsilon sum P. */
  #dual(): number {
    const { a, b, x, y, rowSums } = this.#state;
    let value = 0;
    for (let i = 0; i < x.length; i++) value += a[i] * x[i] - this.#epsilon * rowSums[i];
    for (let j = 0; j < y.length; j++) value += b[j] * y[j];
    return value;
  }
}

export const sinkhornNewtonShiftSolver = /* @__PURE__ */ defineSolver({
  id: 'ot/sinkhorn-newton-shift',
  title: 'Sparse Newton with a shift',
  summary: 'Newton steps on a sparsified Hessian plus a multiple of the identity that vanishes with the gradient.',
  problem: transport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Safe and sparse Newton method for entropic-regularized optimal transport', year: 2024 },
  cost: 'O(nm) \\text{ per sweep or step}, O(k) \\text{ per inner iteration on } k \\text{ kept entries}',
  options: sinkhornNewtonShiftOptions,
  steps: (instance, options) => sinkhornNewtonShiftSteps(instance, withEpsilon(instance, options)),
});
