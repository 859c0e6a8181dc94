// Gradients of the transport value: by the envelope theorem the plan and the potentials are all that is needed.

import type { MatrixLike } from '@infimum/core';
import { checkChoice, describeValue, InvalidInputError } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
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

/** A solution with its potentials, and its plan if it has one. */
interface SolvedPotentials<Plan> {
  readonly plan?: Plan;
  readonly sourcePotential?: Float64Array;
  readonly targetPotential?: Float64Array;
}

/** Gradients with respect to weights and costs. */
export interface TransportGradient<Plan = DenseMatrix | CsrMatrix> {
  /** With respect to the source weights, length n. */
  readonly a: Float64Array;
  /** With respect to the target weights, length m. */
  readonly b: Float64Array;
  /** With respect to the costs, n x m. */
  readonly cost: Plan;
}

/**
 * The gradient of the value of a transport problem with respect to weights and costs; O(1), nothing is copied.
 *
 * The value is `regularizedCost` of an entropic plan and `cost` of an exact one. Its derivative with respect to C_ij is
 * P_ij; for changes of the weights that keep both totals it is sum x_i da_i + sum y_j db_j with the dual potentials
 * x and y, which are given up to a shift (x + t, y - t). For exact plans these are subgradients: the value is
 * piecewise linear. The potential of a zero weight of an entropic plan is -Infinity, and so is the derivative.
 *
 * @param solution - what a solver of this package returned, converged
 * @throws {InvalidInputError} naming `plan`, `sourcePotential` or `targetPotential` if it is missing or does not fit
 *
 * @example
 * ```ts
 * import { sinkhorn, transportGradient } from '@infimum/ot';
 *
 * const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
 * const gradient = transportGradient(sinkhorn([0.5, 0.5], [0.5, 0.5], cost, { epsilon: 1 }));
 * console.log(gradient.cost.values[0].toFixed(6)); // 0.365529
 * ```
 */
export function transportGradient<Plan extends DenseMatrix | CsrMatrix>(
  solution: SolvedPotentials<Plan> & { readonly plan: Plan },
): TransportGradient<Plan>;
export function transportGradient(
  solution: SolvedPotentials<DenseMatrix | CsrMatrix>,
): Omit<TransportGradient, 'cost'> & Partial<TransportGradient>;
export function transportGradient(
  solution: SolvedPotentials<DenseMatrix | CsrMatrix>,
): Omit<TransportGradient, 'cost'> & Partial<TransportGradient> {
  if (typeof solution !== 'object' || solution === null) {
    throw new InvalidInputError('expected a solution with its potentials', { argument: 'solution', code: 'type' });
  }
  const { plan, sourcePotential, targetPotential } = solution;
  const a = asPotential(sourcePotential, 'sourcePotential', plan?.rows);
  const b = asPotential(targetPotential, 'targetPotential', plan?.cols);
  return { a, b, ...(plan && { cost: plan }) };
}

/**
 * The gradient of the transport value with respect to the points, for costs between two clouds.
 *
 * dvalue / dx_i = sum_j P_ij grad_x c(x_i, y_j): for `squared-euclidean` 2 sum_j P_ij (x_i - y_j), for `euclidean`
 * sum_j P_ij (x_i - y_j) / |x_i - y_j|, where points that coincide count nothing. O(nm d), O(entries d) for a sparse
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

function asPotential(potential: unknown, argument: string, length?: number): Float64Array {
  if (!(potential instanceof Float64Array)) {
    throw new InvalidInputError('expected a Float64Array', { argument, code: 'type' });
  }
  if (length === undefined || potential.length === length) return potential;
  throw new InvalidInputError(`expected ${describeValue(length)} entries, got ${potential.length}`, {
    argument,
    code: 'shape',
  });
}

function checkCount(points: DenseMatrix, argument: string, count: number): void {
  if (points.rows === count) return;
  throw new InvalidInputError(`has ${points.rows} points, the plan ${count}`, { argument, code: 'shape' });
}
