// Optimistic gradient descent ascent: steps that extrapolate by the last change of the value.
//
// L. D. Popov: A modification of the Arrow-Hurwicz method for search of saddle points (1980).
import type { LimitOptions, Outcome } from '@infimum/core';
import { defineSolver, runWith } from '@infimum/core';
import type { FullOptions } from './full-steps.ts';
import { fullMethod } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

/** Options of `optimisticGda`. */
export type OptimisticGdaOptions = FullOptions & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by u <- J(u - eta (2 F(u) - F(u_before))): n evaluations an iteration.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { optimisticGda } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, x } = optimisticGda({ operator, initial: [0, 0] }, { tolerance: 1e-3 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function optimisticGda(
  problem: MonotoneInclusion,
  options: OptimisticGdaOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(inclusionOptions, options, optimisticGdaSteps(problem, options));
}

/** The steps of `optimisticGda`. */
export const optimisticGdaSteps = /* @__PURE__ */ fullMethod(0.45, ({ resolvent, eta, anchor }) => {
  const before = new Float64Array(anchor.length);
  return (u, value, k) => {
    if (k === 0) before.set(value);
    for (let j = 0; j < u.length; j++) u[j] -= eta * (2 * value[j] - before[j]);
    before.set(value);
    resolvent(u, eta, u);
  };
});

export const optimisticGdaSolver = /* @__PURE__ */ defineSolver({
  id: 'games/optimistic-gda',
  title: 'Optimistic gradient descent ascent',
  summary: 'Steps that look ahead with the last change of the value: one evaluation per iteration.',
  problem: inclusion,
  role: 'baseline',
  paper: { title: 'A modification of the Arrow-Hurwicz method for search of saddle points', year: 1980 },
  cost: 'O(n) \\text{ components per iteration}',
  options: inclusionOptions,
  steps: (instance, options) => optimisticGdaSteps(instance, options),
});
