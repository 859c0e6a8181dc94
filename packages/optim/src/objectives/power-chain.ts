// A chain of differences raised to a power: convex with a Hölder continuous Hessian, and slow for methods of second order.
import { checkInteger, checkNumber } from '@infimum/core';
import { checkedOracle } from './checked-oracle.ts';
import { realPower } from './nonlinear-equations.ts';
import type { TestFunction } from './test-functions.ts';

/**
 * The chain f(x) = (|x_1 - x_2|^p + … + |x_{d-1} - x_d|^p + |x_d|^p) / p - x_1, convex. For 2 < p <= 3 its Hessian is
 * Hölder continuous with exponent p - 2 and constant (p - 1) 2^p; it vanishes wherever differences do, so that information
 * travels along the chain slowly. The minimum - d (p - 1) / p is at (d, d - 1, …, 1).
 *
 * O(d) for value, gradient and product with the Hessian.
 *
 * Source: N. Doikov, Y. Nesterov: Minimizing uniformly convex functions by cubic regularization of Newton method,
 * arXiv:1905.02671.
 *
 * @throws {InvalidInputError} for a dimension that is no positive integer, and a power below 2
 *
 * @example
 * ```ts
 * import { powerChain } from '@infimum/optim/objectives';
 *
 * console.log(powerChain(3, 3).value(Float64Array.of(3, 2, 1))); // -2
 * ```
 */
export function powerChain(dimension: number, power: number): TestFunction {
  checkInteger(dimension, 'dimension', { min: 1 });
  checkNumber(power, 'power', { min: 2 });
  const link = (x: Float64Array, i: number) => x[i] - (i + 1 < dimension ? x[i + 1] : 0);
  const curvature = (difference: number) => (power - 1) * realPower(Math.abs(difference), power - 2);
  return checkedOracle({
    dimension,
    value: (x) => {
      let sum = 0;
      for (let i = 0; i < dimension; i++) sum += realPower(Math.abs(link(x, i)), power);
      return sum / power - x[0];
    },
    gradient: (x, out) => {
      let before = 1;
      for (let i = 0; i < dimension; i++) {
        const difference = link(x, i);
        const own = Math.sign(difference) * realPower(Math.abs(difference), power - 1);
        out[i] = own - before;
        before = own;
      }
    },
    hessianVector: (x, v, out) => {
      let before = 0;
      for (let i = 0; i < dimension; i++) {
        const own = curvature(link(x, i)) * link(v, i);
        out[i] = own - before;
        before = own;
      }
    },
    hessian: (x, out) => {
      out.fill(0);
      for (let i = 0; i < dimension; i++) {
        const own = curvature(link(x, i));
        out[i * dimension + i] += own;
        if (i + 1 === dimension) break;
        out[i * dimension + i + 1] -= own;
        out[(i + 1) * dimension + i] -= own;
        out[(i + 1) * dimension + i + 1] += own;
      }
    },
  });
}
