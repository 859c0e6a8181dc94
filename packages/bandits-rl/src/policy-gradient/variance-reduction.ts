// Variance reduction by importance weights: the gradient at the last parameters is estimated from the same trajectories.
//
// STORM: A. Cutkosky, F. Orabona, Momentum-based variance reduction in non-convex SGD (2019), and for policies H. Yuan et al.,
// Stochastic recursive momentum for policy gradient methods (2020); F. Huang et al., Momentum-based policy gradient methods (2020).
// SRVR: P. Xu, F. Gao, Q. Gu, Sample efficient policy gradient methods with recursive variance reduction (2020).
import type { OptionSpecs, OptionsOf, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import type { Learning } from './learning.ts';
import { learn, learningOptions, moveNormalized } from './learning.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

const stormPgOptions = {
  stepSize: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'γ₀: normalised steps are γ₀ (2/(t + 2))^⅔, adaptive ones γ₀/(1 + Σ|g|²)^⅓',
  },
  update: {
    type: 'choice',
    choices: ['normalized', 'adaptive', 'constant'],
    default: 'normalized',
    description: 'Lengths of the steps; the adaptive ones are those of IS-MBPG',
  },
  ...learningOptions,
} as const satisfies OptionSpecs;

/** Options of `stormPgSteps`, and of `trainPolicy` with this method. */
export type StormPgStepsOptions = OptionsOf<typeof stormPgOptions> & RunOptions<PolicyIterate>;

/**
 * d_t = g(τ_t, θ_t) + (1-η_t)(d_{t-1} - w g(τ_t, θ_{t-1})), with w the ratios of the probabilities of the actions so far and
 * η_t = (2/(t+2))^⅔.
 */
export function* stormPgSteps(
  instance: PolicyInstance,
  options: StormPgStepsOptions = {},
): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(stormPgOptions, options);
  return yield* learn(instance, settings, 'storm-pg', (learning) => recursiveMomentum(learning, settings));
}

export const stormPgSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/storm-pg',
  title: 'STORM-PG',
  summary: 'Recursive momentum by importance weights, with normalised, constant or adaptive steps (IS-MBPG).',
  problem: policyProblem,
  role: 'baseline',
  paper: { title: 'Stochastic Recursive Momentum for Policy Gradient Methods', arxiv: '2003.04302', year: 2020 },
  cost: 'O(B H d) \\text{ per iteration}',
  options: stormPgOptions,
  steps: stormPgSteps,
});

const srvrPgOptions = {
  stepSize: { type: 'number', above: 0, default: 0.1, description: 'Step' },
  outerBatchSize: { type: 'integer', min: 1, max: 1_000_000, default: 25, description: 'Trajectories per large batch' },
  epoch: { type: 'integer', min: 1, max: 10_000, default: 5, description: 'Steps between large batches' },
  ...learningOptions,
} as const satisfies OptionSpecs;

/** Options of `srvrPgSteps`, and of `trainPolicy` with this method. */
export type SrvrPgStepsOptions = OptionsOf<typeof srvrPgOptions> & RunOptions<PolicyIterate>;

/**
 * d = g of a large batch, then d += g(τ, θ_t) - w g(τ, θ_{t-1}) for the steps of an epoch.
 */
export function* srvrPgSteps(instance: PolicyInstance, options: SrvrPgStepsOptions = {}): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(srvrPgOptions, options);
  return yield* learn(instance, settings, 'srvr-pg', (learning) => recursiveEpochs(learning, settings));
}

export const srvrPgSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/srvr-pg',
  title: 'SRVR-PG',
  summary: 'Occasional large batches, with recursive corrections by importance weights in between.',
  problem: policyProblem,
  role: 'baseline',
  paper: {
    title: 'Sample Efficient Policy Gradient Methods with Recursive Variance Reduction',
    arxiv: '1909.08610',
    year: 2020,
  },
  cost: 'O(B H d) \\text{ per iteration}',
  options: srvrPgOptions,
  steps: srvrPgSteps,
});

function* recursiveMomentum(
  learning: Learning,
  { stepSize, update }: { stepSize: number; update: string | number },
): Generator<undefined, void> {
  const { parameters, direction, sampler } = learning;
  const d = parameters.length;
  const previous = learning.remember('previous', parameters.slice());
  const [gradient, before] = [new Float64Array(d), new Float64Array(d)];
  const squares = learning.remember('squares', new Float64Array(1));
  for (let t = learning.updates; ; t++) {
    const batch = learning.gradient(parameters, gradient);
    const eta = t === 0 ? 1 : (2 / (t + 2)) ** (2 / 3);
    if (t > 0) sampler.importanceGradient(batch, previous, parameters, before);
    for (let i = 0; i < d; i++) direction[i] = gradient[i] + (1 - eta) * (direction[i] - before[i]);
    squares[0] += dot(gradient, gradient);
    previous.set(parameters);
    if (update === 'normalized') moveNormalized(parameters, direction, stepSize * (2 / (t + 2)) ** (2 / 3));
    else {
      const step = update === 'adaptive' ? stepSize / Math.cbrt(1 + squares[0]) : stepSize;
      for (let i = 0; i < d; i++) parameters[i] += step * direction[i];
    }
    yield;
  }
}

function* recursiveEpochs(
  learning: Learning,
  { stepSize, outerBatchSize, epoch }: { stepSize: number; outerBatchSize: number; epoch: number },
): Generator<undefined, void> {
  const { parameters, direction, sampler } = learning;
  const d = parameters.length;
  const previous = learning.remember('previous', parameters.slice());
  const [gradient, before] = [new Float64Array(d), new Float64Array(d)];
  for (let t = learning.updates; ; t++) {
    if (t % epoch === 0) learning.gradient(parameters, direction, outerBatchSize);
    else {
      const batch = learning.gradient(parameters, gradient);
      sampler.importanceGradient(batch, previous, parameters, before);
      for (let i = 0; i < d; i++) direction[i] += gradient[i] - before[i];
    }
    previous.set(parameters);
    for (let i = 0; i < d; i++) parameters[i] += stepSize * direction[i];
    yield;
  }
}
