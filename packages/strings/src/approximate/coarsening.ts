// Approximate distances by random coarsenings of the alphabet: with few colours in place of many symbols exact distances
// are cheap, never too large, and seldom much too small.
//
// T. Kopelowitz, E. Porat: A simple algorithm for approximating the text-to-pattern Hamming distance (2018).
import type { Steps } from '@infimum/core';
import { converged, Random } from '@infimum/core';
import { exactDistances } from '../exact/hamming-distances.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolPair } from '../symbols.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { colorable, raiseByColoring } from './coloring.ts';

/** Options of the coarsening. */
export interface CoarseningOptions extends Accuracy {
  /** Colourings; by default ⌈log2(n/delta)⌉, which holds for all shifts at once. 3 to 5 suffice in practice. */
  readonly repeats?: number;
}

/** Number of colours for a relative error: B = ⌈2/ε⌉ loses ε/2 on average. */
export function coarseColors(epsilon: number): number {
  return Math.ceil(2 / epsilon);
}

/** Number of colourings after which all shifts are right with probability 1 - delta. */
export function coarseRepeats(n: number, delta: number): number {
  const length = Math.max(1, n);
  // Of a denormal delta the quotient is infinite, and its logarithm would be colourings without end.
  const bits = length / delta < Infinity ? Math.log2(length / delta) : Math.log2(length) - Math.log2(delta);
  return Math.max(1, Math.ceil(bits));
}

/**
 * The maximum over random colourings h of the exact distances of h(T) and h(P), B = ⌈2/ε⌉ colours.
 *
 * D^h ≤ D always, and D^h ≥ (1 - ε)D with probability at least ½ for each colouring: one-sided, exact where D = 0. Õ(n/ε).
 */
export function* coarseningSteps(
  pair: SymbolPair,
  { epsilon, delta, seed, wildcard, repeats }: CoarseningOptions,
): Steps<ApproximateSolution, ApproximateIterate> {
  const colored = colorable(pair, wildcard);
  const colors = coarseColors(epsilon);
  const exact = colored.alphabetSize <= colors;
  const rounds = exact ? 1 : (repeats ?? coarseRepeats(pair.text.length, delta));
  const distances = new Float64Array(shiftsOf(pair));
  const random = new Random(seed);
  for (let round = 0; ; round++) {
    const done = round;
    yield { iteration: done, repeats: done, solution: () => ({ distances: distances.slice(), repeats: done }) };
    if (round === rounds) break;
    if (exact) distances.set(exactDistances(pair, { wildcard }));
    else raiseByColoring(colored, colors, random.split(round), distances);
  }
  if (exact) return converged({ distances, repeats: 0 }, 'the pattern has no more symbols than colours');
  return converged({ distances, repeats: rounds }, `the maximum of ${rounds} random colourings`);
}
