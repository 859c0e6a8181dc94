// Primes: trial division, which is sufficient for moduli of a few million.
import type { Random } from '@infimum/core';

/** Whether the integer `n` is prime; O(√n). */
export function isPrime(n: number): boolean {
  if (n < 4) return n === 2 || n === 3;
  if (n % 2 === 0 || n % 3 === 0) return false;
  for (let divisor = 5; divisor * divisor <= n; divisor += 6) {
    if (n % divisor === 0 || n % (divisor + 2) === 0) return false;
  }
  return true;
}

/** The smallest prime that is at least `bound`. */
export function primeFrom(bound: number): number {
  let candidate = Math.max(2, Math.ceil(bound));
  while (!isPrime(candidate)) candidate++;
  return candidate;
}

/** A uniformly random prime of [low, high); `high` ≥ 2·`low` ≥ 4 makes sure that there is one. */
export function randomPrime(random: Random, low: number, high: number): number {
  const first = Math.ceil(low);
  for (;;) {
    const candidate = first + random.integer(Math.ceil(high) - first);
    if (isPrime(candidate)) return candidate;
  }
}
