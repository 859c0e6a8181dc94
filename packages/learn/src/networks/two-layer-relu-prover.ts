// Finds what `two-layer-relu-checker.ts` checks: for a dual point the shortest combination of rows in every cell.
import { norm } from '@infimum/linalg/numerics';
import { projectOntoCone } from './cone-projection.ts';
import type { ReluInstance, ReluNetwork } from './relu-network.ts';
import { dualOf, predictRelu } from './relu-network.ts';
import type { ReluWitness, RowCoefficients } from './two-layer-relu-checker.ts';
import { activationCells } from './two-layer-relu-checker.ts';

/** The witness of a dual point, moved into the domain of the conjugate; undefined where there are too many cells. */
export function reluWitness(instance: ReluInstance, given: Float64Array): ReluWitness | undefined {
  const { points, beta, patches = 1 } = instance;
  const nu = withinDomain(instance, given);
  const cells = activationCells(points);
  if (!cells) return undefined;
  const { rows, cols } = points;
  const values = points.values as Float64Array;
  const parts = Float64Array.from({ length: rows }, (_, k) => nu[Math.floor(k / patches)] / patches);
  const out = new Float64Array(cols);
  const coefficients = (pattern: Uint8Array, sign: number): RowCoefficients => {
    const gradient = new Float64Array(cols);
    for (let k = 0; k < rows; k++) {
      if (pattern[k] === 1) for (let j = 0; j < cols; j++) gradient[j] += sign * parts[k] * values[k * cols + j];
    }
    const found = { rows: [] as number[], values: [] as number[] };
    if (!(norm(gradient) > beta)) return found;
    projectOntoCone(values, pattern, cols, gradient, out, found);
    return {
      rows: found.rows,
      values: found.rows.map((k, i) => (pattern[k] === 1 ? sign * parts[k] + found.values[i] : -found.values[i])),
    };
  };
  return { nu, cells: cells.map(({ pattern }) => [coefficients(pattern, 1), coefficients(pattern, -1)] as const) };
}

/** For the hinge y nu lies in [0, 1/n], for the logistic loss in [0, 2]; a little less, so that rounding does not leave it. */
export function withinDomain({ targets, loss }: ReluInstance, nu: Float64Array): Float64Array {
  if (loss === 'squared') return nu;
  const most = (loss === 'hinge' ? 1 / targets.length : 2) * (1 - 8 * Number.EPSILON);
  return nu.map((entry, k) => {
    const along = targets[k] * entry;
    return along > 1e-300 ? targets[k] * Math.min(along, most) : 0;
  });
}

/** A witness for a trained network, from its own predictions. */
export function certify(instance: ReluInstance, solution: ReluNetwork): unknown {
  const { patches = 1, points, loss, targets } = instance;
  return reluWitness(instance, dualOf(loss, predictRelu({ ...solution, patches }, points), targets));
}
