// Classical test functions with known minima.
import type { Objective } from '@infimum/core';
import { checkInteger } from '@infimum/core';
import { checkedOracle } from './checked-oracle.ts';

/** A test function with derivatives of second order. */
export type TestFunction = Objective & Required<Pick<Objective, 'hessianVector' | 'hessian'>>;

/**
 * The Rosenbrock function, f(x) = sum_i (1 - x_i)² + 100 (x_{i+1} - x_i²)², i < d: a curved valley with its minimum 0 at
 * (1, …, 1). O(d) for value, gradient and product with the Hessian.
 *
 * H. H. Rosenbrock: An automatic method for finding the greatest or least value of a function (1960).
 *
 * @throws {InvalidInputError} for a dimension below 2
 *
 * @example
 * ```ts
 * import { rosenbrock } from '@infimum/optim';
 *
 * console.log(rosenbrock(2).value(Float64Array.of(-2, 2))); // 409
 * ```
 */
export function rosenbrock(dimension = 2): TestFunction {
  checkInteger(dimension, 'dimension', { min: 2 });
  const last = dimension - 1;
  return checkedOracle({
    dimension,
    value: (x) => {
      let sum = 0;
      for (let i = 0; i < last; i++) sum += (1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] * x[i]) ** 2;
      return sum;
    },
    gradient: (x, out) => {
      out.fill(0);
      for (let i = 0; i < last; i++) {
        const valley = 200 * (x[i + 1] - x[i] * x[i]);
        out[i] += 2 * (x[i] - 1) - 2 * valley * x[i];
        out[i + 1] += valley;
      }
    },
    hessianVector: (x, v, out) => {
      out.fill(0);
      for (let i = 0; i < last; i++) {
        const [own, cross] = curvatures(x, i);
        out[i] += own * v[i] + cross * v[i + 1];
        out[i + 1] += cross * v[i] + 200 * v[i + 1];
      }
    },
    hessian: (x, out) => {
      out.fill(0);
      for (let i = 0; i < last; i++) {
        const [own, cross] = curvatures(x, i);
        out[i * dimension + i] += own;
        out[i * dimension + i + 1] += cross;
        out[(i + 1) * dimension + i] += cross;
        out[(i + 1) * dimension + i + 1] += 200;
      }
    },
  });
}

function curvatures(x: Float64Array, i: number): [own: number, cross: number] {
  return [2 - 400 * (x[i + 1] - 3 * x[i] * x[i]), -400 * x[i]];
}
