// A proximal gradient step on a block.
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { BlockMover } from '../state/block-moves.ts';
import { GrowingArray } from '../state/small-dense.ts';

/** x_b <- prox of g over L_b at x_b - g_b / L_b. */
export function proximalUpdate({ state, term, constants }: BlockContext): BlockUpdate {
  const room = new GrowingArray();
  const mover = new BlockMover(state, term);
  return (chosen) => {
    const lipschitz = constants.lipschitz(chosen);
    if (!(lipschitz > 0)) return;
    const { block } = chosen;
    const targets = room.of(block.length);
    for (let k = 0; k < block.length; k++) {
      const i = block[k];
      targets[k] = term.prox(state.x[i] - state.gradient[i] / lipschitz, 1 / lipschitz);
    }
    mover.move(block, targets);
  };
}
