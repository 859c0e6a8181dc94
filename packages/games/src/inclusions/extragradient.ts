// Extragradient: a step with the value at the point of a trial step.
//
// G. M. Korpelevich: The extragradient method for finding saddle points and other problems (1976).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { fullSteps } from './full-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

const extragradientOptions = {
  ...inclusionOptions,
  average: { type: 'boolean', default: false, description: 'Return the mean of the points instead of the last one' },
} as const satisfies OptionSpecs;

/** Options of `extragradient`. */
export type ExtragradientOptions = OptionsOf<typeof extragradientOptions> & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by v = J(u - eta F(u)), u <- J(u - eta F(v)): 2 n evaluations an iteration. With `average` the
 * residual is that of the mean of all v, as in most theorems, for n more evaluations.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { extragradient } from '@infimum/games';
 *
 * const operator = { terms: 1, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, x } = extragradient({ operator, initial: [0, 0] }, { tolerance: 1e-3 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function extragradient(
  problem: MonotoneInclusion,
  options: ExtragradientOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(extragradientOptions, options, extragradientSteps(problem, options));
}

/** The steps of `extragradient`. */
export function* extragradientSteps(
  problem: MonotoneInclusion,
  options: ExtragradientOptions = {},
): Steps<InclusionSolution, InclusionIterate> {
  const settings = resolveOptions(extragradientOptions, options);
  return yield* fullSteps(problem, settings, 0.9, ({ counted, resolvent, eta, anchor }) => {
    const [ahead, mean, there] = Array.from({ length: 3 }, () => new Float64Array(anchor.length));
    return (u, value, k) => {
      for (let j = 0; j < u.length; j++) ahead[j] = u[j] - eta * value[j];
      resolvent(ahead, eta, ahead);
      counted.full(ahead, there);
      for (let j = 0; j < u.length; j++) u[j] -= eta * there[j];
      resolvent(u, eta, u);
      if (!settings.average) return undefined;
      counted.full(u, value);
      for (let j = 0; j < u.length; j++) mean[j] += (ahead[j] - mean[j]) / (k + 1);
      counted.full(mean, there);
      return { point: mean, value: there };
    };
  });
}

export const extragradientSolver = /* @__PURE__ */ defineSolver({
  id: 'games/extragradient',
  title: 'Extragradient',
  summary: 'A step with the value at the end of a trial step: the classical method for saddle points.',
  problem: inclusion,
  role: 'baseline',
  paper: { title: 'The extragradient method for finding saddle points and other problems', year: 1976 },
  cost: 'O(n) \\text{ components per iteration, twice}',
  options: extragradientOptions,
  steps: (instance, options) => extragradientSteps(instance, options),
});
