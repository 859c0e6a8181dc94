// Tsallis-INF: the leader under Tsallis' entropy of order 1/2, optimal for stochastic and for adversarial losses.
//
// J. Zimmert, Y. Seldin: Tsallis-INF: An optimal algorithm for stochastic and adversarial bandits, arXiv 1807.07623 (2018).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { Gatherer, meanOf } from './exp3.ts';
import { tsallisLeader } from './follow-the-leader.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numberOf, numbersOf } from './policy.ts';

const tsallisInfOptions = {
  estimator: {
    type: 'choice',
    choices: ['importance-weighted', 'reduced-variance'],
    default: 'reduced-variance',
    description: 'Loss estimator; reduced-variance subtracts ½ before weighting likely arms',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** How a `TsallisInf` treats losses. */
export interface TsallisInfSettings {
  /** How losses are estimated. */
  readonly estimator: 'importance-weighted' | 'reduced-variance';
  /** What losses are divided by: 1 by default; `mean` for losses of unknown scale, which are divided by their mean so far. */
  readonly scale?: number | 'mean';
}

/**
 * The policy. Any losses at least 0 where the scale is `mean`. Losses may come late with the importance-weighted estimator;
 * the other one has to know the last choice's probabilities.
 */
export class TsallisInf implements Policy {
  #losses: Float64Array;
  #weights = new Float64Array(0); // of the last choice, for the baselines
  #rounds = 0;
  #total = 0;
  readonly #estimator: TsallisInfSettings['estimator'];
  readonly #scale: number | 'mean';
  readonly #gathered = new Gatherer();

  constructor(arms: number, { estimator, scale = 1 }: TsallisInfSettings) {
    this.#losses = new Float64Array(arms);
    this.#estimator = estimator;
    this.#scale = scale;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    tsallisLeader(this.#gathered.of(this.#losses, available), this.#rate() / this.#unit(), out);
    if (this.#estimator === 'importance-weighted') return;
    if (this.#weights.length !== this.#losses.length) this.#weights = new Float64Array(this.#losses.length);
    else this.#weights.fill(0);
    for (let j = 0; j < available.length; j++) this.#weights[available[j]] = out[j];
  }

  learn(_: Float64Array, arm: number, probability: number, loss: number): void {
    const half = this.#estimator === 'reduced-variance' ? this.#unit() / 2 : 0;
    const least = this.#rate() ** 2;
    let baseline = 0;
    if (half > 0) {
      for (let a = 0; a < this.#losses.length; a++) if (this.#weights[a] >= least) this.#losses[a] += half;
      if (this.#weights[arm] >= least) baseline = half;
    }
    this.#losses[arm] += (loss - baseline) / probability;
    this.#rounds++;
    this.#total += loss;
  }

  grow(): void {
    this.#losses = lengthened(this.#losses, 1, meanOf(this.#losses));
  }

  save(): PolicyState {
    return { losses: [...this.#losses], rounds: this.#rounds, total: this.#total };
  }

  load(state: PolicyState): void {
    this.#losses = numbersOf(state, 'losses', this.#losses.length);
    this.#rounds = numberOf(state, 'rounds', true);
    this.#total = numberOf(state, 'total');
  }

  #rate(): number {
    return 2 / Math.sqrt(this.#rounds + 1);
  }

  #unit(): number {
    if (this.#scale !== 'mean') return this.#scale;
    const mean = this.#total / this.#rounds;
    return mean > 0 ? mean : 1;
  }
}

export const tsallisInfSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/tsallis-inf',
  title: 'Tsallis-INF',
  summary: 'Optimal without tuning, whether losses are random or adversarial.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'Tsallis-INF: An Optimal Algorithm for Stochastic and Adversarial Bandits', arxiv: '1807.07623', year: 2018 },
  cost: 'O(A) \\text{ per round}',
  options: tsallisInfOptions,
  steps: (instance, options) => {
    const resolved = resolveOptions(tsallisInfOptions, options);
    return playSteps(instance, new TsallisInf(instance.rewards.cols, resolved), resolved.seed);
  },
});
