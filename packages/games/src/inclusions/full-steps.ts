// What all methods share that see the whole sum in every iteration.
import type { OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion, Resolvent } from './inclusion.ts';
import {
  absoluteTolerance,
  Certificate,
  CountedOperator,
  checkInclusion,
  estimateLipschitz,
  maxEpochs,
  resolventOf,
  stepSize,
  tolerance,
} from './inclusion.ts';
import type { Limits } from './progress.ts';
import { Progress } from './progress.ts';

/** Options of a method that sees the whole sum. */
export const fullOptions = {
  tolerance,
  absoluteTolerance,
  stepSize,
  maxEpochs,
} as const satisfies OptionSpecs;

/** What callers of such a method give. */
export type FullOptions = OptionsOf<typeof fullOptions>;

/** What a method is given. */
export interface FullStart {
  readonly counted: CountedOperator;
  readonly resolvent: Resolvent;
  readonly eta: number;
  readonly anchor: Float64Array;
}

/** Changes u in iteration k (from 0); the point to judge, u itself if nothing is returned. */
export type FullUpdate = (u: Float64Array, k: number) => Float64Array | undefined;

/** The steps of a method without options of its own. */
export function fullMethod(factor: number, start: (known: FullStart) => FullUpdate) {
  return (problem: MonotoneInclusion, options: FullOptions = {}) =>
    fullSteps(problem, resolveOptions(fullOptions, options), factor, start);
}

/**
 * Iterates until the natural residual |u - J(u - eta F(u))| / eta meets the tolerance. It is computed for what is told and not
 * counted: methods have F(u) at hand, or something near it.
 *
 * @param factor - step size over 1 / L_F where none is given
 */
export function* fullSteps(
  problem: MonotoneInclusion,
  settings: Limits & { readonly stepSize: number | undefined },
  factor: number,
  start: (known: FullStart) => FullUpdate,
): Steps<InclusionSolution, InclusionIterate> {
  checkInclusion(problem);
  const counted = new CountedOperator(problem.operator);
  const { mean } = estimateLipschitz(problem, counted, 0);
  const eta = settings.stepSize ?? factor / mean;
  const certificate = new Certificate(problem, counted);
  const u = problem.initial.slice();
  const update = start({ counted, resolvent: resolventOf(problem), eta, anchor: problem.initial });
  const progress = new Progress(counted, u, certificate.natural(u, eta), settings);
  for (let iteration = 0; ; iteration++) {
    yield progress.iterate(iteration);
    const end = progress.end('the step is too long for this operator, or the method does not suit it');
    if (end) return end;
    const judged = update(u, iteration) ?? u;
    progress.see(judged, certificate.natural(judged, eta));
  }
}
