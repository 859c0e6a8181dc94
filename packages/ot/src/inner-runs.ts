// Whole solves within the iterations of another algorithm: they keep the limits of the run that they are part of.
import type { Iterate, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkNumber, checkObject, run } from '@infimum/core';

/** Limits of a run that its inner solves must keep as well. */
export type InnerLimits = Pick<RunOptions, 'signal' | 'maxSeconds'>;

/** Runs the inner solves of one run, the clock of which starts here. */
export class InnerRuns {
  readonly #start = performance.now();
  readonly #signal: AbortSignal | undefined;
  readonly #maxSeconds: number;

  /** @throws {InvalidInputError} naming `options`, what limits are a part of */
  constructor(limits: InnerLimits = {}) {
    checkObject(limits, 'options');
    const { signal, maxSeconds = Infinity } = limits;
    if (maxSeconds !== Infinity) checkNumber(maxSeconds, 'maxSeconds', { min: 0 });
    this.#signal = signal;
    this.#maxSeconds = maxSeconds;
  }

  /** Runs an inner solve for the time that is left. */
  run<Solution extends object, I extends Iterate<Solution>>(
    steps: Steps<Solution, I>,
    maxIterations = Infinity,
  ): Outcome<Solution, I> {
    const spent = (performance.now() - this.#start) / 1000;
    return run(steps, {
      ...(this.#signal && { signal: this.#signal }),
      maxSeconds: Math.max(0, this.#maxSeconds - spent),
      maxIterations,
    });
  }
}
