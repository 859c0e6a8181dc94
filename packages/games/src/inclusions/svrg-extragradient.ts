// Extragradient with variance reduction, without loops.
//
// A. Alacaoglu, Y. Malitsky: Stochastic variance reduction for variational inequality methods (2021), arXiv 2102.08352.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { begin } from './component-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions, naturalResidual, seed } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';

const svrgExtragradientOptions = {
  ...inclusionOptions,
  snapshot: { type: 'number', above: 0, max: 1, description: 'Probability of a snapshot after a step; 2 / n by default' },
  seed,
} as const satisfies OptionSpecs;

/** Options of `svrgExtragradient`. */
export type SvrgExtragradientOptions = OptionsOf<typeof svrgExtragradientOptions> & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F monotone, by m = alpha u + (1 - alpha) w, v = J(m - tau F(w)), u <- J(m - tau (F(w) + F_i(v) -
 * F_i(w))), with the snapshot w <- u in one step of n / 2: two evaluations a step, tau = 0.99 sqrt(1 - alpha) / L.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { svrgExtragradient } from '@infimum/games';
 *
 * const operator = { terms: 4, dimension: 2, component: (_: number, [x, y]: Float64Array, out: Float64Array) => out.set([y - 1, 2 - x]) };
 * const { status, x } = svrgExtragradient({ operator, initial: [0, 0] }, { tolerance: 1e-3 });
 * console.log(status, x.map(Math.round).join(' ')); // converged 2 1
 * ```
 */
export function svrgExtragradient(
  problem: MonotoneInclusion,
  options: SvrgExtragradientOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(svrgExtragradientOptions, options, svrgExtragradientSteps(problem, options));
}

/** The steps of `svrgExtragradient`: an iteration ends with a snapshot. */
export function* svrgExtragradientSteps(
  problem: MonotoneInclusion,
  options: SvrgExtragradientOptions = {},
): Steps<InclusionSolution, InclusionIterate> {
  const settings = resolveOptions(svrgExtragradientOptions, options);
  const known = begin(problem, settings, (lipschitz) => 1 / lipschitz());
  const { anchor, counted, random, resolvent, step: inverse, value, progress } = known;
  const { terms: n, dimension: d } = counted;
  const probability = settings.snapshot ?? Math.min(1, 2 / n);
  const alpha = 1 - Math.min(probability, 0.5);
  const tau = settings.stepSize ?? 0.99 * Math.sqrt(1 - alpha) * inverse;
  const [u, w] = [anchor.slice(), anchor.slice()];
  const [mixed, ahead, at, there] = Array.from({ length: 4 }, () => new Float64Array(d));
  const most = Math.max(100, 50 * n);
  for (let iteration = 0; ; iteration++) {
    yield progress.iterate(iteration);
    const end = progress.end('the step is too long for this operator');
    if (end) return end;
    for (let step = 0; step < most; step++) {
      for (let j = 0; j < d; j++) {
        mixed[j] = alpha * u[j] + (1 - alpha) * w[j];
        ahead[j] = mixed[j] - tau * value[j];
      }
      resolvent(ahead, tau, ahead);
      const i = random.integer(n);
      counted.component(i, ahead, at);
      counted.component(i, w, there);
      for (let j = 0; j < d; j++) u[j] = mixed[j] - tau * (value[j] + at[j] - there[j]);
      resolvent(u, tau, u);
      if (random.uniform() < probability) break;
    }
    w.set(u);
    counted.full(w, value);
    progress.see(w, naturalResidual(problem, w, value, inverse));
  }
}

export const svrgExtragradientSolver = /* @__PURE__ */ defineSolver({
  id: 'games/svrg-extragradient',
  title: 'Extragradient with variance reduction',
  summary: 'Extragradient steps from single components, corrected by snapshots of the whole sum.',
  problem: inclusion,
  role: 'baseline',
  paper: { title: 'Stochastic variance reduction for variational inequality methods', arxiv: '2102.08352', year: 2021 },
  cost: 'O(n) \\text{ components between snapshots}',
  options: svrgExtragradientOptions,
  steps: (instance, options) => svrgExtragradientSteps(instance, options),
});
