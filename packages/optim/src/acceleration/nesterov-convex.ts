// Nesterov's accelerated gradient method with growing momentum, for convex functions (NAG-C), with restarts.
//
// Yu. Nesterov: A method of solving a convex programming problem with convergence rate O(1/k²) (1983); restarts:
// B. O'Donoghue, E. Candes: Adaptive restart for accelerated gradient schemes (2015), arXiv:1204.3982.
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { lipschitz, needsConvexity } from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { tolerance } from '../smooth-minimization.ts';
import type { GradientIterate } from './gradient-method.ts';
import type { MomentumSchedule } from './momentum-family.ts';
import { scheduledMomentumSteps } from './momentum-family.ts';

const nesterovConvexOptions = {
  tolerance,
  lipschitz,
  growth: {
    type: 'choice',
    choices: ['nesterov', 'k/(k+3)'],
    default: 'nesterov',
    description: 'How momentum grows: by Nesterov’s recursion, or as k / (k + 3)',
  },
  restart: {
    type: 'choice',
    choices: ['none', 'gradient', 'function'],
    default: 'gradient',
    description:
      'When to drop momentum: never, when it points uphill, or when the value (one more evaluation per iteration) rises',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of Nesterov's method for convex functions. */
export type NesterovConvexOptions = OptionsOf<typeof nesterovConvexOptions> & RunOptions<GradientIterate>;

/** How momentum grows: by Nesterov's recursion, or as k / (k + 3). */
export type MomentumGrowth = NonNullable<NesterovConvexOptions['growth']>;

/**
 * Minimises a convex f by y_{k+1} = x_k - grad f(x_k) / L, x_{k+1} = y_{k+1} + ((t_k - 1) / t_{k+1}) (y_{k+1} - y_k) with
 * t_0 = 1, t_{k+1} = (1 + sqrt(1 + 4 t_k²)) / 2, or with the momentum k / (k + 3). Its output is y. With restarts it is
 * linearly convergent on strongly convex functions, without knowing mu.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for. f(y_k) - f* <= 2 L |x_0 - x*|² / (k + 1)².
 * `converged` when |grad f(x)| <= tolerance min(1, |grad f(x_0)|).
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { nesterovConvex, quadraticForm } from '@infimum/optim';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = nesterovConvex(bowl, new Float64Array(2), { lipschitz: 100, restart: 'gradient' });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function nesterovConvex(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NesterovConvexOptions = {},
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(nesterovConvexOptions, options, nesterovConvexSteps(objective, initial, options));
}

/** The steps of `nesterovConvex`, to be driven by `run` or by your own loop. */
export function nesterovConvexSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NesterovConvexOptions = {},
): Steps<SmoothSolution, GradientIterate> {
  const { tolerance, lipschitz, growth, restart } = resolveOptions(nesterovConvexOptions, options);
  const schedule = growth === 'nesterov' ? nesterovSchedule() : simpleSchedule();
  return scheduledMomentumSteps(objective, initial, schedule, { tolerance, lipschitz, restart });
}

export const nesterovConvexSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/nesterov-convex',
  title: 'Nesterov’s method, convex',
  summary: 'Momentum that grows until a restart: for convex functions, if necessary without any constants.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'A method of solving a convex programming problem with convergence rate O(1/k²)', year: 1983 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: nesterovConvexOptions,
  declines: needsConvexity,
  steps: ({ objective, initial, lipschitz }, options) =>
    nesterovConvexSteps(objective, initial, { ...options, lipschitz: options.lipschitz ?? lipschitz }),
});

/** The momentum (t_{k-1} - 1) / t_k of step k, and 0 of the first. */
function nesterovSchedule(): MomentumSchedule {
  let [t, momentum] = [0, 0];
  const advance = () => {
    const next = (1 + Math.sqrt(1 + 4 * t * t)) / 2;
    momentum = Math.max(0, t - 1) / next;
    t = next;
  };
  const restart = () => {
    t = 0;
    advance();
  };
  restart();
  return { advance, restart, at: (lipschitz) => nesterovLike(lipschitz, momentum) };
}

/** The momentum (k - 1) / (k + 2) of step k, and 0 of the first. */
function simpleSchedule(): MomentumSchedule {
  let k = 0;
  return {
    advance: () => {
      k++;
    },
    restart: () => {
      k = 0;
    },
    at: (lipschitz) => nesterovLike(lipschitz, Math.max(0, k - 1) / (k + 2)),
  };
}

function nesterovLike(lipschitz: number, momentum: number) {
  return { stepSize: 1 / lipschitz, momentum, lookAhead: momentum };
}
