// What policy evaluation in continuous time is given, and what it finds.
import type { Iterate } from '@infimum/core';
import type { Approximator } from './approximators.ts';

/** A trajectory; the times need not be even. */
export interface Episode {
  /** N + 1 rising times. */
  readonly times: Float64Array;
  /** (N + 1) x n, a row a time. */
  readonly states: Float64Array;
  /** N rates of reward, at all times but the last. */
  readonly rewards: Float64Array;
}

/** An instance. */
export interface EvaluationInstance {
  /** What was seen; gone through in order, once or more often. */
  readonly episodes: Iterable<Episode>;
  /** The family of value functions; of episodes that end, it has to hold what the end is worth. */
  readonly approximator: Approximator;
  /** Parameters to begin with. */
  readonly initialParameters: Float64Array;
  /** β, at least 0; above 0 where there is no end. */
  readonly discountRate: number;
  /** Whether the task has no end, and episodes are excerpts. */
  readonly isContinuing: boolean;
  /** Parameters of the true value function, where it is in the family. */
  readonly truth?: Float64Array;
}

/** A value function. */
export interface EvaluationSolution {
  /** Parameters of the value function. */
  readonly parameters: Float64Array;
}

/** A moment of the run: an iteration is a step of a trajectory. */
export interface EvaluationIterate extends Iterate<EvaluationSolution> {
  /** Passes through the data so far. */
  readonly passes: number;
}
