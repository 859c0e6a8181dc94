// The exact solution of a block's problem: of the block itself where f is quadratic, of its Newton model elsewhere, which is
// then searched along (projected and proximal Newton steps).
//
// J. Lee, Y. Sun, M. Saunders: Proximal Newton-type methods for minimizing composite functions (2014).
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { BlockMover } from '../state/block-moves.ts';
import { GrowingArray } from '../state/small-dense.ts';
import { createModelSolver } from './block-model.ts';

const DECREASE = 1e-4;
const SMALLEST_STEP = 1e-10;

/** x_b <- argmin of g_b.d + d'Hd/2 + g(x_b + d) with the block's Hessian; back-tracking where f is not quadratic. */
export function exactUpdate({ loss, state, term }: BlockContext): BlockUpdate {
  const [hessianRoom, targetRoom, trialRoom, slopeRoom] = [
    new GrowingArray(),
    new GrowingArray(),
    new GrowingArray(),
    new GrowingArray(),
  ];
  const solveModel = createModelSolver(term);
  const mover = new BlockMover(state, term);
  return ({ block }) => {
    const size = block.length;
    const hessian = hessianRoom.of(size * size);
    const [targets, slope] = [targetRoom.of(size), slopeRoom.of(size)];
    state.hessian(block, hessian);
    for (let k = 0; k < size; k++) {
      targets[k] = state.x[block[k]];
      slope[k] = state.gradient[block[k]];
    }
    solveModel(hessian, size, slope, targets);
    if (loss.quadratic) {
      mover.move(block, targets);
      return;
    }
    let decrease = 0; // of the model without its curvature
    for (let k = 0; k < size; k++) {
      const x = state.x[block[k]];
      decrease += state.gradient[block[k]] * (targets[k] - x) + term.difference(x, targets[k]);
    }
    if (!(decrease < 0)) return;
    const noise = 2 * Number.EPSILON * Math.abs(state.value);
    const trial = trialRoom.of(size);
    for (let step = 1; step >= SMALLEST_STEP; step /= 2) {
      for (let k = 0; k < size; k++) {
        const x = state.x[block[k]];
        trial[k] = step === 1 ? targets[k] : x + step * (targets[k] - x);
      }
      if (!(mover.difference(block, trial) <= DECREASE * step * decrease + noise)) continue;
      mover.move(block, trial);
      return;
    }
  };
}
