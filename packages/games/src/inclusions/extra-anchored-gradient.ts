// Extra-anchored gradient: extragradient steps with an anchor at the start, with the best rate of the last residual.
//
// T. Yoon, E. K. Ryu: Accelerated algorithms for smooth convex-concave minimax problems with O(1/k²) rate on squared gradient
// norm (2021), arXiv 2102.07922.
import type { LimitOptions, Outcome } from '@infimum/core';
import { defineSolver, runWith } from '@infimum/core';
import type { FullOptions } from './full-steps.ts';
import { anchoredUpdate, fullMethod } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

/** Options of `extraAnchoredGradient`. */
export type ExtraAnchoredGradientOptions = FullOptions & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by v = J(u + (u_0 - u)/(k + 2) - eta F(u)), u <- J(u + (u_0 - u)/(k + 2) - eta F(v)):
 * residual O(L_F |u_0 - u*| / k) at the last iterate, 2 n evaluations an iteration.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { extraAnchoredGradient } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, x } = extraAnchoredGradient({ operator, initial: [0, 0] }, { tolerance: 1e-3, maxEpochs: 1e5 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function extraAnchoredGradient(
  problem: MonotoneInclusion,
  options: ExtraAnchoredGradientOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(inclusionOptions, options, extraAnchoredGradientSteps(problem, options));
}

/** The steps of `extraAnchoredGradient`. */
export const extraAnchoredGradientSteps = /* @__PURE__ */ fullMethod(0.9, (known) => anchoredUpdate(known, false));

export const extraAnchoredGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'games/extra-anchored-gradient',
  title: 'Extra-anchored gradient',
  summary: 'Extragradient steps pulled towards the start: the residual of the last iterate falls as 1/k.',
  problem: inclusion,
  role: 'baseline',
  paper: {
    title: 'Accelerated algorithms for smooth convex-concave minimax problems with O(1/k²) rate on squared gradient norm',
    arxiv: '2102.07922',
    year: 2021,
  },
  cost: 'O(n) \\text{ components per iteration, twice}',
  options: inclusionOptions,
  steps: (instance, options) => extraAnchoredGradientSteps(instance, options),
});
