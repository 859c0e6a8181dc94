// Extra-anchored gradient: extragradient steps drawn to the start, with the best rate of the last residual.
//
// T. Yoon, E. K. Ryu: Accelerated algorithms for smooth convex-concave minimax problems with O(1/k²) rate on squared gradient
// norm (2021), arXiv 2102.07922.
import type { Outcome, RunOptions } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import type { FullOptions } from './full-steps.ts';
import { fullMethod, fullOptions } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';
import { runInclusion } from './progress.ts';

/** What callers of `extraAnchoredGradient` give. */
export type ExtraAnchoredGradientOptions = FullOptions;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by v = J(u + (u_0 - u)/(k + 2) - eta F(u)), u <- J(u + (u_0 - u)/(k + 2) - eta F(v)):
 * residual O(L_F |u_0 - u*| / k) at the last iterate, 2 n evaluations an iteration.
 *
 * @param problem - `operator`, `initial`, `resolvent`
 * @param options - tolerance, step size and limits
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { extraAnchoredGradient } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, u } = extraAnchoredGradient({ operator, initial: Float64Array.of(0, 0) }, { tolerance: 1e-3, maxEpochs: 1e5 });
 * console.log(status, u.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function extraAnchoredGradient(
  problem: MonotoneInclusion,
  options: ExtraAnchoredGradientOptions & RunOptions<InclusionIterate> = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runInclusion(extraAnchoredGradientSteps, fullOptions, problem, options);
}

/** The steps of `extraAnchoredGradient`. */
const extraAnchoredGradientSteps = /* @__PURE__ */ fullMethod(0.9, ({ counted, resolvent, eta, anchor }) => {
  const value = new Float64Array(anchor.length);
  const ahead = new Float64Array(anchor.length);
  return (u, k) => {
    counted.full(u, value);
    for (let j = 0; j < u.length; j++) ahead[j] = u[j] + (anchor[j] - u[j]) / (k + 2) - eta * value[j];
    resolvent(ahead, eta, ahead);
    counted.full(ahead, value);
    for (let j = 0; j < u.length; j++) u[j] += (anchor[j] - u[j]) / (k + 2) - eta * value[j];
    resolvent(u, eta, u);
    return undefined;
  };
});

export const extraAnchoredGradientSolver = /* @__PURE__ */ defineSolver({
  id: 'games/extra-anchored-gradient',
  title: 'Extra-anchored gradient',
  summary: 'Extragradient steps that are drawn to the start: the residual of the last iterate falls as 1/k.',
  problem: inclusion,
  role: 'baseline',
  paper: {
    title:
      'Accelerated algorithms for smooth convex-concave minimax problems with O(1/k²) rate on squared gradient norm',
    arxiv: '2102.07922',
    year: 2021,
  },
  cost: 'O(n) \\text{ components an iteration, twice}',
  options: fullOptions,
  steps: (instance, options) => extraAnchoredGradientSteps(instance, options),
});
