// What all methods share that see the whole sum in every iteration.
import { converged, type Steps, stalled } from '@infimum/core';
import {
  Certificate,
  CountedOperator,
  checkInclusion,
  estimateLipschitz,
  hasDiverged,
  type InclusionIterate,
  type InclusionSolution,
  isSolved,
  type MonotoneInclusion,
  type Resolvent,
  resolventOf,
} from './inclusion.ts';

/** Settings of a method that sees the whole sum. */
export interface FullSettings {
  readonly tolerance: number;
  readonly absoluteTolerance: number;
  readonly stepSize: number | undefined;
  readonly maxEpochs: number;
}

/** What a method is given. */
export interface FullStart {
  readonly counted: CountedOperator;
  readonly resolvent: Resolvent;
  readonly eta: number;
  readonly anchor: Float64Array;
}

/** Changes u in iteration k (from 0); the point to judge, u itself if nothing is returned. */
export type FullUpdate = (u: Float64Array, k: number) => Float64Array | undefined;

/**
 * Iterates until the natural residual |u - J(u - eta F(u))| / eta meets the tolerance. It is computed for what is told and not
 * counted: methods have F(u) at hand, or something near it.
 *
 * @param factor - step size over 1 / L_F where none is given
 */
export function* fullSteps(
  problem: MonotoneInclusion,
  settings: FullSettings,
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
  let judged: Float64Array = u;
  let residual = certificate.natural(u, eta);
  const first = residual;
  const best = { u: u.slice(), residual };
  const solution = (): InclusionSolution => ({
    u: best.u.slice(),
    residual: best.residual,
    evaluations: counted.evaluations,
  });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, residual, epochs: counted.epochs, solution };
    if (isSolved(residual, first, settings.tolerance, settings.absoluteTolerance)) {
      return converged(
        solution(),
        `the residual is ${residual.toExponential(2)}, ${(residual / first || 0).toExponential(1)} of that at the start`,
      );
    }
    if (counted.epochs >= settings.maxEpochs) {
      return stalled(solution(), `maxEpochs = ${settings.maxEpochs} passes over the components are over`);
    }
    if (hasDiverged(residual, first)) {
      return stalled(
        solution(),
        'the residual has grown a thousandfold: the step is too long for this operator, or the method does not suit it',
      );
    }
    judged = update(u, iteration) ?? u;
    residual = certificate.natural(judged, eta);
    if (residual <= best.residual) {
      best.residual = residual;
      best.u.set(judged);
    }
  }
}
