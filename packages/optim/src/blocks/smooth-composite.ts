// Methods for smooth functions in the form of composite minimisation, for problems without g: what block methods are measured
// against.
import { type Conclusion, InvalidInputError, type Objective, type Steps } from '@infimum/core';
import { lbfgsSteps } from '../line-search/lbfgs.ts';
import { newtonCgSteps } from '../line-search/newton-cg.ts';
import type { SmoothIterate, SmoothOptions, SmoothSolution } from '../smooth-minimization.ts';
import { norm } from '../vectors.ts';
import {
  type CompositeData,
  type CompositeIterate,
  type CompositeOptions,
  type CompositeSolution,
  checkComposite,
  compositeSolution,
} from './composite-minimization.ts';
import { separableTerm } from './separable-term.ts';

/** A method for smooth functions. */
type SmoothMethod = (
  objective: Objective,
  initial: Float64Array,
  options: SmoothOptions,
) => Steps<SmoothSolution, SmoothIterate>;

/** L-BFGS; the stationarity of iterates is the gradient's Euclidean norm. */
export function compositeLbfgsSteps(
  data: CompositeData,
  options: CompositeOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  return smoothSteps(data, options, lbfgsSteps);
}

/** Newton's method with conjugate gradients; the stationarity of iterates is the gradient's Euclidean norm. */
export function compositeNewtonCgSteps(
  data: CompositeData,
  options: CompositeOptions = {},
): Steps<CompositeSolution, CompositeIterate> {
  return smoothSteps(data, options, newtonCgSteps);
}

/** Why methods for smooth functions do not take a problem; undefined when they do. */
export function smoothDeclines(data: CompositeData): string | undefined {
  return separableTerm(data).isZero ? undefined : 'this method knows neither l1 nor bounds';
}

function* smoothSteps(
  data: CompositeData,
  { tolerance = 1e-6 }: CompositeOptions,
  method: SmoothMethod,
): Steps<CompositeSolution, CompositeIterate> {
  const composite = checkComposite(data, { tolerance });
  const reason = smoothDeclines(data);
  if (reason) throw new InvalidInputError(reason, { argument: 'l1', code: 'unsupported' });
  const { loss, start } = composite;
  const gradient = new Float64Array(loss.dimension);
  loss.gradient(start, gradient);
  const largest = gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  // A norm of at most tolerance times the largest slope at the start, in the words of the method.
  const steps = method(loss, start, { tolerance: (tolerance * largest) / (1 + norm(gradient)) });
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
      const { iteration, gradientNorm } = step.value;
      const { x, value } = step.value.solution();
      yield { iteration, value, stationarity: gradientNorm, solution: () => compositeSolution(composite, x) };
    }
  } finally {
    steps.return(undefined as never);
  }
}
