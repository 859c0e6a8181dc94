// The plain policy gradient, its steps by Adam, and momentum with steps of fixed lengths: the baselines for the other methods.
//
// R. Williams: Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992);
// J. Baxter, P. Bartlett: Infinite-horizon policy-gradient estimation (2001).
import type { OptionSpecs, OptionsOf, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { addScaled } from '@infimum/linalg/numerics';
import type { Learning } from './learning.ts';
import { learn, learningOptions, moveNormalized } from './learning.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

const reinforceOptions = {
  stepSize: {
    type: 'number',
    above: 0,
    default: 0.03,
    description: 'Step, or Adam’s rate, or γ₀ of the normalised steps γ₀ (2/(t + 2))^¾',
  },
  update: {
    type: 'choice',
    choices: ['constant', 'adam', 'normalized-momentum'],
    default: 'constant',
    description: 'Update rule of the parameters',
  },
  ...learningOptions,
} as const satisfies OptionSpecs;

/** Options of `reinforceSteps`, and of `trainPolicy` with this method. */
export type ReinforceStepsOptions = OptionsOf<typeof reinforceOptions> & RunOptions<PolicyIterate>;

/**
 * θ += γ g, with g = Σ_h γ^h (G_h - b(s_h)) ∇log π(a_h | s_h) the mean over a batch; or Adam's steps; or momentum with steps of fixed
 * lengths, N-SGDM, which is N-PG-IGT without its look ahead.
 */
export function* reinforceSteps(
  instance: PolicyInstance,
  options: ReinforceStepsOptions = {},
): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(reinforceOptions, options);
  return yield* learn(instance, settings, 'reinforce', (learning) => ascend(learning, settings));
}

export const reinforceSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/reinforce',
  title: 'REINFORCE',
  summary: 'The plain policy gradient with a constant step, or with those of Adam, or with normalised momentum.',
  problem: policyProblem,
  role: 'baseline',
  paper: { title: 'Simple statistical gradient-following algorithms for connectionist reinforcement learning', year: 1992 },
  cost: 'O(B H d) \\text{ per iteration}',
  options: reinforceOptions,
  steps: reinforceSteps,
});

function* ascend(
  learning: Learning,
  { stepSize, update }: { stepSize: number; update: string | number },
): Generator<undefined, void> {
  const { parameters, direction } = learning;
  const gradient = new Float64Array(parameters.length);
  const moments = learning.adam();
  for (let t = learning.updates; ; t++) {
    learning.gradient(parameters, gradient);
    const eta = update === 'normalized-momentum' && t > 0 ? Math.sqrt(2 / (t + 2)) : 1;
    for (let i = 0; i < gradient.length; i++) direction[i] = (1 - eta) * direction[i] + eta * gradient[i];
    if (update === 'adam') addScaled(parameters, stepSize, moments.direction(gradient, gradient));
    else if (update === 'constant') addScaled(parameters, stepSize, gradient);
    else moveNormalized(parameters, direction, stepSize * (2 / (t + 2)) ** 0.75);
    yield;
  }
}
