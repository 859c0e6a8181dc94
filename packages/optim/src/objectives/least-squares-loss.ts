// Least squares as a mean over samples.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asVector } from '@infimum/core';
import type { CsrMatrix } from '@infimum/linalg';
import { createModelDesign } from './design.ts';
import type { LinearModel, LogisticLossOptions } from './linear-model.ts';
import { linearModel, pointwise } from './linear-model.ts';

/**
 * Least squares, f(x) = 1/(2n) sum_i (a_i . x - b_i)² + (ridge / 2) |x|². Its Hessian is A'A/n + ridge I.
 *
 * A product with A costs O(entries); gradients and products with the Hessian two of them.
 *
 * @param design - A, samples by features, dense or sparse
 * @param targets - b, a number for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and a negative ridge
 *
 * @example
 * ```ts
 * import { lbfgs, leastSquaresLoss } from '@infimum/optim';
 *
 * const line = leastSquaresLoss([[1, 0], [1, 1], [1, 2]], [1, 3, 5]);
 * const { x } = lbfgs(line, [0, 0]);
 * console.log(x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function leastSquaresLoss(
  design: MatrixLike | CsrMatrix,
  targets: VectorLike,
  options: LogisticLossOptions = {},
): LinearModel {
  const a = createModelDesign(design, 'design', () => 1);
  const b = asVector(targets, 'targets', a.rows);
  const losses = pointwise({
    value: (i, margin) => (margin - b[i]) ** 2 / 2,
    derivative: (i, margin) => margin - b[i],
    secondDerivative: () => 1,
  });
  return linearModel(a, losses, options);
}
