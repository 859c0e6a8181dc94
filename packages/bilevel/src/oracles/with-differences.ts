// Products with second derivatives from gradients alone, by central differences: only on request, never silently.
import { checkNumber } from '@infimum/core';
import { largestMagnitude } from '@infimum/linalg/numerics';
import type { BilevelProblem, PairGradient, PairProduct, SecondOrderProblem } from './bilevel-problem.ts';
import { checkBilevelProblem } from './bilevel-problem.ts';

/**
 * A problem whose missing products with second derivatives of g are central differences of its gradients, good to about ten
 * digits where g is smooth. A product costs two gradients.
 *
 * `hvpGyy(v) ≈ (∇_y g(x, y + tv) − ∇_y g(x, y − tv)) / 2t` and `jvpGxy(v) ≈ (∇_x g(x, y + tv) − ∇_x g(x, y − tv)) / 2t`.
 *
 * @param problem - with gradients
 * @param stepSize - length of t·v relative to 1 + the largest entry of y; the cube root of the rounding unit by default
 * @throws {InvalidInputError} for a problem that lacks oracles, or a step that is not positive
 *
 * @example
 * ```ts
 * import { withDifferences } from '@infimum/bilevel';
 *
 * const problem = withDifferences({
 *   dimX: 1,
 *   dimY: 1,
 *   gradFx: (_x, _y, out) => out.fill(0),
 *   gradFy: (_x, [y], out) => void (out[0] = y - 1),
 *   gradGx: ([x], [y], out) => void (out[0] = x - y),
 *   gradGy: ([x], [y], out) => void (out[0] = 3 * y - x),
 * });
 * const product = new Float64Array(1);
 * problem.hvpGyy(Float64Array.of(0), Float64Array.of(0), Float64Array.of(2), product);
 * console.log(product[0].toFixed(6)); // 6.000000
 * ```
 */
export function withDifferences(problem: BilevelProblem, stepSize = Math.cbrt(Number.EPSILON)): SecondOrderProblem {
  checkBilevelProblem(problem);
  checkNumber(stepSize, 'step', { above: 0, max: 1 });
  const moved = new Float64Array(problem.dimY);
  return {
    ...problem,
    hvpGyy: problem.hvpGyy ?? difference(problem.gradGy, moved, new Float64Array(problem.dimY), stepSize),
    jvpGxy: problem.jvpGxy ?? difference(problem.gradGx, moved, new Float64Array(problem.dimX), stepSize),
  };
}

function difference(gradient: PairGradient, moved: Float64Array, below: Float64Array, step: number): PairProduct {
  return (x, y, v, out, indices) => {
    const length = largestMagnitude(v);
    if (length === 0) return void out.fill(0);
    const t = (step * (1 + largestMagnitude(y))) / length;
    for (let j = 0; j < v.length; j++) moved[j] = y[j] - t * v[j];
    gradient(x, moved, below, indices);
    for (let j = 0; j < v.length; j++) moved[j] = y[j] + t * v[j];
    gradient(x, moved, out, indices);
    for (let i = 0; i < out.length; i++) out[i] = (out[i] - below[i]) / (2 * t);
  };
}
