// Approximate distances as the median of a few coarse ones, corrected for the average loss of colourings.
//
// The observation behind faster (1 + ε)-approximations: a mismatch survives a colouring with B colours with probability
// 1 - 1/B, so D^h B/(B-1) is unbiased, and far fewer than 1/ε colours do unless few pairs of symbols dominate.
// T. Chan, C. Jin, V. Vassilevska Williams, Y. Xu: Faster algorithms for text-to-pattern Hamming distances (2023).
//
// Whether few pairs dominate is known exactly, without an estimate. Different pairs of symbols meet in one colour independently two by
// two, and a pair {a, b} makes at most p_a + p_b of the D mismatches, p_c the occurrences of c in the pattern. With w the
// two largest of these together, the variance of D^h B/(B-1) is at most w D/(B-1), and by Chebyshev it is wrong by more than
// εD with probability at most w/((B-1) ε² D). D is at least the distance after any colouring.
import type { Steps } from '@infimum/core';
import { converged, Random } from '@infimum/core';
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolPair } from '../symbols.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { coarseningSteps, coarseRepeats } from './coarsening.ts';
import type { ColorablePair } from './coloring.ts';
import { colorable, coloredDistances, foreignMismatches, randomColors } from './coloring.ts';

/** Colours. */
const COLOURS = 8;

/** Colourings that bound the distances from below. */
const FIRST_REPEATS = 3;

/**
 * Two-sided estimates, right for all shifts with probability 1 - δ on every input: medians of fresh colourings where the
 * bound above allows it, δ/2; the other shifts symbol by symbol if they are few, by coarsening if not, δ/2.
 */
export function* unbiasedSteps(pair: SymbolPair, accuracy: Accuracy): Steps<ApproximateSolution, ApproximateIterate> {
  const { epsilon, delta, seed, wildcard } = accuracy;
  const colored = colorable(pair, wildcard);
  if (colored.alphabetSize <= COLOURS) return yield* coarseningSteps(pair, accuracy);
  const colors = colorings(colored, new Random(seed));
  const iterate = () => ({ iteration: colors.repeats, repeats: colors.repeats, solution: () => colors.solution() });
  while (colors.repeats < FIRST_REPEATS) {
    yield iterate();
    colors.bound();
  }
  const n = pair.text.length;
  const m = pair.pattern.length;
  const fewOpen = (COLOURS * n) / m;
  const most = coarseRepeats(n, delta);
  const { size, least } = medianSize(colors.atLeast, heaviestPair(colored), { epsilon, delta, fewOpen, most });
  for (let sample = 0; sample < size; sample++) {
    yield iterate();
    colors.sample();
  }
  const { distances, repeats } = colors.solution();
  const open = [...distances.keys()].filter((i) => !(colors.atLeast[i] >= least));
  if (open.length <= fewOpen) {
    yield iterate();
    for (const i of open) distances[i] = distanceOf(colored, i);
    return converged({ distances, repeats }, `medians of ${size} colourings; ${open.length} shifts exactly`);
  }
  // Too many are open for medians to help: finer colourings decide them all.
  const finer = coarseningSteps(pair, { ...accuracy, delta: delta / 2, seed: seed + 1 });
  for (let step = finer.next(); ; step = finer.next()) {
    const current = step.done ? step.value.solution : step.value.solution();
    for (const i of open) distances[i] = Math.max(colors.atLeast[i], current.distances[i]);
    const done = repeats + current.repeats;
    if (step.done) {
      return converged({ distances, repeats: done }, `${open.length} shifts by finer colourings`);
    }
    const solution = () => ({ distances: distances.slice(), repeats: done });
    yield { iteration: done, repeats: done, solution };
  }
}

/** Coarse distances of one pair: lower bounds from the first ones, medians from the others. */
function colorings(pair: ColorablePair, random: Random) {
  /** Mismatches that survive every colouring. */
  const foreign = foreignMismatches(pair);
  const samples: Int32Array[] = [];
  return {
    /** Colourings so far. */
    repeats: 0,
    /** Largest distances after a colouring of the first ones, never above the true ones. */
    atLeast: new Int32Array(shiftsOf(pair)),
    /** One more colouring for the lower bounds. */
    bound(): void {
      const coarse = this.next();
      for (let i = 0; i < coarse.length; i++) this.atLeast[i] = Math.max(this.atLeast[i], coarse[i]);
    },
    /** One more colouring for the medians. */
    sample(): void {
      samples.push(this.next());
    },
    /** Corrected medians; the lower bounds before the first of their colourings. */
    solution(): ApproximateSolution {
      const { repeats } = this;
      const count = samples.length;
      if (count === 0) return { distances: Float64Array.from(this.atLeast), repeats };
      const scale = COLOURS / (COLOURS - 1);
      const values = new Int32Array(count);
      const distances = Float64Array.from(foreign, (lost, i) => {
        for (let s = 0; s < count; s++) values[s] = samples[s][i];
        return lost + scale * (values.sort()[count >> 1] - lost);
      });
      return { distances, repeats };
    },
    next(): Int32Array {
      const colors = randomColors(pair.alphabetSize, COLOURS, random.split(this.repeats++));
      return coloredDistances(pair, colors);
    },
  };
}

/** The quantities that determine the number of colourings for a median. */
interface MedianGoal {
  readonly epsilon: number;
  readonly delta: number;
  /** Shifts that may stay open. */
  readonly fewOpen: number;
  /** Number of colourings from which on finer ones are not more expensive. */
  readonly most: number;
}

/**
 * The smallest odd number t of colourings whose median is right at all but few shifts, and the distance from which on it
 * is: the median is wrong only if (t+1)/2 of t are, with probability at most C(t, (t+1)/2) p^((t+1)/2), to be at most δ/2
 * over the number of shifts. No colourings if none of at most `most` will do.
 */
function medianSize(
  atLeast: Int32Array,
  heaviest: number,
  { epsilon, delta, fewOpen, most }: MedianGoal,
): { size: number; least: number } {
  const ascending = atLeast.slice().sort();
  const allowed = ascending[Math.min(ascending.length - 1, Math.floor(fewOpen))] ?? 0;
  const goal = Math.log(delta / (2 * Math.max(1, atLeast.length)));
  let choices = 0; // log C(t, (t+1)/2)
  for (let size = 1; size <= most; size += 2) {
    const half = (size + 1) / 2;
    if (size > 1) choices += Math.log((size * (size - 1)) / (half * (half - 1)));
    const p = Math.exp((goal - choices) / half);
    const least = heaviest / ((COLOURS - 1) * epsilon ** 2 * p);
    if (least <= allowed) return { size, least };
  }
  return { size: 0, least: Infinity };
}

/** The most mismatches of one pair of symbols at one shift: occurrences in the pattern of its two most frequent symbols. */
function heaviestPair({ pattern, alphabetSize }: ColorablePair): number {
  const counts = new Int32Array(alphabetSize + 1);
  for (const symbol of pattern) counts[symbol]++;
  const [first, second = 0] = counts.subarray(0, alphabetSize).sort().reverse();
  return first + second;
}

/** The exact distance at a shift. */
function distanceOf({ text, pattern, wildcard }: ColorablePair, shift: number): number {
  let distance = 0;
  for (let j = 0; j < pattern.length; j++) {
    const [met, symbol] = [text[shift + j], pattern[j]];
    if (met !== symbol && met !== wildcard && symbol !== wildcard) distance++;
  }
  return distance;
}
