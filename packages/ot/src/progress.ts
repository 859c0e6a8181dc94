// Stopping tests: the tolerance is reached, or rounding keeps the error from falling. Also advice on what to change.
import type { Conclusion, Iterate, LimitOptions, OptionSpecs, Outcome, Steps } from '@infimum/core';
import { converged, runWith, stalled } from '@infimum/core';

/** Sweeps without a better error, close to the rounding floor, after which an iteration counts as stalled. */
const PATIENCE = 100;

/** Watches a marginal error. */
export class Progress {
  readonly #tolerance: number;
  #floor: number;
  #best = Infinity;
  #since = 0;

  /**
   * @param tolerance - the error that is asked for
   * @param floor - the error that rounding allows
   */
  constructor(tolerance: number, floor: number) {
    this.#tolerance = tolerance;
    this.#floor = floor;
  }

  /**
   * The end of an iteration whose error is relative to the mass, if this error ends it: success is what the sums of the
   * plan itself confirm.
   */
  conclude<Solution extends { readonly marginalError: number }>(
    error: number,
    mass: number,
    solution: () => Solution,
  ): Conclusion<Solution> | undefined {
    const verdict = this.verdict(error);
    if (verdict === undefined) return undefined;
    const last = solution();
    const summed = last.marginalError / mass;
    if (summed <= this.#tolerance) return converged(last, reachedReason(summed));
    if (verdict === 'stalled' || this.#isStuck(summed)) {
      return stalled(last, stallReason(summed, this.#floor));
    }
    return undefined;
  }

  /** The same without a reason, for loops that must not allocate. */
  verdict(error: number): 'converged' | 'stalled' | undefined {
    if (error <= this.#tolerance) return 'converged';
    // Slow convergence still finds a new minimum in almost every sweep; noise of rounding hardly ever does.
    return this.#isStuck(error) ? 'stalled' : undefined;
  }

  #isStuck(error: number): boolean {
    if (error < this.#best) {
      this.#best = error;
      this.#since = 0;
      return false;
    }
    return ++this.#since >= PATIENCE && error < 1000 * this.#floor;
  }

  /** Begins anew, for another problem. */
  restart(floor: number): void {
    this.#floor = floor;
    this.#best = Infinity;
    this.#since = 0;
  }
}

/** The criterion by which the run converged. */
export function reachedReason(error: number): string {
  return `the marginal error ${error.toExponential(1)} is within the tolerance`;
}

/** Why an error stopped falling, and what to do. */
export function stallReason(error: number, floor: number): string {
  return (
    `rounding of cost / epsilon (floor ${floor.toExponential(1)}) limits the marginal error to ` +
    `${error.toExponential(1)}; raise the tolerance or epsilon`
  );
}

/**
 * Runs an algorithm; where it does not reach its tolerance, the reason says what to change.
 *
 * @param raised - what makes the problem easier when it is raised, beside a limit
 * @param alternative - a function that does better
 */
export function runAdvised<Solution extends object, I extends Iterate<Solution>>(
  specs: OptionSpecs,
  options: LimitOptions<I> | undefined,
  steps: Steps<Solution, I>,
  raised: 'epsilon' | 'tolerance' = 'epsilon',
  alternative?: string,
): Outcome<Solution, I> {
  const outcome = runWith(specs, options, steps);
  const { status, reason } = outcome;
  if (status === 'converged' || status === 'aborted') return outcome;
  const other = alternative === undefined ? '' : `, or use ${alternative}`;
  if (status === 'stalled') return { ...outcome, reason: reason + other };
  const error = 'marginalError' in outcome ? ` at a marginal error of ${Number(outcome.marginalError).toExponential(1)}` : '';
  return { ...outcome, reason: `${reason}${error}; raise it or ${raised}${other}` };
}
