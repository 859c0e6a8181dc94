// Proximal policy optimisation with a clipped ratio, the usual choice in practice.
//
// J. Schulman et al.: Proximal policy optimization algorithms (arXiv 1707.06347, 2017).
import type { OptionSpecs, OptionsOf, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { addScaled } from '@infimum/linalg/numerics';
import type { Learning } from './learning.ts';
import { learn, learningOptions } from './learning.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

const proximalPolicyOptions = {
  stepSize: { type: 'number', above: 0, default: 0.01, description: 'Adam’s rate' },
  clipRange: {
    type: 'number',
    was: 'clip',
    above: 0,
    below: 1,
    default: 0.2,
    description: 'Clipping range of the probability ratio',
  },
  epochs: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Steps per batch' },
  ...learningOptions,
  batchSize: { ...learningOptions.batchSize, default: 10 },
} as const satisfies OptionSpecs;

/** Options of `proximalPolicySteps`, and of `trainPolicy` with this method. */
export type ProximalPolicyStepsOptions = OptionsOf<typeof proximalPolicyOptions> & RunOptions<PolicyIterate>;

/**
 * Ascends Σ min(r A, clip(r, 1-c, 1+c) A) for some epochs on each batch, with r the ratio of the probabilities of an action and A
 * the advantages, standardised.
 */
export function* proximalPolicySteps(
  instance: PolicyInstance,
  options: ProximalPolicyStepsOptions = {},
): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(proximalPolicyOptions, options);
  return yield* learn(instance, settings, 'ppo', (learning) => proximal(learning, settings));
}

export const proximalPolicySolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/ppo',
  title: 'PPO',
  summary: 'Several Adam steps on each batch, on a surrogate that is clipped once the policy has changed enough.',
  problem: policyProblem,
  role: 'baseline',
  paper: { title: 'Proximal Policy Optimization Algorithms', arxiv: '1707.06347', year: 2017 },
  cost: 'O(B H d) \\text{ per iteration}',
  options: proximalPolicyOptions,
  steps: proximalPolicySteps,
});

function* proximal(
  learning: Learning,
  { stepSize, clipRange, epochs }: { stepSize: number; clipRange: number; epochs: number },
): Generator<undefined, void> {
  const { parameters, direction, sampler } = learning;
  const moments = learning.adam(epochs);
  const step = new Float64Array(parameters.length);
  const sampled = parameters.slice();
  for (;;) {
    const batch = sampler.sample(parameters, learning.batchSize);
    sampled.set(parameters);
    for (let epoch = 0; epoch < epochs; epoch++) {
      sampler.clippedGradient(batch, parameters, sampled, clipRange, direction);
      addScaled(parameters, stepSize, moments.direction(direction, step));
    }
    yield;
  }
}
