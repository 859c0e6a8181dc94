// The costs of the network simplex: a matrix, or two point clouds whose costs are computed when needed.
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from '../cost-matrix.ts';
import { pointDistance, SMALLEST_SQUARE } from '../cost-matrix.ts';
import { addSquares } from '../vectors.ts';

/** Costs of all arcs, a part of a row or column at a time. */
export interface ArcCosts {
  /** Number of sources. */
  readonly rows: number;
  /** Number of targets. */
  readonly cols: number;
  /** The largest absolute cost, or a bound of it. */
  readonly largest: number;
  /** Holds what was loaded last. */
  readonly values: Float64Array;
  /** Makes the costs from one source to the targets `from` to `to` available; returns where in `values` they begin. */
  loadRow(source: number, from: number, to: number): number;
  /** The costs from all sources to one target, or from one source to all targets; valid until the next call. */
  line(byRow: boolean, index: number): Float64Array;
  /** One cost. */
  at(source: number, target: number): number;
}

/** The costs of a matrix, in place. */
export class DenseCosts implements ArcCosts {
  readonly rows: number;
  readonly cols: number;
  readonly largest: number;
  readonly values: Float64Array;
  readonly #column: Float64Array;

  constructor({ rows, cols, values }: DenseMatrix) {
    this.rows = rows;
    this.cols = cols;
    this.values = values;
    this.largest = largestOf(values);
    this.#column = new Float64Array(rows);
  }

  loadRow(source: number, from: number): number {
    return source * this.cols + from;
  }

  line(byRow: boolean, index: number): Float64Array {
    const { cols, values } = this;
    if (byRow) return values.subarray(index * cols, (index + 1) * cols);
    const column = this.#column;
    for (let i = 0, k = index; i < column.length; i++, k += cols) column[i] = values[k];
    return column;
  }

  at(source: number, target: number): number {
    return this.values[source * this.cols + target];
  }
}

/** Costs between points, computed on demand; O(n + m) memory. */
export class PointCosts implements ArcCosts {
  readonly rows: number;
  readonly cols: number;
  readonly largest: number;
  readonly values: Float64Array;
  readonly #x: DenseMatrix;
  readonly #y: DenseMatrix;
  readonly #distance: (i: number, j: number) => number;
  /** Coordinates of y one after the other, for the metrics that loop along them. */
  readonly #coordinates: Float64Array[] | undefined;
  readonly #takesRoots: boolean;
  readonly #column: Float64Array;

  /** @param largest - a bound of the costs */
  constructor(x: DenseMatrix, y: DenseMatrix, metric: PointMetric, largest: number) {
    this.rows = x.rows;
    this.cols = y.rows;
    this.largest = largest;
    this.values = new Float64Array(y.rows);
    this.#x = x;
    this.#y = y;
    this.#distance = pointDistance(x, y, metric);
    this.#takesRoots = metric === 'euclidean';
    if (metric === 'squared-euclidean' || metric === 'euclidean') {
      this.#coordinates = Array.from({ length: y.cols }, (_, k) =>
        Float64Array.from({ length: y.rows }, (_, j) => y.values[j * y.cols + k]),
      );
    }
    this.#column = new Float64Array(x.rows);
  }

  loadRow(source: number, from: number, to: number): number {
    const { values } = this;
    if (this.#coordinates) this.#loadSquares(this.#coordinates, source, from, to);
    else for (let j = from; j < to; j++) values[j] = this.#distance(source, j);
    return from;
  }

  line(byRow: boolean, index: number): Float64Array {
    if (byRow) {
      this.loadRow(index, 0, this.cols);
      return this.values;
    }
    const column = this.#column;
    for (let i = 0; i < column.length; i++) column[i] = this.#distance(i, index);
    return column;
  }

  at(source: number, target: number): number {
    return this.#distance(source, target);
  }

  /** The same sums in the same order as one distance after the other, but along rows. */
  #loadSquares(coordinates: Float64Array[], source: number, from: number, to: number): void {
    const { values } = this;
    const dimension = this.#y.cols;
    for (let k = 0; k < dimension; k++) {
      const coordinate = this.#x.values[source * dimension + k];
      addSquares(values, from, coordinate, coordinates[k], from, to, k === 0);
    }
    if (!this.#takesRoots) return;
    for (let j = from; j < to; j++) {
      const squared = values[j];
      values[j] = squared > SMALLEST_SQUARE && squared < Infinity ? Math.sqrt(squared) : this.#distance(source, j);
    }
  }
}

/** The largest absolute value. */
export function largestOf(values: Float64Array): number {
  let size = 0;
  for (let k = 0; k < values.length; k++) {
    const own = Math.abs(values[k]);
    if (own > size) size = own;
  }
  return size;
}
