// Equality of long arrays of numbers, as tests assert it.
import { expect } from 'vitest';

/**
 * `expect(found).toEqual(expected)` for arrays of numbers, which takes a microsecond a number: compared one by one, and handed
 * to it only where they differ.
 */
export function expectSame(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  let same = found.length === expected.length;
  for (let i = 0; same && i < expected.length; i++) same = Object.is(found[i], expected[i]);
  if (!same) expect(Array.from(found)).toEqual(Array.from(expected));
}
