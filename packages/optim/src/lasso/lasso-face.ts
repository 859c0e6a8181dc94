// Newton steps of the lasso on the face of the current point, where coordinate descent is slow because columns are nearly
// equal.
//
// H. Lee, A. Battle, R. Raina, A. Ng: Efficient sparse coding algorithms (2006), feature-sign search.
import { GrowingArray, solveSymmetric } from '../blocks/state/small-dense.ts';
import type { CompactColumns, RestrictedLasso } from './lasso-columns.ts';

/** Coordinates that may become zero in a round, each with a solve of its own. */
const MOST_STEPS = 20;

/**
 * A function that goes to the minimiser among the points with the same signs; where a coordinate would change its sign on the
 * way it stops there, sets it to zero, and goes on with the others. F never rises. O(s³ + s² n) for s coordinates.
 */
export function createFaceSteps(): (columns: CompactColumns, problem: RestrictedLasso, active: Int32Array) => void {
  const [productRoom, reducedRoom, factorRoom, stepRoom] = Array.from({ length: 4 }, () => new GrowingArray());
  let face = new Int32Array(0); // places in `active`

  return (columns, { point, l1 }, active) => {
    const size = active.length;
    // More columns than rows are dependent, and descent leaves fewer of them.
    if (size > columns.residual.length) return;
    if (face.length < size) face = new Int32Array(size);
    const products = productRoom.of(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b <= a; b++) {
        products[a * size + b] = columns.product(active[a], active[b]);
        products[b * size + a] = products[a * size + b];
      }
    }
    for (let round = 0; round < MOST_STEPS; round++) {
      let count = 0;
      for (let a = 0; a < size; a++) if (point[active[a]] !== 0) face[count++] = a;
      const reduced = reducedRoom.of(count * count);
      const step = stepRoom.of(count);
      for (let k = 0; k < count; k++) {
        const column = active[face[k]];
        step[k] = columns.correlation(column) - l1 * Math.sign(point[column]);
        for (let l = 0; l < count; l++) reduced[k * count + l] = products[face[k] * size + face[l]];
      }
      solveSymmetric(reduced, factorRoom.of(count * count), count, step);
      let [share, stop] = [1, -1];
      for (let k = 0; k < count; k++) {
        const own = -point[active[face[k]]] / step[k];
        if (own >= 0 && own < share) [share, stop] = [own, k];
      }
      for (let k = 0; k < count; k++) {
        const column = active[face[k]];
        const next = k === stop ? 0 : point[column] + share * step[k];
        columns.change(column, next - point[column]);
        point[column] = next;
      }
      if (stop < 0) return;
    }
  };
}
