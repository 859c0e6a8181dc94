// Whether a plane separates two classes, with a certificate either way.
//
// P. Gordan (1873) and E. Stiemke (1915) for the alternatives; A. Albert, J. A. Anderson: On the existence of maximum
// likelihood estimates in logistic regression models (1984), for quasi-separation.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkObject, resolveOptions } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import { refuseZeroRows } from './lr-gd.ts';
import type { Vertex } from './min-norm-point.ts';
import { nearestPoints } from './min-norm-point.ts';
import type { LinearSeparator, SeparableInstance } from './signed-rows.ts';
import { checkSeparable, errorsOf, SignedRows } from './signed-rows.ts';

const separabilityOptions = {
  tolerance: {
    type: 'number',
    above: 0,
    max: 1e-3,
    default: 1e-10,
    description: 'Residual |B’p|, for rows divided by their largest norm, up to which p is taken for a proof',
  },
  maxPivots: {
    type: 'integer',
    was: 'maxSteps',
    min: 1,
    default: 100_000,
    description: 'Exchanges of vertices after which it is undecided',
  },
} as const satisfies OptionSpecs;

/** What callers of `separability` give. */
export type SeparabilityOptions = OptionsOf<typeof separabilityOptions>;

/** The answer. */
export type Separability =
  | {
      /** Some plane has every point strictly on its side. */
      readonly kind: 'separable';
      /** It. */
      readonly plane: LinearSeparator;
    }
  | {
      /** No plane separates strictly, but one has no point on the wrong side and not all on it: likelihoods have no maximum. */
      readonly kind: 'quasi-separable';
      /** The plane. */
      readonly plane: LinearSeparator;
      /** Weights p >= 0 of sum 1 with sum_i p_i b_i = 0: the proof that no plane separates strictly. */
      readonly proof: Float64Array;
      /** |sum_i p_i b_i|, for rows divided by the power of two below their largest norm. */
      readonly residual: number;
    }
  | {
      /** Every plane that is not the same for all points has some on the wrong side. */
      readonly kind: 'inseparable';
      /** Weights p >= 0 of sum 1 with sum_i p_i b_i = 0. */
      readonly proof: Float64Array;
      /** |sum_i p_i b_i|, for rows divided by the power of two below their largest norm. */
      readonly residual: number;
    }
  | {
      /** Rounding, or the limit, allows no answer. */
      readonly kind: 'undecided';
      /** The distance of the origin from the hull of the rows, over their size, as far as it is known. */
      readonly distance: number;
    };

/**
 * Decides whether two classes can be separated. Exactly one of two things is true: some plane w has b_i . w > 0 for all
 * rows b_i = y_i (x_i, 1), or some p >= 0, not 0, has sum_i p_i b_i = 0 (Gordan). Wolfe's nearest point of the hull of the
 * rows gives one or the other. Then the plane is tested on the points themselves, and p by its residual.
 *
 * Quasi-separation is looked for among the rows that p leaves out, on the planes that hold all the others.
 *
 * @param instance - `points`, n x d, dense or sparse; `labels`, n of 1 and -1; `fitIntercept`
 * @throws {InvalidInputError} naming `points`, `labels` or the option at fault
 *
 * @example
 * ```ts
 * import { separability } from '@infimum/learn';
 *
 * const points = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 3, 4) };
 * console.log(separability({ points, labels: Int8Array.of(-1, -1, 1, 1), fitIntercept: true }).kind); // separable
 * console.log(separability({ points, labels: Int8Array.of(-1, 1, -1, 1), fitIntercept: true }).kind); // inseparable
 * ```
 */
export function separability(instance: SeparableInstance, options: SeparabilityOptions = {}): Separability {
  checkObject(instance, 'instance');
  checkObject(options, 'options');

  const { tolerance, maxPivots } = resolveOptions(separabilityOptions, options);
  checkSeparable(instance);
  using rows = new SignedRows(instance);
  refuseZeroRows(rows);
  const all = Int32Array.from({ length: rows.count }, (_, i) => i);
  const first = nearestOf(rows, all, [], maxPivots);
  const plane = rows.plane(first.point);
  if (errorsOf(instance, plane) === 0) return { kind: 'separable', plane };
  const proof = first.weights;
  const residual = residualOf(rows, proof);
  if (!(residual <= tolerance)) return { kind: 'undecided', distance: residual };
  return quasiSeparation(rows, proof, residual, tolerance, maxPivots);
}

/**
 * Planes without a point on the wrong side hold all rows of the proof. Among those planes the other rows, projected, are
 * separated or have a proof of their own, which joins the first one (its part along the proof's rows is made up for by more
 * of the first); at most d times.
 */
function quasiSeparation(
  rows: SignedRows,
  proof: Float64Array,
  residual: number,
  tolerance: number,
  maxSteps: number,
): Separability {
  const held = new Set<number>();
  for (let i = 0; i < proof.length; i++) if (proof[i] > ROUNDING) held.add(i);
  const basis: Float64Array[] = [];
  const point = new Float64Array(rows.dimension);
  for (const i of held) extend(basis, rowInto(rows, i, point), tolerance);
  for (;;) {
    const open: number[] = [];
    for (let i = 0; i < rows.count; i++) {
      if (held.has(i)) continue;
      if (norm(projected(rowInto(rows, i, point), basis)) > Math.sqrt(tolerance)) open.push(i);
    }
    if (open.length === 0) return { kind: 'inseparable', proof, residual };
    const { point: x, weights } = nearestOf(rows, Int32Array.from(open), basis, maxSteps);
    // A shorter x is rounding, and above all rows by chance; its weights are a proof.
    if (norm(x) > tolerance) {
      const isAbove = open.every((i) => rows.dot(i, x) > 0);
      if (!isAbove) return { kind: 'undecided', distance: norm(x) };
      return { kind: 'quasi-separable', plane: rows.plane(x), proof, residual };
    }
    const before = held.size;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] > ROUNDING && !held.has(i)) {
        held.add(i);
        extend(basis, rowInto(rows, i, point), tolerance);
      }
    }
    if (held.size === before) return { kind: 'inseparable', proof, residual };
  }
}

/** Weights below this are rounding. */
const ROUNDING = 1e-12;

/** The nearest point of the hull of some rows, projected onto the complement of a basis. */
function nearestOf(rows: SignedRows, chosen: Int32Array, basis: readonly Float64Array[], maxSteps: number) {
  const scratch = new Float64Array(rows.dimension);
  const nearest = (x: Float64Array): Vertex => {
    let [best, least] = [chosen[0], Infinity];
    for (const i of chosen) {
      const value = rows.dot(i, x); // x lies in the complement: projecting the row changes nothing
      if (value < least) [best, least] = [i, value];
    }
    return { key: best, point: projected(rowInto(rows, best, scratch), basis).slice() };
  };
  const states = nearestPoints(nearest, rows.dimension, 1e-14);
  let state = states.next();
  for (let step = 0; !state.done && step < maxSteps; step++) state = states.next();
  const weights = new Float64Array(rows.count);
  for (const [key, weight] of state.value.weights) weights[key] = weight;
  return { point: state.value.point, weights };
}

function rowInto(rows: SignedRows, index: number, out: Float64Array): Float64Array {
  out.fill(0);
  rows.add(index, 1, out);
  return out;
}

/** Takes the parts along an orthonormal basis out, twice against rounding; in place. */
function projected(x: Float64Array, basis: readonly Float64Array[]): Float64Array {
  for (let turn = 0; turn < 2; turn++) {
    for (const direction of basis) {
      const part = dot(direction, x);
      for (let j = 0; j < x.length; j++) x[j] -= part * direction[j];
    }
  }
  return x;
}

function extend(basis: Float64Array[], row: Float64Array, tolerance: number): void {
  const rest = projected(row.slice(), basis);
  const size = norm(rest);
  if (size > Math.sqrt(tolerance)) basis.push(rest.map((value) => value / size));
}

function residualOf(rows: SignedRows, proof: Float64Array): number {
  const sum = new Float64Array(rows.dimension);
  rows.addAll(proof, 1, sum);
  return norm(sum);
}
