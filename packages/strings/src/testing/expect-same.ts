// Equality of long arrays of numbers, as tests assert it.
import { expect } from 'vitest';

/**
 * `expect(found).toEqual(expected)` for arrays of numbers, which takes a microsecond a number: compared one by one, and handed
 * to it only where they differ.
 */
export function expectSame<Numbers extends Int32Array | Float64Array>(found: Numbers, expected: Numbers): void {
  let same = found.constructor === expected.constructor && found.length === expected.length;
  for (let i = 0; same && i < expected.length; i++) same = Object.is(found[i], expected[i]);
  if (!same) expect(found).toEqual(expected);
}
