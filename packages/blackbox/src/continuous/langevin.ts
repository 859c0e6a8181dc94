// Gradient descent and annealed Langevin dynamics with gradients by differences: the methods of which consensus methods are said to be a
// relaxation.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { continuous } from './continuous-problem.ts';

const langevinOptions = {
  timeStep: { type: 'number', above: 0, default: 0.001, description: 'Time step' },
  stepSize: { type: 'number', was: 'rate', above: 0, default: 1, description: 'Factor of the gradient' },
  sigma: {
    type: 'number',
    min: 0,
    default: 10,
    description: 'Strength of the noise, divided by ln(k + 1); 0 is gradient descent',
  },
  difference: {
    type: 'number',
    above: 0,
    default: 1e-5,
    description: 'Half-width of the central differences, in scales of the instance',
  },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `langevin`. */
export type LangevinOptions = OptionsOf<typeof langevinOptions> & LimitOptions<Questions<LangevinSolution>>;

/** The best point, and the last point of the path. */
export interface LangevinSolution extends BestPoint {
  /** The last point. */
  last: Float64Array;
}

/**
 * Follows x <- x - eta dt grad f + sigma / ln(k + 1) sqrt(dt) N(0, I), the gradient by central differences: 2 d + 1 evaluations a step.
 * With noise it samples around minima and does not converge to them; for a minimum at a corner of a box its points end near the corner.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { canyonBlackBox, langevin } from '@infimum/blackbox';
 *
 * const { last } = langevin({ ...canyonBlackBox(), scale: Float64Array.of(1, 1) }, { sigma: 0, maxEvaluations: 50_000 });
 * console.log(last[0].toFixed(2), last[1].toFixed(2)); // 2.34 2.47
 * ```
 */
export function langevin(
  blackBox: BlackBox,
  options: LangevinOptions = {},
): Outcome<LangevinSolution, Questions<LangevinSolution>> {
  return runWith(langevinOptions, options, langevinSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `langevin`. */
export function* langevinSteps(
  blackBox: BlackBox,
  options: LangevinOptions = {},
): Steps<LangevinSolution, Questions<LangevinSolution>, Float64Array> {
  const { timeStep, stepSize, sigma, difference, ...settings } = resolveOptions(langevinOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const random = randomOf(settings.seed);
  const d = search.dimension;
  const x = search.start.slice();
  if (d > 5000) {
    const problem = `differences of ${d} variables take ${2 * d + 1} points a step: at most 5000 variables`;
    throw fault(problem, 'dimension', 'unsupported');
  }
  const points = new Float64Array((2 * d + 1) * d);
  const noise = new Float64Array(d);
  const solution = () => ({ ...search.solution(), last: search.toPoints(x) });
  for (let k = 1; ; k++) {
    for (let i = 0; i <= 2 * d; i++) points.set(x, i * d);
    for (let j = 0; j < d; j++) {
      points[j * d + j] += difference;
      points[(d + j) * d + j] -= difference;
    }
    const values = yield* search.ask(points, 2 * d + 1, solution);
    const end = search.end(solution);
    if (end) return end;
    random.normals(noise);
    const heat = (sigma / Math.log(k + 1)) * Math.sqrt(timeStep);
    for (let j = 0; j < d; j++) {
      const slope = (values[j] - values[d + j]) / (2 * difference);
      // Where differences fail, the step is noise only.
      x[j] += heat * noise[j] - (Number.isFinite(slope) ? stepSize * timeStep * slope : 0);
      x[j] = Math.max(-1e150, Math.min(1e150, x[j]));
    }
    search.keepInside(x, 1);
  }
}

export const langevinSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/langevin',
  title: 'Gradient descent and Langevin dynamics',
  summary: 'Gradients by differences, with decreasing noise: mostly stays in the first valley.',
  problem: continuous,
  role: 'baseline',
  paper: { title: 'Diffusions for global optimization', year: 1986 },
  cost: '2 d + 1 \\text{ evaluations a step}',
  options: langevinOptions,
  steps: (instance, options) => langevinSteps(instance, options),
});
