// Matrices of one shape, one after the other in one array.
import type { VectorLike } from '@infimum/core';
import { asMatrix, checkInteger, fault } from '@infimum/core';
import type { PointMetric } from './cost-matrix.ts';
import { asPoints, pointDistance } from './cost-matrix.ts';

/** Matrices of one shape, one after the other. */
export interface MatrixBatch {
  /** Number of matrices. */
  readonly count: number;
  /** Rows of each. */
  readonly rows: number;
  /** Columns of each. */
  readonly cols: number;
  /** Entries, matrix after matrix, each row-major: entry (i, j) of matrix k is at (k rows + i) cols + j. */
  readonly values: Float64Array;
}

/** A batch as it may be given: its entries in a plain or typed array. */
export interface MatrixBatchLike extends Omit<MatrixBatch, 'values'> {
  /** Entries, as in a `MatrixBatch`. */
  readonly values: VectorLike;
}

/**
 * A batch, checked.
 *
 * @throws {InvalidInputError} naming the argument and the first place at fault
 */
export function asMatrixBatch(batch: MatrixBatchLike, argument: string): MatrixBatch {
  if (typeof batch !== 'object' || batch === null) {
    throw fault('expected a batch { count, rows, cols, values }', argument, 'type');
  }
  const { count, rows, cols, values } = batch;
  checkInteger(count, `${argument}.count`, { min: 1 });
  checkInteger(rows, `${argument}.rows`, { min: 0 });
  // The matrices on top of each other are one matrix.
  const stack = asMatrix({ rows: count * rows, cols, values }, argument);
  return { count, rows, cols, values: stack.values };
}

/**
 * The matrices of costs between the point clouds of two batches: `costMatrix`, pair by pair.
 *
 * O(count n m d).
 *
 * @param sources - points x, count x n x d, one point a row
 * @param targets - points y, count x m x d
 * @param metric - as of `costMatrix`; `squared-euclidean` by default
 * @returns costs, count x n x m
 * @throws {InvalidInputError} naming `x`, `y` or `metric`; `shape` if counts or dimensions differ
 *
 * @example
 * ```ts
 * import { costMatrixBatch } from '@infimum/ot/entropic';
 *
 * // Two pairs of clouds on the line: {0, 1} with {3}, {0, 2} with {5}.
 * const x = { count: 2, rows: 2, cols: 1, values: Float64Array.of(0, 1, 0, 2) };
 * const y = { count: 2, rows: 1, cols: 1, values: Float64Array.of(3, 5) };
 * console.log(costMatrixBatch(x, y, 'euclidean').values.join(' ')); // 3 2 5 3
 * ```
 */
export function costMatrixBatch(
  sources: MatrixBatchLike,
  targets: MatrixBatchLike,
  metric: PointMetric = 'squared-euclidean',
): MatrixBatch {
  const [x, y] = [asMatrixBatch(sources, 'x'), asMatrixBatch(targets, 'y')];
  if (x.count !== y.count) throw fault(`has ${y.count} clouds, x has ${x.count}`, 'y', 'shape');
  const { count } = x;
  const distance = pointDistance(...asPoints(stacked(x), stacked(y)), metric);
  const values = new Float64Array(count * x.rows * y.rows);
  for (let pair = 0, k = 0; pair < count; pair++) {
    for (let i = pair * x.rows; i < (pair + 1) * x.rows; i++) {
      for (let j = pair * y.rows; j < (pair + 1) * y.rows; j++, k++) values[k] = distance(i, j);
    }
  }
  return { count, rows: x.rows, cols: y.rows, values };
}

/** All clouds as one. */
function stacked({ count, rows, cols, values }: MatrixBatch) {
  return { rows: count * rows, cols, values };
}
