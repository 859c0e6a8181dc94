// Simulated annealing: a random walk that accepts fewer increases as the temperature falls.
//
// S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi: Optimization by simulated annealing (1983). Widths of steps as in A. Corana et al. (1987), so
// that a given share of them is accepted.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const simulatedAnnealingOptions = {
  heat: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Initial temperature, in mean differences of 20 neighbours of the start',
  },
  cooling: { type: 'number', above: 0, max: 1, default: 1e-10, description: 'Factor for the temperature over all evaluations' },
  accepted: {
    type: 'number',
    above: 0,
    max: 0.99,
    default: 0.3,
    description: 'Target acceptance rate, which sets the step width',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `simulatedAnnealing`. */
export type SimulatedAnnealingOptions = OptionsOf<typeof simulatedAnnealingOptions> & LimitOptions<Questions>;

/**
 * Goes from x to x + w N(0, I) with probability min(1, exp(-(f(x') - f(x)) / T)), T falling by the same factor with every evaluation, w
 * such that a given share of the steps is accepted. One evaluation a step.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { simulatedAnnealing } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => (x - 1) ** 2 + (y + 2) ** 2 + 2 * Math.sin(5 * x) ** 2;
 * const { status } = simulatedAnnealing({ dimension: 2, value, target: 0.2 }, { maxEvaluations: 5000 });
 * console.log(status); // converged
 * ```
 */
export function simulatedAnnealing(
  blackBox: BlackBox,
  options: SimulatedAnnealingOptions = {},
): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(simulatedAnnealingOptions, options, simulatedAnnealingSteps(blackBox, options), answersOf(blackBox));
}

/** Neighbours of the start that determine the initial temperature. */
const NEIGHBOURS = 20;

/** The steps of `simulatedAnnealing`. */
export function* simulatedAnnealingSteps(
  blackBox: BlackBox,
  options: SimulatedAnnealingOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const { heat, cooling, accepted, ...settings } = resolveOptions(simulatedAnnealingOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const random = randomOf(settings.seed);
  const d = search.dimension;
  const x = search.start.slice();
  let [value] = yield* search.ask(x, 1);
  let width = 1 / Math.sqrt(d);
  const around = new Float64Array(NEIGHBOURS * d);
  for (let i = 0; i < around.length; i++) around[i] = x[i % d] + width * random.normal();
  search.keepInside(around, NEIGHBOURS);
  const first = search.end() ? [] : yield* search.ask(around, NEIGHBOURS);
  const differences = Array.from(first, (f) => Math.abs(f - value)).filter(Number.isFinite);
  const hot = heat * differences.reduce((sum, f) => sum + f / differences.length, 0);
  const next = new Float64Array(d);
  for (;;) {
    const end = search.end();
    if (end) return end;
    for (let j = 0; j < d; j++) next[j] = x[j] + width * random.normal();
    search.keepInside(next, 1);
    const [found] = yield* search.ask(next, 1);
    const temperature = hot * cooling ** (search.evaluations / settings.maxEvaluations);
    const climb = found - value;
    // A failure is never accepted, and always left.
    const isTaken = value === Infinity || climb <= 0 || random.uniform() < Math.exp(-climb / temperature);
    if (isTaken) {
      x.set(next);
      value = found;
    }
    width = Math.max(1e-150, Math.min(1e3, width * Math.exp(0.1 * ((isTaken ? 1 : 0) - accepted))));
  }
}

export const simulatedAnnealingSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/simulated-annealing',
  title: 'Simulated annealing',
  summary: 'A random walk that climbs less and less as the temperature falls.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'Optimization by simulated annealing', year: 1983 },
  cost: 'O(d) \\text{ and one evaluation a step}',
  options: simulatedAnnealingOptions,
  steps: (instance, options) => simulatedAnnealingSteps(instance, options),
});
