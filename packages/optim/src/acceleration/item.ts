// The information-theoretic exact method (ITEM): for strongly convex functions no method that uses only gradients can
// guarantee a smaller distance to the minimiser.
//
// A. Taylor, Y. Drori: An optimal gradient method for smooth strongly convex minimization (2023), arXiv:2101.09741.
import type { Objective, ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, defineSolver, resolveOptions, runWith } from '@infimum/core';
import {
  checkCurvature,
  knownCurvature,
  lipschitz,
  needsConvexity,
  requiredStrongConvexity,
} from '../smooth/lipschitz-constant.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothSolution } from '../smooth-minimization.ts';
import { smoothStart, tolerance } from '../smooth-minimization.ts';
import type { GradientIterate, GradientMethod } from './gradient-method.ts';
import { gradientMethodSteps } from './gradient-method.ts';
import type { StronglyConvexSettings } from './heavy-ball.ts';

const itemOptions = {
  tolerance,
  lipschitz,
  strongConvexity: requiredStrongConvexity,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of ITEM. */
export type ItemOptions = OptionsOf<typeof itemOptions> & RunOptions<GradientIterate>;

/** Numbers of one step of ITEM. */
export interface ItemCoefficients {
  /** A_{k+1}. */
  readonly nextWeight: number;
  /** beta_k, the share of x in y. */
  readonly mixing: number;
  /** delta_k, the length of the step of z, in units of 1/L. */
  readonly reach: number;
}

/** q A beyond which the coefficients have converged to those of triple momentum. */
const SETTLED = 1e15;

/**
 * Minimises a convex or strongly convex f with two coupled sequences. From A_0 = 0, z_0 = x_0, q = mu/L:
 *
 * A_{k+1} = ((1 + q) A_k + 2 (1 + sqrt((1 + A_k) (1 + q A_k)))) / (1 - q)²,
 * y = (1 - beta) z_k + beta x_k, x_{k+1} = y - grad f(y) / L,
 * z_{k+1} = (1 - q delta) z_k + q delta y - (delta / L) grad f(y),
 *
 * beta = A_k / ((1 - q) A_{k+1}), delta = ((1 - q)² A_{k+1} - (1 + q) A_k) / (2 (1 + q + q A_k)). Its output is z, for
 * which |z_k - x*|² <= |x_0 - x*|² / (1 + q A_k), the best possible guarantee; for mu = 0 it is x, and the method is
 * `ogm`. In the limit it is triple momentum, without the overshoot at the beginning.
 *
 * O(d) and one gradient an iteration, and two values where L is searched for; it restarts whenever L was too small.
 * `converged` when |grad f(y)| <= tolerance min(1, |grad f(x_0)|), with y as the solution.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - constants and limits; `strongConvexity` may be 0; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { quadraticForm } from '@infimum/optim';
 * import { item } from '@infimum/optim/acceleration';
 *
 * const bowl = quadraticForm(Float64Array.of(1, 100), Float64Array.of(1, 200));
 * const { x, status } = item(bowl, new Float64Array(2), { lipschitz: 100, strongConvexity: 1 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 2
 * ```
 */
export function item(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ItemOptions,
): Outcome<SmoothSolution, GradientIterate> {
  return runWith(itemOptions, options, itemSteps(objective, initial, options));
}

/** The steps of `item`, to be driven by `run` or by your own loop. */
export function itemSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ItemOptions,
): Steps<SmoothSolution, GradientIterate> {
  const { tolerance, lipschitz, strongConvexity } = resolveOptions(itemOptions, options);
  checkCurvature({ lipschitz, strongConvexity });
  const [oracle, start] = smoothStart(objective, initial);
  return coupledSteps(oracle, start, { tolerance, lipschitz, strongConvexity });
}

export const itemSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/item',
  title: 'ITEM',
  summary: 'The information-theoretic exact method: no method guarantees a smaller distance to the minimiser.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'An optimal gradient method for smooth strongly convex minimization', arxiv: '2101.09741', year: 2023 },
  cost: 'O(d) \\text{ per iteration, and a gradient}',
  options: itemOptions,
  declines: needsConvexity,
  steps: (instance, options) => itemSteps(instance.objective, instance.initial, knownCurvature(instance, options)),
});

/** The steps of ITEM with checked options, which may begin anew when x moves uphill. */
export function coupledSteps(
  objective: Objective,
  initial: Float64Array,
  options: StronglyConvexSettings & { readonly restarts?: boolean },
): Steps<SmoothSolution, GradientIterate> {
  const { restarts = false, ...known } = options;
  return gradientMethodSteps(objective, initial, known, (_, start) => createItem(start, options.strongConvexity, restarts));
}

/** The coefficients of the step from A_k; q = mu/L below 1. */
export function itemCoefficients(weight: number, q: number): ItemCoefficients {
  // Weights grow beyond all numbers in long runs.
  if (typeof weight !== 'number') checkNumber(weight, 'weight');
  checkNumber(q, 'q');
  const root = Math.sqrt((1 + weight) * (1 + q * weight));
  const nextWeight = ((1 + q) * weight + 2 * (1 + root)) / (1 - q) ** 2;
  return {
    nextWeight,
    mixing: weight / ((1 - q) * nextWeight),
    reach: ((1 - q) ** 2 * nextWeight - (1 + q) * weight) / (2 * (1 + q + q * weight)),
  };
}

function createItem(initial: Float64Array, strongConvexity: number, restarts: boolean): GradientMethod {
  const [x, z] = [Float64Array.from(initial), Float64Array.from(initial)];
  let weight = 0;
  const begin = () => {
    weight = 0;
    z.set(x);
  };
  return {
    step(point, gradient, lipschitz, next) {
      const q = strongConvexity / lipschitz;
      const isExact = q >= 1; // one gradient step is the answer, and the recursion has no numbers
      const { nextWeight, reach } = isExact ? { nextWeight: 0, reach: 1 } : itemCoefficients(weight, q);
      const pull = q * reach;
      const push = reach / lipschitz;
      let ascent = 0;
      for (let i = 0; i < x.length; i++) {
        const position = point[i] - gradient[i] / lipschitz;
        ascent += gradient[i] * (position - x[i]);
        x[i] = position;
        z[i] = (1 - pull) * z[i] + pull * point[i] - push * gradient[i];
      }
      if (restarts && ascent > 0) {
        begin();
        next.set(x);
        return;
      }
      // Beyond, A would overflow; at q = 0 it grows as k² only, and must.
      if (q * weight <= SETTLED) weight = nextWeight;
      const mixing = isExact ? 0 : itemCoefficients(weight, q).mixing;
      for (let i = 0; i < x.length; i++) next[i] = z[i] + mixing * (x[i] - z[i]);
    },
    raised: begin,
    output: () => (strongConvexity > 0 ? z.slice() : x.slice()),
  };
}
