// Complaints about arguments, in one line each.
import type { InvalidInputCode } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';

/** What is wrong with an argument, and at which index. */
export function fault(problem: string, argument: string, code: InvalidInputCode, index?: number): InvalidInputError {
  return new InvalidInputError(problem, index === undefined ? { argument, code } : { argument, code, index });
}
