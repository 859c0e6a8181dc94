// Anchored Popov steps: as the extra-anchored gradient, but one of its two values is that of the step before.
//
// Q. Tran-Dinh, Y. Luo: Halpern-type accelerated and splitting algorithms for monotone inclusions (2021), arXiv 2110.08150.
import type { LimitOptions, Outcome } from '@infimum/core';
import { defineSolver, runWith } from '@infimum/core';
import type { FullOptions } from './full-steps.ts';
import { anchoredUpdate, fullMethod } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

/** Options of `anchoredPopov`. */
export type AnchoredPopovOptions = FullOptions & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by v = J(u + (u_0 - u)/(k + 2) - eta F(v_before)), u <- J(u + (u_0 - u)/(k + 2) - eta F(v)):
 * n evaluations an iteration, with eta at most 1 / (3 L_F).
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { anchoredPopov } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, x } = anchoredPopov({ operator, initial: [0, 0] }, { tolerance: 1e-3, maxEpochs: 1e5 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function anchoredPopov(
  problem: MonotoneInclusion,
  options: AnchoredPopovOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(inclusionOptions, options, anchoredPopovSteps(problem, options));
}

/** The steps of `anchoredPopov`. */
export const anchoredPopovSteps = /* @__PURE__ */ fullMethod(1 / 3, (known) => anchoredUpdate(known, true));

export const anchoredPopovSolver = /* @__PURE__ */ defineSolver({
  id: 'games/anchored-popov',
  title: 'Anchored Popov',
  summary: 'Anchored steps that use each value twice: half the cost of an extragradient.',
  problem: inclusion,
  role: 'baseline',
  paper: {
    title: 'Halpern-type accelerated and splitting algorithms for monotone inclusions',
    arxiv: '2110.08150',
    year: 2021,
  },
  cost: 'O(n) \\text{ components per iteration}',
  options: inclusionOptions,
  steps: (instance, options) => anchoredPopovSteps(instance, options),
});
