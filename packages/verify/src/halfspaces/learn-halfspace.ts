// Learners of halfspaces without certificate, as one function: baselines of the tester-learner.
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { checkChoice, checkObject, run, runOptionsOf } from '@infimum/core';
import { averaging } from './averaging.ts';
import { bestHalfspace } from './best-halfspace.ts';
import type { HalfspaceInstanceLike, HalfspaceIterate, HalfspaceSolution } from './halfspace-samples.ts';
import { hingeHalfspace } from './hinge-halfspace.ts';
import { logisticHalfspace } from './logistic-halfspace.ts';
import { momentTester } from './moment-tester.ts';
import { perceptron } from './perceptron.ts';
import { rampDescent } from './ramp-descent.ts';

interface Learner {
  readonly options: OptionSpecs;
  steps(instance: HalfspaceInstanceLike, options: never): Steps<HalfspaceSolution, HalfspaceIterate>;
}

const learners: Readonly<Record<string, Learner>> = {
  perceptron,
  averaging,
  logistic: logisticHalfspace,
  hinge: hingeHalfspace,
  ramp: rampDescent,
  moments: momentTester,
  best: bestHalfspace,
};

const learnHalfspaceOptions = {
  method: {
    type: 'choice',
    choices: ['perceptron', 'averaging', 'logistic', 'hinge', 'ramp', 'moments', 'best'],
    default: 'perceptron',
    description:
      'Averaged perceptron; mean of y x; logistic or hinge loss; smoothed ramp; perceptron on points whose moments are Gaussian; the best halfspace in the plane',
  },
  epochs: perceptron.options.epochs,
  ridge: { type: 'number', min: 0, description: 'Weight of |w|² / 2: 1e-6 for logistic, 1e-4 for hinge by default' },
  tolerance: logisticHalfspace.options.tolerance,
  bandWidth: rampDescent.options.bandWidth,
  starts: rampDescent.options.starts,
  degree: momentTester.options.degree,
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random numbers' },
  maxIterations: { type: 'integer', min: 0, description: 'Iteration limit; that of the method by default' },
} as const satisfies OptionSpecs;

/** Options of `learnHalfspace`: `method`, and the other options that it supports. */
export type LearnHalfspaceOptions = OptionsOf<typeof learnHalfspaceOptions> & RunOptions<HalfspaceIterate>;

/**
 * Learns a halfspace sign(w · x) through the origin and certifies nothing of it. `perceptron` adds y x on mistakes and
 * averages; `averaging` is the mean of y x; `logistic` and `hinge` minimise these losses with a ridge; `ramp` descends on a
 * smoothed ramp of y w · x; `moments` rejects points whose moments are not Gaussian before it learns; `best` is exact, in the
 * plane. O(n d) a pass, O(n d²) an iteration of Newton for `logistic`, O(n log n) for `best`. `converged` when the method's own criterion
 * is met, else `stalled`.
 *
 * @param instance - points and labels, at least 100 rows a column
 * @throws {InvalidInputError} for points and labels that do not fit, and for options that the method does not have
 *
 * @example
 * ```ts
 * import { Random } from '@infimum/core';
 * import { learnHalfspace } from '@infimum/verify';
 *
 * const values = new Random(1).normals(new Float64Array(2000));
 * const labels = Array.from({ length: 1000 }, (_, i) => (values[2 * i] >= 0 ? 1 : -1));
 * const instance = { points: { rows: 1000, cols: 2, values }, labels, noise: 'massart', eta: 0 } as const;
 * console.log(learnHalfspace(instance, { method: 'logistic' }).error < 0.05); // true
 * ```
 */
export function learnHalfspace(
  instance: HalfspaceInstanceLike,
  options: LearnHalfspaceOptions = {},
): Outcome<HalfspaceSolution, HalfspaceIterate> {
  checkObject(options, 'options');
  const { method = 'perceptron', ...rest } = options;
  checkChoice(method, 'method', learnHalfspaceOptions.method.choices);
  const learner = learners[method];
  return run(learner.steps(instance, rest as never), runOptionsOf(learner.options, rest));
}
