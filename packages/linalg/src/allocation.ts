// Arrays whose length comes from input: what is too large is said with the number of bytes, not by a native error.
import { InvalidInputError } from '@infimum/core';

/**
 * Zeros.
 *
 * @throws {InvalidInputError} `too-large` with the number of bytes where there is no room for them
 */
export function allocateFloat64(length: number, argument: string): Float64Array<ArrayBuffer> {
  try {
    if (length <= MOST_ENTRIES) return new Float64Array(length);
  } catch {
    // No room: said below.
  }
  throw tooLarge(8 * length, argument);
}

/** The error for what takes so many bytes. */
export function tooLarge(bytes: number, argument: string): InvalidInputError {
  return new InvalidInputError(`needs ${bytes} bytes, more than there is room for`, {
    argument,
    code: 'too-large',
  });
}

/** 16 GiB. */
const MOST_ENTRIES = 2 ** 31;
