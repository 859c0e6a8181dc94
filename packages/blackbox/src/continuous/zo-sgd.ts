// Stochastic gradient descent of zeroth order: slopes along random directions from differences of values.
//
// S. Ghadimi, G. Lan: Stochastic first- and zeroth-order methods for nonconvex stochastic programming (2013), arXiv 1309.5549.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const zoSgdOptions = {
  directions: { type: 'integer', min: 1, max: 100_000, default: 15, description: 'Directions m per step' },
  smoothingRadius: { type: 'number', was: 'mu', above: 0, default: 1e-4, description: 'Width of the differences, in scales' },
  stepSize: { type: 'number', was: 'rate', above: 0, default: 0.05, description: 'Initial step size, in scales and values' },
  schedule: {
    type: 'choice',
    choices: ['fixed', 'sqrt'],
    default: 'fixed',
    description: 'Whether the step size is constant, or falls as one over the root of the steps',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `zoSgd`. */
export type ZoSgdOptions = OptionsOf<typeof zoSgdOptions> & LimitOptions<Questions>;

/**
 * Follows x <- x - eta g, g = sum (f(x + mu xi_i) - f(x)) / mu xi_i / m for normal xi_i: m + 1 evaluations a step. The baseline with values
 * for methods of rankings; its step size must fit the scale of the function, that of rankings need not.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { zoSgd } from '@infimum/blackbox';
 *
 * const value = ([x, y]: Float64Array) => (x - 1) ** 2 + 4 * (y + 2) ** 2;
 * const { status } = zoSgd({ dimension: 2, value, target: 1e-6 }, { stepSize: 0.05 });
 * console.log(status); // converged
 * ```
 */
export function zoSgd(blackBox: BlackBox, options: ZoSgdOptions = {}): Outcome<BestPoint, Questions<BestPoint>> {
  return runWith(zoSgdOptions, options, zoSgdSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `zoSgd`. */
export function* zoSgdSteps(
  blackBox: BlackBox,
  options: ZoSgdOptions = {},
): Steps<BestPoint, Questions<BestPoint>, Float64Array> {
  const { directions, smoothingRadius, stepSize, schedule, ...settings } = resolveOptions(zoSgdOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const random = randomOf(settings.seed);
  const d = search.dimension;
  const x = search.start.slice();
  const points = new Float64Array((directions + 1) * d);
  const noise = new Float64Array(directions * d);
  for (let k = 1; ; k++) {
    random.normals(noise);
    for (let i = 0; i < points.length; i++) points[i] = x[i % d] + (i < d ? 0 : smoothingRadius * noise[i - d]);
    const values = yield* search.ask(points, directions + 1);
    const end = search.end();
    if (end) return end;
    const speed = schedule === 'fixed' ? stepSize : stepSize / Math.sqrt(k);
    const before = x.slice();
    for (let i = 0; i < directions; i++) {
      const slope = (values[i + 1] - values[0]) / smoothingRadius;
      // If values failed, there is no slope.
      if (!Number.isFinite(slope)) continue;
      for (let j = 0; j < d; j++) x[j] -= ((speed * slope) / directions) * noise[i * d + j];
    }
    for (let j = 0; j < d; j++) {
      x[j] = Number.isFinite(x[j]) ? Math.max(-1e150, Math.min(1e150, x[j])) : before[j];
    }
    search.keepInside(x, 1);
  }
}

export const zoSgdSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/zo-sgd',
  title: 'Zeroth-order gradient descent',
  summary: 'Slopes along random directions from differences of values.',
  problem: continuous,
  role: 'baseline',
  paper: {
    title: 'Stochastic first- and zeroth-order methods for nonconvex stochastic programming',
    arxiv: '1309.5549',
    year: 2013,
  },
  cost: 'm + 1 \\text{ evaluations and } O(m d) \\text{ per step}',
  options: zoSgdOptions,
  steps: (instance, options) => zoSgdSteps(instance, options),
});
