// Conjugate gradients for sparse quadratics without g, in the form of composite minimisation: what message passing is
// measured against.
import { type Conclusion, InvalidInputError, type Steps } from '@infimum/core';
import { conjugateGradientSteps } from '@infimum/linalg/steps';
import type { BlockLoss } from './block-loss.ts';
import type { BlockQuadratic } from './block-quadratic-loss.ts';
import {
  type CompositeData,
  type CompositeIterate,
  type CompositeOptions,
  type CompositeSolution,
  checkComposite,
  compositeSolution,
} from './composite-minimization.ts';
import { separableTerm } from './separable-term.ts';

/** Conjugate gradients on M x = q, preconditioned by the diagonal; the stationarity of iterates is the residual's norm. */
export function* quadraticConjugateGradientSteps(
  data: CompositeData,
  { tolerance = 1e-6 }: CompositeOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  const composite = checkComposite(data, { tolerance });
  const reason = conjugateGradientDeclines(data);
  if (reason) throw new InvalidInputError(reason, { argument: 'loss', code: 'unsupported' });
  const { graph, linear } = data.loss as BlockQuadratic;
  const scale = Math.sqrt(linear.reduce((sum, value) => sum + value * value, 0));
  const steps = conjugateGradientSteps(graph, linear, {
    tolerance,
    initialSolution: composite.start,
    preconditioner: 'jacobi',
  });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        const { status, reason, solution } = step.value;
        const conclusion: Conclusion<CompositeSolution> = {
          status,
          reason,
          solution: compositeSolution(composite, solution.x),
        };
        return conclusion;
      }
      const { iteration, relativeResidual } = step.value;
      const current = step.value;
      const { x } = current.solution();
      yield {
        iteration,
        value: composite.loss.value(x),
        stationarity: relativeResidual * scale,
        solution: () => compositeSolution(composite, x),
      };
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Why conjugate gradients do not take a problem; undefined when they do. */
export function conjugateGradientDeclines(data: CompositeData): string | undefined {
  const isQuadratic = (loss: BlockLoss): loss is BlockQuadratic =>
    loss.graph !== undefined && 'linear' in loss;
  if (!isQuadratic(data.loss)) return 'this method is for quadratic functions with a sparse matrix';
  return separableTerm(data).isZero ? undefined : 'this method knows neither l1 nor bounds';
}
