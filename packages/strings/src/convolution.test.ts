import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolve } from './convolution.ts';
import { convolveModulo, TRANSFORM_PRIMES } from './ntt.ts';

function direct(x: readonly number[], y: readonly number[]): number[] {
  const out = new Array<number>(x.length + y.length - 1).fill(0);
  x.forEach((a, i) => {
    y.forEach((b, j) => {
      out[i + j] += a * b;
    });
  });
  return out;
}

describe('convolve', () => {
  it('equals the double sum', () => {
    const vector = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(vector, vector, (x, y) => {
        expect([...convolve(Int32Array.from(x), Float64Array.from(y))]).toEqual(direct(x, y));
      }),
    );
  });

  it('stays exact where floating point cannot round', () => {
    const large = Array.from({ length: 300 }, (_, i) => 3_000_000 + 7919 * i);
    const result = convolve(Float64Array.from(large), Float64Array.from(large));
    const exact = direct(large, large);
    expect(Math.max(...exact)).toBeLessThan(2 ** 53);
    expect([...result]).toEqual(exact);
  });

  it('allows negative entries', () => {
    expect([...convolve(Int32Array.of(1, -2, 3), Int32Array.of(-4, 5))]).toEqual([-4, 13, -22, 15]);
  });

  it('is zero for zeros and empty for nothing', () => {
    expect([...convolve(new Float64Array(3), Float64Array.of(1, 2))]).toEqual([0, 0, 0, 0]);
    expect(convolve(new Float64Array(0), Float64Array.of(1)).length).toBe(0);
  });
});

describe('convolveModulo', () => {
  it('equals the double sum modulo the prime', () => {
    const vector = fc.array(fc.integer({ min: -(2 ** 20), max: 2 ** 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(vector, vector, fc.constantFrom(...TRANSFORM_PRIMES), (x, y, prime) => {
        const expected = direct(x, y).map((value) => ((value % prime.prime) + prime.prime) % prime.prime);
        expect([...convolveModulo(x, y, prime)]).toEqual(expected);
      }),
    );
  });
});
