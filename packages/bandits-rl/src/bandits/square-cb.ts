// SquareCB: a regression predicts every arm's loss, and arms are played with probabilities inverse to their gap.
//
// D. Foster, A. Rakhlin: Beyond UCB: Optimal and efficient contextual bandits with regression oracles, arXiv 2002.04926 (2020).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { ArmRegressions } from './arm-regressions.ts';
import { banditProblem, contextDimension } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { numberOf } from './policy.ts';

const squareCbOptions = {
  greed: {
    type: 'number',
    above: 0,
    default: 10,
    description: 'Factor c of the weight γ = c √t of gaps: the larger, the less exploration',
  },
  ridge: { type: 'number', above: 0, default: 1, description: 'Ridge λ of the regressions' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** The policy. */
export class SquareCb implements Policy {
  readonly #models: ArmRegressions;
  readonly #greed: number;
  #rounds = 0;

  constructor(arms: number, dimension: number, { greed, ridge }: { greed: number; ridge: number }) {
    this.#models = new ArmRegressions(arms, dimension, ridge);
    this.#greed = greed;
  }

  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void {
    for (let j = 0; j < available.length; j++) out[j] = this.#models.predict(available[j], context);
    inverseGapWeights(this.#greed * Math.sqrt(this.#rounds), out);
  }

  learn(context: Float64Array, arm: number, _: number, loss: number): void {
    this.#models.learn(arm, context, loss - 0.5);
    this.#rounds++;
  }

  grow(): void {
    this.#models.grow();
  }

  save(): PolicyState {
    return { ...this.#models.save(), rounds: this.#rounds };
  }

  load(state: PolicyState): void {
    this.#models.load(state);
    this.#rounds = numberOf(state, 'rounds', true);
  }
}

/** Replaces predicted losses by p_i = 1 / (A + γ (ŷ_i - min ŷ)), and what is left for the best; ties share it. */
export function inverseGapWeights(gamma: number, predictions: Float64Array): void {
  const arms = predictions.length;
  let best = Infinity;
  for (let i = 0; i < arms; i++) if (predictions[i] < best) best = predictions[i];
  let [ties, others] = [0, 0];
  for (let i = 0; i < arms; i++) {
    if (predictions[i] === best) ties++;
    else others += 1 / (arms + gamma * (predictions[i] - best));
  }
  for (let i = 0; i < arms; i++) {
    predictions[i] = predictions[i] === best ? (1 - others) / ties : 1 / (arms + gamma * (predictions[i] - best));
  }
}

export const squareCbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/square-cb',
  title: 'SquareCB',
  summary: 'Turns any regression of losses on contexts into a bandit, by inverse-gap weighting.',
  problem: banditProblem,
  role: 'baseline',
  paper: {
    title: 'Beyond UCB: Optimal and Efficient Contextual Bandits with Regression Oracles',
    arxiv: '2002.04926',
    year: 2020,
  },
  cost: 'O(A d + d^2) \\text{ per round}',
  options: squareCbOptions,
  steps: (instance, options) => {
    const resolved = resolveOptions(squareCbOptions, options);
    return playSteps(instance, new SquareCb(instance.rewards.cols, contextDimension(instance), resolved), resolved.seed);
  },
});
