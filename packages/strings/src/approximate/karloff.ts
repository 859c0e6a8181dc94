// Approximate distances from random maps of the alphabet to two symbols: a mismatch survives every second one.
//
// H. Karloff: Fast algorithms for approximately counting mismatches (1993), with independent random maps.
import type { Steps } from '@infimum/core';
import { converged, Random } from '@infimum/core';
import type { SymbolPair } from '../symbols.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { colorable } from './coloring.ts';
import { ColoringMean } from './coloring-mean.ts';

/**
 * Twice the mean of the distances after ⌈2 ln(2n/δ)/ε²⌉ random maps to {0, 1}, so many that Hoeffding's inequality holds
 * for all shifts at once; Õ(n/ε²).
 */
export function* karloffSteps(
  pair: SymbolPair,
  { epsilon, delta, seed, wildcard }: Accuracy,
): Steps<ApproximateSolution, ApproximateIterate> {
  const mean = new ColoringMean(colorable(pair, wildcard), 2);
  const rounds = Math.ceil((2 * Math.log((2 * Math.max(1, pair.text.length)) / delta)) / epsilon ** 2);
  const random = new Random(seed);
  const solution = () => ({ distances: mean.estimates(), repeats: mean.repeats });
  for (let round = 0; ; round++) {
    yield { iteration: round, repeats: round, solution };
    if (round === rounds) return converged(solution(), `the mean of ${rounds} random maps to two symbols`);
    mean.add(random.split(round));
  }
}
