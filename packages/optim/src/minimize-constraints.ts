// The types of constraints in `minimize`, and of the result. The method is part of the constraints, from `@infimum/optim/constrained`.
import type { Iterate, LimitOptions, ObjectiveLike, Outcome, VectorLike } from '@infimum/core';
import type { OracleCalls } from './smooth-minimization.ts';

/** One iteration, of any method. */
export interface MinimizeIterate extends Iterate<unknown> {
  /** The norm of the gradient, of methods that see one. */
  readonly gradientNorm?: number;
}

/** Constraints lower <= g(x) <= upper, as `linearConstraints` and `nonlinearConstraints` make them. */
export interface ConstraintSet {
  /** Number of constraints m. */
  readonly count: number;
  /** Number of variables, where the set knows it. */
  readonly variables?: number;
  /** Whether g is linear. */
  readonly isLinear: boolean;
  /** Least values, m numbers. */
  readonly lower: Float64Array;
  /** Largest values, m numbers. */
  readonly upper: Float64Array;
  /** Writes g(x), m numbers. */
  value(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian, m x n numbers row by row. */
  jacobian?(x: Float64Array, out: Float64Array): void;
  /** Writes the Hessian of λ'g, n x n numbers row by row. */
  hessian?(x: Float64Array, multipliers: Float64Array, out: Float64Array): void;
  /** Minimises under all sets of a call. */
  minimize(
    objective: ObjectiveLike,
    initial: Float64Array,
    sets: readonly ConstraintSet[],
    options: Partial<ConstraintsLeft> & LimitOptions<MinimizeIterate>,
  ): Outcome<ConstrainedMinimum, MinimizeIterate>;
}

/** What `minimize` hands on. */
export interface ConstraintsLeft {
  readonly method: ConstrainedMethod | undefined;
  readonly tolerance: number;
  readonly secondDerivatives: 'auto' | 'differences' | 'quasi-newton';
  readonly lower: number | VectorLike | undefined;
  readonly upper: number | VectorLike | undefined;
}

/** A method for constraints. */
export type ConstrainedMethod = 'exact-augmented-lagrangian' | 'interior-point' | 'sqp';

/** The solution under constraints. */
export interface ConstrainedMinimum {
  /** The point x, within its bounds. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** Multipliers of all constraints in their order, L = f + λ'g + μ'x: at least 0 at a largest value, at most 0 at a least one. */
  readonly multipliers: Float64Array;
  /** Multipliers μ of the bounds of x, of the same signs. */
  readonly boundMultipliers: Float64Array;
  /** The largest violation of a constraint. */
  readonly violation: number;
  /** The largest entry of ∇f + J'λ + μ, in scale. */
  readonly stationarity: number;
  /** The largest product of a multiplier and the distance to its bound, in scale. */
  readonly complementarity: number;
  /** Counts of calls of f. */
  readonly evaluations: OracleCalls;
  /** The method that was taken. */
  readonly method: ConstrainedMethod;
}
