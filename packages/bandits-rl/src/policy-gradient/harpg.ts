// HARPG and N-HARPG: momentum that is corrected by Hessian-vector products, with and without normalisation.
//
// I. Fatkhullin, A. Barakat, A. Kireeva, N. He: Stochastic Policy Gradient Methods: Improved Sample Complexity for
// Fisher-non-degenerate Policies (arXiv 2302.01734, 2023), algorithm 2.
import type { OptionSpecs, OptionsOf, Outcome, ResolvedOptions, RunOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { Learning } from './learning.ts';
import { learn, learningOptions, moveNormalized } from './learning.ts';
import { normalizedGradientPaper } from './n-pg-igt.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

const nHarpgOptions = {
  stepSize: { type: 'number', above: 0, default: 3, description: 'γ₀: step t is γ₀ 2/(t + 2 + stepOffset)' },
  momentumWeight: {
    type: 'number',
    was: 'momentum',
    above: 0,
    max: 1,
    default: 1,
    description: 'η₀: weight t of the newest gradient is η₀ 2/(t + 2)',
  },
  stepOffset: { type: 'number', min: 0, default: 10, description: 'Shortens the first steps; 0 is the paper’s method' },
  hessianEstimator: {
    type: 'choice',
    choices: ['causal', 'full'],
    default: 'causal',
    description: 'Whether rewards are combined with earlier scores only, or, as in the paper, with all',
  },
  hessianBatchSize: {
    type: 'integer',
    min: 0,
    max: 1_000_000,
    default: 0,
    description: 'Trajectories per Hessian-vector product; 0 for as many as for a gradient',
  },
  correctionClip: {
    type: 'number',
    min: 0,
    default: 0.1,
    description: 'Largest norm of a correction relative to that of the momentum; 0 for no limit, as in the paper',
  },
  ...learningOptions,
  batchSize: { ...learningOptions.batchSize, default: 1 },
} as const satisfies OptionSpecs;

/** Options of `nHarpg`. */
export type NHarpgOptions = OptionsOf<typeof nHarpgOptions> & RunOptions<PolicyIterate>;

/**
 * Policy gradient with d_t = (1-η)(d_{t-1} + v_t) + η g(θ_t) and steps of fixed lengths along d_t. The correction
 * v_t = B(τ̂, θ̂)(θ_t - θ_{t-1}), with θ̂ uniform between the two and B an estimate of the Hessian, has the mean ∇J(θ_t) - ∇J(θ_{t-1}),
 * so that the momentum does not lag behind. Two batches an iteration; trajectories for an error of ε: O(ε^-2). O(d) memory.
 *
 * By default the heavy-tailed correction is clipped relative to the momentum, rewards are paired only with earlier scores, and the first
 * steps are shorter; `correctionClip: 0, hessianEstimator: 'full', stepOffset: 0` is the paper's method as written.
 *
 * @param instance - environment, policy, parameters to start at, horizon, discount
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * Source: I. Fatkhullin et al. (arXiv 2302.01734, 2023).
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf, evaluatePolicy, nHarpg, softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const { parameters } = nHarpg({
 *   createEnvironment: () => environmentOf(cartPole(200)),
 *   policy,
 *   initialParameters: new Float64Array(policy.size),
 *   horizon: 200,
 *   discount: 0.99,
 * }, { batchSize: 5, seed: 1 });
 * const { mean } = evaluatePolicy(environmentOf(cartPole(200)), policy, parameters);
 * console.log(mean > 150); // true
 * ```
 */
export function nHarpg(instance: PolicyInstance, options: NHarpgOptions = {}): Outcome<PolicySolution, PolicyIterate> {
  return runWith(nHarpgOptions, options, nHarpgSteps(instance, options));
}

/** The steps of `nHarpg`. */
export function* nHarpgSteps(instance: PolicyInstance, options: NHarpgOptions = {}): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(nHarpgOptions, options);
  return yield* learn(instance, settings, 'n-harpg', (learning) => corrected(learning, { ...settings, isNormalized: true }));
}

const harpgOptions = {
  ...nHarpgOptions,
  stepSize: { type: 'number', above: 0, default: 0.03, description: 'γ₀: step t is γ₀ (2/(t + 2 + stepOffset))^½' },
} as const satisfies OptionSpecs;

/** Options of `harpg`. */
export type HarpgOptions = OptionsOf<typeof harpgOptions> & RunOptions<PolicyIterate>;

/**
 * As `nHarpg` without normalisation: θ_{t+1} = θ_t + γ_t d_t with γ_t = γ₀ (2/(t+2))^½. The same guarantee; a step that depends on
 * the scale of the rewards.
 *
 * @param instance - environment, policy, parameters to start at, horizon, discount
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * Source: I. Fatkhullin et al. (arXiv 2302.01734, 2023).
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf, evaluatePolicy, harpg, softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const { parameters } = harpg({
 *   createEnvironment: () => environmentOf(cartPole(200)),
 *   policy,
 *   initialParameters: new Float64Array(policy.size),
 *   horizon: 200,
 *   discount: 0.99,
 * }, { batchSize: 5, seed: 1 });
 * const { mean } = evaluatePolicy(environmentOf(cartPole(200)), policy, parameters);
 * console.log(mean > 150); // true
 * ```
 */
export function harpg(instance: PolicyInstance, options: HarpgOptions = {}): Outcome<PolicySolution, PolicyIterate> {
  return runWith(harpgOptions, options, harpgSteps(instance, options));
}

/** The steps of `harpg`. */
export function* harpgSteps(instance: PolicyInstance, options: HarpgOptions = {}): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(harpgOptions, options);
  return yield* learn(instance, settings, 'harpg', (learning) => corrected(learning, { ...settings, isNormalized: false }));
}

type CorrectionSettings = ResolvedOptions<typeof nHarpgOptions> & { readonly isNormalized: boolean };

function* corrected(learning: Learning, settings: CorrectionSettings): Generator<undefined, void> {
  const { stepSize, momentumWeight, stepOffset, correctionClip, isNormalized } = settings;
  const estimator = settings.hessianEstimator === 'full' ? 'full' : 'causal';
  const hessianBatch = settings.hessianBatchSize || learning.batchSize;
  const { parameters, direction, sampler } = learning;
  const places = new Random(settings.seed).split(0x9a1ace);
  const d = parameters.length;
  const previous = learning.remember('previous', parameters.slice());
  const [gradient, correction, between, change] = [0, 1, 2, 3].map(() => new Float64Array(d));
  for (let t = learning.updates; ; t++) {
    const eta = t === 0 ? 1 : Math.min(1, (momentumWeight * 2) / (t + 2));
    if (t > 0) {
      places.position = t - 1;
      const q = places.uniform();
      for (let i = 0; i < d; i++) {
        change[i] = parameters[i] - previous[i];
        between[i] = previous[i] + q * change[i];
      }
      const batch = sampler.sample(between, hessianBatch);
      sampler.hessianVector(batch, between, change, estimator, correction);
      const size = norm(correction);
      const limit = correctionClip * norm(direction);
      const factor = correctionClip > 0 && size > limit ? limit / size : 1;
      for (let i = 0; i < d; i++) correction[i] *= factor;
    }
    learning.gradient(parameters, gradient);
    for (let i = 0; i < d; i++) {
      direction[i] = (1 - eta) * (direction[i] + correction[i]) + eta * gradient[i];
    }
    previous.set(parameters);
    const share = 2 / (t + 2 + stepOffset);
    if (isNormalized) moveNormalized(parameters, direction, stepSize * share);
    else for (let i = 0; i < d; i++) parameters[i] += stepSize * Math.sqrt(share) * direction[i];
    yield;
  }
}

export const nHarpgSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/n-harpg',
  title: 'N-HARPG',
  summary: 'Normalised policy gradient with momentum transported by Hessian-vector products.',
  problem: policyProblem,
  role: 'paper',
  paper: normalizedGradientPaper,
  cost: 'O(B H d) \\text{ per iteration}',
  options: nHarpgOptions,
  steps: nHarpgSteps,
});

export const harpgSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/harpg',
  title: 'HARPG',
  summary: 'Policy gradient with momentum transported by Hessian-vector products, with steps in the rewards’ scale.',
  problem: policyProblem,
  role: 'paper',
  paper: normalizedGradientPaper,
  cost: 'O(B H d) \\text{ per iteration}',
  options: harpgOptions,
  steps: harpgSteps,
});
