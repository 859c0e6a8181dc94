// Consensus-based optimisation: particles drift to their weighted mean, with noise proportional to their distance from it.
//
// R. Pinnau, C. Totzeck, O. Tse, S. Martin: A consensus-based model for global optimization (2017); K. Riedl, T. Klock,
// C. Geldhauser, M. Fornasier: Gradient is all you need? (2023), arXiv 2306.09778. Mini-batches, cooling and the reduction of
// particles: J. Carrillo, S. Jin, L. Li, Y. Zhu (2021); polarised consensus: L. Bungert, T. Roith, P. Wacker (2024).
import type { Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith, stalled } from '@infimum/core';
import type { BlackBox, Questions } from './black-box.ts';
import { answersOf, randomOf, Search } from './black-box.ts';
import type { CboOptions, CboSolution } from './cbo-options.ts';
import { cboOptions } from './cbo-options.ts';
import { continuous } from './continuous-problem.ts';
import { consensusPaper } from './papers.ts';
import { Swarm } from './swarm.ts';

/**
 * Minimises f by consensus: c = sum x_i exp(-alpha f(x_i)) / sum exp(-alpha f(x_i)),
 * x_i <- x_i - lambda dt (x_i - c) + sigma sqrt(dt) (x_i - c) ⊙ N(0, I) (anisotropic). N evaluations and O(N d) a step.
 *
 * The particles shrink onto c if lambda and sigma allow: by the factor (1 - lambda dt)² + sigma² dt in mean square. The defaults make this
 * factor larger than 1, but the particles still shrink almost surely, since large steps are rare.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { cbo } from '@infimum/blackbox';
 *
 * const blackBox = {
 *   dimension: 2,
 *   value: ([x, y]: Float64Array) => (x - 1) ** 2 + (y + 2) ** 2 + 2 * Math.sin(5 * x) ** 2,
 *   target: 0.2,
 * };
 * const { status, x } = cbo(blackBox, { seed: 1 });
 * console.log(status, x[1].toFixed(0)); // converged -2
 * ```
 */
export function cbo(blackBox: BlackBox, options: CboOptions = {}): Outcome<CboSolution, Questions<CboSolution>> {
  return runWith(cboOptions, options, cboSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `cbo`. */
export function* cboSteps(
  blackBox: BlackBox,
  options: CboOptions = {},
): Steps<CboSolution, Questions<CboSolution>, Float64Array> {
  const settings = resolveOptions(cboOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations, true);
  const random = randomOf(settings.seed);
  let swarm = new Swarm(search, settings, settings.population, random, 0);
  try {
    return yield* consensusSteps();
  } finally {
    swarm.release();
  }

  function* consensusSteps(): Steps<CboSolution, Questions<CboSolution>, Float64Array> {
    const solution = () => ({
      ...search.solution(),
      consensus: search.toPoints(swarm.consensus),
      particles: search.toPoints(swarm.particles.subarray(0, swarm.count * search.dimension)),
    });
    for (let round = 1; ; ) {
      for (const group of swarm.groups()) {
        const values = yield* search.ask(swarm.pick(group), group.length, solution);
        adaptPenalty(search, values);
        const center = swarm.agree(group, values);
        const centerValue = settings.heaviside === undefined ? undefined : (yield* search.ask(center, 1, solution))[0];
        swarm.move(group, values, centerValue);
        const end = search.end(solution);
        if (end) return end;
      }
      swarm.endStep();
      if (swarm.spread() >= 1e-12 || search.evaluations === 0) continue;
      if (!settings.restarts) return stalled(solution(), 'all particles have met; restart from another seed');
      const larger = Math.min(2 * swarm.initialCount, 1_000_000);
      swarm.release();
      swarm = new Swarm(search, settings, larger, random, round++);
    }
  }
}

/**
 * Raises the penalty while all particles of a generation violate constraints; it starts at the spread of the values over the mean
 * violation. The penalty sum max(g, 0) is exact, so a finite factor is enough.
 */
function adaptPenalty(search: Search, values: Float64Array): void {
  const { violations, penalty } = search;
  if (violations.length !== values.length) return;
  const violating = violations.filter((entry) => entry > 0 && Number.isFinite(entry));
  if (violating.length === 0) return;
  if (penalty > 0) {
    if (violating.length === violations.length) search.penalty = Math.min(1e100, 1.5 * penalty);
    return;
  }
  const finite = values.filter(Number.isFinite);
  const [low, high] = [finite.reduce((a, b) => Math.min(a, b), Infinity), finite.reduce((a, b) => Math.max(a, b), -Infinity)];
  const mean = violating.reduce((sum, entry) => sum + entry / violating.length, 0);
  const first = (high > low ? high - low : 1) / mean;
  search.penalty = Number.isFinite(first) && first > 0 ? first : 1;
  for (let i = 0; i < values.length; i++) values[i] += violations[i] > 0 ? search.penalty * violations[i] : 0;
}

export const cboSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/cbo',
  title: 'Consensus-based optimisation',
  summary: 'Particles drift to their weighted mean, with noise in proportion to their distance from it.',
  problem: continuous,
  role: 'paper',
  paper: consensusPaper,
  cost: 'N \\text{ evaluations and } O(N d) \\text{ per step}',
  options: cboOptions,
  steps: (instance, options) => cboSteps(instance, options),
});
