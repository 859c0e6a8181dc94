// The natural policy gradient: steps measured by the change of the policy, by conjugate gradients on the Fisher matrix.
//
// S. Kakade: A natural policy gradient (2001). Without a bound on that change, steps grow with the rewards and policies diverge: J.
// Schulman et al., Trust region policy optimization (arXiv 1502.05477, 2015), without its line search.
import type { OptionSpecs, OptionsOf, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import type { Learning } from './learning.ts';
import { learn, learningOptions } from './learning.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

const naturalGradientOptions = {
  stepSize: { type: 'number', above: 0, default: 0.05, description: 'Step' },
  damping: { type: 'number', was: 'ridge', above: 0, default: 0.01, description: 'Shift of the Fisher matrix' },
  maxDivergence: {
    type: 'number',
    above: 0,
    default: 0.01,
    description: 'Largest change of the policy per step, as second-order Kullback–Leibler divergence per time step',
  },
  ...learningOptions,
} as const satisfies OptionSpecs;

/** Options of `naturalPolicyGradientSteps`, and of `trainPolicy` with this method. */
export type NaturalPolicyGradientStepsOptions = OptionsOf<typeof naturalGradientOptions> & RunOptions<PolicyIterate>;

/**
 * θ += γ (F + λI)⁻¹ g with F the mean of ∇log π ∇log πᵀ over discounted steps; F is never formed. γ is the step size, or less if that would
 * change the policy by more than `maxDivergence`.
 */
export function* naturalPolicyGradientSteps(
  instance: PolicyInstance,
  options: NaturalPolicyGradientStepsOptions = {},
): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(naturalGradientOptions, options);
  return yield* learn(instance, settings, 'natural-policy-gradient', (learning) => natural(learning, settings));
}

export const naturalPolicyGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/natural-policy-gradient',
  title: 'Natural policy gradient',
  summary: 'The policy gradient in the metric of the Fisher matrix, by conjugate gradients.',
  problem: policyProblem,
  role: 'baseline',
  paper: { title: 'A natural policy gradient', year: 2001 },
  cost: 'O(B H d) \\text{ per iteration}',
  options: naturalGradientOptions,
  steps: naturalPolicyGradientSteps,
});

const INNER_ITERATIONS = 20;

function* natural(
  learning: Learning,
  { stepSize, damping, maxDivergence }: { stepSize: number; damping: number; maxDivergence: number },
): Generator<undefined, void> {
  const { parameters, direction, sampler } = learning;
  const d = parameters.length;
  const [gradient, x, residual, search, image] = [0, 1, 2, 3, 4].map(() => new Float64Array(d));
  for (;;) {
    const batch = learning.gradient(parameters, gradient);
    x.fill(0);
    residual.set(gradient);
    search.set(gradient);
    let size = dot(residual, residual);
    const target = 1e-20 * size;
    for (let k = 0; k < Math.min(INNER_ITERATIONS, d) && size > target; k++) {
      sampler.fisherVector(batch, parameters, search, image);
      for (let i = 0; i < d; i++) image[i] += damping * search[i];
      const step = size / dot(search, image);
      for (let i = 0; i < d; i++) {
        x[i] += step * search[i];
        residual[i] -= step * image[i];
      }
      const next = dot(residual, residual);
      for (let i = 0; i < d; i++) search[i] = residual[i] + (next / size) * search[i];
      size = next;
    }
    direction.set(x);
    // By conjugate gradients gᵀx = xᵀ(F + λI)x, and half of that times γ² is the divergence that a step γx causes.
    const length = Math.min(stepSize, Math.sqrt((2 * maxDivergence) / dot(gradient, x)));
    for (let i = 0; i < d; i++) parameters[i] += length * x[i];
    yield;
  }
}
