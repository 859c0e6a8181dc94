// The differential equations that methods of acceleration discretise, x'' + (k(t) + beta H(x)) x' + c(t) grad f(x) = 0.
//
// W. Su, S. Boyd, E. Candes: A differential equation for modeling Nesterov's accelerated gradient method (2016),
// arXiv:1503.01243; B. Shi, S. Du, M. Jordan, W. Su: Understanding the acceleration phenomenon via high-resolution
// differential equations (2022), arXiv:1810.08907.
import { checkChoice, checkNumber, checkObject } from '@infimum/core';
import { checkCurvature, checkStronglyConvex } from '../smooth/lipschitz-constant.ts';
import { tripleMomentumMomentum } from './triple-momentum.ts';

/** The equations of second order. */
export const SECOND_ORDER_ODES = [
  'heavy-ball',
  'nesterov-strongly-convex',
  'nesterov-convex',
  'nesterov-convex-high-resolution',
  'triple-momentum',
  'manifold',
] as const;

/** An equation of second order. */
export type SecondOrderOde = (typeof SECOND_ORDER_ODES)[number];

/** The constants of the equations; each equation says which it needs. */
export interface OdeConstants {
  /** L. */
  readonly lipschitz?: number;
  /** mu. */
  readonly strongConvexity?: number;
  /** s, the step of the method that is discretised; 1/L by default. */
  readonly stepSize?: number;
  /** k, for `manifold`. */
  readonly friction?: number;
  /** beta, for `manifold`. */
  readonly curvatureDamping?: number;
  /** c, for `manifold`; k beta by default. */
  readonly forcing?: number;
}

/** An equation of second order, x'' + (k(t) + beta H(x)) x' + c(t) grad f(x) = 0. */
export interface Dynamics {
  /** k(t). */
  friction(time: number): number;
  /** beta. */
  readonly curvatureDamping: number;
  /** c(t). */
  forcing(time: number): number;
  /** The time at which it begins. */
  readonly start: number;
  /** The velocity at that time is this times the gradient. */
  readonly initialVelocity: number;
}

/**
 * The coefficients of an equation. With s the step:
 *
 * - `heavy-ball`: k = 2 sqrt mu, beta = 0, c = 1.
 * - `nesterov-strongly-convex`, in high resolution: k = 2 sqrt mu, beta = sqrt s, c = 1 + sqrt(mu s), from
 *   x' = -2 sqrt s grad f / (1 + sqrt(mu s)).
 * - `nesterov-convex`: k = 3/t, beta = 0, c = 1, from t = 1e-8.
 * - `nesterov-convex-high-resolution`: k = 3/t, beta = sqrt s, c = 1 + 3 sqrt s / (2t), from t = 1.5 sqrt s and
 *   x' = -sqrt s grad f.
 * - `triple-momentum`: k = (1 - b) / h, beta = g h, c = 1 with the method's own numbers.
 * - `manifold`: the motion is attracted to x' = -beta grad f; k, beta and c = k beta are given by the caller.
 *
 * @throws {InvalidInputError} for an unknown equation and constants that are missing or out of range
 *
 * @example
 * ```ts
 * import { accelerationDynamics } from '@infimum/optim/acceleration';
 *
 * const { friction, curvatureDamping } = accelerationDynamics('nesterov-strongly-convex', {
 *   lipschitz: 25,
 *   strongConvexity: 1,
 * });
 * console.log(friction(0), curvatureDamping); // 2 0.2
 * ```
 */
export function accelerationDynamics(ode: SecondOrderOde, constants: OdeConstants = {}): Dynamics {
  checkChoice(ode, 'ode', SECOND_ORDER_ODES);
  checkObject(constants, 'constants');
  const { lipschitz = 0, strongConvexity: mu = 0 } = constants;
  checkCurvature(constants);
  const constant = (value: number) => () => value;
  switch (ode) {
    case 'heavy-ball':
      checkStronglyConvex(constants);
      return { friction: constant(2 * Math.sqrt(mu)), curvatureDamping: 0, forcing: constant(1), ...AT_REST };
    case 'nesterov-strongly-convex': {
      checkStronglyConvex(constants);
      const root = Math.sqrt(stepOf(constants));
      const forcing = 1 + Math.sqrt(mu) * root;
      return {
        friction: constant(2 * Math.sqrt(mu)),
        curvatureDamping: root,
        forcing: constant(forcing),
        start: 0,
        initialVelocity: (-2 * root) / forcing,
      };
    }
    case 'nesterov-convex':
      return {
        friction: (time) => 3 / time,
        curvatureDamping: 0,
        forcing: constant(1),
        start: 1e-8, // the equation is singular at 0
        initialVelocity: 0,
      };
    case 'nesterov-convex-high-resolution': {
      const root = Math.sqrt(stepOf(constants));
      return {
        friction: (time) => 3 / time,
        curvatureDamping: root,
        forcing: (time) => 1 + (1.5 * root) / time,
        start: 1.5 * root,
        initialVelocity: -root,
      };
    }
    case 'triple-momentum': {
      checkStronglyConvex(constants);
      checkNumber(constants.lipschitz, 'lipschitz', { above: 0 });
      const { stepSize, momentum, lookAhead = 0 } = tripleMomentumMomentum(lipschitz, mu);
      const h = Math.sqrt(stepSize);
      return { friction: constant((1 - momentum) / h), curvatureDamping: lookAhead * h, forcing: constant(1), ...AT_REST };
    }
    case 'manifold': {
      const { friction, curvatureDamping } = constants;
      checkNumber(friction, 'friction', { above: 0 });
      checkNumber(curvatureDamping, 'curvatureDamping', { min: 0 });
      const { forcing = friction * curvatureDamping } = constants;
      checkNumber(forcing, 'forcing', { min: 0 });
      return { friction: constant(friction), curvatureDamping, forcing: constant(forcing), ...AT_REST };
    }
  }
}

const AT_REST = { start: 0, initialVelocity: 0 } as const;

/** s, or 1/L. */
function stepOf({ lipschitz, stepSize }: OdeConstants): number {
  if (stepSize !== undefined) checkNumber(stepSize, 'stepSize', { above: 0 });
  else checkNumber(lipschitz, 'lipschitz', { above: 0 });
  return stepSize ?? 1 / (lipschitz as number);
}
