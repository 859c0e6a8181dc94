// The gap of a two-layer network to the best of any width, for data of any size: a bound by a relaxation, which a checker confirms, and one
// by a search for units that would help, which is nearly exact but only measured.
import { checkInteger, Random } from '@infimum/core';
import { norm, symmetricEigen } from '@infimum/linalg/numerics';
import { conjugateValue, powerOfTwoOf } from './convex-program.ts';
import type { RelaxedWitness } from './relaxed-relu-checker.ts';
import { relaxedLowerBound } from './relaxed-relu-checker.ts';
import type { ReluInstance, ReluLike, ReluNetwork } from './relu-network.ts';
import { asRelu, checkRelu, dualOf, predictRelu, reluObjective } from './relu-network.ts';
import { withinDomain } from './two-layer-relu-prover.ts';
import { searchUnits } from './unit-search.ts';

/** A network's cost and its bounds. */
export interface ReluBounds {
  /** Loss and penalty of the network. */
  readonly value: number;
  /** A lower bound of the cost of networks of any width. */
  readonly lowerBound: number;
  /** An estimate of the least cost by a search for units; never below `lowerBound`. */
  readonly searchedBound: number;
}

/**
 * Bounds the least cost of all two-layer networks from the residual of a trained one: nu = -l'(predictions), scaled until
 * |nu . (X u)_+| <= beta for all units, gives the dual value. The largest |nu . (X u)_+| is bounded by convex majorants of |x_k . u|,
 * which are tuned, and confirmed in outward-rounded arithmetic: `lowerBound` holds for the
 * doubles as they are. `searchedBound` uses the largest value that ascents from random units find, and is only measured.
 *
 * O(n d²) a step, 160 steps; ascents take O(n d) a step.
 *
 * @param network - as any method has trained it
 * @param starts - random units from which ascents begin, 200 by default
 * @throws {InvalidInputError} naming the field at fault
 *
 * @example
 * ```ts
 * import { boundRelu, convexReluAdmm } from '@infimum/learn';
 *
 * const points = [[-1, 1], [-0.5, 1], [0, 1], [0.5, 1], [1, 1]];
 * const instance = { points, targets: [1, 0.5, 0, 0.5, 1], loss: 'squared', beta: 0.1 } as const;
 * const { value, lowerBound, searchedBound } = boundRelu(instance, convexReluAdmm(instance));
 * console.log(searchedBound > 0.999 * value, lowerBound > 0.6 * value); // true true
 * ```
 */
export function boundRelu(instance: ReluLike, network: ReluNetwork, starts = 200): ReluBounds {
  const given = asRelu(instance);
  checkRelu(given);
  checkInteger(starts, 'starts', { min: 1, max: 1_000_000 });
  const value = reluObjective(given, network);
  const lowerBound = Math.max(0, relaxedLowerBound(given, certify(given, network)) ?? 0);
  const { patches = 1, targets, loss, beta, points } = given;
  const nu = dualOf(loss, predictRelu({ ...network, patches }, points), targets);
  const data = { ...points, patches, x: points.values as Float64Array };
  const [{ height }] = searchUnits(data, nu, new Random(0), 2 * starts);
  const share = Math.min(1, beta / height);
  return { value, lowerBound, searchedBound: Math.max(lowerBound, conjugateValue(loss, nu, targets, share)) };
}

/** The witness of the relaxation for the residual of a network. */
export function certify(instance: ReluInstance, network: ReluNetwork): RelaxedWitness {
  const { points, patches = 1, loss, targets } = instance;
  const nu = withinDomain(instance, dualOf(loss, predictRelu({ ...network, patches }, points), targets));
  // Squares in units in which they neither over- nor underflow.
  const [a, c] = [powerOfTwoOf(points.values), powerOfTwoOf(nu)];
  const x = { ...points, values: Float64Array.from(points.values, (value) => value / a) };
  const parts = Float64Array.from({ length: points.rows }, (_, k) => nu[Math.floor(k / patches)] / patches / c);
  const sides = [1, -1].map((sign) => majorantsOf(x, parts, sign));
  return {
    nu,
    majorants: sides.map(({ majorants }) => majorants.map((value) => value * a)),
    eigenvalues: sides.map(({ eigenvalue }) => eigenvalue * a * c),
  };
}

/** Rounds in which majorants follow the directions of the largest eigenvalues, with less and less smoothing. */
const TURNS = 80;

/**
 * The a_k that bound sign nu . (X u)_+ best, with the largest eigenvalue that belongs to them, a little larger. At the best a_k² is the
 * mean square of x_k . u over directions u of the largest eigenvalue.
 */
function majorantsOf(
  { rows, cols, values }: { rows: number; cols: number; values: Float64Array },
  parts: Float64Array,
  sign: number,
) {
  const lengths = Float64Array.from({ length: rows }, (_, k) => norm(values.subarray(k * cols, (k + 1) * cols)) || 1);
  const majorants = lengths.map((length) => length / Math.sqrt(cols));
  let best = { bound: Infinity, majorants, eigenvalue: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    const matrix = new Float64Array(cols * cols);
    let linear = 0;
    for (let k = 0; k < rows; k++) {
      const part = sign * parts[k];
      const weight = part > 0 ? part / (2 * majorants[k]) : part / lengths[k];
      if (part > 0) linear += part * majorants[k];
      for (let i = 0; i < cols; i++) {
        const factor = weight * values[k * cols + i];
        for (let j = 0; j <= i; j++) matrix[i * cols + j] += factor * values[k * cols + j];
      }
    }
    for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) matrix[j * cols + i] = matrix[i * cols + j];
    const { values: eigenvalues, vectors } = symmetricEigen({ rows: cols, cols, values: matrix });
    const largest = eigenvalues[cols - 1];
    const bound = linear / 2 + Math.max(0, largest);
    if (bound < best.bound) best = { bound, majorants: majorants.slice(), eigenvalue: largest + 1e-11 * norm(matrix) };
    const shares = eigenvalues.map((value) => Math.exp((5 + turn) * 2 * (value / Math.abs(largest || 1) - Math.sign(largest))));
    const total = shares.reduce((sum, share) => sum + share, 0);
    for (let k = 0; k < rows; k++) {
      let square = 0;
      for (let i = 0; i < cols; i++) {
        if (shares[i] < 1e-9 * total) continue;
        let along = 0;
        for (let j = 0; j < cols; j++) along += values[k * cols + j] * vectors.values[j * cols + i];
        square += (shares[i] / total) * along * along;
      }
      majorants[k] = Math.sqrt(majorants[k] * Math.max(Math.sqrt(square), 1e-6 * lengths[k]));
    }
  }
  return best;
}
