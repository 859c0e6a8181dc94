// The Halpern iteration with the whole sum: anchored steps whose last iterate's residual falls as 1/k.
//
// B. Halpern: Fixed points of nonexpanding maps (1967); J. Diakonikolas: Halpern iteration for near-optimal and parameter-free
// monotone inclusion and strong solutions to variational inequalities (2020), arXiv 2002.08872.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { fullSteps } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

const halpernOptions = {
  ...inclusionOptions,
  anchorWeight: {
    type: 'choice',
    choices: ['2/(k+4)', '1/(k+2)'],
    default: '2/(k+4)',
    description: 'Share of the anchor in iteration k',
  },
} as const satisfies OptionSpecs;

/** Options of `halpern`. */
export type HalpernOptions = OptionsOf<typeof halpernOptions> & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F cocoercive, by u <- J(lambda u_0 + (1 - lambda) u - eta F(u)), lambda = 2 / (k + 4): n
 * evaluations an iteration, residual at most about L_F |u_0 - u*| / k.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { halpern } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 1, component: (_: number, u: Float64Array, out: Float64Array) => out.set([u[0] - 3]) };
 * const { status, x } = halpern({ operator, initial: [0] }, { tolerance: 1e-3 });
 * console.log(status, x[0].toFixed(1)); // converged 3.0
 * ```
 */
export function halpern(
  problem: MonotoneInclusion,
  options: HalpernOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(halpernOptions, options, halpernSteps(problem, options));
}

/** The steps of `halpern`. */
export function* halpernSteps(
  problem: MonotoneInclusion,
  options: HalpernOptions = {},
): Steps<InclusionSolution, InclusionIterate> {
  const settings = resolveOptions(halpernOptions, options);
  return yield* fullSteps(problem, settings, 1, ({ resolvent, eta, anchor }) => (u, value, k) => {
    const lambda = settings.anchorWeight === '2/(k+4)' ? 2 / (k + 4) : 1 / (k + 2);
    for (let j = 0; j < u.length; j++) u[j] = lambda * anchor[j] + (1 - lambda) * u[j] - eta * value[j];
    resolvent(u, eta, u);
  });
}

export const halpernSolver = /* @__PURE__ */ defineSolver({
  id: 'games/halpern',
  title: 'Halpern iteration',
  summary: 'Anchored steps with the whole sum: the baseline for variance reduction.',
  problem: inclusion,
  role: 'baseline',
  paper: { title: 'Fixed points of nonexpanding maps', year: 1967 },
  cost: 'O(n) \\text{ components per iteration}',
  options: halpernOptions,
  declines: ({ cocoercive }) => (cocoercive ? undefined : 'F is not known to be cocoercive'),
  steps: (instance, options) => halpernSteps(instance, options),
});
