// The linear support vector machine: hinge loss by Pegasos; without regularisation the empirical hinge minimiser.
//
// S. Shalev-Shwartz, Y. Singer, N. Srebro, A. Cotter: Pegasos (2011).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, Random, stalled } from '@infimum/core';
import { plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const hingeHalfspaceOptions = {
  ridge: {
    type: 'number',
    was: 'regularisation',
    min: 0,
    default: 1e-4,
    description: 'Weight of |w|² / 2; 0 for the hinge loss alone',
  },
  epochs: { type: 'integer', min: 1, max: 10_000, default: 20, description: 'Number of passes over the points' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed for the order of the points' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Limit on passes' },
} as const satisfies OptionSpecs;

/**
 * The halfspace of small mean max(0, 1 - y w · x) + ridge |w|² / 2, by stochastic subgradients with steps that fall as
 * 1 / (ridge t), or as 1 / sqrt t without ridge; averaged over the last half. Ends as `stalled` after the
 * last pass: its distance from the minimum is unknown. O(n d) a pass.
 */
export const hingeHalfspace = /* @__PURE__ */ plainLearner(hingeHalfspaceOptions, function* (learner, { ridge, epochs, seed }) {
  const { sample } = learner;
  const { count, dimension: d, points, labels } = sample;
  const scale = points.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  const random = new Random(seed);
  const v = new Float64Array(d);
  const mean = new Float64Array(d);
  yield learner.iterate();
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
    learner.take(epoch >= epochs / 2 || epochs === 1 ? mean : v);
    yield learner.iterate();
  }
  return stalled(learner.solution(), `${epochs} passes were made; nothing is proven about the result`);
});

export const hingeHalfspaceSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/hinge-halfspace',
  title: 'Linear SVM',
  summary: 'Minimises the hinge loss by stochastic subgradients.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Pegasos: Primal Estimated Sub-Gradient Solver for SVM', year: 2011 },
  cost: 'O(n d) \\text{ per pass}',
  ...hingeHalfspace,
});
