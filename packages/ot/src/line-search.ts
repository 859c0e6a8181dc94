// A line search that also ends at kinks, and that others can interrupt.
import type { LinePoint, LineSearch } from '@infimum/linalg/numerics';
import { wolfeTrials } from '@infimum/linalg/numerics';

/** Entries of a plan from which on a line search as a whole takes too long to wait for. */
export const LARGE = 1e6;

const MOST_HALVINGS = 60;

/**
 * A step that meets the Wolfe conditions or, as where slopes jump, the longest of halved steps that lowers the value enough; nothing if
 * there is none within reach. The point is that of the last call of `evaluate`. Pauses after each trial.
 */
export function* searchDescent<P extends LinePoint>(search: LineSearch<P>): Generator<undefined, P | undefined> {
  const { evaluate, start, firstStep } = search;
  const trials = wolfeTrials<P>(search);
  let trial = trials.next();
  while (!trial.done) {
    const point = evaluate(trial.value);
    yield;
    trial = trials.next(point);
  }
  if (trial.value || !(start.slope < 0)) return trial.value;
  for (let step = firstStep, tries = 0; tries < MOST_HALVINGS; step /= 2, tries++) {
    const point = evaluate(step);
    yield;
    if (point.value < start.value && point.value <= start.value + 1e-4 * step * start.slope) return point;
  }
  return undefined;
}
