// Gradient steps on a block: with the constant L_b, or with one that is found by trying.
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { GrowingArray } from '../state/small-dense.ts';

/** d = -g_b / L_b with the block's constant. */
export function lipschitzUpdate({ state, constants }: BlockContext): BlockUpdate {
  const room = new GrowingArray();
  return (chosen) => {
    const lipschitz = constants.lipschitz(chosen);
    if (!(lipschitz > 0)) return;
    const { block } = chosen;
    const d = room.of(block.length);
    for (let k = 0; k < block.length; k++) d[k] = -state.gradient[block[k]] / lipschitz;
    state.aim(block, d);
    state.move(1);
  };
}

/**
 * d = -g_b / L with an estimate of its own for every coordinate, 1 at the start: L is the largest of the block, and is
 * doubled until f falls by |g_b|² / (2 L).
 */
export function backtrackingUpdate({ loss, state }: BlockContext): BlockUpdate {
  const room = new GrowingArray();
  const estimates = new Float64Array(loss.dimension).fill(1);
  return ({ block }) => {
    const d = room.of(block.length);
    let [lipschitz, square, trace] = [0, 0, 0];
    for (let k = 0; k < block.length; k++) {
      const i = block[k];
      d[k] = -state.gradient[i];
      square += d[k] * d[k];
      lipschitz = Math.max(lipschitz, estimates[i]);
      trace += loss.coordinateLipschitz[i];
    }
    if (square === 0) return;
    state.aim(block, d);
    // From the trace of H_b on, the decrease is guaranteed despite rounding.
    while (lipschitz < trace && state.valueAt(1 / lipschitz) > state.value - square / (2 * lipschitz)) lipschitz *= 2;
    for (const i of block) estimates[i] = lipschitz;
    state.move(1 / lipschitz);
  };
}
