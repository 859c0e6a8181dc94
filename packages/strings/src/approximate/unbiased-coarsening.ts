// Approximate distances as the mean of a few coarse ones, corrected for what colourings lose on average.
//
// The observation behind faster (1 + ε)-approximations: a mismatch survives a colouring with B colours with probability
// 1 - 1/B, so D^h B/(B-1) is unbiased, and far fewer than 1/ε colours do unless few pairs of symbols dominate.
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances (2023).
import { converged, Random, type Steps } from '@infimum/core';
import type { SymbolPair } from '../symbols.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { coarseColours, coarseningSteps, coarseRepeats } from './coarsening.ts';
import { colourable } from './colouring.ts';
import { ColouringMean } from './colouring-mean.ts';

/** Colours. */
const COLOURS = 8;

/** Colourings before the standard errors are first looked at. */
const FIRST_REPEATS = 3;

/** Two-sided estimates; shifts whose standard error stays above εD/3 get the one-sided value of coarsening. */
export function* unbiasedSteps(
  pair: SymbolPair,
  accuracy: Accuracy,
): Steps<ApproximateSolution, ApproximateIterate> {
  const { epsilon, delta, seed, wildcard } = accuracy;
  const coloured = colourable(pair, wildcard);
  if (coloured.alphabetSize <= COLOURS) return yield* coarseningSteps(pair, accuracy);
  const mean = new ColouringMean(coloured, COLOURS);
  const random = new Random(seed);
  const mostWork = coarseColours(epsilon) * coarseRepeats(pair.text.length, delta);
  const estimate = () => ({ distances: mean.estimates(), repeats: mean.repeats });
  for (let target = FIRST_REPEATS; ; ) {
    yield { iteration: mean.repeats, repeats: mean.repeats, solution: estimate };
    mean.add(random.split(mean.repeats));
    if (mean.repeats < target) continue;
    if (mean.uncertain(epsilon / 3).length === 0) {
      return converged(estimate(), 'every standard error is at most a third of epsilon D');
    }
    if (COLOURS * 2 * target > mostWork) break;
    target *= 2;
  }
  // What stays open is decided by the maximum of finer colourings.
  const open = mean.uncertain(epsilon / 3);
  const { distances, repeats } = estimate();
  const finer = coarseningSteps(pair, { ...accuracy, seed: seed + 1 });
  for (let step = finer.next(); ; step = finer.next()) {
    const current = step.done ? step.value.solution : step.value.solution();
    for (const i of open) distances[i] = current.distances[i];
    const done = repeats + current.repeats;
    if (step.done) {
      const reason = `${open.length} shifts with large standard errors come from finer colourings`;
      return converged({ distances, repeats: done }, reason);
    }
    const solution = () => ({ distances: distances.slice(), repeats: done });
    if (current.repeats > 0) yield { iteration: done, repeats: done, solution };
  }
}
