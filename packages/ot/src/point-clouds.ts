// What functions of two point clouds have in common: their check, and a bound of the costs between them.
import { checkMatrix } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from './cost-matrix.ts';
import { checkSameDimension, costMatrix, pointDistance } from './cost-matrix.ts';
import { checkEqualMass, checkWeights } from './transport.ts';

/** Weights of two clouds, and what moving between them costs. */
export interface PointCloudOptions {
  /** Weights of `x`, length n; 1/n each by default. */
  readonly a?: Float64Array | undefined;
  /** Weights of `y`, length m, of the same total; 1/m each by default. */
  readonly b?: Float64Array | undefined;
  /** Ground cost, `squared-euclidean` by default. */
  readonly metric?: PointMetric | undefined;
}

/**
 * Checks two clouds with their weights and metric.
 *
 * @returns the weights, uniform where none are given
 * @throws {InvalidInputError} naming `x`, `y`, `a`, `b` or `metric` and the first place at fault
 */
export function checkPointClouds(
  x: DenseMatrix,
  y: DenseMatrix,
  { a, b, metric = 'squared-euclidean' }: PointCloudOptions,
): { a: Float64Array; b: Float64Array } {
  checkMatrix(x, 'x');
  checkMatrix(y, 'y');
  checkSameDimension(x, y);
  const weights = {
    a: a ?? new Float64Array(x.rows).fill(1 / x.rows),
    b: b ?? new Float64Array(y.rows).fill(1 / y.rows),
  };
  checkWeights(weights.a, 'a', x.rows);
  checkWeights(weights.b, 'b', y.rows);
  checkEqualMass(weights.a, weights.b);
  // Names a bad metric, or points without direction, before any work.
  pointDistance(x, y, metric);
  return weights;
}

/**
 * An upper bound of the absolute costs: that between opposite corners of a box about both clouds; for a function that may do
 * anything, the largest of all nm of them.
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
