// Tiny searches: counted by a plain loop, without planning, and without the driver if nothing observes the run, since both take longer than
// the search.
import type { LimitOptions } from '@infimum/core';
import type { Counts, DistanceCounter } from './hamming-solution.ts';
import { DECIDED, shiftsOf } from './hamming-solution.ts';
import type { SymbolPair } from './symbols.ts';

/** Symbol comparisons below which planning costs more than it saves. */
export const TINY = 2 ** 14;

/** The same for a bounded search: a scan gives up early and is faster from smaller sizes on. */
export const TINY_BOUNDED = 2 ** 12;

/** Whether a pair takes fewer comparisons than that; not where there is no shift at all. */
export function isTiny(pair: SymbolPair, comparisons: number): boolean {
  const shifts = shiftsOf(pair);
  return shifts > 0 && shifts * pair.pattern.length < comparisons;
}

/** Whether nothing observes the run or ends it early, so that its iterations make no difference. */
export function isUnwatched<I>(options: LimitOptions<I> | null | undefined): boolean {
  if (!options) return true;
  const { signal, onIteration, maxSeconds, maxIterations, trace } = options;
  return signal === undefined && onIteration === undefined && maxSeconds === undefined && maxIterations === undefined && !trace;
}

/** The end of a search without the driver. */
export function ended(start: number, reason = DECIDED) {
  const seconds = (performance.now() - start) / 1000;
  return { status: 'converged', reason, iterations: 1, seconds } as const;
}

/** Writes min(D_i, k + 1) for all shifts, and counts comparisons: a place is left at its mismatch k + 1. */
export function boundedDistances({ text, pattern }: SymbolPair, k: number, distances: Counts | Float64Array): number {
  const m = pattern.length;
  if (k >= m) {
    for (let i = 0; i < distances.length; i++) {
      let distance = 0;
      for (let j = 0; j < m; j++) distance += Number(text[i + j] !== pattern[j]);
      distances[i] = distance;
    }
    return distances.length * m;
  }
  let comparisons = 0;
  for (let i = 0; i < distances.length; i++) {
    let distance = 0;
    let j = 0;
    for (; j < m && distance <= k; j++) distance += Number(text[i + j] !== pattern[j]);
    comparisons += j;
    distances[i] = distance;
  }
  return comparisons;
}

/** The same as a counter, all shifts at once. */
export function tinyCounter(pair: SymbolPair, k: number): DistanceCounter {
  const shifts = shiftsOf(pair);
  let comparisons = 0;
  return {
    patternLength: pair.pattern.length,
    shifts,
    shiftsPerStep: shifts,
    count(_from, _to, distances) {
      comparisons += boundedDistances(pair, k, distances);
    },
    operations: () => ({ comparisons }),
    release: () => {},
  };
}
