// Code shared by functions of two point clouds: their check, and a bound of the costs between them.
import type { MatrixLike, VectorLike } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from './cost-matrix.ts';
import { asPoints, costMatrix, pointDistance } from './cost-matrix.ts';
import { asMarginals } from './transport.ts';

/** Two clouds with their weights, and what moving between them costs. */
export interface PointClouds {
  /** Source points, n x d. */
  readonly x: DenseMatrix;
  /** Target points, m x d. */
  readonly y: DenseMatrix;
  /** Weights of `x`, length n. */
  readonly a: Float64Array;
  /** Weights of `y`, length m, of the same total. */
  readonly b: Float64Array;
  /** Ground cost. */
  readonly metric: PointMetric;
}

/**
 * Two clouds in the form that algorithms use: checked, with uniform weights and squared distances by default.
 *
 * @throws {InvalidInputError} naming `x`, `y`, `a`, `b` or `metric` and the first place at fault
 */
export function asPointClouds(
  sources: MatrixLike,
  targets: MatrixLike,
  {
    metric = 'squared-euclidean',
    ...weights
  }: { [Name in 'a' | 'b']?: VectorLike | undefined } & { readonly metric?: PointMetric | undefined },
): PointClouds {
  const [x, y] = asPoints(sources, targets);
  const marginals = asMarginals(weights, x.rows, y.rows);
  // Names a bad metric, or points without direction, before any work.
  pointDistance(x, y, metric);
  return { x, y, ...marginals, metric };
}

/**
 * An upper bound of the absolute costs: that between opposite corners of a box around both clouds; for an arbitrary function,
 * the largest of all nm of them.
 */
export function costBound(x: DenseMatrix, y: DenseMatrix, metric: PointMetric): number {
  if (typeof metric === 'function') {
    const distance = pointDistance(x, y, metric);
    let largest = 0;
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < y.rows; j++) largest = Math.max(largest, Math.abs(distance(i, j)));
    }
    return largest;
  }
  if (metric === 'cosine') return 2;
  const low = new Float64Array(x.cols).fill(Infinity);
  const high = new Float64Array(x.cols).fill(-Infinity);
  for (const { cols, values } of [x, y]) {
    for (let k = 0; k < values.length; k++) {
      low[k % cols] = Math.min(low[k % cols], values[k]);
      high[k % cols] = Math.max(high[k % cols], values[k]);
    }
  }
  const corner = (values: Float64Array) => ({ rows: 1, cols: x.cols, values });
  return costMatrix(corner(low), corner(high), metric).values[0];
}
