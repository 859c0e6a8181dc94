// The linear support vector machine: hinge loss by Pegasos; without regularisation the empirical hinge minimiser.
//
// S. Shalev-Shwartz, Y. Singer, N. Srebro, A. Cotter: Pegasos (2011).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import {
  checkHalfspaceInstance,
  errorOf,
  normalize,
  plainSolution,
  wholeSample,
} from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const hingeHalfspaceOptions = {
  ridge: {
    type: 'number',
    was: 'regularisation',
    min: 0,
    default: 1e-4,
    description: 'Weight of |w|² / 2; 0 for the hinge loss alone',
  },
  epochs: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Passes over the points' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of the points' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of passes' },
} as const satisfies OptionSpecs;

/** Options of `hingeHalfspace`. */
export type HingeHalfspaceOptions = OptionsOf<typeof hingeHalfspaceOptions> & RunOptions<HalfspaceIterate>;

/**
 * The halfspace of small mean max(0, 1 - y w · x) + regularisation |w|² / 2, by stochastic subgradients with steps that fall as
 * 1 / (regularisation t), or as 1 / sqrt t without regularisation; averaged over the last half. Ends as `stalled` after the
 * last pass: nothing about its distance from the minimum is proven. O(n d) a pass.
 *
 * @param instance - points and labels
 * @throws {InvalidInputError} for points and labels that do not fit, and for options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { hingeHalfspace } from '@infimum/verify';
 *
 * const values = new Random(1).normals(new Float64Array(2000));
 * const labels = Int8Array.from({ length: 1000 }, (_, i) => (values[2 * i] >= 0 ? 1 : -1));
 * const { error } = hingeHalfspace({ points: { rows: 1000, cols: 2, values }, labels, noise: 'massart', eta: 0 });
 * console.log(error < 0.05); // true
 * ```
 */
export function hingeHalfspace(
  instance: HalfspaceInstance,
  options: HingeHalfspaceOptions = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return runWith(hingeHalfspaceOptions, options, hingeHalfspaceSteps(instance, options));
}

/** The steps of `hingeHalfspace`. */
function* hingeHalfspaceSteps(
  instance: HalfspaceInstance,
  options: HingeHalfspaceOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  const { ridge, epochs, seed } = resolveOptions(hingeHalfspaceOptions, options);
  checkHalfspaceInstance(instance);
  const sample = wholeSample(instance);
  const { count, dimension: d, points, labels } = sample;
  const scale = points.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const random = new Random(seed);
  const v = new Float64Array(d);
  const mean = new Float64Array(d);
  const w = new Float64Array(d);
  w[0] = 1;
  let error = errorOf(sample, w);
  let iteration = 0;
  const iterate = (): HalfspaceIterate => ({
    iteration: iteration++,
    width: 0,
    error,
    solution: () => plainSolution(sample, w),
  });
  yield iterate();
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const i of random.permutation(count)) {
      step++;
      const length = ridge > 0 ? 1 / (ridge * (step + 1 / ridge)) : 1 / Math.sqrt(step);
      let z = 0;
      for (let j = 0; j < d; j++) z += (points[i * d + j] / scale) * v[j];
      const isInside = labels[i] * z < 1;
      for (let j = 0; j < d; j++) {
        v[j] *= 1 - length * ridge;
        if (isInside) v[j] += (length * labels[i] * points[i * d + j]) / scale;
        if (epoch >= epochs / 2 || epochs === 1) mean[j] += v[j] / count;
      }
    }
    const candidate = epoch >= epochs / 2 || epochs === 1 ? mean.slice() : v.slice();
    if (normalize(candidate)) w.set(candidate);
    error = errorOf(sample, w);
    yield iterate();
  }
  return stalled(
    plainSolution(sample, w),
    `${epochs} passes were made; nothing is proven of what they reached`,
  );
}

export const hingeHalfspaceSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/hinge-halfspace',
  title: 'Linear SVM',
  summary: 'Minimises the hinge loss by stochastic subgradients.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Pegasos: Primal Estimated Sub-Gradient Solver for SVM', year: 2011 },
  cost: 'O(n d) \\text{ a pass}',
  options: hingeHalfspaceOptions,
  steps: hingeHalfspaceSteps,
});
