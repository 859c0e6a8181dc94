// Tsallis-INF in bins: the range of a scalar context is divided into equal intervals, each with its own bandit.
import { checkList } from '@infimum/core';
import type { Policy, PolicyState } from '../bandits/policy.ts';
import { numbersOf } from '../bandits/policy.ts';
import type { TsallisInfSettings } from '../bandits/tsallis-inf.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';

/** The policy. */
export class BinnedTsallisInf implements Policy {
  readonly #bins: TsallisInf[];
  readonly #low: number;
  readonly #span: number;

  constructor(arms: number, bins: number, [low, high]: readonly [number, number], settings: TsallisInfSettings) {
    this.#bins = Array.from({ length: bins }, () => new TsallisInf(arms, settings));
    this.#low = low;
    this.#span = high - low;
  }

  weigh(context: Float64Array, available: Int32Array, out: Float64Array): void {
    this.#bin(context).weigh(context, available, out);
  }

  learn(context: Float64Array, arm: number, probability: number, loss: number): void {
    this.#bin(context).learn(context, arm, probability, loss);
  }

  grow(): void {
    for (const bin of this.#bins) bin.grow();
  }

  save(): PolicyState {
    const states = this.#bins.map((bin) => bin.save());
    return {
      losses: states.map(({ losses }) => losses as readonly number[]),
      rounds: states.map(({ rounds }) => rounds as number),
      total: states.map(({ total }) => total as number),
    };
  }

  load(state: PolicyState): void {
    const losses: unknown = state['losses'];
    checkList(losses, 'state.policy.losses');
    const rounds = numbersOf(state, 'rounds', this.#bins.length, 0);
    const total = numbersOf(state, 'total', this.#bins.length, 0);
    for (const [i, bin] of this.#bins.entries())
      bin.load({ losses: losses[i] as number[], rounds: rounds[i], total: total[i] });
  }

  #bin(context: Float64Array): TsallisInf {
    const share = this.#span > 0 ? (context[0] - this.#low) / this.#span : 0;
    const place = Math.floor(share * this.#bins.length);
    return this.#bins[Math.min(this.#bins.length - 1, Math.max(0, place))];
  }
}
