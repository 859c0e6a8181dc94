// Cost matrices from point clouds.
import type { MatrixLike } from '@infimum/core';
import { allocateVector, asMatrix, checkChoice, checkInteger, checkNumber, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

const NAMED_METRICS = ['squared-euclidean', 'euclidean', 'manhattan', 'chebyshev', 'cosine'] as const satisfies string[];

/**
 * What moving from one point to another costs: a name, the exponent of a Minkowski distance (at least 1), or a function of
 * both points that gives a finite number. The arrays that the function gets are reused for the next pair. A function of
 * two indices is one of clouds of dimension one whose coordinates are the indices.
 */
export type PointMetric =
  | (typeof NAMED_METRICS)[number]
  | ((x: Float64Array, y: Float64Array) => number)
  | {
      /** Exponent, at least 1. */
      readonly minkowski: number;
    };

/** Distance of a row of one matrix to a row of another; the rows begin at the offsets. */
type RowDistance = (x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number) => number;

/**
 * The matrix of costs between two point clouds.
 *
 * With d = x_i - y_j: `squared-euclidean` sum d_k^2, `euclidean` its root, `manhattan` sum |d_k|, `chebyshev`
 * max |d_k|, `{ minkowski: p }` (sum |d_k|^p)^(1/p), `cosine` 1 - <x_i, y_j> / (|x_i| |y_j|), or a function of the two
 * points. The named ones are computed from
 * differences of coordinates, so that near points far from the origin lose no digits; roots neither overflow nor
 * underflow before the distance does. O(nmd).
 *
 * @param sources - points x, n x d, one a row
 * @param targets - points y, m x d
 * @param metric - `squared-euclidean` by default
 * @returns costs, n x m; of coordinates, or of coordinates squared
 * @throws {InvalidInputError} naming `x`, `y` or `metric`; `shape` if the dimensions differ, `out-of-range` for a
 *   zero row with `cosine`
 *
 * @example
 * ```ts
 * import { costMatrix } from '@infimum/ot';
 *
 * console.log(costMatrix([[0, 0], [3, 4]], [[0, 0]], 'euclidean').values.join(' ')); // 0 5
 * console.log(costMatrix([[0, 0], [3, 4]], [[0, 0]]).values.join(' ')); // 0 25
 * ```
 */
export function costMatrix(sources: MatrixLike, targets: MatrixLike, metric: PointMetric = 'squared-euclidean'): DenseMatrix {
  const [x, y] = asPoints(sources, targets);
  const distance = pointDistance(x, y, metric);
  const values = new Float64Array(x.rows * y.rows);
  for (let i = 0, k = 0; i < x.rows; i++) {
    for (let j = 0; j < y.rows; j++, k++) values[k] = distance(i, j);
  }
  return { rows: x.rows, cols: y.rows, values };
}

/** Two clouds of one dimension; @throws {InvalidInputError} naming `x` or `y`, `shape` if their dimensions differ */
export function asPoints(sources: MatrixLike, targets: MatrixLike): [x: DenseMatrix, y: DenseMatrix] {
  const [x, y] = [asMatrix(sources, 'x'), asMatrix(targets, 'y')];
  if (y.cols === x.cols) return [x, y];
  throw fault(`has points of dimension ${y.cols}, x of dimension ${x.cols}`, 'y', 'shape');
}

/** The cost between point i of `x` and point j of `y`, to be computed when needed; the clouds are not checked. */
export function pointDistance(x: DenseMatrix, y: DenseMatrix, metric: PointMetric): (i: number, j: number) => number {
  const distance = rowDistance(metric);
  const [from, to] = metric === 'cosine' ? [normalized(x, 'x'), normalized(y, 'y')] : [x.values, y.values];
  const dimension = x.cols;
  return (i, j) => distance(from, i * dimension, to, j * dimension, dimension);
}

/** The exponent of a cost that on the line depends on |x - y| alone; undefined for others. */
export function exponentOnLine(metric: PointMetric): number | undefined {
  if (metric === 'squared-euclidean') return 2;
  if (typeof metric === 'string') return metric === 'cosine' ? undefined : 1;
  return typeof metric === 'object' ? 1 : undefined;
}

/**
 * The centres of the pixels of an image, row by row: (row, column) divided by the longer side less one, so that
 * the longer side runs from 0 to 1.
 *
 * @param rows - height, at least 1
 * @param cols - width; as the height by default
 * @returns points, (rows * cols) x 2
 * @throws {InvalidInputError} naming `rows` or `cols`
 *
 * @example
 * ```ts
 * import { gridPoints } from '@infimum/ot';
 *
 * console.log(gridPoints(2).values.join(' ')); // 0 0 0 1 1 0 1 1
 * ```
 */
export function gridPoints(rows: number, cols = rows): DenseMatrix {
  checkInteger(rows, 'rows', { min: 1 });
  checkInteger(cols, 'cols', { min: 1 });
  const side = Math.max(rows, cols, 2) - 1;
  const values = allocateVector(2 * rows * cols, 'rows');
  for (let i = 0, k = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      values[k++] = i / side;
      values[k++] = j / side;
    }
  }
  return { rows: rows * cols, cols: 2, values };
}

function rowDistance(metric: PointMetric): RowDistance {
  if (typeof metric === 'function') return callbackDistance(metric);
  if (typeof metric === 'object' && metric !== null) {
    const p = metric.minkowski;
    checkNumber(p, 'metric.minkowski', { min: 1 });
    return (x, xOffset, y, yOffset, dimension) => minkowski(x, xOffset, y, yOffset, dimension, p);
  }
  checkChoice(metric, 'metric', NAMED_METRICS);
  switch (metric) {
    case 'squared-euclidean':
      return squaredEuclidean;
    case 'euclidean':
      return euclidean;
    case 'manhattan':
      return manhattan;
    case 'chebyshev':
      return chebyshev;
    case 'cosine':
      // For unit vectors 1 - <x, y> = |x - y|^2 / 2, which does not cancel where they are nearly parallel.
      return (x, xOffset, y, yOffset, dimension) => squaredEuclidean(x, xOffset, y, yOffset, dimension) / 2;
  }
}

/** Calls the function with copies of both points, so that it cannot change the clouds. */
function callbackDistance(metric: (x: Float64Array, y: Float64Array) => number): RowDistance {
  let from = new Float64Array(0);
  let to = new Float64Array(0);
  return (x, xOffset, y, yOffset, dimension) => {
    if (from.length !== dimension) {
      from = new Float64Array(dimension);
      to = new Float64Array(dimension);
    }
    for (let k = 0; k < dimension; k++) {
      from[k] = x[xOffset + k];
      to[k] = y[yOffset + k];
    }
    const cost = metric(from, to);
    if (Number.isFinite(cost)) return cost;
    throw fault(`gives ${cost} for a pair of points`, 'metric', 'not-finite');
  };
}

function squaredEuclidean(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) {
    const difference = x[xOffset + k] - y[yOffset + k];
    sum += difference * difference;
  }
  return sum;
}

/** Sums of squares below this may have lost digits to denormal numbers. */
export const SMALLEST_SQUARE = 2 ** -960;

function euclidean(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number): number {
  const squared = squaredEuclidean(x, xOffset, y, yOffset, dimension);
  if (squared > SMALLEST_SQUARE && squared < Infinity) return Math.sqrt(squared);
  return minkowski(x, xOffset, y, yOffset, dimension, 2);
}

function manhattan(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number): number {
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += Math.abs(x[xOffset + k] - y[yOffset + k]);
  return sum;
}

function chebyshev(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number): number {
  let largest = 0;
  for (let k = 0; k < dimension; k++) {
    const difference = Math.abs(x[xOffset + k] - y[yOffset + k]);
    if (difference > largest) largest = difference;
  }
  return largest;
}

/** Relative to the largest difference, so that powers stay within range. */
function minkowski(x: Float64Array, xOffset: number, y: Float64Array, yOffset: number, dimension: number, p: number): number {
  const largest = chebyshev(x, xOffset, y, yOffset, dimension);
  if (largest === 0) return 0;
  let sum = 0;
  for (let k = 0; k < dimension; k++) sum += (Math.abs(x[xOffset + k] - y[yOffset + k]) / largest) ** p;
  return largest * sum ** (1 / p);
}

/** The rows divided by their Euclidean lengths. */
function normalized({ rows, cols, values }: DenseMatrix, argument: string): Float64Array {
  const origin = new Float64Array(cols);
  const unit = values.slice();
  for (let i = 0; i < rows; i++) {
    // In two steps: a length may be denormal, or beyond the largest number.
    const largest = chebyshev(values, i * cols, origin, 0, cols);
    if (largest === 0) throw fault(`row ${i} is zero and has no direction`, argument, 'out-of-range', i * cols);
    for (let k = i * cols; k < (i + 1) * cols; k++) unit[k] = values[k] / largest;
    const length = euclidean(unit, i * cols, origin, 0, cols);
    for (let k = i * cols; k < (i + 1) * cols; k++) unit[k] /= length;
  }
  return unit;
}
