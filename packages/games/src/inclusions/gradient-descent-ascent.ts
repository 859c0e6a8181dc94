// Gradient descent ascent, or forward-backward splitting: for cocoercive operators; a baseline that diverges on others.
//
// P. L. Lions, B. Mercier: Splitting algorithms for the sum of two nonlinear operators (1979).
import type { LimitOptions, Outcome } from '@infimum/core';
import { defineSolver, runWith } from '@infimum/core';
import type { FullOptions } from './full-steps.ts';
import { fullMethod } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

/** Options of `gradientDescentAscent`. */
export type GradientDescentAscentOptions = FullOptions & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F cocoercive, by u <- J(u - eta F(u)): n evaluations an iteration. If F is only monotone, as in a bilinear
 * game, it diverges and reports it.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { gradientDescentAscent } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 1, component: (_: number, u: Float64Array, out: Float64Array) => out.set([u[0] - 3]) };
 * const { status, x } = gradientDescentAscent({ operator, initial: [0] }, { tolerance: 1e-3 });
 * console.log(status, x[0].toFixed(1)); // converged 3.0
 * ```
 */
export function gradientDescentAscent(
  problem: MonotoneInclusion,
  options: GradientDescentAscentOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(inclusionOptions, options, gradientDescentAscentSteps(problem, options));
}

/** The steps of `gradientDescentAscent`. */
export const gradientDescentAscentSteps = /* @__PURE__ */ fullMethod(1, ({ resolvent, eta }) => (u, value) => {
  for (let j = 0; j < u.length; j++) u[j] -= eta * value[j];
  resolvent(u, eta, u);
});

export const gradientDescentAscentSolver = /* @__PURE__ */ defineSolver({
  id: 'games/gradient-descent-ascent',
  title: 'Gradient descent ascent',
  summary: 'Plain steps: right for cocoercive operators, but they spiral away from saddle points.',
  problem: inclusion,
  role: 'baseline',
  paper: { title: 'Splitting algorithms for the sum of two nonlinear operators', year: 1979 },
  cost: 'O(n) \\text{ components per iteration}',
  options: inclusionOptions,
  steps: (instance, options) => gradientDescentAscentSteps(instance, options),
});
