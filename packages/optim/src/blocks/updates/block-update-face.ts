// Newton steps on the face of g that a block moves on: two-metric projection with a dense Hessian, and message passing on a
// forest, with l1 and bounds.
//
// D. Bertsekas: Projected Newton methods for optimization problems with simple constraints (1982); on forests: J. Nutini,
// I. Laradji, M. Schmidt: Let's make block coordinate descent converge faster (arXiv 1712.08859).
import { ForestSolver } from '../forest/forest.ts';
import { SparseBlockCholesky } from '../forest/sparse-block-cholesky.ts';
import type { BlockContext, BlockUpdate, ChosenBlock } from '../state/block-context.ts';
import { BlockMover } from '../state/block-moves.ts';
import { GrowingArray, solveSymmetric } from '../state/small-dense.ts';

const DECREASE = 1e-4;
const SMALLEST_STEP = 1e-10;

/** b <- (Hessian of the free coordinates)^-1 b */
type FreeSolver = (free: Int32Array, b: Float64Array) => void;

/** Two-metric projection: a Newton step on the free coordinates, a scaled gradient step on those within `activeTolerance` of a
 * kink that they are pushed to. */
export function twoMetricUpdate(context: BlockContext, activeTolerance: number): BlockUpdate {
  const { state } = context;
  const [hessianRoom, factorRoom] = [new GrowingArray(), new GrowingArray()];
  return faceUpdate(context, activeTolerance, (free, b) => {
    const size = free.length;
    const hessian = hessianRoom.of(size * size);
    state.hessian(free, hessian);
    solveSymmetric(hessian, factorRoom.of(size * size), size, b);
  });
}

/** A Newton step on a block whose free coordinates form a forest, by two sweeps of messages. */
export function messageUpdate(context: BlockContext): BlockUpdate {
  const { loss, state } = context;
  const solver = new ForestSolver(loss.dimension);
  return faceUpdate(context, 0, (free, b) => {
    const graph = state.graphHessian?.(free);
    if (graph) solver.solve(graph, free, b);
  });
}

/** A Newton step on a block of a sparse Hessian with any graph, by elimination in the order of least degree. */
export function sparseNewtonUpdate(context: BlockContext): BlockUpdate {
  const { loss, state } = context;
  const solver = new SparseBlockCholesky(loss.dimension);
  return faceUpdate(context, 0, (free, b) => {
    const graph = state.graphHessian?.(free);
    if (graph) solver.solve(graph, free, b);
  });
}

/**
 * The coordinates that g holds at a kink stay; the others move along their Newton step, projected to their side of the kink
 * and the bounds; F falls by at least 1e-4 of what the linear model says. Without such a step above 1e-10: one proximal step.
 */
function faceUpdate(context: BlockContext, activeTolerance: number, solve: FreeSolver): BlockUpdate {
  const { loss, state, term } = context;
  const mover = new BlockMover(state, term);
  const [slopeRoom, stepRoom, targetRoom, lowRoom, highRoom] = Array.from({ length: 5 }, () => new GrowingArray());
  const free = new Int32Array(loss.dimension);
  const moving = new Int32Array(loss.dimension);
  const fallBack = safeStep(context, mover);

  return (chosen) => {
    const { block } = chosen;
    const [slopes, steps] = [slopeRoom.of(block.length), stepRoom.of(block.length)];
    let [count, activeTrace] = [0, 0];
    // Free coordinates first, then active ones, all of them in `moving`.
    let actives = 0;
    for (const i of block) {
      const slope = term.leastSubgradient(state.x[i], state.gradient[i]);
      if (slope === 0 && !Number.isNaN(term.kink(state.x[i]))) continue;
      if (activeTolerance > 0 && isActive(context, i, slope, activeTolerance)) {
        moving[block.length - ++actives] = i;
        activeTrace += loss.coordinateLipschitz[i];
      } else free[count++] = i;
    }
    for (let k = 0; k < count; k++) {
      slopes[k] = term.leastSubgradient(state.x[free[k]], state.gradient[free[k]]);
      steps[k] = -slopes[k];
    }
    if (count > 0) solve(free.subarray(0, count), steps);
    for (let k = 0; k < actives; k++) {
      const i = moving[block.length - 1 - k];
      free[count + k] = i;
      slopes[count + k] = term.leastSubgradient(state.x[i], state.gradient[i]);
      steps[count + k] = -slopes[count + k] / activeTrace;
    }
    const size = count + actives;
    if (size === 0) return;
    const face = free.subarray(0, size);
    const [low, high] = [lowRoom.of(size), highRoom.of(size)];
    sides(context, face, slopes, low, high);
    if (!search(face, slopes, steps, low, high)) fallBack(chosen);
  };

  function search(face: Int32Array, slopes: Float64Array, steps: Float64Array, low: Float64Array, high: Float64Array): boolean {
    const targets = targetRoom.of(face.length);
    const noise = 2 * Number.EPSILON * Math.abs(state.value);
    for (let step = 1; step >= SMALLEST_STEP; step /= 2) {
      let linear = 0;
      for (let k = 0; k < face.length; k++) {
        const x = state.x[face[k]];
        targets[k] = Math.min(Math.max(x + step * steps[k], low[k]), high[k]);
        linear += slopes[k] * (targets[k] - x);
      }
      if (!(linear < 0)) return false;
      if (!(mover.difference(face, targets) <= DECREASE * linear + noise)) continue;
      mover.move(face, targets);
      return true;
    }
    return false;
  }
}

/** Whether a coordinate is next to a kink that its slope pushes it to. */
function isActive({ state, term }: BlockContext, i: number, slope: number, tolerance: number): boolean {
  const x = state.x[i];
  const toLower = slope > 0 && (x - term.lower <= tolerance || (term.l1 > 0 && x >= 0 && x <= tolerance));
  const toUpper = slope < 0 && (term.upper - x <= tolerance || (term.l1 > 0 && x <= 0 && x >= -tolerance));
  return toLower || toUpper;
}

/** The interval in which g is linear and that the coordinate moves in. */
function sides(
  { state, term }: BlockContext,
  face: Int32Array,
  slopes: Float64Array,
  low: Float64Array,
  high: Float64Array,
): void {
  for (let k = 0; k < face.length; k++) {
    const x = state.x[face[k]];
    low[k] = term.lower;
    high[k] = term.upper;
    if (term.l1 === 0) continue;
    if (x > 0 || (x === 0 && slopes[k] < 0)) low[k] = Math.max(low[k], 0);
    else high[k] = Math.min(high[k], 0);
  }
}

/** A proximal step with a diagonal that bounds the Hessian of the block: tau L_i, or row sums where they are at hand. */
function safeStep({ loss, state, term }: BlockContext, mover: BlockMover): (chosen: ChosenBlock) => void {
  const room = new GrowingArray();
  const rowSums = loss.graph && loss.rowSums();
  return ({ block }) => {
    const targets = room.of(block.length);
    for (let k = 0; k < block.length; k++) {
      const i = block[k];
      const weight = rowSums ? rowSums[i] : block.length * loss.coordinateLipschitz[i];
      targets[k] = weight > 0 ? term.prox(state.x[i] - state.gradient[i] / weight, 1 / weight) : state.x[i];
    }
    if (mover.difference(block, targets) < 0) mover.move(block, targets);
  };
}
