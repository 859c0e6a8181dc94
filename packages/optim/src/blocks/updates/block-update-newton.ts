// Steps with a block's matrix: the bound H_b, or the Hessian itself with a line search.
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { GrowingArray, solveSymmetric } from '../state/small-dense.ts';
import { backtrack } from './backtracking.ts';

/** d = -H_b^-1 g_b */
export function matrixUpdate({ state, constants }: BlockContext): BlockUpdate {
  const room = new GrowingArray();
  return (chosen) => {
    const { block } = chosen;
    const d = room.of(block.length);
    for (let k = 0; k < block.length; k++) d[k] = -state.gradient[block[k]];
    constants.solve(chosen, d);
    state.aim(block, d);
    state.move(1);
  };
}

/** d = -(Hessian block)^-1 g_b, with back-tracking. */
export function newtonUpdate({ loss, state }: BlockContext): BlockUpdate {
  const [room, hessianRoom, factorRoom] = [new GrowingArray(), new GrowingArray(), new GrowingArray()];
  const valueAt = (step: number) => state.valueAt(step);
  return ({ block }) => {
    const size = block.length;
    const d = room.of(size);
    const hessian = hessianRoom.of(size * size);
    for (let k = 0; k < size; k++) d[k] = -state.gradient[block[k]];
    state.hessian(block, hessian);
    solveSymmetric(hessian, factorRoom.of(size * size), size, d);
    let slope = 0;
    for (let k = 0; k < size; k++) slope += d[k] * state.gradient[block[k]];
    state.aim(block, d);
    const step = loss.quadratic ? 1 : backtrack(valueAt, state.value, slope);
    if (step > 0) state.move(step);
  };
}
