// The averaging learner: the mean of y x.
//
// C. K. Chow: On the characterization of threshold functions (1961); R. A. Servedio (1999).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import type { HalfspaceInstance, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import {
  checkHalfspaceInstance,
  chowVector,
  errorOf,
  plainSolution,
  wholeSample,
} from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const averagingOptions = {} as const satisfies OptionSpecs;

/** Options of `averaging`. */
export type AveragingOptions = OptionsOf<typeof averagingOptions> & RunOptions<HalfspaceIterate>;

/**
 * The halfspace of the vector mean(y x). For Gaussian points and noise that does not depend on them it points at the true one;
 * otherwise it is biased, and nothing is certified. O(n d).
 *
 * @param instance - points and labels
 * @throws {InvalidInputError} for points and labels that do not fit, and for options out of range
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { averaging } from '@infimum/verify';
 *
 * const values = new Random(1).normals(new Float64Array(2000));
 * const labels = Int8Array.from({ length: 1000 }, (_, i) => (values[2 * i] >= 0 ? 1 : -1));
 * const { error } = averaging({ points: { rows: 1000, cols: 2, values }, labels, noise: 'massart', eta: 0 });
 * console.log(error < 0.05); // true
 * ```
 */
export function averaging(
  instance: HalfspaceInstance,
  options: AveragingOptions = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  return runWith(averagingOptions, options, averagingSteps(instance, options));
}

/** The steps of `averaging`. */
function* averagingSteps(
  instance: HalfspaceInstance,
  options: AveragingOptions = {},
): Steps<HalfspaceSolution, HalfspaceIterate> {
  resolveOptions(averagingOptions, options);
  checkHalfspaceInstance(instance);
  const sample = wholeSample(instance);
  const w = chowVector(sample);
  const error = errorOf(sample, w);
  let iteration = 0;
  const iterate = (): HalfspaceIterate => ({
    iteration: iteration++,
    width: 0,
    error,
    solution: () => plainSolution(sample, w),
  });
  yield iterate();
  return converged(plainSolution(sample, w), 'the mean was taken');
}

export const averagingSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/averaging',
  title: 'Averaging',
  summary: 'Takes the mean of y x: one pass, biased.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: {
    title: 'Efficient PAC Learning Using Winnow, Perceptron, and a Perceptron-Like Algorithm',
    year: 1999,
  },
  cost: 'O(n d)',
  options: averagingOptions,
  steps: averagingSteps,
});
