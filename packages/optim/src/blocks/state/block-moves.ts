// Moves of a block to given values, which are set without rounding, so that a coordinate stays exactly at a kink.
import type { BlockState } from '../../losses/block-loss.ts';
import type { SeparableTerm } from '../../losses/separable-term.ts';
import { GrowingArray } from './small-dense.ts';

/** Moves a block, and evaluates moves. */
export class BlockMover {
  readonly #state: BlockState;
  readonly #term: SeparableTerm;
  readonly #room = new GrowingArray();

  constructor(state: BlockState, term: SeparableTerm) {
    this.#state = state;
    this.#term = term;
  }

  /** F at x with the values at `targets` in the block, less F at x. */
  difference(block: Int32Array, targets: Float64Array): number {
    const { state, term } = { state: this.#state, term: this.#term };
    this.#aim(block, targets);
    let change = state.valueAt(1) - state.value;
    for (let k = 0; k < block.length; k++) change += term.difference(state.x[block[k]], targets[k]);
    return change;
  }

  /** x_b <- targets */
  move(block: Int32Array, targets: Float64Array): void {
    this.#aim(block, targets);
    this.#state.move(1);
    for (let k = 0; k < block.length; k++) this.#state.x[block[k]] = targets[k];
  }

  #aim(block: Int32Array, targets: Float64Array): void {
    const d = this.#room.of(block.length);
    for (let k = 0; k < block.length; k++) d[k] = targets[k] - this.#state.x[block[k]];
    this.#state.aim(block, d);
  }
}
