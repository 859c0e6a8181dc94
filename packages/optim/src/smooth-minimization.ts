// Minimisation of a smooth function: inputs, results, counts and stopping tests of the methods.
import type { Iterate, Objective, ObjectiveLike, VectorLike } from '@infimum/core';
import { asVector, checkFunction, checkInteger, fault, readObjective } from '@infimum/core';
import { largestMagnitude, norm } from '@infimum/linalg/numerics';
import { boundsOf } from './bounds.ts';
import { withDifferences } from './differences/finite-differences.ts';

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

/** The result of a method. */
export interface SmoothSolution {
  /** The point x. */
  readonly x: Float64Array;
  /** f(x). */
  readonly value: number;
  /** The Euclidean norm of the gradient at x. */
  readonly gradientNorm: number;
  /** Counts of function calls. */
  readonly evaluations: OracleCalls;
}

/** One iteration of a method. */
export interface SmoothIterate extends Iterate<SmoothSolution> {
  /** The Euclidean norm of the gradient, as the method knows it. */
  readonly gradientNorm: number;
}

/** The option of when to stop, the same for every method of smooth minimisation; see `gradientTest`. */
export const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-8,
  description: 'Gradient at which to stop: its norm, relative to that at the start if below 1; or 1e4 |x| |g| / |f|',
} as const;

/** The absolute part of the test alone, for methods that `minimize` takes. */
export const gradientTolerance = {
  type: 'number',
  min: 0,
  description: 'Absolute norm of the gradient at which to stop; by default `tolerance` decides',
} as const;

/** The relative part of the test alone. */
export const valueTolerance = {
  type: 'number',
  min: 0,
  description:
    'Relative change of f along the gradient, over the length of x or 1, at which to stop; 1e-4 `tolerance` by default',
} as const;

/** When to stop: see `gradientTest`. */
export interface Stopping {
  readonly tolerance: number;
  readonly gradientTolerance?: number | undefined;
  readonly valueTolerance?: number | undefined;
}

/** Options that all methods share. */
export interface StoppingLike {
  /** When to stop, 1e-8 by default: when the gradient is at most this, relative to the start or to the value. */
  readonly tolerance?: number | undefined;
}

/** A gradient along which f changes, over the length of x, by less than this part of `tolerance` |f| counts as zero. */
const RELATIVE = 1e-4;

/** A gradient along which f changes by more than this times `tolerance`, over the length of x, is none, however small. */
const FAR = 1e4;

/**
 * The test of all methods of smooth minimisation: |g| <= tolerance min(1, |g_0|), the absolute part for functions that are
 * steep at the start and the relative one for those that are flat, where also |g| max|x_i| <= 1e4 tolerance max(1, |f|), so that
 * a run towards infinity, where gradients are small, does not count as a success; or |g| max(1, |x|) <= 1e-4 tolerance |f|, for
 * functions so large that rounding keeps gradients from falling further. `gradientTolerance` replaces the first test by a bound on
 * |g| itself, and `valueTolerance` replaces 1e-4 tolerance in the second.
 *
 * @param stopping - tolerances
 * @param startNorm - |g_0|
 * @returns the reason to stop, if there is one; NaN is none
 */
export function gradientTest(
  { tolerance, gradientTolerance, valueTolerance = RELATIVE * tolerance }: Stopping,
  startNorm: number,
): (gradientNorm: number, value: number, x: Float64Array) => string | undefined {
  const target = gradientTolerance ?? tolerance * Math.min(1, startNorm);
  const [bound, of] =
    startNorm < 1 && gradientTolerance === undefined
      ? [tolerance, ' of that at the start']
      : [target, gradientTolerance === undefined ? '' : ', gradientTolerance'];
  const isSmall = (gradientNorm: number, value: number, x: Float64Array) =>
    gradientNorm <= target && (gradientTolerance !== undefined || isNear(tolerance, gradientNorm, value, x));
  return (gradientNorm, value, x) => {
    if (!Number.isFinite(value)) return undefined;
    if (isSmall(gradientNorm, value, x)) {
      return `the gradient's norm is at most ${bound.toExponential(1)}${of}`;
    }
    const change = valueTolerance * Math.abs(value);
    if (gradientNorm <= change && gradientNorm * norm(x) <= change) {
      return `the relative change of the value along the gradient is below ${valueTolerance.toExponential(1)}`;
    }
    return undefined;
  };
}

/** The measure that `gradientTest` compares with the tolerance. */
export function relativeGradient(objective: Objective, initial: Float64Array, x: Float64Array): number {
  const gradientNorm = gradientNormAt(objective, x);
  if (gradientNorm === 0) return 0;
  const value = Math.abs(objective.value(x));
  if (!Number.isFinite(value)) return Infinity;
  const byStart = gradientNorm / Math.min(1, gradientNormAt(objective, initial));
  const byValue = (gradientNorm * Math.max(1, norm(x))) / (RELATIVE * value);
  const bySize = Math.max(byStart, distanceByPlace(gradientNorm, value, x));
  return Number.isNaN(byValue) ? bySize : Math.min(byValue, bySize);
}

/** Whether a gradient is small for the place where it was found. */
function isNear(tolerance: number, gradientNorm: number, value: number, x: Float64Array): boolean {
  return distanceByPlace(gradientNorm, value, x) <= tolerance;
}

/** |g| max|x_i| / (1e4 max(1, |f|)); of the factors none overflows where |g| and f do not, and what overflows is far. */
function distanceByPlace(gradientNorm: number, value: number, x: Float64Array): number {
  return (gradientNorm / Math.max(1, Math.abs(value)) / FAR) * largestMagnitude(x);
}

/**
 * The objective and the start for methods, from the caller's arguments; a missing gradient is replaced by differences within the
 * range.
 *
 * @throws {InvalidInputError} naming `objective` or `initial`
 */
export function smoothStart(
  objective: ObjectiveLike,
  initial: VectorLike,
  range: { readonly lower?: number | VectorLike | undefined; readonly upper?: number | VectorLike | undefined } = {},
): [objective: Objective, start: Float64Array] {
  if (typeof (typeof objective === 'function' ? objective : objective?.value) !== 'function') {
    throw fault('must be a function of x, or have value(x), and may have gradient(x, out)', 'objective', 'type');
  }
  const { dimension } = objective as { readonly dimension?: number };
  if (dimension !== undefined) checkInteger(dimension, 'objective.dimension', { min: 1, max: MOST_VARIABLES });
  const start = asVector(initial, 'initial', dimension);
  const oracle = readObjective(objective, start.length);
  const { gradient } = oracle;
  if (gradient) return [{ ...oracle, gradient }, start];
  return [withDifferences(oracle, boundsOf(start.length, range.lower, range.upper)), start];
}

/** More numbers do not fit into an array. */
const MOST_VARIABLES = 2 ** 32 - 1;

/**
 * Checks that something has what an objective must have.
 *
 * @throws {InvalidInputError} naming `objective` or its `dimension`
 */
export function checkObjective(objective: Objective): void {
  const { value, gradient } = objective ?? {};
  if (typeof value !== 'function' || typeof gradient !== 'function') {
    throw fault('must have the functions value(x) and gradient(x, out)', 'objective', 'type');
  }
  for (const name of ['hessian', 'hessianVector'] as const) {
    if (objective[name] !== undefined) checkFunction(objective[name], `objective.${name}`);
  }
  checkInteger(objective.dimension, 'objective.dimension', { min: 1, max: MOST_VARIABLES });
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
      // Who does not write must not be taken for flat.
      if (calls.gradient === 0) out.fill(Number.NaN);
      calls.gradient++;
      writeGradient(objective, x, out);
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
      evaluations: { ...calls },
    }),
  };
}

/** The power of two to divide f by where squares of its gradient would leave the range of numbers; 1 where the value would too. */
export function unitOf(gradientNorm: number, value: number): number {
  const exponent = Math.floor(Math.log2(gradientNorm));
  const unit = 2 ** exponent;
  return Math.abs(exponent) > 400 && unit < Infinity && Number.isFinite(value / unit) ? unit : 1;
}

/**
 * The gradient of an objective that writes it into `out`, as it should, or returns it, which its type lets pass.
 *
 * @throws {InvalidInputError} naming `objective.gradient` for a returned array of another length
 */
function writeGradient(objective: Objective, x: Float64Array, out: Float64Array): void {
  takeReturned(objective.gradient(x, out), out);
}

/** Writes what a function returned, if it returned numbers: in a row, or row by row. */
export function takeReturned(returned: unknown, out: Float64Array, argument = 'objective.gradient'): void {
  if (returned === undefined || returned === out) return;
  if (!Array.isArray(returned) && !ArrayBuffer.isView(returned)) return;
  const isNested = Array.isArray(returned) && typeof returned[0] === 'object';
  const numbers = isNested ? returned.flatMap((row) => [...row]) : (returned as unknown as number[]);
  if (numbers.length !== out.length) {
    throw fault(`must write ${out.length} numbers into out, or return them; it returned ${numbers.length}`, argument, 'shape');
  }
  out.set(numbers);
}

/** The Euclidean norm of the gradient at a point. */
function gradientNormAt(objective: Objective, x: Float64Array): number {
  const gradient = new Float64Array(x.length).fill(Number.NaN);
  writeGradient(objective, x, gradient);
  return norm(gradient);
}
