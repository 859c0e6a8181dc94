// The slow manifold of strongly damped motions, and the motions in slow time.
//
// N. Fenichel: Geometric singular perturbation theory for ordinary differential equations (1979).
import type { Objective } from '@infimum/core';
import { checkChoice, checkNumber, checkObject } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { checkObjective } from '../smooth-minimization.ts';
import type { VectorField } from './ode-integrators.ts';

/** Coefficients of x'' + (k + beta H(x)) x' + c grad f(x) = 0. */
export interface DampedMotion {
  /** k, above 0. */
  readonly friction: number;
  /** beta, at least 0; 0 by default. */
  readonly curvatureDamping?: number;
  /** c, at least 0; 1 by default. */
  readonly forcing?: number;
}

/**
 * The velocity that x'' + (k + beta H(x)) x' + c grad f(x) = 0 is attracted to when k is large, as a function of x:
 *
 * order 0, the gradient flow: h_0 = -(c/k) grad f; order 1: h_0 + (beta c / k² - c² / k³) H grad f.
 *
 * For beta = O(1/k) velocities differ from them by O(1/k³) and O(1/k⁵) once the fast motion has died out. A gradient, and
 * for order 1 a product with the Hessian, or two gradients where the objective has none.
 *
 * @param objective - f with its gradient
 * @param motion - the coefficients
 * @param order - 0 or 1; 1 by default
 * @returns a function that writes the velocity at x
 * @throws {InvalidInputError} for coefficients out of range and another order
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { slowManifold } from '@infimum/optim/acceleration';
 *
 * const velocity = new Float64Array(1);
 * slowManifold(quadraticForm(Float64Array.of(1)), { friction: 10 })(Float64Array.of(1), velocity);
 * console.log(velocity[0].toFixed(4)); // -0.1010
 * ```
 */
export function slowManifold(
  objective: Objective,
  motion: DampedMotion,
  order: 0 | 1 = 1,
): (x: Float64Array, out: Float64Array) => void {
  const { friction: k, curvatureDamping: beta, forcing: c } = checkMotion(objective, motion);
  checkChoice(String(order), 'order', ['0', '1']);
  const gradient = new Float64Array(objective.dimension);
  const product = new Float64Array(objective.dimension);
  const multiply = hessianProduct(objective);
  return (x, out) => {
    objective.gradient(x, gradient);
    if (order === 1) multiply(x, gradient, product);
    const correction = (beta * c) / k ** 2 - c ** 2 / k ** 3;
    for (let i = 0; i < out.length; i++) out[i] = (-c / k) * gradient[i] + correction * product[i];
  };
}

/**
 * x'' + (k + beta H(x)) x' + c grad f(x) = 0 in slow time T = t/k with p = k x': dx/dT = p,
 * (1/k²) dp/dT = -(1 + (beta/k) H(x)) p - c grad f(x), for the states (x, p). A gradient and a product with the Hessian, or
 * three gradients where the objective has none.
 *
 * @throws {InvalidInputError} for coefficients out of range
 */
export function slowTimeField(objective: Objective, motion: DampedMotion): VectorField {
  const { friction: k, curvatureDamping: beta, forcing: c } = checkMotion(objective, motion);
  const size = objective.dimension;
  const [gradient, product] = [new Float64Array(size), new Float64Array(size)];
  const multiply = hessianProduct(objective);
  return (_, state, out) => {
    const [x, p] = [state.subarray(0, size), state.subarray(size)];
    objective.gradient(x, gradient);
    if (beta !== 0) multiply(x, p, product);
    for (let i = 0; i < size; i++) {
      out[i] = p[i];
      out[size + i] = -(k ** 2) * (p[i] + (beta / k) * product[i] + c * gradient[i]);
    }
  };
}

function checkMotion(objective: Objective, motion: DampedMotion): Required<DampedMotion> {
  checkObjective(objective);
  checkObject(motion, 'motion');
  const { friction, curvatureDamping = 0, forcing = 1 } = motion;
  checkNumber(friction, 'friction', { above: 0 });
  checkNumber(curvatureDamping, 'curvatureDamping', { min: 0 });
  checkNumber(forcing, 'forcing', { min: 0 });
  return { friction, curvatureDamping, forcing };
}

/** H(x) v from the objective, or from a central difference of gradients. */
function hessianProduct(objective: Objective) {
  const { hessianVector, dimension } = objective;
  if (hessianVector) return hessianVector.bind(objective);
  const [moved, above] = [new Float64Array(dimension), new Float64Array(dimension)];
  return (x: Float64Array, v: Float64Array, out: Float64Array) => {
    const length = norm(v);
    out.fill(0);
    if (length === 0) return;
    const step = (Math.cbrt(Number.EPSILON) * (1 + norm(x))) / length;
    for (let i = 0; i < dimension; i++) moved[i] = x[i] + step * v[i];
    objective.gradient(moved, above);
    for (let i = 0; i < dimension; i++) moved[i] = x[i] - step * v[i];
    objective.gradient(moved, out);
    for (let i = 0; i < dimension; i++) out[i] = (above[i] - out[i]) / (2 * step);
  };
}
