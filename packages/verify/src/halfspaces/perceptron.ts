// The perceptron, averaged over its steps.
//
// F. Rosenblatt: The perceptron (1958); Y. Freund, R. E. Schapire: Large margin classification using the perceptron
// algorithm (1999).
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver, Random, stalled } from '@infimum/core';
import { rowDot } from '@infimum/linalg/numerics';
import { plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const perceptronOptions = {
  epochs: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Passes over the points' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the order of the points' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit of passes' },
} as const satisfies OptionSpecs;

/**
 * Adds y x for every point on the wrong side, in random order, and takes the mean of all vectors on the way. `converged` when
 * a pass made no mistake; with noise it never does, and `stalled` after the last pass. O(n d) a pass.
 */
export const perceptron = /* @__PURE__ */ plainLearner(perceptronOptions, function* (learner, { epochs, seed }) {
  const { sample } = learner;
  const { count, dimension, points, labels } = sample;
  const random = new Random(seed);
  const current = new Float64Array(dimension);
  const mean = new Float64Array(dimension);
  yield learner.iterate();
  for (let epoch = 0; epoch < epochs; epoch++) {
    let mistakes = 0;
    for (const i of random.permutation(count)) {
      const z = rowDot(points, i * dimension, current, 0, dimension);
      if (!(z * labels[i] > 0)) {
        mistakes++;
        for (let j = 0; j < dimension; j++) current[j] += labels[i] * points[i * dimension + j];
      }
      for (let j = 0; j < dimension; j++) mean[j] += current[j] / count;
    }
    // Without a mistake the last vector separates; otherwise the mean is steadier.
    learner.take(mistakes === 0 ? current : mean);
    yield learner.iterate();
    if (mistakes === 0 && learner.error === 0) return converged(learner.solution(), 'a pass made no mistake');
  }
  return stalled(learner.solution(), 'every pass made mistakes: the points are not separable, or more passes are needed');
});

export const perceptronSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/perceptron',
  title: 'Perceptron',
  summary: 'Corrects itself at every mistake; averaged, so that noise does not throw it about.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Large Margin Classification Using the Perceptron Algorithm', year: 1999 },
  cost: 'O(n d) \\text{ per pass}',
  ...perceptron,
});
