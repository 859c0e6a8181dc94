// A function of one variable, and the option for the accuracy of its argument.
import { fault } from '@infimum/core';

/** How exact x must be. */
export const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-12,
  description: 'Width of the bracket at which to stop, relative to |x|; rounding of x is added',
} as const;

export const maxIterations = {
  type: 'integer',
  min: 0,
  default: 200,
  description: 'Iteration limit; an iteration is one evaluation',
} as const;

/**
 * Checks that something is a function.
 *
 * @throws {InvalidInputError} naming `value`
 */
export function checkFunction(value: unknown): asserts value is (x: number) => number {
  if (typeof value === 'function') return;
  throw fault('expected a function of a number', 'value', 'type');
}
