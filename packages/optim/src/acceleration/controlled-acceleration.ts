// The accelerated gradient method that control theory derives: a damped motion whose damping depends on the curvature,
// discretised by look-ahead symplectic Euler steps.
//
// Dynamics of acceleration in first-order gradient methods (2025), arXiv:2509.18346.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { knownCurvature, lipschitz, needsStrongConvexity, requiredStrongConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import { accelerationPaper } from './acceleration-paper.ts';
import type { GradientIterate } from './gradient-method.ts';
import { stronglyConvexSteps } from './heavy-ball.ts';
import type { Momentum } from './momentum-family.ts';

const controlledAccelerationOptions = {
  tolerance,
  lipschitz,
  strongConvexity: requiredStrongConvexity,
  friction: {
    type: 'number',
    was: 'damping',
    above: 0,
    max: 100,
    default: 2,
    description: 'Damping over sqrt(mu); at 2 the slowest mode of a quadratic is fastest',
  },
  timeStep: { type: 'number', above: 0, max: 2, default: 1, description: 'Time step times sqrt(L)' },
  lookAhead: {
    type: 'number',
    min: 0,
    max: 1,
    default: 1,
    description: 'Share of the curvature damping: 0 takes gradients at the particle, like heavy ball',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the method from control theory. */
export type ControlledAccelerationOptions = OptionsOf<typeof controlledAccelerationOptions> & RunOptions<GradientIterate>;

/**
 * Minimises a strongly convex f by the motion x'' + (k + beta H(x)) x' + grad f(x) = 0, which results from a control input
 * that makes the manifold x' = -beta grad f attractive, in steps of length h:
 *
 * y = x + g h w, w <- b w - h grad f(y), x <- x + h w, b = (1 - k h/2) / (1 + k h/2), g = lookAhead b.
 *
 * b is the Cayley transform of the damping k = damping sqrt(mu), and the look-ahead g replaces the damping by curvature
 * without a Hessian. With h = timeStep / sqrt(L) and the defaults this is Nesterov's method for strongly convex functions,
 * as the theory derives; without the look-ahead it is heavy ball with Nesterov's numbers.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. With the defaults the gap falls by
 * 1 - sqrt(mu/L) in every step. `converged` when |grad f(x)| <= tolerance min(1, |grad f(x_0)|); `stalled` when it diverges,
 * as it may with longer steps.
 *
 * Source: Dynamics of acceleration in first-order gradient methods, arXiv:2509.18346.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { controlledAcceleration } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = controlledAcceleration(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function controlledAcceleration(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ControlledAccelerationOptions,
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(controlledAccelerationOptions, options, controlledAccelerationSteps(objective, initial, options));
}

/** The steps of `controlledAcceleration`. */
export function controlledAccelerationSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ControlledAccelerationOptions,
): Steps<SmoothSolution, GradientIterate> {
  const { friction, timeStep, lookAhead, ...known } = resolveOptions(controlledAccelerationOptions, options);
  const momentum = (lipschitz: number, strongConvexity: number) =>
    controlledMomentum(lipschitz, strongConvexity, { friction, timeStep, lookAhead });
  return stronglyConvexSteps(objective, initial, momentum, known);
}

/** The discretised motion as a member of the family of momentum. */
function controlledMomentum(
  lipschitz: number,
  strongConvexity: number,
  { friction, timeStep, lookAhead }: { readonly friction: number; readonly timeStep: number; readonly lookAhead: number },
): Momentum {
  const half = (friction * timeStep * Math.sqrt(strongConvexity / lipschitz)) / 2; // k h / 2
  const momentum = Math.max(0, (1 - half) / (1 + half));
  return { stepSize: (timeStep * timeStep) / lipschitz, momentum, lookAhead: lookAhead * momentum };
}

export const controlledAccelerationSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/controlled-acceleration',
  title: 'Controlled acceleration',
  summary: 'A damped motion with curvature damping, in look-ahead symplectic steps: acceleration derived from control theory.',
  problem: smooth,
  role: 'paper',
  paper: accelerationPaper,
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: controlledAccelerationOptions,
  declines: needsStrongConvexity,
  steps: (instance, options) =>
    controlledAccelerationSteps(instance.objective, instance.initial, knownCurvature(instance, options)),
});
