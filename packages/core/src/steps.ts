// The iteration protocol: an algorithm is a generator that yields once an iteration and returns how it ended.

/**
 * The state after one iteration. Counters and residuals are cheap, plain fields; `solution()` may be expensive, so call it
 * only if you need it.
 *
 * The first iterate of a run is the starting point, with `iteration` 0. An iterate is valid until the generator
 * is resumed: algorithms may reuse the object.
 */
export interface Iterate<Solution> {
  /** Iterations done so far; rises from 0. */
  readonly iteration: number;
  /** The current solution, in new arrays. Calling it does not change the run. */
  solution(): Solution;
}

/** How an algorithm ended, when no limit stopped it. */
export interface Conclusion<Solution> {
  /**
   * `converged`: the tolerance was reached. `stalled`: it cannot be reached from here. `iteration-limit`: a budget that is
   * part of the instance, such as a number of epochs, is spent.
   */
  readonly status: 'converged' | 'stalled' | 'iteration-limit';
  /** One sentence for people: which test was satisfied, or why there is no progress and what to change. */
  readonly reason: string;
  /** The final solution. */
  readonly solution: Solution;
}

/**
 * An algorithm, stepped from outside: yields an iterate once an iteration, returns its conclusion.
 *
 * Algorithms that need evaluations yield a question (an iterate with the points to evaluate) and are resumed
 * with an `Answer`.
 */
export type Steps<Solution, I extends Iterate<Solution> = Iterate<Solution>, Answer = undefined> = Generator<
  I,
  Conclusion<Solution>,
  Answer
>;

/** The same for algorithms whose input arrives over time. */
export type AsyncSteps<Solution, I extends Iterate<Solution> = Iterate<Solution>, Answer = undefined> = AsyncGenerator<
  I,
  Conclusion<Solution>,
  Answer
>;

/** The conclusion of an algorithm that reached its tolerance. */
export function converged<Solution>(solution: Solution, reason: string): Conclusion<Solution> {
  return { status: 'converged', reason, solution };
}

/** The conclusion of an algorithm that can make no further progress. */
export function stalled<Solution>(solution: Solution, reason: string): Conclusion<Solution> {
  return { status: 'stalled', reason, solution };
}

/** The conclusion of an algorithm whose own budget, a part of its instance, is spent. */
export function exhausted<Solution>(solution: Solution, reason: string): Conclusion<Solution> {
  return { status: 'iteration-limit', reason, solution };
}
