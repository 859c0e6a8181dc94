// A barrier between the logarithmic one and quasi-self-concordant functions, in one variable.
import type { Objective } from '@infimum/core';
import { realPower } from './nonlinear-equations.ts';

/**
 * The barrier f(x) = x^-q / q + x of the half-line x > 0, infinite outside, with its minimum 1 + 1/q at 1. It is generalised
 * self-concordant of order nu = 2 (q + 3) / (q + 2): f''' is a multiple of f''^(nu/2), between the orders 2 of
 * quasi-self-concordant functions and 3 of logarithmic barriers. Near the boundary a step of Newton's method multiplies x by
 * 1 + 1/(q + 1).
 *
 * T. Sun, Q. Tran-Dinh: Generalized self-concordant functions (2019), arXiv:1703.04599, example 1.
 */
export function inverseBarrier(power: number): Objective & Required<Pick<Objective, 'hessian'>> {
  return {
    dimension: 1,
    value: ([x]) => (x > 0 ? realPower(1 / x, power) / power + x : Infinity),
    gradient: ([x], out) => {
      out[0] = 1 - realPower(1 / x, power + 1);
    },
    hessian: ([x], out) => {
      out[0] = (power + 1) * realPower(1 / x, power + 2);
    },
  };
}
