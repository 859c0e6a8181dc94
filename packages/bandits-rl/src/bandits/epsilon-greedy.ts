// ε-greedy: plays the best arm so far, and with probability ε a random one.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { CountedPolicy } from './counted-policy.ts';
import { playSteps } from './play.ts';
import { shareAmongBest } from './policy.ts';

const epsilonGreedyOptions = {
  exploration: { type: 'number', min: 0, max: 1, default: 0.05, description: 'Share of the rounds that play a random arm' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** The policy. */
export class EpsilonGreedy extends CountedPolicy {
  #means = new Float64Array(0);
  readonly #exploration: number;

  constructor(arms: number, exploration: number) {
    super(arms);
    this.#exploration = exploration;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    const count = available.length;
    if (this.#means.length !== count) this.#means = new Float64Array(count);
    for (let j = 0; j < count; j++) {
      const arm = available[j];
      this.#means[j] = this.counts[arm] > 0 ? this.sums[arm] / this.counts[arm] : Infinity;
    }
    shareAmongBest(this.#means, out);
    for (let j = 0; j < count; j++) out[j] = (1 - this.#exploration) * out[j] + this.#exploration / count;
  }
}

export const epsilonGreedySolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/epsilon-greedy',
  title: 'ε-greedy',
  summary: 'The best arm so far, and sometimes a random one: the simplest baseline.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'Learning from delayed rewards', year: 1989 },
  cost: 'O(A) \\text{ per round}',
  options: epsilonGreedyOptions,
  steps: (instance, options) => {
    const { exploration, seed } = resolveOptions(epsilonGreedyOptions, options);
    return playSteps(instance, new EpsilonGreedy(instance.rewards.cols, exploration), seed);
  },
});
