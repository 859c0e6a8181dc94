// Batches of samples for both levels: drawn with replacement, or nothing where a level is exact or the batch holds all of it.
import { Random } from '@infimum/core';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';

/** Samples with replacement, in memory that the next draw with the same slot reuses. */
export class SlotDraws {
  readonly #random: Random;
  readonly #memory = new Map<string, Int32Array>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** So many of `samples`; nothing where the batch holds all. */
  draw(samples: number, batch: number, slot: string): Int32Array | undefined {
    if (samples <= batch) return undefined;
    let chosen = this.#memory.get(slot);
    if (chosen?.length !== batch) {
      chosen = new Int32Array(batch);
      this.#memory.set(slot, chosen);
    }
    for (let k = 0; k < batch; k++) chosen[k] = this.#random.integer(samples);
    return chosen;
  }
}

/** Draws batches; every call gives new samples in memory that the next call with the same slot reuses. */
export class Sampler {
  readonly #draws: SlotDraws;
  readonly #samplesF: number;
  readonly #samplesG: number;

  constructor({ samplesF = 0, samplesG = 0 }: BilevelProblem, seed: number) {
    this.#draws = new SlotDraws(new Random(seed, 1));
    this.#samplesF = samplesF;
    this.#samplesG = samplesG;
  }

  /** Samples of f. */
  upper(batch: number, slot = 'f'): Int32Array | undefined {
    return this.#draws.draw(this.#samplesF, batch, slot);
  }

  /** Samples of g. */
  lower(batch: number, slot = 'g'): Int32Array | undefined {
    return this.#draws.draw(this.#samplesG, batch, slot);
  }
}
