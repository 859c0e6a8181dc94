// The common part of methods that evaluate the whole sum in every iteration.
import type { OptionsOf, Steps } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion, Resolvent } from './inclusion.ts';
import {
  CountedOperator,
  checkInclusion,
  estimateLipschitz,
  inclusionOptions,
  naturalResidual,
  resolventOf,
} from './inclusion.ts';
import type { Limits } from './progress.ts';
import { Progress } from './progress.ts';

/** Options of a method without specific options. */
export type FullOptions = OptionsOf<typeof inclusionOptions>;

/** The input of a method. */
export interface FullStart {
  readonly counted: CountedOperator;
  readonly resolvent: Resolvent;
  readonly eta: number;
  readonly anchor: Float64Array;
}

/** A point and F there. */
interface Judged {
  readonly point: Float64Array;
  readonly value: Float64Array;
}

/** Changes u in iteration k (from 0), given F(u); returns the point to judge with its value, or nothing for u. */
export type FullUpdate = (u: Float64Array, value: Float64Array, k: number) => Judged | undefined;

/** The steps of a method without specific options. */
export function fullMethod(factor: number, start: (known: FullStart) => FullUpdate) {
  return (problem: MonotoneInclusion, options: FullOptions = {}) =>
    fullSteps(problem, resolveOptions(inclusionOptions, options), factor, start);
}

/**
 * Iterates until the natural residual |u - J(u - eta F(u))| / eta meets the tolerance. F(u) serves for it and for the next update.
 *
 * @param factor - step size over 1 / L_F where none is given
 */
export function* fullSteps(
  problem: MonotoneInclusion,
  settings: Limits & { readonly stepSize: number | undefined },
  factor: number,
  start: (known: FullStart) => FullUpdate,
): Steps<InclusionSolution, InclusionIterate> {
  const anchor = checkInclusion(problem);
  const counted = new CountedOperator(problem.operator);
  const eta = settings.stepSize ?? factor / estimateLipschitz(problem, counted, 0, ['meanLipschitz']).mean;
  const u = anchor.slice();
  const value = new Float64Array(u.length);
  counted.full(u, value);
  const update = start({ counted, resolvent: resolventOf(problem), eta, anchor });
  const progress = new Progress(counted, u, naturalResidual(problem, u, value, eta), settings);
  for (let iteration = 0; ; iteration++) {
    yield progress.iterate(iteration);
    const end = progress.end('the step is too long for this operator, or the method does not suit it');
    if (end) return end;
    const judged = update(u, value, iteration);
    if (!judged) counted.full(u, value);
    const { point, value: there } = judged ?? { point: u, value };
    progress.see(point, naturalResidual(problem, point, there, eta));
  }
}

/**
 * v = J(u + (u_0 - u)/(k + 2) - eta w), u <- J(u + (u_0 - u)/(k + 2) - eta F(v)), where w is F(u), or F at the v before, which is
 * then the point to judge.
 */
export function anchoredUpdate({ counted, resolvent, eta, anchor }: FullStart, judgesAhead: boolean): FullUpdate {
  const ahead = new Float64Array(anchor.length);
  return (u, value, k) => {
    for (let j = 0; j < u.length; j++) ahead[j] = u[j] + (anchor[j] - u[j]) / (k + 2) - eta * value[j];
    resolvent(ahead, eta, ahead);
    counted.full(ahead, value);
    for (let j = 0; j < u.length; j++) u[j] += (anchor[j] - u[j]) / (k + 2) - eta * value[j];
    resolvent(u, eta, u);
    return judgesAhead ? { point: ahead, value } : undefined;
  };
}
