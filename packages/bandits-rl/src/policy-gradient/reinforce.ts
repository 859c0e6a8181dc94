// The plain policy gradient, its steps by Adam, and its momentum with steps of fixed lengths: what every other method has to beat.
//
// R. Williams: Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992);
// J. Baxter, P. Bartlett: Infinite-horizon policy-gradient estimation (2001).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkObject, defineSolver, resolveOptions, runWith } from '@infimum/core';
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
    description: 'How the parameters follow the gradient',
  },
  ...learningOptions,
} as const satisfies OptionSpecs;

/** Options of `reinforce`. */
export type ReinforceOptions = OptionsOf<typeof reinforceOptions> & RunOptions<PolicyIterate>;

/**
 * θ += γ g, with g = Σ_h γ^h (G_h - b(s_h)) ∇log π(a_h | s_h) the mean over a batch; or Adam's steps; or momentum with steps of fixed
 * lengths, N-SGDM, which is N-PG-IGT without its look ahead.
 *
 * @param instance - environment, policy, parameters to start at, horizon, discount
 * @param options - step, batch, baseline
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf, evaluatePolicy, reinforce, softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const { parameters } = reinforce({
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
export function reinforce(
  instance: PolicyInstance,
  options: ReinforceOptions = {},
): Outcome<PolicySolution, PolicyIterate> {
  checkObject(instance, 'instance');
  checkObject(options, 'options');

  return runWith(reinforceOptions, options, reinforceSteps(instance, options));
}

/** The steps of `reinforce`. */
function* reinforceSteps(
  instance: PolicyInstance,
  options: ReinforceOptions = {},
): Steps<PolicySolution, PolicyIterate> {
  const settings = resolveOptions(reinforceOptions, options);
  return yield* learn(instance, settings, (learning) => ascend(learning, settings));
}

export const reinforceSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/reinforce',
  title: 'REINFORCE',
  summary:
    'The plain policy gradient with a constant step, or with those of Adam, or with normalised momentum.',
  problem: policyProblem,
  role: 'baseline',
  paper: {
    title: 'Simple statistical gradient-following algorithms for connectionist reinforcement learning',
    year: 1992,
  },
  cost: 'O(B H d) \\text{ an iteration}',
  options: reinforceOptions,
  steps: reinforceSteps,
});

function* ascend(
  learning: Learning,
  { stepSize, update }: { stepSize: number; update: string | number },
): Generator<undefined, void> {
  const { parameters, direction } = learning;
  const gradient = new Float64Array(parameters.length);
  const adam = new Adam(parameters.length);
  for (let t = 0; ; t++) {
    learning.gradient(parameters, gradient);
    const eta = update === 'normalized-momentum' && t > 0 ? Math.sqrt(2 / (t + 2)) : 1;
    for (let i = 0; i < gradient.length; i++) direction[i] = (1 - eta) * direction[i] + eta * gradient[i];
    if (update === 'adam') adam.ascend(parameters, gradient, stepSize);
    else if (update === 'constant') {
      for (let i = 0; i < gradient.length; i++) parameters[i] += stepSize * gradient[i];
    } else moveNormalized(parameters, direction, stepSize * (2 / (t + 2)) ** 0.75);
    yield;
  }
}

/** D. Kingma, J. Ba: Adam: a method for stochastic optimization (2014), upwards. */
export class Adam {
  readonly #mean: Float64Array;
  readonly #square: Float64Array;
  #steps = 0;

  constructor(size: number) {
    this.#mean = new Float64Array(size);
    this.#square = new Float64Array(size);
  }

  ascend(parameters: Float64Array, gradient: Float64Array, rate: number): void {
    this.#steps++;
    const [first, second] = [1 - 0.9 ** this.#steps, 1 - 0.999 ** this.#steps];
    for (let i = 0; i < gradient.length; i++) {
      this.#mean[i] += 0.1 * (gradient[i] - this.#mean[i]);
      this.#square[i] += 0.001 * (gradient[i] ** 2 - this.#square[i]);
      parameters[i] += (rate * (this.#mean[i] / first)) / (Math.sqrt(this.#square[i] / second) + 1e-8);
    }
  }
}
