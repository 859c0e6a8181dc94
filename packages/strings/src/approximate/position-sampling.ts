// Approximate distances from a random sample of the pattern's positions: good where mismatches are many.
import type { Steps } from '@infimum/core';
import { converged, Random } from '@infimum/core';
import { exactDistances } from '../exact/hamming-distances.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { SymbolPair } from '../symbols.ts';
import type { Accuracy, ApproximateIterate, ApproximateSolution } from './approximate-solution.ts';
import { coarseningSteps } from './coarsening.ts';
import { colorable } from './coloring.ts';

/** Share of mismatches from which on the sample decides. */
const DENSE = 0.25;

/** Positions whose share of mismatches is right for all dense shifts with probability 1 - δ/2. */
function sampledPositions(shifts: number, { epsilon, delta }: Pick<Accuracy, 'epsilon' | 'delta'>): number {
  return Math.ceil((3 * Math.log((4 * Math.max(1, shifts)) / delta)) / (epsilon ** 2 * DENSE));
}

/** Positions compared in one iteration. */
const POSITIONS_PER_STEP = 64;

/**
 * Mismatches at s = ⌈3 ln(4n/δ)/(ε²β)⌉ sampled positions, scaled by m/s, for shifts with D ≥ βm, β = ¼ (Chernoff); the
 * others by coarsening. Each has one half of δ. O(ns) and Õ(n/ε).
 */
export function* samplingSteps(pair: SymbolPair, accuracy: Accuracy): Steps<ApproximateSolution, ApproximateIterate> {
  const { epsilon, delta, seed } = accuracy;
  const { text, pattern, wildcard } = colorable(pair, accuracy.wildcard);
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const size = sampledPositions(shifts, accuracy);
  const mismatches = new Int32Array(shifts);
  const scaled = (count: number) => Float64Array.from(mismatches, (mismatch) => (mismatch * m) / Math.max(1, count));
  if (size >= m) {
    yield { iteration: 0, repeats: 0, solution: () => ({ distances: new Float64Array(shifts), repeats: 0 }) };
    const distances = new Float64Array(exactDistances(pair, { wildcard: accuracy.wildcard }));
    return converged({ distances, repeats: 0 }, 'the sample would be the whole pattern');
  }
  const positions = new Random(seed).sample(m, size);
  let compared = 0;
  while (compared < size) {
    const done = compared;
    yield { iteration: done, repeats: done, solution: () => ({ distances: scaled(done), repeats: done }) };
    for (const j of positions.subarray(compared, compared + POSITIONS_PER_STEP)) {
      const symbol = pattern[j];
      compared++;
      if (symbol === wildcard) continue;
      for (let i = 0; i < shifts; i++) {
        const met = text[i + j];
        if (met !== symbol && met !== wildcard) mismatches[i]++;
      }
    }
  }
  const distances = scaled(size);
  // An estimate may be off by ε, so a little below β the sample cannot be trusted either.
  const sparse = [...distances.keys()].filter((i) => distances[i] < (1 + epsilon) * DENSE * m);
  let repeats = size;
  const finer = coarseningSteps(pair, { ...accuracy, delta: delta / 2, seed: seed + 1 });
  for (let step = finer.next(); sparse.length > 0; step = finer.next()) {
    const current = step.done ? step.value.solution : step.value.solution();
    if (current.repeats > 0 || step.done) for (const i of sparse) distances[i] = current.distances[i];
    repeats = size + current.repeats;
    if (step.done) break;
    const done = repeats;
    yield { iteration: done, repeats: done, solution: () => ({ distances: distances.slice(), repeats: done }) };
  }
  return converged({ distances, repeats }, `${size} sampled positions; ${sparse.length} shifts by coarsening`);
}
