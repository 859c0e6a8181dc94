// The perceptron, averaged over its steps.
//
// F. Rosenblatt: The perceptron (1958); Y. Freund, R. E. Schapire: Large margin classification using the perceptron
// algorithm (1999).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, Random, resolveOptions, runWith, stalled } from '@infimum/core';
import type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import {
  checkHalfspaceInstance,
  errorOf,
  normalize,
  plainSolution,
  wholeSample,
} from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const perceptronOptions = {
  epochs: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Passes over the points' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of the points' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of passes' },
} as const satisfies OptionSpecs;

/** Options of `perceptron`. */
export type PerceptronOptions = OptionsOf<typeof perceptronOptions>;

/**
 * Adds y x for every point on the wrong side, in random order, and takes the mean of all vectors on the way. `converged` when
 * a pass made no mistake; with noise it never does, and `stalled` after the last pass. O(n d) a pass.
 *
 * @param instance - points and labels
 * @throws {InvalidInputError} for points and labels that do not fit, and for options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { perceptron } from '@infimum/verify';
 *
 * const values = new Random(1).normals(new Float64Array(2000));
 * const labels = Int8Array.from({ length: 1000 }, (_, i) => (values[2 * i] >= 0 ? 1 : -1));
 * const { error } = perceptron({ points: { rows: 1000, cols: 2, values }, labels, noise: 'massart', eta: 0 });
 * console.log(error < 0.05); // true
 * ```
 */
export function perceptron(
  instance: HalfspaceInstance,
  options: PerceptronOptions & RunOptions<HalfspaceIterate> = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return runWith(perceptronOptions, options, perceptronSteps(instance, options));
}

/** The steps of `perceptron`. */
export function* perceptronSteps(
  instance: HalfspaceInstance,
  options: PerceptronOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  const { epochs, seed } = resolveOptions(perceptronOptions, options);
  checkHalfspaceInstance(instance);
  const sample = wholeSample(instance);
  const { count, dimension, points, labels } = sample;
  const random = new Random(seed);
  const current = new Float64Array(dimension);
  const mean = new Float64Array(dimension);
  const w = new Float64Array(dimension);
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
  for (let epoch = 0; epoch < epochs; epoch++) {
    let mistakes = 0;
    for (const i of random.permutation(count)) {
      let z = 0;
      for (let j = 0; j < dimension; j++) z += points[i * dimension + j] * current[j];
      if (!(z * labels[i] > 0)) {
        mistakes++;
        for (let j = 0; j < dimension; j++) current[j] += labels[i] * points[i * dimension + j];
      }
      for (let j = 0; j < dimension; j++) mean[j] += current[j] / count;
    }
    // Without a mistake the last vector separates; otherwise the mean is steadier.
    const candidate = mistakes === 0 ? current.slice() : mean.slice();
    if (normalize(candidate)) w.set(candidate);
    error = errorOf(sample, w);
    yield iterate();
    if (mistakes === 0 && error === 0) return converged(plainSolution(sample, w), 'a pass made no mistake');
  }
  return stalled(
    plainSolution(sample, w),
    'every pass made mistakes: the points are not separable, or more passes are needed',
  );
}

export const perceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/perceptron',
  title: 'Perceptron',
  summary: 'Corrects itself at every mistake; averaged, so that noise does not throw it about.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Large Margin Classification Using the Perceptron Algorithm', year: 1999 },
  cost: 'O(n d) \\text{ a pass}',
  options: perceptronOptions,
  steps: perceptronSteps,
});
