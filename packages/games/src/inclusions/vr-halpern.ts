// The Halpern iteration with variance reduction, for cocoercive finite sums.
//
// X. Cai, A. Alacaoglu, J. Diakonikolas: Variance reduced Halpern iteration for finite-sum monotone inclusions (2023),
// arXiv 2310.02987, Algorithm 1.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { begin } from './component-steps.ts';
import type { InclusionIterate, InclusionSolution, MonotoneInclusion } from './inclusion.ts';
import { inclusionOptions, seed } from './inclusion.ts';
import { inclusion } from './inclusion-problem.ts';
import { halpernPaper } from './papers.ts';

const vrHalpernOptions = {
  ...inclusionOptions,
  stepRule: {
    type: 'choice',
    was: 'step',
    choices: ['safe', 'aggressive'],
    default: 'aggressive',
    description: 'Default step size: eta = 1 / (4 L), which the theorem covers, or 1 / L, which is never far from the best',
  },
  batchSize: { type: 'integer', min: 1, description: 'Components per batch; by default the root of n, rounded up' },
  refresh: {
    type: 'number',
    above: 0,
    max: 1,
    description:
      'Probability of evaluating all components; 4 / (k + 5) for k up to the root of n and constant after by default',
  },
  restart: {
    type: 'boolean',
    default: false,
    description: 'Restart from the current point when the residual has fallen by e²: linear on affine problems',
  },
  seed,
} as const satisfies OptionSpecs;

/** Options of `vrHalpern`. */
export type VrHalpernOptions = OptionsOf<typeof vrHalpernOptions> & LimitOptions<InclusionIterate>;

/**
 * Finds u with 0 in F(u) + G(u), F = (1/n) sum_i F_i cocoercive, by u <- J(lambda u_0 + (1 - lambda) u - eta F'), lambda =
 * 2 / (k + 3), where F' is F(u) at random refreshes and else corrected by a batch of b differences. About 6 sqrt(n) evaluations
 * an iteration; the residual |F(u) + g| of the last iterate falls as L |u_0 - u*| / k on average.
 *
 * `converged` when the residual, computed with all components at a refresh, meets the tolerance; `stalled` when the epochs are
 * over or the residual has grown a thousandfold, as it may if F is monotone but not cocoercive: use `vrHalpernInexact` for such sums.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * Cost: 2 b evaluations of components an iteration, n at a refresh; memory 6 d.
 *
 * @example
 * ```ts
 * import { vrHalpern } from '@infimum/games';
 *
 * // The mean of ten numbers: F_i(u) = u - a_i.
 * const operator = {
 *   terms: 10,
 *   dimension: 1,
 *   lipschitz: 1,
 *   component: (i: number, u: Float64Array, out: Float64Array) => {
 *     out[0] = u[0] - i;
 *   },
 * };
 * const { status, x } = vrHalpern({ operator, initial: [0] }, { tolerance: 1e-4, restart: true });
 * console.log(status, x[0].toFixed(2)); // converged 4.50
 * ```
 */
export function vrHalpern(
  problem: MonotoneInclusion,
  options: VrHalpernOptions = {},
): Outcome<InclusionSolution, InclusionIterate> {
  return runWith(vrHalpernOptions, options, vrHalpernSteps(problem, options));
}

/** The steps of `vrHalpern`. */
export function* vrHalpernSteps(
  problem: MonotoneInclusion,
  options: VrHalpernOptions = {},
): Steps<InclusionSolution, InclusionIterate> {
  const settings = resolveOptions(vrHalpernOptions, options);
  const share = settings.stepRule === 'safe' ? 0.25 : 1;
  const known = begin(problem, settings, (lipschitz) => settings.stepSize ?? share / lipschitz());
  const { counted, random, resolvent, step: eta, value: estimate, progress } = known; // estimate is F'
  const { terms: n, dimension: d } = counted;
  const root = Math.sqrt(n);
  const batch = Math.min(n, settings.batchSize ?? Math.ceil(root));
  const [anchor, u] = [known.anchor.slice(), known.anchor.slice()];
  const [next, above, below, target] = Array.from({ length: 4 }, () => new Float64Array(d));
  let anchored = progress.residual;
  let sinceRefresh = 0;
  for (let iteration = 0, k = 1; ; iteration++, k++) {
    yield progress.iterate(iteration);
    const end = progress.end('F is not cocoercive, or the step is too long; try vrHalpernInexact');
    if (end) return end;
    const lambda = 2 / (k + 3);
    for (let j = 0; j < d; j++) target[j] = lambda * anchor[j] + (1 - lambda) * u[j] - eta * estimate[j];
    resolvent(target, eta, next);
    const probability = settings.refresh ?? 4 / (Math.min(k, root) + 5);
    if (random.uniform() < probability || sinceRefresh >= 10 * root) {
      counted.full(next, estimate);
      sinceRefresh = 0;
      // g = (target - next) / eta is an element of G(next), at no extra cost.
      let square = 0;
      for (let j = 0; j < d; j++) square += (estimate[j] + (target[j] - next[j]) / eta) ** 2;
      progress.see(next, Math.sqrt(square));
      if (settings.restart && progress.residual <= anchored * Math.exp(-2)) {
        anchor.set(next);
        anchored = progress.residual;
        k = 0;
      }
    } else {
      sinceRefresh++;
      for (let draw = 0; draw < batch; draw++) {
        const i = batch === n ? draw : random.integer(n);
        counted.component(i, next, above);
        counted.component(i, u, below);
        for (let j = 0; j < d; j++) estimate[j] += (above[j] - below[j]) / batch;
      }
    }
    u.set(next);
  }
}

export const vrHalpernSolver = /* @__PURE__ */ defineSolver({
  id: 'games/vr-halpern',
  title: 'Halpern with variance reduction',
  summary: 'Anchored steps with batches of differences: a small last-iterate residual in few passes, for cocoercive sums.',
  problem: inclusion,
  role: 'paper',
  paper: halpernPaper,
  cost: 'O(\\sqrt n) \\text{ components per iteration}',
  options: vrHalpernOptions,
  declines: ({ cocoercive }) => (cocoercive ? undefined : 'F is not known to be cocoercive'),
  steps: (instance, options) => vrHalpernSteps(instance, options),
});
