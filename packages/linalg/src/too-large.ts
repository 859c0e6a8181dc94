// What is too large is said with the number of bytes, not by a native error.
import type { InvalidInputError } from '@infimum/core';
import { fault } from '@infimum/core';

/** The error for what takes so many bytes. */
export function tooLarge(bytes: number, argument: string): InvalidInputError {
  return fault(`needs ${bytes} bytes, more than there is room for`, argument, 'too-large');
}
