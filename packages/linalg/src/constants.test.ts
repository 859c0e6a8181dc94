// The table of 2^(i/64) that the exponentials of all kernels stand on.
import { expect, test } from 'vitest';
import { CONSTANT_BYTES, writeConstants } from './constants.ts';

/** 2^(i/64) to the nearest double, by whole numbers alone. */
function power(i: number): number {
  // The largest m with m^64 <= 2^(i + 64 * 53) has one bit more than a double.
  const target = 2n ** BigInt(i + 64 * 53);
  let [low, high] = [2n ** 53n, 2n ** 54n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** 64n <= target) low = middle;
    else high = middle;
  }
  return Number((low + 1n) / 2n) / 2 ** 52;
}

test('powers are correctly rounded', () => {
  const memory = new ArrayBuffer(CONSTANT_BYTES);
  writeConstants(memory);
  // The kernel's share of i in the exponent is put back.
  const words = new BigUint64Array(memory, 0, 64).map((word, i) => word + (BigInt(i) << 46n));
  const powers = [...new Float64Array(words.buffer)];
  expect(powers).toEqual(Array.from({ length: 64 }, (_, i) => power(i)));
});
