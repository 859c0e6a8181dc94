// Exp3: exponential weights on importance-weighted losses; and Exp3-IX, whose estimates stay small.
//
// P. Auer, N. Cesa-Bianchi, Y. Freund, R. Schapire: The nonstochastic multiarmed bandit problem (2002).
// G. Neu: Explore no more, arXiv 1506.03271 (2015).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { banditProblem } from './bandit-problem.ts';
import { exponentialLeader } from './follow-the-leader.ts';
import { playSteps } from './play.ts';
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numberOf, numbersOf } from './policy.ts';

const exp3Options = {
  learningRate: {
    type: 'number',
    above: 0,
    description: 'Fixed rate of the weights; √(2 ln A / (A t)) by default, which needs no horizon',
  },
  implicitExploration: {
    type: 'boolean',
    default: true,
    description: 'Add half the rate to probabilities in the estimates (Exp3-IX): less variance for a small bias',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' },
} as const satisfies OptionSpecs;

/** The policy. */
export class Exp3 implements Policy {
  #losses: Float64Array;
  #rounds = 0;
  readonly #rate: number | undefined;
  readonly #implicit: boolean;
  readonly #gathered: Gatherer = new Gatherer();

  constructor(
    arms: number,
    { learningRate, implicitExploration }: { learningRate?: number | undefined; implicitExploration: boolean },
  ) {
    this.#losses = new Float64Array(arms);
    this.#rate = learningRate;
    this.#implicit = implicitExploration;
  }

  weigh(_: Float64Array, available: Int32Array, out: Float64Array): void {
    exponentialLeader(this.#gathered.of(this.#losses, available), this.#rateNow(), out);
  }

  learn(_: Float64Array, arm: number, probability: number, loss: number): void {
    const exploration = this.#implicit ? this.#rateNow() / 2 : 0;
    this.#losses[arm] += loss / (probability + exploration);
    this.#rounds++;
  }

  grow(): void {
    this.#losses = lengthened(this.#losses, 1, meanOf(this.#losses));
  }

  save(): PolicyState {
    return { losses: [...this.#losses], rounds: this.#rounds };
  }

  load(state: PolicyState): void {
    this.#losses = numbersOf(state, 'losses', this.#losses.length, 0);
    this.#rounds = numberOf(state, 'rounds', true);
  }

  #rateNow(): number {
    const arms = this.#losses.length;
    return this.#rate ?? Math.sqrt((2 * Math.log(Math.max(2, arms))) / (arms * (this.#rounds + 1)));
  }
}

/** Collects the entries of the arms that are there; the whole array where all are. */
export class Gatherer {
  #held = new Float64Array(0);

  of(values: Float64Array, available: Int32Array): Float64Array {
    if (available.length === values.length) return values;
    if (this.#held.length !== available.length) this.#held = new Float64Array(available.length);
    for (let j = 0; j < available.length; j++) this.#held[j] = values[available[j]];
    return this.#held;
  }
}

/** The initial value of a new arm, which neither favours nor penalises it. */
export function meanOf(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

export const exp3Solver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/exp3',
  title: 'Exp3',
  summary: 'Exponential weights on importance-weighted losses: safe against any sequence of losses.',
  problem: banditProblem,
  role: 'baseline',
  paper: { title: 'The nonstochastic multiarmed bandit problem', year: 2002 },
  cost: 'O(A) \\text{ per round}',
  options: exp3Options,
  steps: (instance, options) => {
    const resolved = resolveOptions(exp3Options, options);
    return playSteps(instance, new Exp3(instance.rewards.cols, resolved), resolved.seed);
  },
});
