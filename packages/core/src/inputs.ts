// What callers may hand over, and the one form in which algorithms compute.
import { InvalidInputError } from './errors.ts';
import type { Objective } from './objective.ts';
import type { DenseLike } from './validate.ts';
import {
  allocateVector,
  checkFunction,
  checkInteger,
  checkMatrix,
  checkNumbers,
  checkObject,
  checkVector,
} from './validate.ts';

/** Numbers in a row: a plain or a typed array. */
export type VectorLike = ArrayLike<number>;

/** A matrix: `{ rows, cols, values }` with its entries row by row, or a list of rows. */
export type MatrixLike =
  | { readonly rows: number; readonly cols: number; readonly values: VectorLike }
  | readonly VectorLike[];

/** The same with any lists of numbers in place of typed arrays: instances as callers may give them. */
export type Listed<T> = {
  readonly [Key in keyof T]: T[Key] extends Float64Array | Int32Array | undefined
    ? VectorLike | Extract<T[Key], undefined>
    : T[Key];
};

/** A derivative, which writes its numbers to `out` or returns them. */
export type Derivative<Given extends unknown[]> = (
  ...given: [...Given, out: Float64Array]
) => VectorLike | void;

/** A function of d variables: alone, or with derivatives. */
export type ObjectiveLike =
  | ((x: Float64Array) => number)
  | {
      /** Number of variables; that of the starting point where it is left out. */
      readonly dimension?: number;
      /** f(x); infinite where f is not defined. */
      value(x: Float64Array): number;
      /** The gradient at x, d numbers; differences of values stand in for it. */
      readonly gradient?: Derivative<[x: Float64Array]>;
      /** The product of the Hessian at x with v, d numbers. */
      readonly hessianVector?: Derivative<[x: Float64Array, v: Float64Array]>;
      /** The Hessian at x, d x d numbers row by row. */
      readonly hessian?: Derivative<[x: Float64Array]>;
      /** Whether all derivatives are differences of values. */
      readonly byDifferences?: boolean;
    };

/** A box in which a function may be asked. */
export interface Range {
  /** Smallest values, of all variables or of each. */
  readonly lower?: ArrayLike<number> | undefined;
  /** Largest values. */
  readonly upper?: ArrayLike<number> | undefined;
}

/**
 * A `Float64Array` as it is, a copy of any other list of numbers; finite, not empty, of `length` if that is given.
 *
 * @throws {InvalidInputError} `type`, `missing`, `empty`, `shape` or `not-finite` with the index
 *
 * @example
 * ```ts
 * import { asVector } from '@infimum/core';
 *
 * console.log(asVector([1, 2], 'x') instanceof Float64Array); // true
 * ```
 */
export function asVector(value: VectorLike, argument: string, length?: number): Float64Array {
  if (!(value instanceof Float64Array)) checkNumbers(value, argument);
  const vector = value instanceof Float64Array ? value : Float64Array.from(value);
  checkVector(vector, argument, length);
  return vector;
}

/**
 * An `Int32Array` as it is, a copy of any other list of whole numbers.
 *
 * @throws {InvalidInputError} `type` with the index of what is no whole number of 32 bits
 */
export function asIndices(value: VectorLike, argument: string): Int32Array {
  if (value instanceof Int32Array) return value;
  checkNumbers(value, argument);
  const indices = Int32Array.from(value);
  const index = indices.findIndex((entry, at) => entry !== value[at]);
  if (index < 0) return indices;
  const problem = `is ${value[index]} at index ${index}, not a whole number of 32 bits`;
  throw new InvalidInputError(problem, { argument, code: 'type', index });
}

/**
 * A matrix with a `Float64Array` as it is, a copy of any other; finite and not empty.
 *
 * @throws {InvalidInputError} as `asVector`, `shape` for rows of different lengths
 *
 * @example
 * ```ts
 * import { asMatrix } from '@infimum/core';
 *
 * console.log(asMatrix([[1, 2], [3, 4]], 'a').values.join(' ')); // 1 2 3 4
 * ```
 */
export function asMatrix(value: MatrixLike, argument: string): DenseLike & { readonly values: Float64Array } {
  if (!Array.isArray(value)) {
    const given = value as DenseLike;
    if (given?.values instanceof Float64Array || typeof given !== 'object' || given === null) {
      checkMatrix(given, argument);
      return given as DenseLike & { readonly values: Float64Array };
    }
    const matrix = {
      rows: given.rows,
      cols: given.cols,
      values: asVector(given.values, `${argument}.values`),
    };
    checkMatrix(matrix, argument);
    return matrix;
  }
  const [rows, cols] = [value.length, value[0]?.length ?? 0];
  const values = allocateVector(rows * cols, argument);
  for (let i = 0; i < rows; i++) values.set(asVector(value[i], `${argument}[${i}]`, cols), i * cols);
  const matrix = { rows, cols, values };
  checkMatrix(matrix, argument);
  return matrix;
}

/**
 * The objective that methods see: derivatives that return their numbers write them, and where there is no gradient central
 * differences within the range stand in, 2 d values each, which `byDifferences` says.
 *
 * @param dimension - number of variables, that of the starting point
 * @param range - the box outside of which f is not asked
 * @throws {InvalidInputError} `type` for what is no function, `shape` for an objective of another dimension
 *
 * @example
 * ```ts
 * import { asObjective } from '@infimum/core';
 *
 * const slope = new Float64Array(2);
 * asObjective(([x, y]) => x * x + 3 * y, 2).gradient(Float64Array.of(1, 0), slope);
 * console.log(slope.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // 2 3
 * ```
 */
export function asObjective(
  value: ObjectiveLike,
  dimension: number,
  argument = 'objective',
  range: Range = {},
): Objective {
  const given = typeof value === 'function' ? { value } : value;
  checkObject(given, argument);
  checkFunction(given.value, typeof value === 'function' ? argument : `${argument}.value`);
  const {
    gradient,
    hessianVector,
    hessian,
    byDifferences,
  }: Exclude<ObjectiveLike, (x: Float64Array) => number> = given;
  if (given.dimension !== undefined) {
    checkInteger(given.dimension, `${argument}.dimension`, { min: 1 });
    if (given.dimension !== dimension) {
      const problem = `has ${given.dimension} variables, the starting point ${dimension}`;
      throw new InvalidInputError(problem, { argument: `${argument}.dimension`, code: 'shape' });
    }
  }
  for (const [name, f] of Object.entries({ gradient, hessianVector, hessian })) {
    if (f !== undefined) checkFunction(f, `${argument}.${name}`);
  }
  const f = (x: Float64Array) => given.value(x);
  return {
    dimension,
    value: f,
    gradient: gradient
      ? (x, out) => writeTo(out, gradient.call(given, x, out), `${argument}.gradient`)
      : (x, out) => differenceGradient(f, x, out, range),
    ...(hessianVector && {
      hessianVector: (x, v, out) => writeTo(out, hessianVector.call(given, x, v, out), `${argument}.hessianVector`),
    }),
    ...(hessian && { hessian: (x, out) => writeTo(out, hessian.call(given, x, out), `${argument}.hessian`) }),
    ...((byDifferences || !gradient) && { byDifferences: true }),
  };
}

function writeTo(out: Float64Array, returned: VectorLike | void, argument: string): void {
  if (!returned || returned === out) return;
  if (returned.length !== out.length) {
    const problem = `must write ${out.length} numbers into out, or return them; it returned ${returned.length}`;
    throw new InvalidInputError(problem, { argument, code: 'shape' });
  }
  out.set(returned);
}

/** The step at which truncation and rounding of a central difference are about equal. */
export function differenceStep(x: number): number {
  return Math.cbrt(Number.EPSILON) * Math.max(1, Math.abs(x));
}

/** Writes the gradient by central differences, one-sided where the range ends; no call outside of it. */
function differenceGradient(
  f: (x: Float64Array) => number,
  x: Float64Array,
  out: Float64Array,
  { lower, upper }: Range,
): void {
  const moved = x.slice();
  for (let i = 0; i < x.length; i++) {
    const step = differenceStep(x[i]);
    const [low, high] = [
      Math.max(x[i] - step, lower?.[i] ?? -Infinity),
      Math.min(x[i] + step, upper?.[i] ?? Infinity),
    ];
    moved[i] = high;
    const above = f(moved);
    moved[i] = low;
    out[i] = (above - f(moved)) / (high - low);
    moved[i] = x[i];
  }
}
