// Rows of data times their labels, divided by the largest norm: the data of all methods of separation.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkMatrix, checkNumbers, checkObject, checkVector, fault } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { Workspace } from '@infimum/linalg/kernels';
import { int32, layout, scratch } from '@infimum/linalg/kernels';
import { rowKernels } from './row-kernels.ts';

/** Points of two classes. */
export interface SeparableInstance {
  /** The points, a row each, dense or sparse. */
  readonly points: DenseMatrix | CsrMatrix;
  /** The class of each point: 1 or -1. */
  readonly labels: Int8Array;
  /** Whether the separating plane need not go through the origin. */
  readonly fitIntercept: boolean;
  /**
   * The weight of each point in the loss and in the steps of gradient methods and perceptrons, above 0; only their ratios matter. Equal by
   * default. Separation and the widest margin do not depend on them.
   */
  readonly sampleWeights?: Float64Array;
}

/** A matrix of points: dense in any form, or compressed sparse rows with plain lists or typed arrays. */
export type PointsLike =
  | MatrixLike
  | {
      /** Number of points. */
      readonly rows: number;
      /** Number of coordinates. */
      readonly cols: number;
      /** Where each row begins, and where the last one ends. */
      readonly rowPointers: VectorLike;
      /** Columns of the entries. */
      readonly columnIndices: VectorLike;
      /** The entries. */
      readonly values: VectorLike;
    };

/** Points of two classes, as given by the caller. */
export interface SeparableLike {
  /** The points, a row each, dense or sparse. */
  readonly points: PointsLike;
  /** The class of each point: 1 or -1. */
  readonly labels: VectorLike;
  /** Whether the separating plane need not go through the origin. */
  readonly fitIntercept: boolean;
  /** The weight of each point, above 0; equal by default. */
  readonly sampleWeights?: VectorLike;
}

/** Points in the form in which methods compute; typed arrays are taken as they are. */
export function asPoints(value: PointsLike, argument = 'points'): DenseMatrix | CsrMatrix {
  if (!isSparse(value)) return asMatrix(value as MatrixLike, argument);
  const { rows, cols } = value;
  const indices = (name: 'rowPointers' | 'columnIndices') => {
    checkNumbers(value[name], `${argument}.${name}`);
    return value[name] instanceof Int32Array ? value[name] : Int32Array.from(value[name]);
  };
  const sparse = { rows, cols, rowPointers: indices('rowPointers'), columnIndices: indices('columnIndices') };
  checkNumbers(value.values, `${argument}.values`);
  const values = value.values instanceof Float64Array ? value.values : Float64Array.from(value.values);
  return { ...sparse, values };
}

/** An instance in the form in which methods compute. */
export function asSeparable(instance: SeparableLike): SeparableInstance {
  checkObject(instance, 'instance');
  const { points, labels, fitIntercept, sampleWeights } = instance;
  checkNumbers(labels, 'labels');
  checkLabels(labels);
  return {
    points: asPoints(points),
    labels: labels instanceof Int8Array ? labels : Int8Array.from(labels),
    fitIntercept,
    ...(sampleWeights !== undefined && { sampleWeights: asVector(sampleWeights, 'sampleWeights') }),
  };
}

/** A plane. */
export interface LinearSeparator {
  /** Weights w, as many as a point has coordinates. */
  readonly weights: Float64Array;
  /** Intercept c; the class of x is the sign of w . x + c. */
  readonly intercept: number;
}

/**
 * Checks points, labels and weights.
 *
 * @throws {InvalidInputError} naming `points`, `labels` or `sampleWeights` and the first row at fault
 */
export function checkSeparable({ points, labels, sampleWeights }: SeparableInstance): void {
  checkPoints(points);
  if (sampleWeights !== undefined) checkSampleWeights(sampleWeights, points.rows);
  if (!(labels instanceof Int8Array)) throw fault('expected an Int8Array of 1 and -1', 'labels', 'type');
  if (labels.length !== points.rows) {
    throw fault(`expected ${points.rows} labels, one per point, got ${labels.length}`, 'labels', 'shape');
  }
  checkLabels(labels);
}

function checkLabels(labels: VectorLike): void {
  const index = Array.prototype.findIndex.call(labels, (label) => label !== 1 && label !== -1);
  if (index < 0) return;
  throw fault(`is ${labels[index]} at index ${index}; labels are 1 or -1`, 'labels', 'unknown', index);
}

/** Checks weights of points: finite and above 0. */
export function checkSampleWeights(sampleWeights: unknown, count: number): asserts sampleWeights is VectorLike {
  checkVector(sampleWeights, 'sampleWeights', count);
  for (let index = 0; index < count; index++) {
    if (sampleWeights[index] > 0) continue;
    const problem = `must be above 0, is ${sampleWeights[index]} at index ${index}; leave out points that should not count`;
    throw fault(problem, 'sampleWeights', 'out-of-range', index);
  }
}

/** Checks a matrix of points, dense or sparse. */
export function checkPoints(points: unknown): asserts points is DenseMatrix | CsrMatrix {
  if (!isSparse(points)) {
    checkMatrix(points, 'points');
    return;
  }
  const { rows, cols, rowPointers, columnIndices, values } = points;
  const fail = (problem: string, code: 'shape' | 'type' | 'empty' | 'out-of-range' | 'not-finite', index?: number) => {
    throw fault(problem, 'points', code, index);
  };
  for (const [name, array] of Object.entries({ rowPointers, columnIndices })) {
    if (!(array instanceof Int32Array)) fail(`${name} must be an Int32Array`, 'type');
  }
  if (!(values instanceof Float64Array)) fail('values must be a Float64Array', 'type');
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    fail(`must not be empty, got ${rows}x${cols}`, 'empty');
  }
  if (rowPointers.length !== rows + 1 || rowPointers[0] !== 0) fail('rowPointers do not fit the rows', 'shape');
  for (let i = 0; i < rows; i++) {
    if (rowPointers[i + 1] < rowPointers[i]) fail(`rowPointers decrease at row ${i}`, 'shape', i);
  }
  if (columnIndices.length < rowPointers[rows] || values.length < rowPointers[rows]) {
    fail('there are fewer entries than rowPointers state', 'shape');
  }
  for (let k = 0; k < rowPointers[rows]; k++) {
    if (columnIndices[k] < 0 || columnIndices[k] >= cols) fail(`column ${columnIndices[k]} does not exist`, 'out-of-range', k);
    if (!Number.isFinite(values[k])) fail(`is ${values[k]} at entry ${k}`, 'not-finite', k);
  }
}

/** Whether points are sparse. */
export function isSparse(points: unknown): points is CsrMatrix {
  return typeof points === 'object' && points !== null && 'rowPointers' in points;
}

/** The value w . x + c of a row, summed from the first coordinate on; every test uses this value. */
export function decisionOf(points: DenseMatrix | CsrMatrix, row: number, { weights, intercept }: LinearSeparator): number {
  let sum = 0;
  if (isSparse(points)) {
    const { rowPointers, columnIndices, values } = points;
    for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) sum += values[k] * weights[columnIndices[k]];
  } else {
    const { cols, values } = points;
    for (let j = 0; j < cols; j++) sum += values[row * cols + j] * weights[j];
  }
  return sum + intercept;
}

/** Points on the wrong side of a plane, or on it; NaN is wrong. */
export function errorsOf({ points, labels }: SeparableInstance, plane: LinearSeparator): number {
  const decisions = decisionsOf(points, plane);
  let errors = 0;
  for (let i = 0; i < points.rows; i++) if (!(labels[i] * (decisions[i] + plane.intercept) > 0)) errors++;
  return errors;
}

/** w . x of all rows on top of `start`, each summed from the first coordinate on as `decisionOf` does. */
export function decisionsOf(points: DenseMatrix | CsrMatrix, { weights }: LinearSeparator, start = 0): Float64Array {
  const decisions = new Float64Array(points.rows).fill(start);
  if (!isSparse(points)) {
    addProducts(points.values, points.cols, weights, decisions);
    return decisions;
  }
  const { rowPointers, columnIndices, values } = points;
  for (let i = 0; i < points.rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) decisions[i] += values[k] * weights[columnIndices[k]];
  }
  return decisions;
}

/**
 * The rows b_i = y_i (x_i, 1) / s, dense or sparse, s the power of two next below R = max |(x_i, 1)|; without intercept the
 * 1 is left out. Norms and products of rows neither overflow nor vanish, whatever the scale of the data, and no digit of the
 * data is lost on the way.
 */
export class SignedRows {
  /** Rows n. */
  readonly count: number;
  /** Numbers of a row, the intercept's included. */
  readonly dimension: number;
  /** s, in the data's units. */
  readonly scale: number;
  /** R / s, from 1 to 2: the largest norm of a row. */
  readonly radius: number;
  readonly #instance: SeparableInstance;
  readonly #values: Float64Array;
  readonly #columns: Int32Array | undefined;
  readonly #pointers: Int32Array | undefined;
  /** From one dense row to the next: an even number where kernels work on them. */
  readonly #stride: number;
  /** Memory of the kernels, for many dense numbers: the rows, a vector of their width and one of their number. */
  #workspace: Workspace | undefined;
  readonly #wide: Float64Array;
  readonly #long: Float64Array;
  readonly #list: Int32Array;
  /** Weights of the rows, 1 on average; undefined where all are 1. */
  readonly #sampleWeights: Float64Array | undefined;
  /** Whether a row has no direction, where that is known. */
  #zero: number | undefined;

  constructor(instance: SeparableInstance) {
    const { points, labels, fitIntercept, sampleWeights } = instance;
    this.#instance = instance;
    this.#sampleWeights = sampleWeights && averagedToOne(sampleWeights);
    this.count = points.rows;
    this.dimension = points.cols + (fitIntercept ? 1 : 0);
    const even = this.dimension + (this.dimension % 2);
    const numbers = this.count * even;
    this.#stride = this.dimension;
    if (!isSparse(points) && numbers >= LARGE) {
      this.#stride = even;
      const { workspace, values, wide, long, list } = layout({
        values: scratch(numbers),
        wide: even,
        long: this.count,
        list: int32(this.count),
      });
      this.#workspace = workspace;
      this.#values = values;
      this.#wide = wide;
      this.#long = long;
      this.#list = list;
    } else {
      const entries = isSparse(points) ? points.rowPointers[points.rows] : this.count * points.cols;
      this.#values = new Float64Array(entries + (fitIntercept ? this.count : 0));
      this.#wide = this.#long = new Float64Array(0);
      this.#list = new Int32Array(0);
    }
    const squares = isSparse(points) ? undefined : squaredNorms(points, fitIntercept ? 1 : 0);
    const square = squares?.reduce((most, value) => Math.max(most, value), 0) ?? 0;
    if (squares && square > LEAST_SQUARE && square < 1 / LEAST_SQUARE) {
      // Nothing that counts has overflowed or vanished, and the inverse of the scale is exact.
      const radius = Math.sqrt(square);
      this.scale = powerOfTwoBelow(radius);
      this.radius = radius / this.scale;
      this.#zero = squares.indexOf(0);
      scaleRows(points as DenseMatrix, labels, 1 / this.scale, fitIntercept, this.#values, this.#stride);
      return;
    }
    // Divided by the largest entry first, so that squares do not overflow.
    const largest = powerOfTwoBelow(largestEntry(points, fitIntercept ? 1 : 0));
    let radius = 0;
    for (let i = 0; i < points.rows; i++) radius = Math.max(radius, normOfRow(points, i, largest, fitIntercept));
    const inner = powerOfTwoBelow(radius);
    this.radius = radius / inner;
    this.scale = largest * inner;
    const scaled = (row: number, value: number) => (labels[row] * (value / largest)) / inner;
    let at = 0;
    if (isSparse(points)) {
      const { rowPointers, columnIndices } = points;
      this.#columns = new Int32Array(this.#values.length);
      this.#pointers = new Int32Array(points.rows + 1);
      for (let i = 0; i < points.rows; i++) {
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
          this.#columns[at] = columnIndices[k];
          this.#values[at++] = scaled(i, points.values[k]);
        }
        if (fitIntercept) {
          this.#columns[at] = points.cols;
          this.#values[at++] = scaled(i, 1);
        }
        this.#pointers[i + 1] = at;
      }
      return;
    }
    for (let i = 0; i < points.rows; i++) {
      for (let j = 0; j < points.cols; j++) this.#values[at++] = scaled(i, points.values[i * points.cols + j]);
      if (fitIntercept) this.#values[at++] = scaled(i, 1);
      for (; at < (i + 1) * this.#stride; at++) this.#values[at] = 0;
    }
  }

  /** Releases the memory for reuse; the rows must not be used afterwards. */
  [Symbol.dispose](): void {
    this.#workspace?.release();
    this.#workspace = undefined;
  }

  /** The first row without a direction, or -1: it cannot lie on either side of any plane. */
  firstZero(): number {
    if (this.#zero !== undefined) return this.#zero;
    for (let i = 0; i < this.count; i++) if (this.squaredNorm(i) === 0) return i;
    return -1;
  }

  /** b_i . h. */
  dot(row: number, h: Float64Array): number {
    const values = this.#values;
    let sum = 0;
    if (this.#pointers && this.#columns) {
      for (let k = this.#pointers[row]; k < this.#pointers[row + 1]; k++) sum += values[k] * h[this.#columns[k]];
      return sum;
    }
    const d = this.dimension;
    const start = row * this.#stride;
    for (let j = 0; j < d; j++) sum += values[start + j] * h[j];
    return sum;
  }

  /** h <- h + alpha b_i. */
  add(row: number, alpha: number, h: Float64Array): void {
    const values = this.#values;
    if (this.#pointers && this.#columns) {
      for (let k = this.#pointers[row]; k < this.#pointers[row + 1]; k++) h[this.#columns[k]] += alpha * values[k];
      return;
    }
    const d = this.dimension;
    const start = row * this.#stride;
    for (let j = 0; j < d; j++) h[j] += alpha * values[start + j];
  }

  /** out_i <- b_i . h for all rows; returns how many are not above 0. */
  margins(h: Float64Array, out: Float64Array): number {
    if (this.#workspace) {
      const [wide, long] = [this.#wide, this.#long];
      wide.set(h);
      const { rowProducts } = this.#workspace.kernels(rowKernels);
      const count = this.count;
      const above = rowProducts(count, this.#stride, this.#values.byteOffset, wide.byteOffset, long.byteOffset);
      out.set(long);
      return count - above;
    }
    if (this.#pointers) for (let i = 0; i < this.count; i++) out[i] = this.dot(i, h);
    else addProducts(this.#values, this.dimension, h, out.fill(0));
    let errors = 0;
    for (let i = 0; i < this.count; i++) if (!(out[i] > 0)) errors++;
    return errors;
  }

  /** Lists the rows whose margins, the last that were computed, are not above a limit; how many they are. */
  upTo(limit: number, margins: Float64Array, list: Int32Array): number {
    let listed = 0;
    if (this.#workspace) {
      const { rowsUpTo } = this.#workspace.kernels(rowKernels);
      const room = this.#list;
      listed = rowsUpTo(this.count, this.#long.byteOffset, limit, room.byteOffset);
      for (let k = 0; k < listed; k++) list[k] = room[k];
    } else {
      for (let i = 0; i < this.count; i++) if (!(margins[i] > limit)) list[listed++] = i;
    }
    return listed;
  }

  /** h <- h + alpha sum_i p_i b_i; rows of weight 0 are not touched. */
  addAll(p: Float64Array, alpha: number, h: Float64Array): void {
    if (!this.#workspace) {
      for (let i = 0; i < this.count; i++) if (p[i] !== 0) this.add(i, alpha * p[i], h);
      return;
    }
    const [wide, long, list] = [this.#wide, this.#long, this.#list];
    long.set(p);
    wide.set(h);
    const { addRows } = this.#workspace.kernels(rowKernels);
    addRows(this.count, this.#stride, this.#values.byteOffset, alpha, long.byteOffset, wide.byteOffset, list.byteOffset);
    for (let j = 0; j < h.length; j++) h[j] = wide[j];
  }

  /** The weight of a row; 1 on average. */
  weightOf(row: number): number {
    return this.#sampleWeights ? this.#sampleWeights[row] : 1;
  }

  /** Multiplies a number of each row by the row's weight. */
  weigh(values: Float64Array): void {
    const weights = this.#sampleWeights;
    if (weights) for (let i = 0; i < values.length; i++) values[i] *= weights[i];
  }

  /** |b_i|^2. */
  squaredNorm(row: number): number {
    const values = this.#values;
    const [from, to] = this.#pointers
      ? [this.#pointers[row], this.#pointers[row + 1]]
      : [row * this.#stride, row * this.#stride + this.dimension];
    let sum = 0;
    for (let k = from; k < to; k++) sum += values[k] * values[k];
    return sum;
  }

  /** The plane of h for the data as given. */
  plane(h: Float64Array): LinearSeparator {
    const { points, fitIntercept } = this.#instance;
    let largest = 0;
    for (const value of h) largest = Math.max(largest, Math.abs(value));
    // In units in which whole rows are added, as a start has them; beyond these sizes the largest weight is brought near 1 / s, which does
    // not change the plane, so that products do not overflow.
    const exists = this.scale > 1e-70 && this.scale < 1e70 && largest > 1e-70 && largest < 1e70;
    const [by, unit] = exists ? [1, this.scale] : [largest || 1, Math.min(1 / this.scale, 1e300)];
    const scaled = (value: number) => (value / by) * unit;
    const weights = Float64Array.from({ length: points.cols }, (_, j) => scaled(h[j]));
    return { weights, intercept: fitIntercept ? scaled(h[points.cols]) : 0 };
  }
}

/** The largest power of two up to a positive number; 1 for 0. */
function powerOfTwoBelow(value: number): number {
  if (!(value > 0)) return 1;
  let power = 2 ** Math.floor(Math.log2(value));
  while (power > value) power /= 2; // the logarithm rounds
  return power;
}

function largestEntry({ values }: DenseMatrix | CsrMatrix, least: number): number {
  let largest = least;
  for (let k = 0; k < values.length; k++) {
    const size = Math.abs(values[k]);
    if (size > largest) largest = size;
  }
  return largest;
}

function normOfRow(points: DenseMatrix | CsrMatrix, row: number, shrink: number, fitIntercept: boolean): number {
  const [from, to] = isSparse(points)
    ? [points.rowPointers[row], points.rowPointers[row + 1]]
    : [row * points.cols, (row + 1) * points.cols];
  let sum = fitIntercept ? (1 / shrink) ** 2 : 0;
  const { values } = points;
  const factor = 1 / shrink;
  if (factor < Infinity && factor * shrink === 1) {
    for (let k = from; k < to; k++) sum += values[k] * factor * (values[k] * factor);
    return Math.sqrt(sum);
  }
  for (let k = from; k < to; k++) sum += (values[k] / shrink) ** 2;
  return Math.sqrt(sum);
}

/** Divided by the mean; by the largest first, so that sums do not overflow. */
function averagedToOne(weights: Float64Array): Float64Array {
  const largest = weights.reduce((most, weight) => Math.max(most, weight), 0);
  const mean = weights.reduce((sum, weight) => sum + weight / largest, 0) / weights.length;
  return weights.map((weight) => weight / largest / mean);
}

/** Size from which on kernels are faster. */
const LARGE = 4096;

/** Squared norms between this and its inverse exist without scaling. */
const LEAST_SQUARE = 1e-150;

/** y_i (x_i, 1) times a power of two. */
function scaleRows(
  { rows, cols, values }: DenseMatrix,
  labels: Int8Array,
  factor: number,
  fitIntercept: boolean,
  out: Float64Array,
  stride: number,
): void {
  for (let i = 0, from = 0, to = 0; i < rows; i++) {
    const signed = labels[i] * factor;
    for (let j = 0; j < cols; j++) out[to++] = signed * values[from++];
    if (fitIntercept) out[to++] = signed;
    for (; to < (i + 1) * stride; to++) out[to] = 0;
  }
}

/** out_i <- out_i + a_i . h for dense rows, four at a time: as many sums hide each other's latency, and none changes its order. */
function addProducts(values: Float64Array, d: number, h: Float64Array, out: Float64Array): void {
  const count = out.length;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const second = (i + 1) * d;
    const third = second + d;
    const fourth = third + d;
    let at = i * d;
    let a = out[i];
    let b = out[i + 1];
    let c = out[i + 2];
    let e = out[i + 3];
    for (let j = 0; j < d; j++, at++) {
      const x = h[j];
      a += values[at] * x;
      b += values[second + j] * x;
      c += values[third + j] * x;
      e += values[fourth + j] * x;
    }
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
    out[i + 3] = e;
  }
  for (; i < count; i++) {
    let sum = out[i];
    for (let j = 0; j < d; j++) sum += values[i * d + j] * h[j];
    out[i] = sum;
  }
}

/** |a_i|² + start for dense rows, four at a time. */
function squaredNorms({ rows, cols: d, values }: DenseMatrix, start: number): Float64Array {
  const out = new Float64Array(rows);
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const second = (i + 1) * d;
    const third = second + d;
    const fourth = third + d;
    let at = i * d;
    let a = start;
    let b = start;
    let c = start;
    let e = start;
    for (let j = 0; j < d; j++, at++) {
      a += values[at] * values[at];
      b += values[second + j] * values[second + j];
      c += values[third + j] * values[third + j];
      e += values[fourth + j] * values[fourth + j];
    }
    out[i] = a;
    out[i + 1] = b;
    out[i + 2] = c;
    out[i + 3] = e;
  }
  for (; i < rows; i++) {
    let sum = start;
    for (let j = 0; j < d; j++) sum += values[i * d + j] * values[i * d + j];
    out[i] = sum;
  }
  return out;
}
