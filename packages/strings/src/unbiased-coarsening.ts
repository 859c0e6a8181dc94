// Approximate distances as the mean of a few coarse ones, corrected for what colourings lose on average.
//
// The observation behind faster (1 + ε)-approximations: a mismatch survives a colouring with B colours with probability
// 1 - 1/B, so D^h B/(B-1) is unbiased, and far fewer than 1/ε colours do unless few pairs of symbols dominate.
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances (2023).
import { converged, Random, type Steps } from '@infimum/core';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { coarseColours, coarseningSteps, coarseRepeats, randomlyColoured } from './coarsening.ts';
import { foreignSymbols } from './colouring.ts';
import { shiftsOf } from './hamming-solution.ts';
import { compact, type SymbolPair } from './symbols.ts';

/** Colours. */
const COLOURS = 8;

/** Colourings before the standard errors are first looked at. */
const FIRST_REPEATS = 3;

/** Two-sided estimates; shifts whose standard error stays above εD/3 get the one-sided value of coarsening. */
export function* unbiasedSteps(
  pair: SymbolPair,
  { epsilon, delta, seed }: Accuracy,
): Steps<ApproximateSolution, ApproximateIterate> {
  const compacted = compact(pair);
  if (compacted.alphabetSize <= COLOURS) return yield* coarseningSteps(pair, { epsilon, delta, seed });
  const shifts = shiftsOf(pair);
  const foreign = foreignSymbols(compacted, shifts);
  const sums = new Float64Array(shifts);
  const squares = new Float64Array(shifts);
  const random = new Random(seed);
  const mostWork = coarseColours(epsilon) * coarseRepeats(pair.text.length, delta);
  let repeats = 0;
  const estimates = (): Float64Array => {
    if (repeats === 0) return Float64Array.from(foreign);
    return sums.map((sum, i) => foreign[i] + ((sum / repeats) * COLOURS) / (COLOURS - 1));
  };
  for (let target = FIRST_REPEATS; ; ) {
    const done = repeats;
    yield { iteration: done, repeats: done, solution: () => ({ distances: estimates(), repeats: done }) };
    const coarse = randomlyColoured(compacted, COLOURS, random.split(repeats++));
    for (let i = 0; i < shifts; i++) {
      const known = coarse[i] - foreign[i];
      sums[i] += known;
      squares[i] += known * known;
    }
    if (repeats < target) continue;
    const open = openShifts(sums, squares, foreign, repeats, epsilon);
    if (open.length === 0) {
      return converged(
        { distances: estimates(), repeats },
        'every standard error is at most a third of epsilon D',
      );
    }
    if (COLOURS * 2 * target > mostWork) break;
    target *= 2;
  }
  const distances = estimates();
  let last: ApproximateSolution = { distances, repeats };
  // What stays open is decided by the maximum of finer colourings.
  const finer = coarseningSteps(pair, { epsilon, delta, seed: seed + 1 });
  const open = openShifts(sums, squares, foreign, repeats, epsilon);
  for (let step = finer.next(); ; step = finer.next()) {
    const current = step.done ? step.value.solution : step.value.solution();
    for (const i of open) distances[i] = current.distances[i];
    last = { distances, repeats: repeats + current.repeats };
    if (step.done) break;
    const done = last.repeats;
    const solution = () => ({ distances: distances.slice(), repeats: done });
    if (current.repeats > 0) yield { iteration: done, repeats: done, solution };
  }
  return converged(last, `${open.length} shifts with large standard errors come from finer colourings`);
}

/** Shifts whose standard error is above εD/3. */
function openShifts(
  sums: Float64Array,
  squares: Float64Array,
  foreign: Int32Array,
  repeats: number,
  epsilon: number,
): number[] {
  const open: number[] = [];
  const scale = COLOURS / (COLOURS - 1);
  for (let i = 0; i < sums.length; i++) {
    const mean = sums[i] / repeats;
    const variance = Math.max(0, squares[i] / repeats - mean * mean) / (repeats - 1);
    const estimate = foreign[i] + scale * mean;
    if (scale * Math.sqrt(variance) > (epsilon * estimate) / 3) open.push(i);
  }
  return open;
}
