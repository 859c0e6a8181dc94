import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { convolve } from './convolution.ts';
import { powerModulo } from './modular-arithmetic.ts';
import { convolveModulo, ModularPlan, TRANSFORM_PRIMES, transformPrimes } from './ntt.ts';
import { isPrime } from './primes.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

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

describe('convolve, before any work', () => {
  it.each([
    ['x', [1, 2], Int32Array.of(1), 'type', undefined],
    ['y', Int32Array.of(1), new BigInt64Array(2), 'type', undefined],
    ['x', Float64Array.of(1, 0.5), Int32Array.of(1), 'not-integer', 1],
    ['y', Int32Array.of(1), Float64Array.of(Number.NaN), 'not-finite', 0],
    ['y', Int32Array.of(1), Float64Array.of(1, 2 ** 53), 'out-of-range', 1],
    ['y', Float64Array.of(2 ** 30), Float64Array.of(2 ** 30), 'out-of-range', undefined],
  ])('rejects a bad %s', (argument, x, y, code, index) => {
    const call = () => convolve(x as Int32Array, y as Int32Array);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code, index }));
  });

  it('goes by primes, signs included, where rounding is not proved harmless', () => {
    const vector = fc.array(fc.integer({ min: -(2 ** 23), max: 2 ** 23 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(vector, vector, (x, y) => {
        const big = [2 ** 23, ...x];
        expect([...convolve(Int32Array.from(big), Int32Array.from(y))].map((value) => value + 0)).toEqual(
          direct(big, y).map((value) => value + 0),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('transformPrimes', () => {
  it('are primes with transforms of the length', () => {
    for (const length of [2, 2 ** 23, 2 ** 24, 2 ** 25]) {
      for (const { prime, root, longest } of transformPrimes(length, 2, 'y')) {
        expect(isPrime(prime) && prime < 2 ** 30).toBe(true);
        expect(longest).toBeGreaterThanOrEqual(length);
        // The root of unity of the longest transform has exactly that order.
        const generator = powerModulo(root, (prime - 1) / longest, prime);
        expect(powerModulo(generator, longest / 2, prime)).toBe(prime - 1);
      }
    }
    expect(() => transformPrimes(2 ** 26, 2, 'y')).toThrow(expect.objectContaining({ argument: 'y' }));
    expect(() => transformPrimes(2 ** 27, 1, 'y')).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => new ModularPlan(2 ** 24, TRANSFORM_PRIMES[0])).toThrow(RangeError);
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
