// The gradient of the transport value in the points: by the envelope theorem it follows from the plan.
import type { MatrixLike } from '@infimum/core';
import { checkChoice, fault } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { PointMetric } from '../cost-matrix.ts';
import { asPoints } from '../cost-matrix.ts';
import type { LocationGradient, PlanLike } from '../plan-entries.ts';
import { asPlan, forEachEntry } from '../plan-entries.ts';

/** Ground costs whose derivative is known here. */
export type SmoothMetric = 'squared-euclidean' | 'euclidean';

/** Whether the derivative of a metric is known here. */
export function isSmooth(metric: PointMetric): metric is SmoothMetric {
  return metric === 'squared-euclidean' || metric === 'euclidean';
}

/**
 * The gradient of the transport value with respect to the points, for costs between two clouds.
 *
 * dvalue / dx_i = sum_j P_ij grad_x c(x_i, y_j): for `squared-euclidean` 2 sum_j P_ij (x_i - y_j), for `euclidean`
 * sum_j P_ij (x_i - y_j) / |x_i - y_j|, where points that coincide contribute 0. O(nm d), O(entries d) for a sparse
 * plan.
 *
 * @param given - the optimal plan, n x m
 * @param sources - points x, n x d
 * @param targets - points y, m x d
 * @param metric - the ground cost of the plan, `squared-euclidean` by default
 * @throws {InvalidInputError} naming `plan`, `x`, `y` or `metric`
 *
 * @example
 * ```ts
 * import { locationGradient } from '@infimum/ot';
 *
 * const point = (value: number) => ({ rows: 1, cols: 1, values: Float64Array.of(value) });
 * const gradient = locationGradient(point(1), point(0), point(3));
 * console.log(gradient.x.values[0], gradient.y.values[0]); // -6 6
 * ```
 */
export function locationGradient(
  given: PlanLike,
  sources: MatrixLike,
  targets: MatrixLike,
  metric: SmoothMetric = 'squared-euclidean',
): LocationGradient {
  const plan = asPlan(given);
  const [x, y] = asPoints(sources, targets);
  checkChoice(metric, 'metric', ['squared-euclidean', 'euclidean']);
  checkCount(x, 'x', plan.rows);
  checkCount(y, 'y', plan.cols);
  const { cols: dimension } = x;
  const gradientX = new Float64Array(x.values.length);
  const gradientY = new Float64Array(y.values.length);
  forEachEntry(plan, (i, j, mass) => {
    let squared = 0;
    for (let k = 0; k < dimension; k++) {
      squared += (x.values[i * dimension + k] - y.values[j * dimension + k]) ** 2;
    }
    if (squared === 0) return;
    const factor = metric === 'euclidean' ? mass / Math.sqrt(squared) : 2 * mass;
    for (let k = 0; k < dimension; k++) {
      const pull = factor * (x.values[i * dimension + k] - y.values[j * dimension + k]);
      gradientX[i * dimension + k] += pull;
      gradientY[j * dimension + k] -= pull;
    }
  });
  return { x: { rows: x.rows, cols: dimension, values: gradientX }, y: { rows: y.rows, cols: dimension, values: gradientY } };
}

function checkCount(points: DenseMatrix, argument: string, count: number): void {
  if (points.rows === count) return;
  throw fault(`has ${points.rows} points, the plan ${count}`, argument, 'shape');
}
