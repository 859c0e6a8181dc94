import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { isPrime, primeFrom, randomPrime } from './primes.ts';

describe('primes', () => {
  // The sieve of Eratosthenes.
  const sieve = new Uint8Array(20_000).fill(1, 2);
  for (let p = 2; p * p < sieve.length; p++) {
    if (sieve[p]) for (let multiple = p * p; multiple < sieve.length; multiple += p) sieve[multiple] = 0;
  }

  it('are those of the sieve', () => {
    for (let n = 0; n < sieve.length; n++) expect(isPrime(n)).toBe(sieve[n] === 1);
    expect(isPrime(2 ** 31 - 1)).toBe(true);
    expect(isPrime(46337 ** 2)).toBe(false);
  });

  it('are found from any bound on', () => {
    expect([-3, 2, 2.5, 14, 128, 7919].map(primeFrom)).toEqual([2, 2, 3, 17, 131, 7919]);
  });

  it('are drawn from the whole interval', () => {
    const random = new Random(1);
    const drawn = new Set(Array.from({ length: 200 }, () => randomPrime(random, 10, 20)));
    expect([...drawn].sort()).toEqual([11, 13, 17, 19]);
  });
});
