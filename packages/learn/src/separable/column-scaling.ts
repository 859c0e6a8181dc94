// Means and deviations of columns, and the inverse map for planes of shifted and scaled points.
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import type { LinearSeparator } from './signed-rows.ts';
import { isSparse } from './signed-rows.ts';

/** Points moved and scaled by columns, and their planes in the data's units. */
export interface ColumnScaling {
  apply(points: DenseMatrix | CsrMatrix): DenseMatrix | CsrMatrix;
  back(weights: Float64Array, intercept: number): LinearSeparator;
}

/** Columns to mean 0, to deviation 1, or both; sparse points are not moved. Columns of one value keep their scale. */
export function columnScaling(
  points: DenseMatrix | CsrMatrix,
  { centers, scales }: { readonly centers: boolean; readonly scales: boolean },
): ColumnScaling {
  const { rows, cols } = points;
  const means = new Float64Array(cols);
  const deviations = new Float64Array(cols).fill(1);
  const each = (visit: (j: number, value: number, at: number) => void) => {
    if (isSparse(points)) {
      const { rowPointers, columnIndices, values } = points;
      for (let at = 0; at < rowPointers[rows]; at++) visit(columnIndices[at], values[at], at);
    } else for (let at = 0, j = 0; at < rows * cols; at++, j = j + 1 === cols ? 0 : j + 1) visit(j, points.values[at], at);
  };
  if (centers)
    each((j, value) => {
      means[j] += value / rows;
    });
  if (scales) {
    // In units of the largest distance, so that squares do not overflow.
    const largest = new Float64Array(cols);
    each((j, value) => {
      largest[j] = Math.max(largest[j], Math.abs(value - means[j]));
    });
    const squares = new Float64Array(cols);
    each((j, value) => {
      squares[j] += largest[j] > 0 ? ((value - means[j]) / largest[j]) ** 2 / rows : 0;
    });
    for (let j = 0; j < cols; j++) {
      const deviation = largest[j] * Math.sqrt(squares[j]);
      // The remainder of a constant column is rounding of its mean.
      const isConstant = largest[j] <= 4 * Number.EPSILON * Math.abs(means[j]);
      if (deviation > 0 && !isConstant && 1 / deviation < Infinity) deviations[j] = deviation;
    }
  }
  return {
    apply: (given) => {
      if (!centers && !scales) return given;
      const values = new Float64Array(given.values.length);
      each((j, value, at) => {
        values[at] = (value - means[j]) / deviations[j];
      });
      return { ...given, values };
    },
    back: (weights, intercept) => {
      const unscaled = weights.map((weight, j) => weight / deviations[j]);
      return { weights: unscaled, intercept: unscaled.reduce((sum, weight, j) => sum - weight * means[j], intercept) };
    },
  };
}
