// The one error that bad input raises. Limits, aborts and missed tolerances are statuses, not errors.

/** What is wrong with an argument; stable, meant for programs. */
export type InvalidInputCode =
  | 'type'
  | 'shape'
  | 'empty'
  | 'not-finite'
  | 'negative'
  | 'out-of-range'
  | 'not-integer'
  | 'mass'
  | 'unknown'
  | 'missing'
  | 'too-large'
  | 'unsupported';

/** Where the fault lies. */
export interface InvalidInputDetails {
  /** The argument or option at fault, as the caller knows it: `'a'`, `'cost'`, `'epsilon'`. */
  readonly argument: string;
  /** What is wrong; stable across versions. */
  readonly code: InvalidInputCode;
  /** The first offending position in a typed array, where there is one. */
  readonly index?: number | undefined;
}

/**
 * Thrown for input that no algorithm could work on, before any work is done.
 *
 * The message always begins with the argument's name and says where the fault lies.
 *
 * @example
 * ```ts
 * import { InvalidInputError } from '@infimum/core';
 *
 * const error = new InvalidInputError('is NaN at index 17', { argument: 'cost', code: 'not-finite', index: 17 });
 * console.log(error.message); // cost: is NaN at index 17
 * ```
 */
export class InvalidInputError extends Error {
  /** What is wrong; stable across versions. */
  readonly code: InvalidInputCode;
  /** The argument or option at fault. */
  readonly argument: string;
  /** The first offending position, where there is one. */
  readonly index: number | undefined;

  constructor(problem: string, details: InvalidInputDetails) {
    // Names come from programs too, which may hand over anything.
    const argument = typeof details.argument === 'string' && details.argument ? details.argument : 'argument';
    super(`${argument}: ${problem}`);
    this.name = 'InvalidInputError';
    this.code = details.code;
    this.argument = argument;
    this.index = details.index;
  }
}

/**
 * The error that names an argument at fault, in one line: `new InvalidInputError(problem, { argument, code, index })`.
 *
 * @param problem - what is wrong and where, without the argument's name
 * @param argument - the argument or option at fault, as the caller knows it
 * @param code - the kind of fault, stable across versions
 * @param index - the first offending position, where there is one
 * @returns the error, to be thrown
 *
 * @example
 * ```ts
 * import { fault } from '@infimum/core';
 *
 * console.log(fault('is NaN at index 17', 'cost', 'not-finite', 17).message); // cost: is NaN at index 17
 * ```
 */
export function fault(problem: string, argument: string, code: InvalidInputCode, index?: number): InvalidInputError {
  return new InvalidInputError(problem, { argument, code, index });
}
