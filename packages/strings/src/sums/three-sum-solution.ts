// What every way of counting 3SUM solutions takes and gives.
import type { TriangleOperations } from './exact-triangle.ts';
import { newTriangleOperations } from './exact-triangle.ts';

/** Operations of 3SUM counting, by kind. */
export interface ThreeSumOperations extends TriangleOperations {
  /** Triangle instances that had both rows and targets. */
  instances: number;
  /** Ordinary convolutions, S·log S each. */
  exactConvolution: number;
  /** Hash look-ups of sums. */
  lookups: number;
}

/** Approximate counts of solutions. */
export interface ThreeSumCounts {
  /** counts[t] ≈ #{(a, b) : a + b = c[t]}; fractions only with `sample`. */
  readonly counts: Float64Array;
  /** Layers of a times layers of b, `fredman` only, else 0. */
  readonly layerPairs: number;
  /** Counted operations. */
  readonly operations: ThreeSumOperations;
}

/** The sets, not empty. */
export interface ThreeSumSets {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly c: Float64Array;
}

/** Zeroed counters. */
export function newThreeSumOperations(): ThreeSumOperations {
  return { ...newTriangleOperations(), instances: 0, exactConvolution: 0, lookups: 0 };
}
