// Nonlinear conjugate gradients with a Wolfe line search.
//
// J. Nocedal, S. Wright: Numerical optimization (2006), section 5.2; W. Hager, H. Zhang: A survey of nonlinear conjugate
// gradient methods (2006).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { dot } from '@infimum/linalg/numerics';
import { smooth } from '../smooth/smooth-problem.ts';
import type { SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { gradientTolerance, tolerance, valueTolerance } from '../smooth-minimization.ts';
import type { DescentRule } from './line-search-descent.ts';
import { firstLength, lineSearchDescentSteps } from './line-search-descent.ts';

/** Options of `nonlinearConjugateGradient`. */
export const nonlinearConjugateGradientOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  conjugation: {
    type: 'choice',
    choices: ['hestenes-stiefel', 'polak-ribiere', 'hager-zhang', 'dai-yuan', 'fletcher-reeves'],
    default: 'hestenes-stiefel',
    description: 'Formula for the share of the last direction',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of nonlinear conjugate gradients. */
export type NonlinearConjugateGradientOptions = OptionsOf<typeof nonlinearConjugateGradientOptions> & RunOptions<SmoothIterate>;

/** A formula for the share of the last direction that the next one keeps. */
export type Conjugation = NonNullable<NonlinearConjugateGradientOptions['conjugation']>;

/** Slopes that a line search leaves, as a share of the one at the start: nearly exact, or directions would not be conjugate. */
const CURVATURE = 0.01;

/** Two gradients in a row that have this much in common tell that directions have ceased to be conjugate (Powell). */
const MIXED = 0.5;

/**
 * Minimises a smooth f along directions d <- -g + beta d, with beta from the last two gradients and a line search for the
 * strong Wolfe conditions. On quadratics it is the method of conjugate gradients. It restarts with the gradient where
 * a direction is not a descent direction, or two successive gradients are far from orthogonal.
 *
 * With y = g - g_last: `polak-ribiere` is max(0, g . y / |g_last|²), `hestenes-stiefel` max(0, g . y / d . y), `dai-yuan`
 * |g|² / d . y, `fletcher-reeves` |g|² / |g_last|², `hager-zhang` (y - 2 d |y|² / d . y) . g / d . y, bounded from below.
 *
 * O(d) an iteration besides a value and a gradient, or a few, for the line search; five vectors of memory. `converged` when
 * |g| <= tolerance min(1, |g_0|), or |g| max(1, |x|) <= 1e-4 tolerance |f|; `stalled` when no step decreases f any more.
 *
 * @param objective - f with its gradient
 * @param initial - where to start, d numbers
 * @param options - the formula and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { rosenbrock } from '@infimum/optim';
 * import { nonlinearConjugateGradient } from '@infimum/optim/smooth';
 *
 * const { x, status } = nonlinearConjugateGradient(rosenbrock(2), Float64Array.of(-1.2, 1));
 * console.log(status, x.map(Math.round).join(' ')); // converged 1 1
 * ```
 */
export function nonlinearConjugateGradient(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NonlinearConjugateGradientOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(nonlinearConjugateGradientOptions, options, nonlinearConjugateGradientSteps(objective, initial, options));
}

/** The steps of `nonlinearConjugateGradient`, to be driven by `run` or by your own loop. */
export function nonlinearConjugateGradientSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NonlinearConjugateGradientOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const { conjugation, ...stopping } = resolveOptions(nonlinearConjugateGradientOptions, options);
  return lineSearchDescentSteps(objective, initial, stopping, () => conjugateDirections(conjugation));
}

export const nonlinearConjugateGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/nonlinear-conjugate-gradient',
  title: 'Nonlinear conjugate gradients',
  summary: 'Directions that include the last one, and a line search: no constants, and five vectors of memory.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Function minimization by conjugate gradients', year: 1964 },
  cost: 'O(d) \\text{ per iteration, and about two gradients}',
  options: nonlinearConjugateGradientOptions,
  steps: ({ objective, initial }, options) => nonlinearConjugateGradientSteps(objective, initial, options),
});

function conjugateDirections(conjugation: Conjugation): DescentRule {
  let isSteepest = true;
  let share = 0;
  let [lastLength, lastSlope] = [0, 0];
  let direction: Float64Array | undefined;
  return {
    name: 'gradient',
    curvature: CURVATURE,
    direction: (_, gradient, __, out) => {
      const kept = isSteepest ? 0 : share;
      for (let i = 0; i < out.length; i++) out[i] = kept * out[i] - gradient[i];
      direction = out;
    },
    // As if the change of the value were that of the last step, to first order.
    firstStep: (slope, gradientNorm) => (lastSlope < 0 ? lastLength * (lastSlope / slope) : firstLength(gradientNorm)),
    moved: ({ gradient, nextGradient, slope, length }) => {
      share = betaOf(conjugation, gradient, nextGradient, direction as Float64Array);
      isSteepest = Math.abs(dot(gradient, nextGradient)) >= MIXED * dot(nextGradient, nextGradient);
      [lastLength, lastSlope] = [length, slope];
    },
    forget: () => {
      const wasSteepest = isSteepest;
      isSteepest = true;
      lastSlope = 0;
      return !wasSteepest;
    },
  };
}

function betaOf(conjugation: Conjugation, last: Float64Array, gradient: Float64Array, direction: Float64Array): number {
  let [square, lastSquare, mixed, slope, lastSlope, length] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < last.length; i++) {
    square += gradient[i] * gradient[i];
    lastSquare += last[i] * last[i];
    mixed += gradient[i] * last[i];
    slope += gradient[i] * direction[i];
    lastSlope += last[i] * direction[i];
    length += direction[i] * direction[i];
  }
  const curvature = slope - lastSlope; // d . y
  switch (conjugation) {
    case 'polak-ribiere':
      return Math.max(0, (square - mixed) / lastSquare);
    case 'hestenes-stiefel':
      return Math.max(0, (square - mixed) / curvature);
    case 'dai-yuan':
      return square / curvature;
    case 'fletcher-reeves':
      return square / lastSquare;
    case 'hager-zhang': {
      const change = square - 2 * mixed + lastSquare; // |y|²
      const beta = (square - mixed - (2 * change * slope) / curvature) / curvature;
      const bound = -1 / (Math.sqrt(length) * Math.min(0.01, Math.sqrt(lastSquare)));
      return Math.max(beta, bound);
    }
  }
}
