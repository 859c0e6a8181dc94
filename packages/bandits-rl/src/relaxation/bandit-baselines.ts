// Relaxation factors by other bandits: losses are divided by the largest one so far.
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { EpsilonGreedy } from '../bandits/epsilon-greedy.ts';
import { Exp3 } from '../bandits/exp3.ts';
import { LinUcb } from '../bandits/lin-ucb.ts';
import type { Policy, PolicyState } from '../bandits/policy.ts';
import { numberOf } from '../bandits/policy.ts';
import { Thompson } from '../bandits/thompson.ts';
import { UpperConfidence } from '../bandits/upper-confidence.ts';
import { defaultGrid, policySteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';

/** A policy for losses in [0, 1], given losses of any size and contexts on [low, high]. */
class Rescaled implements Policy {
  readonly #inner: Policy;
  readonly #low: number;
  readonly #span: number;
  readonly #context = new Float64Array(2);
  #most = 0;

  constructor(inner: Policy, [low, high]: readonly [number, number]) {
    this.#inner = inner;
    this.#low = low;
    this.#span = high - low;
    this.#context[1] = 1;
  }

  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void {
    this.#inner.weigh(this.#scaled(context), available, out);
  }

  chosen(arm: number): void {
    this.#inner.chosen?.(arm);
  }

  learn(context: Float64Array, arm: number, probability: number, loss: number): void {
    this.#most = Math.max(this.#most, loss);
    this.#inner.learn(this.#scaled(context), arm, probability, this.#most > 0 ? loss / this.#most : 0);
  }

  grow(): void {
    this.#inner.grow();
  }

  save(): PolicyState {
    return { ...this.#inner.save(), most: this.#most };
  }

  load(state: PolicyState): void {
    this.#most = numberOf(state, 'most');
    this.#inner.load(state);
  }

  #scaled(context: Float64Array): Float64Array {
    this.#context[0] = this.#span > 0 ? (context[0] - this.#low) / this.#span : 0;
    return this.#context;
  }
}

const arms = { type: 'integer', min: 1, max: 1000, default: 20, description: 'Factors in the grid from 1 to 1.95' } as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' } as const;

const banditRelaxationOptions = {
  algorithm: {
    type: 'choice',
    choices: ['exp3', 'ucb1', 'epsilon-greedy', 'thompson', 'lin-ucb'],
    default: 'ucb1',
    description: 'The bandit',
  },
  arms,
  seed,
} as const satisfies OptionSpecs;

export const banditRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-classic-bandit',
  title: 'Relaxation by a classic bandit',
  summary: 'Exp3, UCB1, ε-greedy, Thompson sampling or LinUCB instead of the paper’s bandits.',
  problem: relaxationProblem,
  role: 'baseline',
  paper: { title: 'Finite-time analysis of the multiarmed bandit problem', year: 2002 },
  cost: 'O(A) \\text{ per system, besides its iterations}',
  options: banditRelaxationOptions,
  steps: (instance, options) => {
    const { algorithm, arms, seed } = resolveOptions(banditRelaxationOptions, options);
    const make = {
      exp3: () => new Exp3(arms, { implicitExploration: false }),
      ucb1: () => new UpperConfidence(arms, 'ucb1'),
      'epsilon-greedy': () => new EpsilonGreedy(arms, 0.05),
      thompson: () => new Thompson(arms, { posterior: 'gaussian', rewardDeviation: 0.1 }),
      'lin-ucb': () => new LinUcb(arms, 2, { confidenceWidth: 0.3, ridge: 1 }),
    }[algorithm];
    return policySteps(instance, defaultGrid(arms), new Rescaled(make(), rangeOf(instance.contexts)), seed);
  },
});
