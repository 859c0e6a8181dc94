// One linear system, solved by a method with a relaxation factor, with its iterations counted.
import type { Iterate } from '@infimum/core';
import type { CsrMatrix, LinearSolution } from '@infimum/linalg';
import { ssorPreconditioner } from '@infimum/linalg';
import { conjugateGradientSteps, successiveOverRelaxationSteps } from '@infimum/linalg/steps';

/** Methods that have a relaxation factor. */
export const RELAXED_METHODS = ['sor', 'ssor-cg'] as const;

/** `sor`: successive over-relaxation. `ssor-cg`: conjugate gradients preconditioned by symmetric over-relaxation. */
export type RelaxedMethod = (typeof RELAXED_METHODS)[number];

/** A solved system. */
export interface RelaxedSolution {
  /** The solution. */
  readonly x: Float64Array;
  /** |b - A x| over |b|. */
  readonly relativeResidual: number;
  /** Sweeps, or iterations of conjugate gradients. */
  readonly iterations: number;
  /** Whether the tolerance was met. */
  readonly solved: boolean;
}

/** What `relaxedSolve` needs. */
export interface RelaxedSettings {
  readonly method: RelaxedMethod;
  readonly relaxation: number;
  /** Relative to |b|. */
  readonly tolerance: number;
  /** Iterations after which it gives up. */
  readonly cap: number;
  readonly initial?: Float64Array | undefined;
}

/** Work, in entries touched, between two yields: some milliseconds. */
const PATIENCE = 2_000_000;
/** The overhead of an iteration, in the same unit. */
const OVERHEAD = 500;

/** Solves A x = b; yields the iterations so far every few milliseconds. */
export function* relaxedSolve(a: CsrMatrix, b: Float64Array, settings: RelaxedSettings): Generator<number, RelaxedSolution> {
  const { method, relaxation, tolerance, cap, initial } = settings;
  const steps =
    method === 'sor'
      ? successiveOverRelaxationSteps(a, b, { relaxation, tolerance, initial })
      : conjugateGradientSteps(a, b, { tolerance, initial, preconditioner: ssorPreconditioner(a, { relaxation }) });
  let last = 0;
  const rhythm = Math.max(1, Math.ceil(PATIENCE / (OVERHEAD + 4 * a.values.length + a.rows)));
  try {
    for (;;) {
      const step = steps.next(undefined);
      if (step.done) {
        const { solution, status } = step.value;
        return { ...solution, iterations: last, solved: status === 'converged' };
      }
      const { iteration, relativeResidual, solution } = step.value as Iterate<LinearSolution> & { relativeResidual: number };
      if (iteration >= cap && !(relativeResidual <= tolerance)) {
        return { ...solution(), iterations: iteration, solved: false };
      }
      last = iteration;
      if (iteration > 0 && iteration % rhythm === 0) yield iteration;
    }
  } finally {
    steps.return(undefined as never);
  }
}
