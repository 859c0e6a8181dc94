// The optimised gradient method (OGM).
//
// D. Kim, J. Fessler: Optimized first-order methods for smooth convex minimization (2016), arXiv:1406.5468; restarts:
// Adaptive restart of the optimized gradient method for convex optimization (2018), arXiv:1703.04641.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { lipschitz, needsConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { smoothStart, tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import { coupledSteps } from './item.ts';

const ogmOptions = {
  tolerance,
  lipschitz,
  restart: {
    type: 'choice',
    choices: ['none', 'gradient'],
    default: 'gradient',
    description: 'When to drop momentum: never, or when the iterates move uphill',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of the optimised gradient method. */
export type OgmOptions = OptionsOf<typeof ogmOptions> & RunOptions<GradientIterate>;

/**
 * Minimises a convex f by x_{k+1} = y_k - grad f(y_k) / L,
 * y_{k+1} = x_{k+1} + ((t_k - 1) / t_{k+1}) (x_{k+1} - x_k) + (t_k / t_{k+1}) (x_{k+1} - y_k) with t_0 = 1 and
 * t_{k+1} = (1 + sqrt(1 + 4 t_k²)) / 2: ITEM for mu = 0, and it is computed as that. It guarantees half the gap of
 * Nesterov's method, f(x_k) - f* <= L |x_0 - x*|² / (4 t_{k-1}²). Its output is x. On strongly convex functions it
 * oscillates for very long without restarts, which begin anew from x as soon as x moves uphill.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. `converged` when |grad f(y)| <= tolerance
 * min(1, |grad f(x_0)|), with y as the solution.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - the constant and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { ogm } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 4), Float64Array.of(1, 8));
 * const { value } = ogm(bowl, new Float64Array(2), { lipschitz: 4, maxIterations: 200 });
 * console.log(value.toFixed(3)); // -8.500
 * ```
 */
export function ogm(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: OgmOptions = {},
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(ogmOptions, options, ogmSteps(objective, initial, options));
}

/** The steps of `ogm`, to be driven by `run` or by your own loop. */
export function ogmSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: OgmOptions = {},
): Steps<SmoothSolution, GradientIterate> {
  const { tolerance, lipschitz, restart } = resolveOptions(ogmOptions, options);
  const [oracle, start] = smoothStart(objective, initial);
  const restarts = restart === 'gradient';
  return coupledSteps(oracle, start, { tolerance, lipschitz, strongConvexity: 0, restarts });
}

export const ogmSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/ogm',
  title: 'Optimised gradient method',
  summary: 'Half of the guaranteed gap of Nesterov’s method for convex functions.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Optimized first-order methods for smooth convex minimization', arxiv: '1406.5468', year: 2016 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: ogmOptions,
  declines: needsConvexity,
  steps: ({ objective, initial, lipschitz }, options) =>
    ogmSteps(objective, initial, { ...options, lipschitz: options.lipschitz ?? lipschitz }),
});
