// The common start of methods that draw single components.
import { Random } from '@infimum/core';
import type { MonotoneInclusion } from './inclusion.ts';
import { CountedOperator, checkInclusion, estimateLipschitz, naturalResidual, resolventOf } from './inclusion.ts';
import type { Limits } from './progress.ts';
import { Progress } from './progress.ts';

/**
 * Checks an inclusion and evaluates F at the start.
 *
 * @param stepOf - the step at which the residual is measured there, from the constant L of the components, which may cost evaluations
 */
export function begin(
  problem: MonotoneInclusion,
  settings: Limits & { readonly seed: number },
  stepOf: (lipschitz: () => number) => number,
) {
  const anchor = checkInclusion(problem);
  const counted = new CountedOperator(problem.operator);
  const step = stepOf(() => estimateLipschitz(problem, counted, settings.seed, ['lipschitz']).average);
  const value = new Float64Array(anchor.length);
  counted.full(anchor, value);
  const progress = new Progress(counted, anchor, naturalResidual(problem, anchor, value, step), settings);
  const [random, resolvent] = [new Random(settings.seed), resolventOf(problem)];
  return { anchor, counted, random, resolvent, step, value, progress };
}
