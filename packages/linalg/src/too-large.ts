// What is too large is said with the number of bytes, not by a native error.
import { InvalidInputError } from '@infimum/core';

/** The error for what takes so many bytes. */
export function tooLarge(bytes: number, argument: string): InvalidInputError {
  return new InvalidInputError(`needs ${bytes} bytes, more than there is room for`, { argument, code: 'too-large' });
}
