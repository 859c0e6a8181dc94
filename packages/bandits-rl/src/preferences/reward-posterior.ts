// The interface of a posterior of rewards, given comparisons.

/** A posterior of the rewards. */
export interface RewardPosterior {
  /** A table of rewards drawn from the posterior; valid until the next call. */
  sample(): Float64Array;
  /** Several tables, for the rule that decides when to ask. */
  draws(): readonly Float64Array[];
  /** Adds a preference: 1 if the first trajectory is better. */
  update(first: Int32Array, second: Int32Array, outcome: 0 | 1): void;
}

/** How comparisons depend on rewards. */
export interface RewardPosteriorSettings {
  /** Factor on differences of rewards in the logistic link. */
  readonly linkScale: number;
  /** Standard deviation of the prior's weights. */
  readonly priorScale: number;
  /** Tables that `draws` gives. */
  readonly draws: number;
  /** Transitions of Markov chains before a sample. */
  readonly transitions: number;
  /** Seed. */
  readonly seed: number;
}
