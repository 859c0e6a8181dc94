// Losses of single records, with the constants that privacy depends on.
import type { VectorLike } from '@infimum/core';
import {
  allocateVector,
  checkChoice,
  checkFunction,
  checkInteger,
  checkMatrix,
  checkMethods,
  checkNumber,
  checkNumbers,
  checkObject,
  checkVector,
  fault,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** A mean of losses f(w; x_i), each L0-Lipschitz and L1-smooth in w: premises of the guarantee, which clipping enforces. */
export interface PrivateLoss {
  /** Number of records n, at most 2^27; public where neighbours replace one. */
  readonly records: number;
  /** Number of weights d. */
  readonly dimension: number;
  /** L0. */
  readonly lipschitz: number;
  /** L1. */
  readonly smoothness: number;
  /** The largest distance between the gradients of a record at two places; 2 L0 where nothing better is known. */
  readonly variation?: number;
  /** Whether every f(·; x) is convex; what rests on convexity is refused where it is false, and says so where it is not known. */
  readonly convex?: boolean;
  /** Writes the gradient of one record's loss to `out`, d numbers, or returns it. */
  recordGradient(w: Float64Array, record: number, out: Float64Array): VectorLike | void;
}

/** The gradient of one record, written or returned. */
function recordGradient(loss: PrivateLoss, w: Float64Array, record: number, out: Float64Array): void {
  const returned = loss.recordGradient(w, record, out);
  if (returned && returned !== out) out.set(returned);
}

/**
 * Computes one gradient at 0 and discards it. Otherwise a loss that writes nothing would be taken for zero and waste the budget, and
 * one that fails at full size would fail after the budget was charged.
 *
 * @throws {InvalidInputError} naming `loss.recordGradient`
 */
export function probeGradient(loss: PrivateLoss): void {
  const out = new Float64Array(loss.dimension).fill(Number.NaN);
  const returned = loss.recordGradient(new Float64Array(loss.dimension), 0, out);
  const argument = 'loss.recordGradient';
  if (returned) checkNumbers(returned, argument, loss.dimension);
  else if (out.every(Number.isNaN)) throw fault('neither writes a gradient to `out` nor returns one', argument, 'shape');
}

/** Sums of so many records, of 2^26 units each, are exact. */
const MOST_RECORDS = 2 ** 27;

/**
 * Checks a loss as methods use it: sizes, constants and the gradient.
 *
 * @throws {InvalidInputError} naming the field
 */
export function checkPrivateLoss(loss: unknown): asserts loss is PrivateLoss {
  checkMethods(loss, 'loss', ['recordGradient']);
  const { records, dimension, lipschitz, smoothness } = loss as PrivateLoss;
  checkInteger(records, 'loss.records', { min: 1, max: MOST_RECORDS });
  checkInteger(dimension, 'loss.dimension', { min: 1, max: 2 ** 31 - 1 });
  allocateVector(dimension, 'loss.dimension');
  checkNumber(lipschitz, 'loss.lipschitz', { above: 0 });
  checkNumber(smoothness, 'loss.smoothness', { above: 0 });
  const { variation } = loss as PrivateLoss;
  if (variation !== undefined) checkNumber(variation, 'loss.variation', { above: 0 });
}

/** A loss of the margin or residual u = w . x: its slope, bounds of slope and curvature, and the width of the slopes of one record. */
export interface Link {
  slope(u: number, target: number): number;
  readonly lipschitz: number;
  readonly smoothness: number;
  readonly variation: number;
  readonly convex: boolean;
}

/** The links by name. */
export const links = {
  /** ln(1 + e^(-y u)), y = 1 or -1. */
  logistic: { slope: (u, y) => -y / (1 + Math.exp(y * u)), lipschitz: 1, smoothness: 0.25, variation: 1, convex: true },
  /** √(1 + r²) - 1 + (cos r - 1)/2, r = u - y: not convex, and steep far away. */
  wave: {
    slope: (u, y) => (u - y) / Math.hypot(1, u - y) - Math.sin(u - y) / 2,
    lipschitz: 1.5,
    smoothness: 1.5,
    variation: 3,
    convex: false,
  },
} as const satisfies Record<string, Link>;

/** Names of the links. */
export type LinkName = keyof typeof links;

/**
 * A generalised linear loss φ(w . x_i, y_i) of records whose length is at most `bound`: longer ones are shortened to it, one by
 * one, so that the constants hold for any data. The bound has to come from the caller, not from the data.
 *
 * @throws {InvalidInputError} naming `points`, `targets` or `bound`
 */
export function linearLoss(
  points: DenseMatrix,
  targets: Float64Array,
  name: LinkName,
  bound: number,
): PrivateLoss & { readonly points: DenseMatrix } {
  checkMatrix(points, 'points');
  checkVector(targets, 'targets', points.rows);
  checkNumber(bound, 'bound', { above: 0 });
  checkChoice(name, 'loss', Object.keys(links));
  if (name === 'logistic') {
    const index = targets.findIndex((label) => label !== 1 && label !== -1);
    if (index >= 0) throw fault('must be 1 or -1', 'targets', 'unknown', index);
  }
  const shortened = { rows: points.rows, cols: points.cols, values: shortenedRows(points, bound) };
  return { ...linkLoss(shortened, targets, links[name], bound), points: shortened };
}

/** A loss of w . x_i, |x_i| <= bound, without checks. */
export function linkLoss(
  { rows, cols, values }: DenseMatrix,
  targets: Float64Array,
  { slope, lipschitz, smoothness, variation, convex }: Link,
  bound: number,
): PrivateLoss {
  return {
    records: rows,
    dimension: cols,
    lipschitz: lipschitz * bound,
    smoothness: smoothness * bound * bound,
    variation: variation * bound,
    convex,
    recordGradient: (w, record, out) => {
      const at = record * cols;
      let u = 0;
      for (let j = 0; j < cols; j++) u += values[at + j] * w[j];
      const factor = slope(u, targets[record]);
      for (let j = 0; j < cols; j++) out[j] = factor * values[at + j];
    },
  };
}

/** Rows of length at most `bound`. */
export function shortenedRows({ rows, cols, values }: DenseMatrix, bound: number): Float64Array {
  const out = values.slice();
  for (let i = 0; i < rows; i++) {
    let most = 0;
    for (let j = 0; j < cols; j++) most = Math.max(most, Math.abs(out[i * cols + j]));
    if (most === 0) continue;
    let square = 0;
    for (let j = 0; j < cols; j++) square += (out[i * cols + j] / most) ** 2;
    const size = most * Math.sqrt(square);
    if (size <= bound) continue;
    for (let j = 0; j < cols; j++) {
      out[i * cols + j] = (out[i * cols + j] / most) * (bound / Math.sqrt(square)) * (1 - 1e-15);
    }
  }
  return out;
}

/** √(1 + |w - x|²) - 1: a smooth geometric median; L0 = L1 = 1, convex. */
export function distanceLoss(matrix: DenseMatrix): PrivateLoss {
  checkMatrix(matrix, 'matrix');
  const { rows, cols, values } = matrix;

  return centerLoss(rows, cols, values, (distance) => 1 / Math.hypot(1, distance));
}

/** |w - x|²/2 near, |w - x| - 1/2 far: a robust mean, on which the lower bounds are met; L0 = L1 = 1, convex. */
export function huberLoss(matrix: DenseMatrix): PrivateLoss {
  checkMatrix(matrix, 'matrix');
  const { rows, cols, values } = matrix;

  return centerLoss(rows, cols, values, (distance) => (distance <= 1 ? 1 : 1 / distance));
}

function centerLoss(rows: number, cols: number, values: Float64Array, weight: (distance: number) => number): PrivateLoss {
  return {
    records: rows,
    dimension: cols,
    lipschitz: 1,
    smoothness: 1,
    convex: true,
    recordGradient: (w, record, out) => {
      let square = 0;
      for (let j = 0; j < cols; j++) {
        out[j] = w[j] - values[record * cols + j];
        square += out[j] * out[j];
      }
      const factor = weight(Math.sqrt(square));
      for (let j = 0; j < cols; j++) out[j] *= factor;
    },
  };
}

/** The gradient of one record, shortened to a length. */
export function clippedGradient(loss: PrivateLoss, w: Float64Array, record: number, clip: number): Float64Array {
  const gradient = new Float64Array(loss.dimension);
  recordGradient(loss, w, record, gradient);
  shorten(gradient, clip);
  return gradient;
}

/** Adds the gradients at w of the chosen records, each clipped to the length `clip` and on a grid of `steps` units to it. */
export function addGradients(
  loss: PrivateLoss,
  records: Int32Array | number,
  w: Float64Array,
  { clip, steps }: { readonly clip: number; readonly steps: number },
  out: Float64Array,
): void {
  const gradient = new Float64Array(loss.dimension);
  const count = typeof records === 'number' ? records : records.length;
  for (let k = 0; k < count; k++) {
    recordGradient(loss, w, typeof records === 'number' ? k : records[k], gradient);
    addToGrid(gradient, clip, steps, out);
  }
}

/**
 * The largest difference of a record's gradients, clipped to a length: in logistic regression they have one sign, and differ by at
 * most the longer of them.
 */
export function largestChange({ variation, lipschitz }: PrivateLoss, clip: number): number {
  return clip * Math.min(2, (variation ?? 2 * lipschitz) / lipschitz);
}

/** Adds what clipped gradients have changed by from `before` to w, each change clipped to the length `change`, and on its grid. */
export function addDifferences(
  loss: PrivateLoss,
  records: Int32Array | number,
  [w, before]: readonly [Float64Array, Float64Array],
  { clip, change, steps }: { readonly clip: number; readonly change: number; readonly steps: number },
  out: Float64Array,
): void {
  const gradient = new Float64Array(loss.dimension);
  const other = new Float64Array(loss.dimension);
  const count = typeof records === 'number' ? records : records.length;
  for (let k = 0; k < count; k++) {
    const record = typeof records === 'number' ? k : records[k];
    recordGradient(loss, w, record, gradient);
    recordGradient(loss, before, record, other);
    shorten(gradient, clip);
    shorten(other, clip);
    for (let j = 0; j < gradient.length; j++) gradient[j] -= other[j];
    addToGrid(gradient, change, steps, out);
  }
}

/**
 * Adds a vector, shortened to a length and cut towards zero to multiples of length / steps, in these units. The squared length of the
 * added vector is at most steps² in exact arithmetic, despite rounding: all numbers are whole and below 2^53. A vector that
 * is not finite has no direction and becomes zero: its presence must not show.
 */
function addToGrid(vector: Float64Array, length: number, steps: number, out: Float64Array): void {
  let square = 0;
  for (let j = 0; j < vector.length; j++) square += vector[j] * vector[j];
  let scale = steps / Math.max(length, Math.sqrt(square));
  if (!(square < Infinity && scale < Infinity)) return;
  for (;;) {
    let whole = 0;
    for (let j = 0; j < vector.length; j++) {
      const units = Math.trunc(vector[j] * scale);
      whole += units * units;
    }
    if (whole <= steps * steps) break;
    // Rounding, or a square too small for numbers, let it pass.
    scale *= Math.min(1 - 1e-15, steps / Math.sqrt(whole));
  }
  for (let j = 0; j < vector.length; j++) out[j] += Math.trunc(vector[j] * scale);
}

/** Shortens a vector to a length. One that is not finite has no direction, and becomes zero: its presence must not show. */
function shorten(vector: Float64Array, length: number): void {
  let square = 0;
  for (let j = 0; j < vector.length; j++) square += vector[j] * vector[j];
  if (square <= length * length) return;
  if (!(square < Infinity)) {
    vector.fill(0);
    return;
  }
  const factor = length / Math.sqrt(square);
  for (let j = 0; j < vector.length; j++) vector[j] *= factor;
}

/** |mean gradient| over all records, without noise: for judging experiments, no release. */
export function exactGradientNorm(loss: PrivateLoss, w: Float64Array): number {
  checkObject(loss, 'loss');
  for (const name of ['dimension', 'records'] as const) checkInteger(loss[name], `loss.${name}`, { min: 1, max: 2 ** 31 - 1 });
  checkVector(w, 'w', loss.dimension);
  checkFunction(loss.recordGradient, 'loss.recordGradient');

  const sum = new Float64Array(loss.dimension);
  const gradient = new Float64Array(loss.dimension);
  for (let i = 0; i < loss.records; i++) {
    recordGradient(loss, w, i, gradient);
    shorten(gradient, Number.MAX_VALUE ** 0.49);
    for (let j = 0; j < sum.length; j++) sum[j] += gradient[j];
  }
  // One by one: an argument for each of many entries would be too many.
  return sum.reduce((size, entry) => Math.hypot(size, entry), 0) / loss.records;
}
