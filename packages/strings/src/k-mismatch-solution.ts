// What every k-bounded algorithm gives: distances up to k, and where they are.
import { converged, type Iterate, type Steps } from '@infimum/core';
import type { DistanceCounter } from './hamming-solution.ts';

/** Work done, as far as an algorithm counts it. */
export interface KMismatchStats {
  /** Symbols compared one by one. */
  readonly comparisons?: number;
  /** Longest common extensions asked for. */
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
   * min(D_i, k + 1) for the shifts i = 0 … n-m: k + 1 says «more than k». Where a run was ended early, shifts from
   * `completed` on hold k + 1.
   */
  readonly distances: Int32Array;
  /** Number of shifts that have been decided. */
  readonly completed: number;
  /** Work done. */
  readonly stats: KMismatchStats;
}

/** An iterate of a k-bounded algorithm: a block of shifts has been decided. */
export interface KMismatchIterate extends Iterate<KMismatchSolution> {
  /** Number of shifts that have been decided. */
  readonly completed: number;
}

/** A k-bounded algorithm set up for a text, a pattern and a k; as a counter of exact distances, but clipped. */
export interface BoundedCounter extends Omit<DistanceCounter, 'stats'> {
  /** Work done so far. */
  stats(): KMismatchStats;
}

/** Runs a counter over all shifts, one step of it an iteration, clipping what it gives at k + 1. */
export function* boundedSteps(
  create: () => BoundedCounter,
  k: number,
): Steps<KMismatchSolution, KMismatchIterate> {
  const counter = create();
  try {
    const { shifts, shiftsPerStep } = counter;
    const distances = new Int32Array(shifts);
    let completed = 0;
    const solution = (): KMismatchSolution => ({
      distances: distances.slice().fill(k + 1, completed),
      completed,
      stats: counter.stats(),
    });
    for (let iteration = 0; ; iteration++) {
      yield { iteration, completed, solution };
      if (completed === shifts) break;
      const to = Math.min(shifts, completed + shiftsPerStep);
      counter.count(completed, to, distances);
      for (let i = completed; i < to; i++) if (distances[i] > k) distances[i] = k + 1;
      completed = to;
    }
    return converged({ distances, completed, stats: counter.stats() }, 'all shifts are decided');
  } finally {
    counter.release();
  }
}
