// What selection rules and updates of a run of block coordinate descent share.
import type { Random } from '@infimum/core';
import type { BlockLoss, BlockState } from '../../losses/block-loss.ts';
import type { SeparableTerm } from '../../losses/separable-term.ts';
import { factorInPlace, GrowingArray, largestEigenvalue, solveFactored, solveSymmetric } from './small-dense.ts';

/** One run. */
export interface BlockContext {
  readonly loss: BlockLoss;
  readonly state: BlockState;
  readonly term: SeparableTerm;
  readonly constants: BlockConstants;
  readonly random: Random;
}

/** The block of this iteration. */
export interface ChosenBlock {
  /** Its coordinates; valid until the next choice. */
  readonly block: Int32Array;
  /** Its number among the fixed blocks, -1 for a block that is made for this iteration. */
  readonly key: number;
}

/** Changes the coordinates of a block. */
export type BlockUpdate = (chosen: ChosenBlock) => void;

/** L_b and H_b; of fixed blocks they are computed once. */
export class BlockConstants {
  readonly #loss: BlockLoss;
  readonly #lipschitz: Float64Array; // -1 before it is known
  readonly #factors: (Float64Array | undefined)[];
  readonly #bound = new GrowingArray();
  readonly #factor = new GrowingArray();

  constructor(loss: BlockLoss, fixedBlocks: number) {
    this.#loss = loss;
    this.#lipschitz = new Float64Array(fixedBlocks).fill(-1);
    this.#factors = new Array<undefined>(fixedBlocks).fill(undefined);
  }

  /** The largest eigenvalue of H_b. */
  lipschitz({ block, key }: ChosenBlock): number {
    if (key >= 0 && this.#lipschitz[key] >= 0) return this.#lipschitz[key];
    const value = largestEigenvalue(this.#boundOf(block), block.length);
    if (key >= 0) this.#lipschitz[key] = value;
    return value;
  }

  /** b <- H_b^-1 b, or the pseudo-inverse where H_b is singular. */
  solve({ block, key }: ChosenBlock, b: Float64Array): void {
    const size = block.length;
    const kept = key >= 0 ? this.#factors[key] : undefined;
    if (kept) {
      solveFactored(kept, size, b);
      return;
    }
    const bound = this.#boundOf(block);
    if (key >= 0) {
      const factor = bound.slice(0, size * size);
      if (factorInPlace(factor, size)) {
        this.#factors[key] = factor;
        solveFactored(factor, size, b);
        return;
      }
    }
    solveSymmetric(bound, this.#factor.of(size * size), size, b);
  }

  #boundOf(block: Int32Array): Float64Array {
    const bound = this.#bound.of(block.length * block.length);
    this.#loss.boundBlock(block, bound);
    return bound;
  }
}
