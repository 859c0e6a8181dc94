// Methods for smooth functions in the form of composite minimisation, for problems without g: baselines for block methods.
import type { Conclusion, Objective, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { converged, defineSolver, fault, resolveOptions, stalled } from '@infimum/core';
import { lbfgsSteps } from '../line-search/lbfgs.ts';
import { newtonCgSteps } from '../line-search/newton-cg.ts';
import { separableTerm } from '../losses/separable-term.ts';
import type { SmoothIterate, SmoothSolution, StoppingLike } from '../smooth-minimization.ts';
import type { CompositeData, CompositeIterate, CompositeSolution } from './composite-minimization.ts';
import { checkComposite, compositeSolution, someIterations, tolerance } from './composite-minimization.ts';
import { composite } from './composite-problem.ts';

const smoothCompositeOptions = { tolerance, maxIterations: someIterations } as const satisfies OptionSpecs;

type SmoothCompositeOptions = OptionsOf<typeof smoothCompositeOptions>;

/** A method for smooth functions. */
type SmoothMethod = (
  objective: Objective,
  initial: Float64Array,
  options: StoppingLike,
) => Steps<SmoothSolution, SmoothIterate>;

/** L-BFGS; the stationarity of iterates is the gradient's Euclidean norm. */
export function compositeLbfgsSteps(
  data: CompositeData,
  options: SmoothCompositeOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  return smoothSteps(data, options, lbfgsSteps);
}

/** Newton's method with conjugate gradients; the stationarity of iterates is the gradient's Euclidean norm. */
export function compositeNewtonCgSteps(
  data: CompositeData,
  options: SmoothCompositeOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  return smoothSteps(data, options, newtonCgSteps);
}

/** Why methods for smooth functions do not take a problem; undefined when they do. */
function smoothDeclines(data: CompositeData): string | undefined {
  return separableTerm(data).isZero ? undefined : 'this method supports neither l1 nor bounds';
}

function* smoothSteps(
  data: CompositeData,
  options: SmoothCompositeOptions,
  method: SmoothMethod,
): Steps<CompositeSolution, CompositeIterate> {
  const { tolerance } = resolveOptions(smoothCompositeOptions, options);
  const checked = checkComposite(data);
  const reason = smoothDeclines(data);
  if (reason) throw fault(reason, 'l1', 'unsupported');
  const { loss, start } = checked;
  const target = tolerance * compositeSolution(checked, start).stationarity;
  // The stationarity is at most the gradient's norm. The method's own test measures something else, so it is disabled.
  const steps = method(loss, start, { tolerance: 0 });
  try {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) {
        const { status, reason, solution } = step.value;
        const conclusion: Conclusion<CompositeSolution> = { status, reason, solution: compositeSolution(checked, solution.x) };
        return conclusion;
      }
      const { iteration, gradientNorm } = step.value;
      const { x, value } = step.value.solution();
      const solution = () => compositeSolution(checked, x);
      yield { iteration, value, stationarity: gradientNorm, solution };
      if (!Number.isFinite(value)) return stalled(solution(), 'F is not finite');
      if (gradientNorm <= target) return converged(solution(), `the gradient's norm is at most ${target}`);
    }
  } finally {
    steps.return(undefined as never);
  }
}

export const compositeLbfgsSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/composite-lbfgs',
  title: 'L-BFGS for block losses',
  summary: 'Quasi-Newton steps on all coordinates at once, without l1 or bounds.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: smoothCompositeOptions,
  declines: (problem) => smoothDeclines(problem),
  steps: (problem, options) => compositeLbfgsSteps(problem, options),
});

export const compositeNewtonCgSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/composite-newton-cg',
  title: 'Newton-CG for block losses',
  summary: 'Truncated Newton steps on all coordinates at once, without l1 or bounds.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Numerical optimization', year: 2006 },
  cost: 'O(d) \\text{ and a product with the Hessian per inner iteration}',
  options: smoothCompositeOptions,
  declines: (problem) => smoothDeclines(problem),
  steps: (problem, options) => compositeNewtonCgSteps(problem, options),
});
