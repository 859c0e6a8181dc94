// Approximate distances from random maps of the alphabet to two symbols: a mismatch survives every second one.
//
// H. Karloff: Fast algorithms for approximately counting mismatches (1993), with independent random maps.
import { converged, Random, type Steps } from '@infimum/core';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { randomlyColoured } from './coarsening.ts';
import { foreignSymbols } from './colouring.ts';
import { shiftsOf } from './hamming-solution.ts';
import { compact, type SymbolPair } from './symbols.ts';

/**
 * Twice the mean of the distances after ⌈2 ln(2n/δ)/ε²⌉ random maps to {0, 1}, so many that Hoeffding's inequality holds
 * for all shifts at once; Õ(n/ε²).
 */
export function* karloffSteps(
  pair: SymbolPair,
  { epsilon, delta, seed }: Accuracy,
): Steps<ApproximateSolution, ApproximateIterate> {
  const compacted = compact(pair);
  const shifts = shiftsOf(pair);
  const foreign = foreignSymbols(compacted, shifts);
  const rounds = Math.ceil((2 * Math.log((2 * Math.max(1, pair.text.length)) / delta)) / epsilon ** 2);
  const sums = new Float64Array(shifts);
  const random = new Random(seed);
  for (let round = 0; ; round++) {
    const done = round;
    const solution = () => ({
      distances: sums.map((sum, i) => foreign[i] + (2 * sum) / Math.max(1, done)),
      repeats: done,
    });
    yield { iteration: done, repeats: done, solution };
    if (round === rounds) return converged(solution(), `the mean of ${rounds} random maps to two symbols`);
    const mapped = randomlyColoured(compacted, 2, random.split(round));
    for (let i = 0; i < shifts; i++) sums[i] += mapped[i] - foreign[i];
  }
}
