// The two baselines of 3SUM counting: hashing with one convolution, and sampling.
import type { Random } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { convolveIntegers } from '../transforms/convolution.ts';
import { modulo } from '../transforms/modular-arithmetic.ts';
import { randomPrime } from '../transforms/primes.ts';
import type { ThreeSumCounts, ThreeSumOperations, ThreeSumSets } from './three-sum-solution.ts';

/** Largest N·kappa: vectors of residues are up to eight times as long. */
const LARGEST_PRODUCT = 2 ** 20;

function checkHashed({ a, b }: ThreeSumSets, kappa: number): void {
  const most = LARGEST_PRODUCT / Math.max(a.length, b.length);
  if (kappa > most) {
    throw new InvalidInputError(`is ${kappa}; the limit of method 'hash' for such sets is ${most}`, {
      argument: 'kappa',
      code: 'unsupported',
    });
  }
}

/** Counts sums modulo random primes of about N·kappa; collisions only add, so the least of three is taken. */
export function countByHashing(
  { a, b, c }: ThreeSumSets,
  kappa: number,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  checkHashed({ a, b, c }, kappa);
  const size = Math.ceil(4 * Math.max(a.length, b.length) * kappa);
  const counts = new Float64Array(c.length).fill(Infinity);
  for (let repeat = 0; repeat < 3; repeat++) {
    const prime = randomPrime(random, size, 2 * size);
    const sums = convolveIntegers(histogram(a, prime), histogram(b, prime));
    operations.exactConvolution += sums.length * Math.log2(sums.length);
    for (let t = 0; t < c.length; t++) {
      const residue = modulo(c[t], prime);
      const wrapped = residue + prime < sums.length ? sums[residue + prime] : 0;
      counts[t] = Math.min(counts[t], sums[residue] + wrapped);
    }
  }
  return { counts, layerPairs: 0, operations };
}

function histogram(values: Float64Array, prime: number): Float64Array {
  const counts = new Float64Array(prime);
  for (const value of values) counts[modulo(value, prime)]++;
  return counts;
}

/** Looks up c − a for kappa²·ln(2|C|/delta)/2 sampled a (Hoeffding), or for all if there are no more. */
export function countBySampling(
  { a, b, c }: ThreeSumSets,
  kappa: number,
  delta: number,
  random: Random,
  operations: ThreeSumOperations,
): ThreeSumCounts {
  const size = Math.ceil((kappa ** 2 * Math.log((2 * c.length) / delta)) / 2);
  const chosen = size < a.length ? Float64Array.from(random.sample(a.length, size), (i) => a[i]) : a;
  const multiplicity = new Map<number, number>();
  for (const value of b) multiplicity.set(value, (multiplicity.get(value) ?? 0) + 1);
  const counts = Float64Array.from(c, (target) => {
    let found = 0;
    for (const value of chosen) found += multiplicity.get(target - value) ?? 0;
    return (found * a.length) / chosen.length;
  });
  operations.lookups += c.length * chosen.length;
  return { counts, layerPairs: 0, operations };
}
