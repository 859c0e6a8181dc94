// Logistic regression for two classes.
import { checkVector, InvalidInputError, portableExp, portableLog } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { createDesign } from './design.ts';
import { type LinearModel, type LinearModelOptions, linearModel } from './linear-model.ts';

/**
 * Logistic regression, f(x) = 1/n sum_i log(1 + exp(-y_i a_i . x)) + (ridge / 2) |x|² with labels y_i = 1 or -1. Convex;
 * its gradient is Lipschitz with |A|² / (4n) + ridge.
 *
 * A product with A costs O(entries); gradients and products with the Hessian two of them.
 *
 * @param design - A, samples by features, dense or sparse
 * @param labels - y, 1 or -1 for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, other labels, and a negative ridge
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { lbfgs, logisticLoss } from '@infimum/optim';
 *
 * const loss = logisticLoss(matrixFromRows([[1], [2], [-1]]), Float64Array.of(1, 1, -1), { ridge: 0.1 });
 * console.log(lbfgs(loss, new Float64Array(1)).x[0].toFixed(4)); // 1.5125
 * ```
 */
export function logisticLoss(
  design: DenseMatrix | CsrMatrix,
  labels: Float64Array,
  options: LinearModelOptions = {},
): LinearModel {
  const a = createDesign(design, 'design');
  checkLabels(labels, a.rows);
  return linearModel(
    a,
    {
      value: (i, margin) => softplus(-labels[i] * margin),
      derivative: (i, margin) => -labels[i] * sigmoid(-labels[i] * margin),
      secondDerivative: (_, margin) => sigmoid(margin) * sigmoid(-margin),
    },
    options,
  );
}

/** log(1 + exp(t)), exact to rounding for all t. */
export function softplus(t: number): number {
  return Math.max(t, 0) + log1p(portableExp(-Math.abs(t)));
}

/** 1 / (1 + exp(-t)) without overflow. */
export function sigmoid(t: number): number {
  const power = portableExp(-Math.abs(t));
  return (t >= 0 ? 1 : power) / (1 + power);
}

/** log(1 + t) for 0 <= t <= 1: the rounding of 1 + t is divided out. */
function log1p(t: number): number {
  const above = 1 + t;
  return above === 1 ? t : (portableLog(above) * t) / (above - 1);
}

function checkLabels(labels: Float64Array, samples: number): void {
  checkVector(labels, 'labels', samples);
  const bad = labels.findIndex((label) => label !== 1 && label !== -1);
  if (bad < 0) return;
  const problem = `must be 1 or -1, is ${labels[bad]} at index ${bad}`;
  throw new InvalidInputError(problem, { argument: 'labels', code: 'out-of-range', index: bad });
}
