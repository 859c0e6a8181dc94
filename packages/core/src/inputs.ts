// The inputs that callers may pass, and the one form in which algorithms use them.
import { fault } from './errors.ts';
import type { DenseLike } from './validate.ts';
import { allocateVector, checkMatrix, checkNumbers, checkVector } from './validate.ts';

/** Numbers in a row: a plain or a typed array. */
export type VectorLike = ArrayLike<number>;

/** A matrix: `{ rows, cols, values }` with its entries row by row, or a list of rows. */
export type MatrixLike =
  | {
      /** Number of rows. */
      readonly rows: number;
      /** Number of columns. */
      readonly cols: number;
      /** Entries, row by row. */
      readonly values: VectorLike;
    }
  | readonly VectorLike[];

/** The same with any lists of numbers in place of typed arrays: instances as callers may give them. */
export type Listed<T> = {
  readonly [Key in keyof T]: T[Key] extends Float64Array | Int32Array | undefined
    ? VectorLike | Extract<T[Key], undefined>
    : T[Key];
};

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
  throw fault(`is ${value[index]} at index ${index}, not a whole number of 32 bits`, argument, 'type', index);
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
  let matrix = value as DenseLike;
  if (Array.isArray(value)) {
    const [rows, cols] = [value.length, value[0]?.length ?? 0];
    const values = allocateVector(rows * cols, argument);
    for (let i = 0; i < rows; i++) values.set(asVector(value[i], `${argument}[${i}]`, cols), i * cols);
    matrix = { rows, cols, values };
  } else if (typeof matrix === 'object' && matrix && !(matrix.values instanceof Float64Array)) {
    matrix = { rows: matrix.rows, cols: matrix.cols, values: asVector(matrix.values, `${argument}.values`) };
  }
  checkMatrix(matrix, argument);
  return matrix as DenseLike & { readonly values: Float64Array };
}
