// The top right singular vectors of a few long rows, in the memory of three vectors for each that is wanted: the locally
// optimal conjugate gradient iteration, whose Rayleigh-Ritz step needs products with the rows, and no images of vectors.
//
// A. Knyazev: Toward the optimal preconditioned eigensolver (2001).
import { Random } from '@infimum/core';
import { symmetricEigen, symmetricEigenRoom } from '../eigen/symmetric-eigen.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { exponentOf } from '../power-of-two.ts';

/** A row: `factor` times the values. */
export interface FactoredRow {
  readonly values: Float64Array | Float32Array;
  readonly factor: number;
}

/** Rows of one length, and the largest factor, over which they are taken so that no square overflows. */
interface RowStack {
  readonly rows: readonly FactoredRow[];
  readonly dimension: number;
  readonly unit: number;
}

/** The power of two about the root of a squared norm, by which single precision has room for the row. */
export function factorOf(square: number): number {
  return 2 ** Math.floor(exponentOf(square) / 2);
}

/** Iterations end when the residuals are below this times the largest eigenvalue, which rounding hardly allows, … */
const ENOUGH = 1e-15;

/** … when they have not fallen to half of what they were for so many iterations, as at the level of rounding, … */
const PATIENCE = 60;

/** … or after so many; rows that are few or short have their Gram matrix decomposed then, and sooner. */
const MOST_ITERATIONS = 4000;

/** So many rows are few, and so many numbers a short row. */
const FEW = 512;

/** Iterations after which the Gram matrix of few or short rows is decomposed, which is exact for any gaps. */
const MOST_FOR_FEW = 300;

/** Residuals from which on the vectors are found: an error of 1e-10 at gaps of 1e-3. */
const CONVERGED = 1e-13;

/** Vectors, orthonormal, one after the other, and the squared singular values that belong to them. */
export interface TopVectors {
  readonly vectors: Float64Array;
  readonly values: Float64Array;
  /** Whether all residuals, A'A v - ρ v over the largest eigenvalue, came down to 1e-13. */
  readonly converged: boolean;
  /** Numbers that a Gram matrix and its decomposition took beside the room. */
  readonly extra: number;
}

/**
 * The top right singular vectors of the matrix with the given rows. Time O(rows dimension count) an iteration, and as
 * many iterations as conjugate gradients take for the gap behind them. Where the rank is less than `count`, the other
 * vectors are orthogonal to the rows.
 *
 * @param room - 3 `count` vectors, in the first `count` of which the answer stands afterwards; new if there is none
 */
export function topRightSingularVectors(
  rows: readonly FactoredRow[],
  count: number,
  dimension: number,
  room = new Float64Array(3 * count * dimension),
): TopVectors {
  const unit = rows.reduce((most, { factor }) => Math.max(most, factor), 0) || 1;
  const stack = { rows, dimension, unit };
  const width = Math.min(3 * count, dimension);
  const found = Math.min(count, width);
  const part = (k: number): Float64Array => room.subarray(k * dimension, (k + 1) * dimension);
  const random = new Random(0);
  room.fill(0);
  for (const { values, factor } of rows) {
    for (let c = 0; c < found; c++) addTo(part(c), (random.normal() * factor) / unit, values);
  }
  const projected = { rows: width, cols: width, values: new Float64Array(width * width) };
  const [products, mixed] = [new Float64Array(width), new Float64Array(2 * found)];
  const ritz = new Float64Array(count);
  let [reference, since, residual] = [Infinity, 0, Infinity];
  const side = Math.min(rows.length, dimension);
  const isFew = side <= FEW;
  for (let iteration = 0; iteration < (isFew ? MOST_FOR_FEW : MOST_ITERATIONS); iteration++) {
    orthonormaliseRows(room, width, dimension);
    project(stack, room, projected.values, products);
    const { values, vectors } = symmetricEigen(projected);
    for (let c = 0; c < found; c++) ritz[c] = Math.max(0, values[width - 1 - c]);
    turn(room, dimension, width, vectors.values, mixed);
    residual = residuals(stack, room, found, ritz) / (ritz[0] || 1);
    if (residual <= ENOUGH || ritz[0] === 0) break;
    // Counted from when it last was halved: conjugate gradients may take many steps for that, none of which halves it.
    if (residual <= reference / 2) [reference, since] = [residual, 0];
    else since++;
    if (since >= (residual <= CONVERGED ? 4 : PATIENCE)) break;
  }
  const byGram = isFew && residual > CONVERGED;
  if (byGram) {
    throughGram(stack, found, room, ritz);
    residual = residuals(stack, room, found, ritz) / (ritz[0] || 1);
  }
  const values = ritz.map((value) => value * unit * unit);
  const extra = byGram ? side ** 2 + symmetricEigenRoom(side) : 0;
  return { vectors: room.subarray(0, count * dimension), values, converged: residual <= CONVERGED, extra };
}

/** The first vectors and squared singular values by the eigenvectors of A A' or A' A, whichever is smaller. */
function throughGram({ rows, dimension, unit }: RowStack, count: number, out: Float64Array, squares: Float64Array): void {
  const isTall = rows.length > dimension;
  const size = isTall ? dimension : rows.length;
  const gram = { rows: size, cols: size, values: new Float64Array(size * size) };
  if (isTall) {
    for (const { values, factor } of rows) {
      const weight = (factor / unit) ** 2;
      for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) gram.values[i * size + j] += weight * values[i] * values[j];
    }
  } else {
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < dimension; k++) sum += rows[i].values[k] * rows[j].values[k];
        gram.values[i * size + j] = (rows[i].factor / unit) * (rows[j].factor / unit) * sum;
      }
    }
  }
  const { values, vectors } = symmetricEigen(gram);
  out.fill(0, 0, count * dimension);
  for (let c = 0; c < Math.min(count, size); c++) {
    const column = size - 1 - c;
    squares[c] = Math.max(0, values[column]);
    const vector = out.subarray(c * dimension, (c + 1) * dimension);
    if (isTall) for (let j = 0; j < size; j++) vector[j] = vectors.values[j * size + column];
    else {
      rows.forEach((row, i) => {
        addTo(vector, (vectors.values[i * size + column] * row.factor) / unit, row.values);
      });
    }
  }
  orthonormaliseRows(out, count, dimension);
}

/** Writes (S a)(S a)', summed over the rows a, for the orthonormal vectors S; the lower triangle. */
function project(
  { rows, dimension, unit }: RowStack,
  span: Float64Array,
  projected: Float64Array,
  products: Float64Array,
): void {
  const width = products.length;
  projected.fill(0);
  for (const { values, factor } of rows) {
    const scale = factor / unit;
    for (let a = 0; a < width; a++) {
      const shift = a * dimension;
      let sum = 0;
      for (let j = 0; j < dimension; j++) sum += values[j] * span[shift + j];
      products[a] = scale * sum;
      for (let b = 0; b <= a; b++) projected[a * width + b] += products[a] * products[b];
    }
  }
}

/**
 * Replaces the first vectors by the best in the span of all, and those after twice as many by what the new ones have of
 * others than the old ones: the directions of the next step.
 */
function turn(span: Float64Array, dimension: number, width: number, weights: Float64Array, mixed: Float64Array): void {
  const count = mixed.length / 2;
  const keepsDirections = width >= 3 * count;
  for (let j = 0; j < dimension; j++) {
    mixed.fill(0);
    for (let a = 0; a < width; a++) {
      const value = span[a * dimension + j];
      for (let c = 0; c < count; c++) {
        const term = weights[a * width + width - 1 - c] * value;
        mixed[c] += term;
        if (a >= count) mixed[count + c] += term;
      }
    }
    for (let c = 0; c < count; c++) {
      span[c * dimension + j] = mixed[c];
      if (keepsDirections) span[(2 * count + c) * dimension + j] = mixed[count + c];
    }
  }
}

/** Writes A'A x - ρ x for each of the first vectors behind them; the largest norm. */
function residuals({ rows, dimension, unit }: RowStack, span: Float64Array, count: number, ritz: Float64Array): number {
  let largest = 0;
  for (let c = 0; c < count; c++) {
    const x = span.subarray(c * dimension, (c + 1) * dimension);
    const residual = span.subarray((count + c) * dimension, (count + c + 1) * dimension);
    for (let j = 0; j < dimension; j++) residual[j] = -ritz[c] * x[j];
    for (const { values, factor } of rows) {
      let product = 0;
      for (let j = 0; j < dimension; j++) product += values[j] * x[j];
      addTo(residual, product * (factor / unit) ** 2, values);
    }
    let square = 0;
    for (let j = 0; j < dimension; j++) square += residual[j] * residual[j];
    largest = Math.max(largest, Math.sqrt(square));
  }
  return largest;
}

function addTo(sum: Float64Array, weight: number, values: Float64Array | Float32Array): void {
  for (let j = 0; j < sum.length; j++) sum[j] += weight * values[j];
}
