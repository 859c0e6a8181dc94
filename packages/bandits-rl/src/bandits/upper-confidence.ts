// Upper confidence bounds: play the arm that could be best. UCB1, kl-UCB and MOSS differ in the bound.
//
// P. Auer, N. Cesa-Bianchi, P. Fischer: Finite-time analysis of the multiarmed bandit problem (2002).
// A. Garivier, O. Cappé: The KL-UCB algorithm for bounded stochastic bandits and beyond, arXiv 1102.2490 (2011).
// J.-Y. Audibert, S. Bubeck: Minimax policies for adversarial and stochastic bandits (2009).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numbersOf, shareAmongBest } from './policy.ts';

const ucbOptions = {
  bound: {
    type: 'choice',
    choices: ['ucb1', 'kl-ucb', 'moss'],
    default: 'kl-ucb',
    description: 'The bound: ucb1 by Hoeffding, kl-ucb by Chernoff, moss for the worst case',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices among ties' },
} as const satisfies OptionSpecs;

/** The policy. */
export class UpperConfidence implements Policy {
  #sums: Float64Array;
  #counts: Float64Array;
  #pending: Float64Array;
  #indices = new Float64Array(0);
  readonly #bound: 'ucb1' | 'kl-ucb' | 'moss';

  constructor(arms: number, bound: 'ucb1' | 'kl-ucb' | 'moss') {
    this.#sums = new Float64Array(arms);
    this.#counts = new Float64Array(arms);
    this.#pending = new Float64Array(arms);
    this.#bound = bound;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    if (this.#indices.length !== available.length) this.#indices = new Float64Array(available.length);
    let rounds = 0;
    for (let a = 0; a < this.#counts.length; a++) rounds += this.#counts[a] + this.#pending[a];
    for (let j = 0; j < available.length; j++) this.#indices[j] = this.#index(available[j], Math.max(1, rounds));
    shareAmongBest(this.#indices, out);
  }

  chosen(arm: number): void {
    this.#pending[arm]++;
  }

  forgotten(arm: number): void {
    this.#pending[arm] = Math.max(0, this.#pending[arm] - 1);
  }

  learn(_: Float64Array, arm: number, __: number, loss: number): void {
    this.forgotten(arm);
    this.#counts[arm]++;
    this.#sums[arm] += 1 - loss;
  }

  grow(): void {
    this.#sums = lengthened(this.#sums, 1);
    this.#counts = lengthened(this.#counts, 1);
    this.#pending = lengthened(this.#pending, 1);
  }

  save(): PolicyState {
    return { sums: [...this.#sums], counts: [...this.#counts], pending: [...this.#pending] };
  }

  load(state: PolicyState): void {
    this.#sums = numbersOf(state, 'sums', this.#sums.length, 0);
    this.#counts = numbersOf(state, 'counts', this.#counts.length, 0);
    this.#pending = numbersOf(state, 'pending', this.#pending.length, 0);
  }

  /** Pending pulls narrow the bound too: else all choices before the first reward would go to one arm. */
  #index(arm: number, rounds: number): number {
    const pulls = this.#counts[arm] + this.#pending[arm];
    if (pulls === 0) return Infinity;
    const mean = this.#counts[arm] > 0 ? this.#sums[arm] / this.#counts[arm] : 0.5;
    switch (this.#bound) {
      case 'ucb1':
        return mean + Math.sqrt((2 * Math.log(rounds)) / pulls);
      case 'moss':
        return mean + Math.sqrt(Math.max(0, Math.log(rounds / (this.#counts.length * pulls))) / pulls);
      case 'kl-ucb':
        return bernoulliUpperBound(mean, Math.log(rounds) / pulls);
    }
  }
}

/**
 * The largest q in [mean, 1] whose Bernoulli distribution has a divergence from that of the mean of at most `divergence`.
 * Newton's method from above: the divergence is convex and rises in q, so it never crosses the root.
 */
export function bernoulliUpperBound(mean: number, divergence: number): number {
  const p = Math.min(1, Math.max(0, mean));
  if (p === 1 || divergence <= 0) return p;
  const entropy = (p > 0 ? -p * Math.log(p) : 0) - (1 - p) * Math.log1p(-p);
  // By Pinsker's inequality, and by what the second term alone allows.
  let q = Math.min(p + Math.sqrt(divergence / 2), -Math.expm1(-(divergence + entropy) / (1 - p)));
  for (let step = 0; step < 50 && q > p && q < 1; step++) {
    const excess = bernoulliDivergence(p, q) - divergence;
    const change = (excess * q * (1 - q)) / (q - p);
    if (!(change > 1e-15 * q)) break;
    q -= change;
  }
  return q;
}

function bernoulliDivergence(p: number, q: number): number {
  const first = p > 0 ? p * Math.log(p / q) : 0;
  const second = p < 1 ? (1 - p) * Math.log((1 - p) / (1 - q)) : 0;
  return first + second;
}

export const ucbSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/ucb',
  title: 'Upper confidence bounds',
  summary: 'Plays the arm whose reward could be largest: UCB1, kl-UCB or MOSS.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'Finite-time analysis of the multiarmed bandit problem', year: 2002 },
  cost: 'O(A) \\text{ per round}',
  options: ucbOptions,
  steps: (instance, options) => {
    const { bound, seed } = resolveOptions(ucbOptions, options);
    return playSteps(instance, new UpperConfidence(instance.rewards.cols, bound), seed);
  },
});
