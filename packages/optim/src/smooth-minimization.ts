// Minimisation of a smooth function: what methods take, what they give, and what they count.
import {
  checkInteger,
  checkNumber,
  checkVector,
  InvalidInputError,
  type Iterate,
  type Objective,
  type Outcome,
  type RunOptions,
  run,
  type Steps,
} from '@infimum/core';
import { norm } from './vectors.ts';

/** Calls of an objective's functions: what methods are measured in. */
export interface OracleCalls {
  /** Values. */
  readonly value: number;
  /** Gradients. */
  readonly gradient: number;
  /** Products of the Hessian with a vector. */
  readonly hessianVector: number;
  /** Whole Hessians. */
  readonly hessian: number;
}

/** What a method found. */
export interface SmoothSolution {
  /** The point x. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** The Euclidean norm of the gradient at x. */
  readonly gradientNorm: number;
  /** What it took. */
  readonly calls: OracleCalls;
}

/** One iteration of a method. */
export interface SmoothIterate extends Iterate<SmoothSolution> {
  /** The Euclidean norm of the gradient, as the method knows it. */
  readonly gradientNorm: number;
}

/** Options that all methods share. */
export interface SmoothOptions {
  /** Stop when |g| is at most this times 1 + |g_0|, g_0 the gradient at the start; 1e-8 by default. */
  readonly tolerance?: number;
}

/** Runs the steps of a method, for at most so many iterations where the caller gives no limit. */
export function runSmooth<I extends SmoothIterate>(
  steps: Steps<SmoothSolution, I>,
  options: RunOptions<I>,
  most = 10_000,
): Outcome<SmoothSolution, I> {
  return run(steps, { ...options, maxIterations: options.maxIterations ?? most });
}

/**
 * Checks an objective, a starting point and the options that all methods share.
 *
 * @throws {InvalidInputError} naming `objective`, `initial` or `tolerance`
 */
export function checkSmooth(objective: Objective, initial: Float64Array, options: SmoothOptions): void {
  checkObjective(objective);
  checkVector(initial, 'initial', objective.dimension);
  checkNumber(options.tolerance ?? 0, 'tolerance', { min: 0 });
}

/**
 * Checks that something has what an objective must have.
 *
 * @throws {InvalidInputError} naming `objective` or its `dimension`
 */
export function checkObjective(objective: Objective): void {
  const { value, gradient } = objective ?? {};
  if (typeof value !== 'function' || typeof gradient !== 'function') {
    const problem = 'must have the functions value(x) and gradient(x, out)';
    throw new InvalidInputError(problem, { argument: 'objective', code: 'type' });
  }
  checkInteger(objective.dimension, 'objective.dimension', { min: 1 });
}

/** An objective that counts its calls. */
export interface CountedObjective extends Objective {
  /** Calls so far. */
  readonly calls: { -readonly [Name in keyof OracleCalls]: number };
  /** The solution at a point; the norm of its gradient and its value are computed unless they are given. */
  solution(x: Float64Array, gradientNorm?: number, value?: number): SmoothSolution;
}

/** Wraps an objective so that its calls are counted. What a solution computes about itself is not. */
export function counted(objective: Objective): CountedObjective {
  const calls = { value: 0, gradient: 0, hessianVector: 0, hessian: 0 };
  return {
    dimension: objective.dimension,
    calls,
    value: (x) => {
      calls.value++;
      return objective.value(x);
    },
    gradient: (x, out) => {
      calls.gradient++;
      objective.gradient(x, out);
    },
    ...(objective.hessianVector && {
      hessianVector: (x: Float64Array, v: Float64Array, out: Float64Array) => {
        calls.hessianVector++;
        objective.hessianVector?.(x, v, out);
      },
    }),
    ...(objective.hessian && {
      hessian: (x: Float64Array, out: Float64Array) => {
        calls.hessian++;
        objective.hessian?.(x, out);
      },
    }),
    solution: (x, gradientNorm, value) => ({
      x: x.slice(),
      value: value ?? objective.value(x),
      gradientNorm: gradientNorm ?? gradientNormAt(objective, x),
      calls: { ...calls },
    }),
  };
}

/** The Euclidean norm of the gradient at a point. */
export function gradientNormAt(objective: Objective, x: Float64Array): number {
  const gradient = new Float64Array(x.length);
  objective.gradient(x, gradient);
  return norm(gradient);
}
