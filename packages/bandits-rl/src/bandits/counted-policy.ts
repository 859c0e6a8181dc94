// The common part of policies that use only the number of plays and the total reward of each arm.
import type { Policy, PolicyState } from './policy.ts';
import { lengthened, numbersOf } from './policy.ts';

/** A policy by counts: rewards of every arm are added up. */
export abstract class CountedPolicy implements Policy {
  protected sums: Float64Array;
  protected counts: Float64Array;

  constructor(arms: number) {
    this.sums = new Float64Array(arms);
    this.counts = new Float64Array(arms);
  }

  abstract weigh(context: Float64Array, available: Int32Array, out: Float64Array): void;

  learn(_: Float64Array, arm: number, __: number, loss: number): void {
    this.sums[arm] += 1 - loss;
    this.counts[arm]++;
  }

  grow(): void {
    this.sums = lengthened(this.sums, 1);
    this.counts = lengthened(this.counts, 1);
  }

  save(): PolicyState {
    return { sums: [...this.sums], counts: [...this.counts] };
  }

  load(state: PolicyState): void {
    this.sums = numbersOf(state, 'sums', this.sums.length, 0);
    this.counts = numbersOf(state, 'counts', this.counts.length, 0);
  }
}
