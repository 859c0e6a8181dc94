// The result of every approximate algorithm.
import type { Iterate } from '@infimum/core';

/** Estimated distances between a pattern and the shifts of a text. */
export interface ApproximateSolution {
  /** Estimates for the shifts i = 0 … n-m. */
  readonly distances: Float64Array;
  /** Number of random experiments; 0 if the estimates are exact. */
  readonly repeats: number;
}

/** An iterate of an approximate algorithm: one more experiment has been done. */
export interface ApproximateIterate extends Iterate<ApproximateSolution> {
  /** Experiments done. */
  readonly repeats: number;
}

/** The options of every approximate algorithm. */
export interface Accuracy {
  /** Relative error, in (0, 1). */
  readonly epsilon: number;
  /** Probability with which some distance may have a larger error, in (0, 1). */
  readonly delta: number;
  /** Seed. */
  readonly seed: number;
  /** A symbol that matches every symbol. */
  readonly wildcard?: number | undefined;
}
