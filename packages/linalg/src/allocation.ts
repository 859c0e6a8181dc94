// Arrays whose length comes from input: the error for a size that is too large says the number of bytes.
import { tooLarge } from './too-large.ts';
import { allow } from './webassembly/rehearsal.ts';

/**
 * Zeros.
 *
 * @throws {InvalidInputError} `too-large` with the number of bytes where there is no room for them
 */
export function allocateFloat64(length: number, argument: string): Float64Array<ArrayBuffer> {
  allow(8 * length, argument);
  try {
    if (length <= MOST_ENTRIES) return new Float64Array(length);
  } catch {
    // No room: said below.
  }
  throw tooLarge(8 * length, argument);
}

/** 16 GiB. */
const MOST_ENTRIES = 2 ** 31;
