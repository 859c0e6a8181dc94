// Conjugate gradients for sparse quadratics without g, in the form of composite minimisation: a baseline for message passing.
import type { Conclusion, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { defineSolver, fault, resolveOptions, stalled } from '@infimum/core';
import { conjugateGradientSteps } from '@infimum/linalg/steps';
import type { CompositeData, CompositeIterate, CompositeSolution } from '../composite/composite-minimization.ts';
import { checkComposite, compositeSolution, someIterations, tolerance } from '../composite/composite-minimization.ts';
import { composite } from '../composite/composite-problem.ts';
import type { BlockLoss } from '../losses/block-loss.ts';
import type { BlockQuadratic } from '../losses/block-quadratic-loss.ts';
import { separableTerm } from '../losses/separable-term.ts';

/** Options of conjugate gradients for quadratics. */
export const quadraticConjugateGradientOptions = { tolerance, maxIterations: someIterations } as const satisfies OptionSpecs;

/** Conjugate gradients on M x = q, preconditioned by the diagonal; the stationarity of iterates is the residual's norm. */
export function* quadraticConjugateGradientSteps(
  data: CompositeData,
  options: OptionsOf<typeof quadraticConjugateGradientOptions> = {},
): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance } = resolveOptions(quadraticConjugateGradientOptions, options);
  const checked = checkComposite(data);
  const reason = conjugateGradientDeclines(data);
  if (reason) throw fault(reason, 'loss', 'unsupported');
  const { graph, linear } = data.loss as BlockQuadratic;
  const scale = Math.sqrt(linear.reduce((sum, value) => sum + value * value, 0));
  const steps = conjugateGradientSteps(graph, linear, { tolerance, initial: checked.start, preconditioner: 'jacobi' });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        const { status, reason, solution } = step.value;
        const last = compositeSolution(checked, solution.x);
        // The residual that it ended by is that of the matrix; what counts is the loss's own gradient.
        const first = compositeSolution(checked, checked.start).stationarity;
        if (status === 'converged' && !(last.stationarity <= tolerance * first * Math.sqrt(linear.length))) {
          return stalled(last, `rounding leaves a stationarity of ${last.stationarity.toExponential(1)}`);
        }
        const conclusion: Conclusion<CompositeSolution> = { status, reason, solution: last };
        return conclusion;
      }
      const { iteration, relativeResidual } = step.value;
      const current = step.value;
      const { x } = current.solution();
      yield {
        iteration,
        value: checked.loss.value(x),
        stationarity: relativeResidual * scale,
        solution: () => compositeSolution(checked, x),
      };
    }
  } finally {
    steps.return(undefined as never);
  }
}

/** Why conjugate gradients decline a problem; undefined when they accept it. */
export function conjugateGradientDeclines(data: CompositeData): string | undefined {
  const isQuadratic = (loss: BlockLoss): loss is BlockQuadratic =>
    loss.graph !== undefined && (loss as Partial<BlockQuadratic>).linear !== undefined;
  if (!isQuadratic(data.loss)) return 'this method is for quadratic functions with a sparse matrix';
  return separableTerm(data).isZero ? undefined : 'this method supports neither l1 nor bounds';
}

export const quadraticConjugateGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/quadratic-conjugate-gradient',
  title: 'Conjugate gradients for quadratics',
  summary: 'The classical method for sparse quadratics without l1 and bounds, preconditioned by the diagonal.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Methods of conjugate gradients for solving linear systems', year: 1952 },
  cost: 'O(\\text{entries}) \\text{ per iteration}',
  options: quadraticConjugateGradientOptions,
  declines: (problem) => conjugateGradientDeclines(problem),
  steps: (problem, options) => quadraticConjugateGradientSteps(problem, options),
});
