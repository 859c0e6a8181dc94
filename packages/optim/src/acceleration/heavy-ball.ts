// Polyak's heavy ball.
//
// B. T. Polyak: Some methods of speeding up the convergence of iteration methods (1964).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import {
  checkStronglyConvex,
  knownCurvature,
  lipschitz,
  needsStrongConvexity,
  requiredStrongConvexity,
} from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import type { Momentum } from './momentum-family.ts';
import { scheduledMomentumSteps } from './momentum-family.ts';

const heavyBallOptions = {
  tolerance,
  lipschitz,
  strongConvexity: requiredStrongConvexity,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of heavy ball. */
export type HeavyBallOptions = OptionsOf<typeof heavyBallOptions> & RunOptions<GradientIterate>;

/** The same with defaults. */
export interface StronglyConvexSettings {
  readonly tolerance: number;
  readonly lipschitz?: number | undefined;
  readonly strongConvexity: number;
}

/**
 * Minimises a quadratic, or almost quadratic, f by x_{k+1} = x_k + b (x_k - x_{k-1}) - h² grad f(x_k) with
 * h² = 4 / (sqrt L + sqrt mu)² and b = ((sqrt L - sqrt mu) / (sqrt L + sqrt mu))². On quadratics no method that uses only
 * gradients is faster; on other strongly convex functions it may cycle for ever (see `heavyBallCounterexample`), and there
 * is no safeguard against that.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. On quadratics the distance falls as
 * ((sqrt L - sqrt mu) / (sqrt L + sqrt mu))^k. `converged` when |grad f(x)| <= tolerance min(1, |grad f(x_0)|); `stalled`
 * when it diverges.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { heavyBall, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = heavyBall(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function heavyBall(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: HeavyBallOptions,
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(heavyBallOptions, options, heavyBallSteps(objective, initial, options));
}

/** The steps of `heavyBall`, to be driven by `run` or by your own loop. */
export function heavyBallSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: HeavyBallOptions,
): Steps<SmoothSolution, GradientIterate> {
  const known = resolveOptions(heavyBallOptions, options);
  return stronglyConvexSteps(objective, initial, heavyBallMomentum, known);
}

export const heavyBallSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/heavy-ball',
  title: 'Heavy ball',
  summary: 'Gradient steps plus a share of the last step: fastest on quadratics, unreliable elsewhere.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Some methods of speeding up the convergence of iteration methods', year: 1964 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: heavyBallOptions,
  declines: needsStrongConvexity,
  steps: (instance, options) => heavyBallSteps(instance.objective, instance.initial, knownCurvature(instance, options)),
});

/** Heavy ball as a member of the family of momentum. */
export function heavyBallMomentum(lipschitz: number, strongConvexity: number): Momentum {
  for (const [name, value] of Object.entries({ lipschitz, strongConvexity })) checkNumber(value, name);
  const [high, low] = [Math.sqrt(lipschitz), Math.sqrt(strongConvexity)];
  return { stepSize: 4 / (high + low) ** 2, momentum: ((high - low) / (high + low)) ** 2 };
}

/** The steps of a member of the family whose numbers follow from L and mu. */
export function stronglyConvexSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  momentum: (lipschitz: number, strongConvexity: number) => Momentum,
  options: StronglyConvexSettings,
): Steps<SmoothSolution, GradientIterate> {
  checkStronglyConvex(options);
  const { tolerance, lipschitz, strongConvexity } = options;
  const at = (constant: number) => momentum(constant, strongConvexity);
  return scheduledMomentumSteps(objective, initial, { at }, { tolerance, lipschitz, strongConvexity });
}
