// Lists that callers may give as plain arrays.
import type { VectorLike } from '@infimum/core';
import { checkNumbers, InvalidInputError } from '@infimum/core';

/** The same with any lists of numbers in place of typed arrays. */
export type Listed<T> = {
  readonly [Key in keyof T]: T[Key] extends Float64Array | Int32Array ? VectorLike : T[Key];
};

/** An `Int32Array` as it is, a copy of any other list of whole numbers. */
export function asIndices(value: VectorLike, argument: string): Int32Array {
  if (value instanceof Int32Array) return value;
  checkNumbers(value, argument);
  const indices = Int32Array.from(value);
  const index = indices.findIndex((entry, at) => entry !== value[at]);
  if (index < 0) return indices;
  throw new InvalidInputError(`is ${value[index]} at index ${index}, not a whole number of 32 bits`, {
    argument,
    code: 'type',
    index,
  });
}
