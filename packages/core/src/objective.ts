// Oracles: what optimisation methods may ask of a function, and checks of their derivatives by differences.
import { InvalidInputError } from './errors.ts';
import { differenceStep } from './inputs.ts';
import { checkFunction, checkObject, checkVector } from './validate.ts';

/**
 * A function f from R^d to R with derivatives. What has `out` writes the answer there and keeps no hold of it; inputs
 * are never written to.
 *
 * @example
 * ```ts
 * import { gradientError, type Objective } from '@infimum/core';
 *
 * const bowl: Objective = {
 *   dimension: 2,
 *   value: ([x, y]) => x * x + 3 * y * y,
 *   gradient: ([x, y], out) => out.set([2 * x, 6 * y]),
 * };
 * console.log(gradientError(bowl, Float64Array.of(1, 2)) < 1e-8); // true
 * ```
 */
export interface Objective {
  /** Number of variables d. */
  readonly dimension: number;
  /** f(x); infinite where f is not defined. */
  value(x: Float64Array): number;
  /** Writes the gradient of f at x, d numbers. */
  gradient(x: Float64Array, out: Float64Array): void;
  /** Writes the product of the Hessian at x with v, d numbers. */
  hessianVector?(x: Float64Array, v: Float64Array, out: Float64Array): void;
  /** Writes the Hessian at x, d x d numbers row by row. */
  hessian?(x: Float64Array, out: Float64Array): void;
  /** Whether all derivatives are differences of values: a gradient costs 2 d values then, a product twice that. */
  readonly byDifferences?: boolean;
}

/**
 * A mean of functions, f(x) = (1/n) sum_i f_i(x), as training and other stochastic methods see it. `indices` choose the
 * terms of a batch, repetitions count; without them all terms are meant.
 */
export interface FiniteSum extends Objective {
  /** Number of terms n. */
  readonly terms: number;
  /** The mean of the chosen terms at x. */
  value(x: Float64Array, indices?: Int32Array): number;
  /** Writes the mean of the chosen terms' gradients. */
  gradient(x: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** Writes the product of the mean of the chosen terms' Hessians with v. */
  hessianVector?(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
}

/**
 * How far the gradient g at x is from central differences d of the values: the largest deviation, relative to the largest
 * component where that exceeds 1, |g - d|_inf / max(1, |g|_inf, |d|_inf). About 1e-9 for a right gradient of a smooth
 * function of moderate size. Costs 2 d values.
 *
 * @throws {InvalidInputError} for an x of another length than the dimension, or with entries that are not finite
 */
export function gradientError(objective: Objective, x: Float64Array): number {
  checkObject(objective, 'objective');
  checkFunction(objective.gradient, 'objective.gradient');
  checkFunction(objective.value, 'objective.value');
  checkVector(x, 'x', objective.dimension);
  const gradient = new Float64Array(x.length);
  objective.gradient(x, gradient);
  const differences = new Float64Array(x.length);
  const moved = x.slice();
  for (let i = 0; i < x.length; i++) {
    const step = differenceStep(x[i]);
    moved[i] = x[i] + step;
    const above = objective.value(moved);
    moved[i] = x[i] - step;
    differences[i] = (above - objective.value(moved)) / (2 * step);
    moved[i] = x[i];
  }
  return relativeDeviation(gradient, differences);
}

/**
 * How far `hessianVector` at x is from central differences of the gradients along v, as `gradientError` measures.
 *
 * @throws {InvalidInputError} for an objective without `hessianVector`, and for vectors of another length
 */
export function hessianVectorError(objective: Objective, x: Float64Array, v: Float64Array): number {
  checkObject(objective, 'objective');
  checkFunction(objective.gradient, 'objective.gradient');
  checkVector(x, 'x', objective.dimension);
  checkVector(v, 'v', objective.dimension);
  if (!objective.hessianVector) {
    const problem = 'has no hessianVector to check';
    throw new InvalidInputError(problem, { argument: 'objective', code: 'unsupported' });
  }
  checkFunction(objective.hessianVector, 'objective.hessianVector');
  const product = new Float64Array(x.length);
  objective.hessianVector(x, v, product);
  const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const length = v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (length === 0) return relativeDeviation(product, v);
  const step = differenceStep(size) / length;
  const [above, below] = [1, -1].map((sign) => {
    const gradient = new Float64Array(x.length);
    objective.gradient(
      x.map((value, i) => value + sign * step * v[i]),
      gradient,
    );
    return gradient;
  });
  return relativeDeviation(
    product,
    above.map((value, i) => (value - below[i]) / (2 * step)),
  );
}

function relativeDeviation(a: Float64Array, b: Float64Array): number {
  let [deviation, size] = [0, 1];
  for (let i = 0; i < a.length; i++) {
    deviation = Math.max(deviation, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(a[i]), Math.abs(b[i]));
  }
  // Math.max passes NaN on, so that a gradient with NaN is no success.
  return deviation / size;
}
