// The limited-memory BFGS method with a Wolfe line search.
//
// D. C. Liu, J. Nocedal: On the limited memory BFGS method for large scale optimization (1989).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { LbfgsHistory } from '@infimum/linalg/numerics';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { gradientTolerance, tolerance, valueTolerance } from '../smooth-minimization.ts';
import { firstLength, lineSearchDescentSteps } from './line-search-descent.ts';

const lbfgsOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  memory: { type: 'integer', min: 1, max: 1000, default: 10, description: 'Pairs of steps and gradient changes to remember' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of L-BFGS. */
export type LbfgsOptions = OptionsOf<typeof lbfgsOptions> & RunOptions<SmoothIterate>;

/**
 * Minimises a smooth f by quasi-Newton steps x <- x - t H g, where H is the inverse Hessian that the last `memory`
 * pairs of steps and gradient changes suggest, and t satisfies the strong Wolfe conditions. The usual first choice when
 * gradients are exact and Hessians are not available.
 *
 * O(memory d) an iteration besides one gradient, most of the time; 2 memory d numbers are stored. `converged` when
 * |g| <= tolerance min(1, |g_0|), or |g| max(1, |x|) <= 1e-4 tolerance |f|; `stalled` when no step decreases f any more.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit, is not finite or where f is not, and for options
 *   out of range
 *
 * @example
 * ```ts
 * import { lbfgs } from '@infimum/optim';
 *
 * const { x, status, evaluations } = lbfgs(
 *   {
 *     dimension: 2,
 *     value: ([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
 *     gradient: ([x = 0, y = 0], out) => out.set([2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)]),
 *   },
 *   Float64Array.of(-1.2, 1),
 * );
 * console.log(status, x.map(Math.round).join(' '), evaluations.gradient < 60); // converged 1 1 true
 * ```
 */
export function lbfgs(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: LbfgsOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(lbfgsOptions, options, lbfgsSteps(objective, initial, options));
}

/** The steps of `lbfgs`, to be driven by `run` or by your own loop. */
export function lbfgsSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: LbfgsOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const { memory, ...stopping } = resolveOptions(lbfgsOptions, options);
  return lineSearchDescentSteps(objective, initial, stopping, ({ dimension }) => {
    const history = new LbfgsHistory(dimension, memory);
    const [step, change] = [new Float64Array(dimension), new Float64Array(dimension)];
    return {
      name: 'gradient',
      direction: (_, gradient, __, out) => {
        history.direction(gradient, out);
      },
      firstStep: (_, gradientNorm) => (history.isEmpty ? firstLength(gradientNorm) : 1),
      moved: ({ x, next, gradient, nextGradient }) => {
        for (let i = 0; i < dimension; i++) {
          step[i] = next[i] - x[i];
          change[i] = nextGradient[i] - gradient[i];
        }
        history.add(step, change);
      },
      forget: () => {
        const hadMemory = !history.isEmpty;
        history.clear();
        return hadMemory;
      },
    };
  });
}

export const lbfgsSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/lbfgs',
  title: 'L-BFGS',
  summary: 'Quasi-Newton steps from the last few gradients: the usual first choice for smooth functions.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(m d) \\text{ per iteration, and one or two gradients}',
  options: lbfgsOptions,
  steps: ({ objective, initial }, options) => lbfgsSteps(objective, initial, options),
});
