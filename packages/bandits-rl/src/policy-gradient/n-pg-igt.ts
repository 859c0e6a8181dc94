// N-PG-IGT: normalised policy gradient with implicit gradient transport, one trajectory an iteration, no second derivatives.
//
// I. Fatkhullin, A. Barakat, A. Kireeva, N. He: Stochastic Policy Gradient Methods: Improved Sample Complexity for
// Fisher-non-degenerate Policies (arXiv 2302.01734, 2023), algorithm 1.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { Learning } from './learning.ts';
import { learn, learningOptions, moveNormalized } from './learning.ts';
import type { PolicyInstance, PolicyIterate, PolicySolution } from './policy-problem.ts';
import { policyProblem } from './policy-problem.ts';

/** The paper of N-PG-IGT and HARPG. */
export const normalizedGradientPaper = {
  title: 'Stochastic Policy Gradient Methods: Improved Sample Complexity for Fisher-non-degenerate Policies',
  arxiv: '2302.01734',
  year: 2023,
} as const;

const nPgIgtOptions = {
  stepSize: { type: 'number', above: 0, default: 3, description: 'γ₀: step t is γ₀ 2/(t + 2 + stepOffset)' },
  momentumWeight: {
    type: 'number',
    was: 'momentum',
    above: 0,
    max: 1,
    default: 1,
    description: 'η₀: weight t of the newest gradient is η₀ (2/(t + 2))^⅘',
  },
  stepOffset: {
    type: 'number',
    min: 0,
    default: 10,
    description: 'Shortens the first steps, so that an early wrong turn can be undone; 0 is the paper’s method',
  },
  ...learningOptions,
  batchSize: { ...learningOptions.batchSize, default: 1 },
} as const satisfies OptionSpecs;

/** Options of `nPgIgt`. */
export type NPgIgtOptions = OptionsOf<typeof nPgIgtOptions> & RunOptions<PolicyIterate>;

/**
 * Policy gradient with momentum d_t = (1-η) d_{t-1} + η g(θ̃), steps of fixed lengths θ_{t+1} = θ_t + γ_t d_t/|d_t|, and gradients
 * taken ahead of the iterate, at θ̃ = θ_t + (1-η)/η (θ_t - θ_{t-1}): on a quadratic return the momentum is then the gradient at θ_t
 * itself. Trajectories for an error of ε: O(ε^-2.5), against ε^-3 of the plain gradient. O(d) memory.
 *
 * The run ends at its limits: `maxIterations` counts trajectories.
 *
 * @param instance - environment, policy, parameters to start at, horizon, discount
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * Source: I. Fatkhullin et al. (arXiv 2302.01734, 2023).
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf, evaluatePolicy, nPgIgt, softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const { parameters } = nPgIgt({
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
export function nPgIgt(instance: PolicyInstance, options: NPgIgtOptions = {}): Outcome<PolicySolution, PolicyIterate> {
  return runWith(nPgIgtOptions, options, nPgIgtSteps(instance, options));
}

/** The steps of `nPgIgt`. */
export function* nPgIgtSteps(instance: PolicyInstance, options: NPgIgtOptions = {}): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(nPgIgtOptions, options);
  return yield* learn(instance, settings, 'n-pg-igt', (learning) => transported(learning, settings));
}

function* transported(
  learning: Learning,
  { stepSize, momentumWeight, stepOffset }: { stepSize: number; momentumWeight: number; stepOffset: number },
): Generator<undefined, void> {
  const { parameters, direction } = learning;
  const previous = learning.remember('previous', parameters.slice());
  const ahead = parameters.slice();
  const gradient = new Float64Array(parameters.length);
  for (let t = learning.updates; ; t++) {
    const eta = t === 0 ? 1 : Math.min(1, momentumWeight * (2 / (t + 2)) ** 0.8);
    for (let i = 0; i < ahead.length; i++) {
      ahead[i] = parameters[i] + ((1 - eta) / eta) * (parameters[i] - previous[i]);
    }
    learning.gradient(ahead, gradient);
    for (let i = 0; i < ahead.length; i++) direction[i] = (1 - eta) * direction[i] + eta * gradient[i];
    previous.set(parameters);
    moveNormalized(parameters, direction, (stepSize * 2) / (t + 2 + stepOffset));
    yield;
  }
}

export const nPgIgtSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/n-pg-igt',
  title: 'N-PG-IGT',
  summary: 'Normalised policy gradient with momentum and look-ahead gradients; robust to the step size, no second derivatives.',
  problem: policyProblem,
  role: 'paper',
  paper: normalizedGradientPaper,
  cost: 'O(B H d) \\text{ per iteration}',
  options: nPgIgtOptions,
  steps: nPgIgtSteps,
});
