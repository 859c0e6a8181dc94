// The result of every k-bounded algorithm: distances up to k, and their shifts.
import type { Iterate } from '@infimum/core';
import type { DistanceCounter, ShiftCounter } from '../hamming-solution.ts';

/** Work done, as far as an algorithm counts it. */
export interface KMismatchStats {
  /** Symbols compared one by one. */
  readonly comparisons?: number;
  /** Longest common extensions computed. */
  readonly extensions?: number;
  /** Shifts that passed a filter and were verified. */
  readonly candidates?: number;
  /** Pairs of equal symbols enumerated. */
  readonly pairs?: number;
  /** Fourier transforms. */
  readonly transforms?: number;
}

/** Distances between a pattern and the shifts of a text, as far as they are at most k. */
export interface KMismatchSolution {
  /**
   * min(D_i, k + 1) for the shifts i = 0 … n-m: k + 1 means ‘more than k’. If a run was ended early, shifts from `completed` on hold k + 1.
   */
  readonly distances: Int32Array;
  /** Number of shifts that have been decided. */
  readonly completed: number;
  /** Work done. */
  readonly operations: KMismatchStats;
}

/** An iterate of a k-bounded algorithm: a block of shifts has been decided. */
export interface KMismatchIterate extends Iterate<KMismatchSolution> {
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

/** A k-bounded algorithm set up for a text, a pattern and a k: its distances are at most k + 1. */
export type BoundedCounter = ShiftCounter<KMismatchStats>;

/** Exact distances, cut off at k + 1. */
export function clipped(counter: DistanceCounter, k: number): BoundedCounter {
  const { patternLength, shifts, shiftsPerStep } = counter;
  return {
    patternLength,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      counter.count(from, to, distances);
      for (let i = 0; i < to - from; i++) if (distances[i] > k) distances[i] = k + 1;
    },
    operations: () => counter.operations(),
    release: () => counter.release(),
  };
}

/** The next place from i on whose bounded distance is at most k; `end` if there is none. */
export function nextClose(distances: Int32Array, i: number, end: number, k: number): number {
  // Bounded distances add up to so much only if all are k + 1.
  const far = 8 * (k + 1);
  const d = distances;
  for (; i + 8 <= end; i += 8) {
    const sum = d[i] + d[i + 1] + d[i + 2] + d[i + 3] + d[i + 4] + d[i + 5] + d[i + 6] + d[i + 7];
    if (sum !== far) break;
  }
  while (i < end && d[i] > k) i++;
  return i;
}
