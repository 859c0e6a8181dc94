// The logarithmic barrier of a polytope.
import { checkMatrix } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import type { DenseMatrix } from '@infimum/linalg';
import { checkedOracle } from './checked-oracle.ts';
import { createModelDesign } from './design.ts';
import type { TestFunction } from './test-functions.ts';
import { valueWithGradient } from './value-with-gradient.ts';

/**
 * The logarithmic barrier f(x) = - sum_i log(1 - a_i . x) of the polytope {x : A x <= 1}, convex and self-concordant;
 * infinite outside. Its minimum is the polytope's analytic centre.
 *
 * A value costs one product with A, a gradient one more, a Hessian O(m d²).
 *
 * @param a - A, m x d
 * @throws {InvalidInputError} for a shape that does not fit and entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { gradientNormalizedNewton } from '@infimum/optim';
 * import { logBarrier } from '@infimum/optim/objectives';
 *
 * const between = logBarrier(matrixFromRows([[1], [-0.5]])); // -2 < x < 1
 * console.log(gradientNormalizedNewton(between, new Float64Array(1)).x[0].toFixed(6)); // -0.500000
 * ```
 */
export function logBarrier(a: DenseMatrix): TestFunction {
  checkMatrix(a, 'a');
  const { rows, cols } = a;
  const design = createModelDesign(a, 'a', () => 1);
  const { pass } = design;
  const { scores, weights: inverses } = pass; // a_i . x and 1 / (1 - a_i . x)
  const scaled = new Float64Array(rows);
  let sum = 0;
  const weigh = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const room = 1 - scores[i];
      inverses[i] = 1 / room;
      sum -= room > 0 ? portableLog(room) : -Infinity;
    }
  };
  const { value, gradient, visit } = valueWithGradient(cols, {
    evaluate: (x, out) => {
      sum = 0;
      pass.run(x, weigh, out);
      return sum;
    },
    complete: (out) => pass.back(out),
  });

  return checkedOracle({
    dimension: cols,
    value,
    gradient,
    hessian: (x, out) => {
      visit(x);
      for (let i = 0; i < rows; i++) scaled[i] = inverses[i] * inverses[i];
      design.weightedGram(scaled, out);
    },
    hessianVector: (x, v, out) => {
      visit(x);
      design.multiply(v, scaled);
      for (let i = 0; i < rows; i++) scaled[i] *= inverses[i] * inverses[i];
      design.multiplyTransposed(scaled, out);
    },
  });
}
