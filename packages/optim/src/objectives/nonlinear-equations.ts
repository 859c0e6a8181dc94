// Systems of equations u(x) = 0 as minimisation of |u(x)|^p / p.
import type { Objective } from '@infimum/core';
import { allocateVector, checkInteger, checkNumber, checkObject, fault } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { norm } from '@infimum/linalg/numerics';
import { checkedOracle } from './checked-oracle.ts';
import type { DenseApproximation, GradientApproximation, HessianApproximation } from './hessian-approximation.ts';
import { atLastPoint } from './last-point.ts';
import { weightedGram } from './weighted-gram.ts';

/** Equations u(x) = 0, with u from R^d to R^m. */
export interface EquationSystem {
  /** Number of variables d. */
  readonly dimension: number;
  /** Number of equations m. */
  readonly equations: number;
  /** Writes u(x), m numbers. */
  residual(x: Float64Array, out: Float64Array): void;
  /** Writes the Jacobian J at x, m x d numbers row by row. */
  jacobian(x: Float64Array, out: Float64Array): void;
  /** Writes J'y at x, where that costs less than the Jacobian. */
  transposedProduct?(x: Float64Array, y: Float64Array, out: Float64Array): void;
  /** Adds sum_i w_i H_i(x), with the Hessians H_i of the u_i, to the d x d matrix `out`; absent if that is not known. */
  addCurvature?(x: Float64Array, weights: Float64Array, out: Float64Array): void;
  /** Whether u is affine: then J'J is computed once. */
  readonly affine?: boolean;
}

/** The function |u|^p / p, and approximations of its Hessian. */
export interface NonlinearEquations extends Objective {
  /** The Gauss-Newton matrix: the Hessian without the curvature of u. */
  readonly gaussNewton: DenseApproximation;
  /** The part (p - 2) g g' / |u|^p of it alone, of rank one; for a metric near to J'J. Zero for p = 2. */
  readonly fisher: GradientApproximation;
}

/** Options of `nonlinearEquations`. */
export interface NonlinearEquationsOptions {
  /** The power p, at least 2; 2 by default. */
  readonly power?: number;
}

/**
 * The function f(x) = |u(x)|^p / p, whose minimum is 0 where the equations u(x) = 0 have a solution. With J = du/dx and
 * r = |u|, the gradient is r^(p-2) J'u and the Hessian r^(p-2) (J'J + sum_i u_i H_i) + (p-2) r^(p-4) (J'u)(J'u)'.
 *
 * A gradient costs a product with J', a Hessian O(m d²).
 *
 * @param system - u with its derivatives
 * @throws {InvalidInputError} for sizes and a power out of range, and functions that are missing
 *
 * @example
 * ```ts
 * import { gradientNormalizedNewton } from '@infimum/optim';
 * import { nonlinearEquations } from '@infimum/optim/objectives';
 *
 * const circleAndLine = nonlinearEquations({
 *   dimension: 2,
 *   equations: 2,
 *   residual: ([x, y], out) => out.set([x * x + y * y - 2, x - y]),
 *   jacobian: ([x, y], out) => out.set([2 * x, 2 * y, 1, -1]),
 * });
 * const { x } = gradientNormalizedNewton(circleAndLine, Float64Array.of(3, 1), {
 *   hessian: circleAndLine.gaussNewton,
 * });
 * console.log(x.map(Math.round).join(' ')); // 1 1
 * ```
 */
export function nonlinearEquations(system: EquationSystem, options: NonlinearEquationsOptions = {}): NonlinearEquations {
  checkObject(options, 'options');
  const { power = 2 } = options;
  checkSystem(system);
  checkNumber(power, 'power', { min: 2 });
  const { dimension, equations, affine = false } = system;
  const residual = allocateVector(equations, 'system.equations');
  const jacobian = allocateVector(equations * dimension, 'system.dimension');
  const image = allocateVector(dimension, 'system.dimension'); // J'u
  const gramian = weightedGram({ rows: equations, cols: dimension, values: jacobian });
  const ones = new Float64Array(equations).fill(1);
  let constantGram: Float64Array | undefined;
  let length = 0;

  const visitResidual = atLastPoint(dimension, (x) => {
    system.residual(x, residual);
    length = norm(residual);
  });
  const visitJacobian = atLastPoint(dimension, (x) => system.jacobian(x, jacobian));
  const visitImage = atLastPoint(dimension, (x) => {
    if (system.transposedProduct) {
      system.transposedProduct(x, residual, image);
      return;
    }
    visitJacobian(x);
    image.fill(0);
    for (let i = 0, k = 0; i < equations; i++) {
      for (let j = 0; j < dimension; j++, k++) image[j] += jacobian[k] * residual[i];
    }
  });

  const visit = (x: Float64Array) => {
    visitResidual(x);
    visitImage(x);
  };

  /** out <- r^(p-2) (J'J + curvature of u) + (p-2) r^(p-4) (J'u)(J'u)' */
  const hessian = (x: Float64Array, out: Float64Array, curved: boolean) => {
    visit(x);
    if (affine) {
      if (!constantGram) {
        constantGram = new Float64Array(dimension * dimension);
        visitJacobian(x);
        gramian(ones, constantGram);
      }
      out.set(constantGram);
    } else {
      visitJacobian(x);
      gramian(ones, out);
    }
    if (curved) system.addCurvature?.(x, residual, out);
    const scale = realPower(length, power - 2);
    const weight = length > 0 ? (power - 2) * realPower(length, power - 4) : 0;
    for (let i = 0, k = 0; i < dimension; i++) {
      const factor = weight * image[i];
      for (let j = 0; j < dimension; j++, k++) out[k] = scale * out[k] + factor * image[j];
    }
  };

  return checkedOracle({
    dimension,
    value: (x) => {
      visitResidual(x);
      return realPower(length, power) / power;
    },
    gradient: (x, out) => {
      visit(x);
      const scale = realPower(length, power - 2);
      for (let j = 0; j < dimension; j++) out[j] = scale * image[j];
    },
    ...((system.addCurvature || affine) && { hessian: (x: Float64Array, out: Float64Array) => hessian(x, out, true) }),
    gaussNewton: { kind: 'dense', matrix: (x, out) => hessian(x, out, false) },
    fisher: {
      kind: 'gradient',
      weight: (x) => {
        visitResidual(x);
        return length > 0 ? (power - 2) / realPower(length, power) : 0;
      },
    },
  });
}

/** Names of the approximations that `nonlinearEquations` offers. */
export function equationApproximations({
  gaussNewton,
  fisher,
}: NonlinearEquations): Readonly<Record<string, HessianApproximation>> {
  return { 'gauss-newton': gaussNewton, fisher };
}

/** r^q for r >= 0 with the same bits in every engine; whole powers exactly as products round. */
export function realPower(r: number, q: number): number {
  if (q < 0) return 1 / realPower(r, -q);
  if (Number.isInteger(q) && q <= 64) {
    let product = 1;
    for (let k = 0; k < q; k++) product *= r;
    return product;
  }
  return r === 0 ? 0 : portableExp(q * portableLog(r));
}

function checkSystem(system: EquationSystem): void {
  if (typeof system?.residual !== 'function' || typeof system.jacobian !== 'function') {
    throw fault('must have the functions residual(x, out) and jacobian(x, out)', 'system', 'type');
  }
  checkInteger(system.dimension, 'system.dimension', { min: 1 });
  checkInteger(system.equations, 'system.equations', { min: 1 });
}
