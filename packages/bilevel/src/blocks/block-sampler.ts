// Which blocks and which of their samples an iteration sees: blocks in shuffled passes, samples with replacement.
import { Random } from '@infimum/core';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { SlotDraws } from '../single/sampler.ts';

/** Draws blocks and samples. */
export class BlockSampler {
  readonly #random: Random;
  readonly #problem: MultiBlockProblem;
  readonly #order: Int32Array;
  readonly #draws: SlotDraws;
  #at: number;

  constructor(problem: MultiBlockProblem, seed: number) {
    this.#problem = problem;
    this.#random = new Random(seed, 3);
    this.#draws = new SlotDraws(this.#random);
    this.#order = Int32Array.from({ length: problem.blocks }, (_, i) => i);
    this.#at = problem.blocks;
  }

  /** The next `count` different blocks of the pass; a pass that is nearly over is begun anew. */
  blocks(count: number): Int32Array {
    const order = this.#order;
    if (this.#at + count > order.length) {
      for (let k = order.length - 1; k > 0; k--) {
        const j = this.#random.integer(k + 1);
        [order[k], order[j]] = [order[j], order[k]];
      }
      this.#at = 0;
    }
    this.#at += count;
    return order.subarray(this.#at - count, this.#at);
  }

  /** Samples of g_i; nothing where the batch holds all. */
  lower(i: number, batch: number, slot = 'g'): Int32Array | undefined {
    return this.#draws.draw(this.#problem.samplesG?.(i) ?? 0, batch, slot);
  }

  /** Samples of f_i; nothing where the batch holds all. */
  upper(i: number, batch: number, slot = 'f'): Int32Array | undefined {
    return this.#draws.draw(this.#problem.samplesF?.(i) ?? 0, batch, slot);
  }
}
