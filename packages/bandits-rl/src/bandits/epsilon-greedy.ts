// ε-greedy: the best arm so far, and now and then any.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numbersOf, shareAmongBest } from './policy.ts';

const epsilonGreedyOptions = {
  exploration: { type: 'number', min: 0, max: 1, default: 0.05, description: 'Share of the rounds that play a random arm' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** The policy. */
export class EpsilonGreedy implements Policy {
  #sums: Float64Array;
  #counts: Float64Array;
  #means = new Float64Array(0);
  readonly #exploration: number;

  constructor(arms: number, exploration: number) {
    this.#sums = new Float64Array(arms);
    this.#counts = new Float64Array(arms);
    this.#exploration = exploration;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    const count = available.length;
    if (this.#means.length !== count) this.#means = new Float64Array(count);
    for (let j = 0; j < count; j++) {
      const arm = available[j];
      this.#means[j] = this.#counts[arm] > 0 ? this.#sums[arm] / this.#counts[arm] : Infinity;
    }
    shareAmongBest(this.#means, out);
    for (let j = 0; j < count; j++) out[j] = (1 - this.#exploration) * out[j] + this.#exploration / count;
  }

  learn(_: Float64Array, arm: number, __: number, loss: number): void {
    this.#sums[arm] += 1 - loss;
    this.#counts[arm]++;
  }

  grow(): void {
    this.#sums = lengthened(this.#sums, 1);
    this.#counts = lengthened(this.#counts, 1);
  }

  save(): PolicyState {
    return { sums: [...this.#sums], counts: [...this.#counts] };
  }

  load(state: PolicyState): void {
    this.#sums = numbersOf(state, 'sums', this.#sums.length, 0);
    this.#counts = numbersOf(state, 'counts', this.#counts.length, 0);
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
