// The error for sizes that are too large, with the number of bytes.
import type { InvalidInputError } from '@infimum/core';
import { fault } from '@infimum/core';

/** The error for an allocation of so many bytes. */
export function tooLarge(bytes: number, argument: string): InvalidInputError {
  return fault(`needs ${bytes} bytes, more than there is room for`, argument, 'too-large');
}
