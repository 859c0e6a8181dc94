// Logistic regression without intercept, by Newton's method.
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver, stalled } from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { sigmoid } from '../networks/curves.ts';
import { plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const logisticHalfspaceOptions = {
  ridge: {
    type: 'number',
    above: 0,
    default: 1e-6,
    description: 'Weight of |w|² / 2, which keeps separable points from running away',
  },
  tolerance: { type: 'number', min: 0, default: 1e-8, description: 'Gradient at which to stop, as a share of the first one' },
  maxIterations: { type: 'integer', min: 0, default: 100, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/**
 * The halfspace of least mean log(1 + exp(-y w · x)) + ridge |w|² / 2. `converged` when the gradient is at most `tolerance`
 * times the first one. O(n d²) an iteration.
 */
export const logisticHalfspace = /* @__PURE__ */ plainLearner(
  logisticHalfspaceOptions,
  function* (learner, { ridge, tolerance }) {
    const { sample } = learner;
    const { count, dimension: d, points, labels } = sample;
    // Points are scaled, so that the ridge means the same at any scale.
    const scale = points.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
    const v = new Float64Array(d);
    yield learner.iterate();
    let first = 0;
    for (let iteration = 1; ; iteration++) {
      const gradient = v.map((x) => ridge * x);
      const hessian = new Float64Array(d * d);
      for (let j = 0; j < d; j++) hessian[j * d + j] = ridge;
      for (let i = 0; i < count; i++) {
        let z = 0;
        for (let j = 0; j < d; j++) z += (points[i * d + j] / scale) * v[j];
        const share = sigmoid(-labels[i] * z);
        const curvature = (share * (1 - share)) / count;
        for (let j = 0; j < d; j++) {
          const x = points[i * d + j] / scale;
          gradient[j] -= (labels[i] * share * x) / count;
          for (let k = 0; k <= j; k++) hessian[j * d + k] += (curvature * x * points[i * d + k]) / scale;
        }
      }
      const size = Math.hypot(...gradient);
      if (first === 0) first = size;
      if (size <= tolerance * first) break;
      for (let j = 0; j < d; j++) for (let k = 0; k < j; k++) hessian[k * d + j] = hessian[j * d + k];
      const step = solveCholesky(cholesky({ rows: d, cols: d, values: hessian }), gradient);
      // Newton's step, shortened where it is long: the loss is self-concordant enough for that.
      const length = Math.sqrt(
        step.reduce((sum, x, j) => sum + x * gradient[j], 0) / Math.max(1e-12, curvatureFloor(hessian, d)),
      );
      const damping = length > 4 ? 4 / length : 1;
      for (let j = 0; j < d; j++) v[j] -= damping * step[j];
      learner.take(v);
      yield learner.iterate();
      if (iteration > 200) return stalled(learner.solution(), 'the gradient does not fall any further');
    }
    return converged(learner.solution(), `the gradient is at most ${tolerance} of the first one`);
  },
);

/** The least entry of the diagonal. */
function curvatureFloor(hessian: Float64Array, d: number): number {
  let least = Infinity;
  for (let j = 0; j < d; j++) least = Math.min(least, hessian[j * d + j]);
  return least;
}

export const logisticHalfspaceSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/logistic-halfspace',
  title: 'Logistic regression',
  summary: 'Minimises the logistic loss: the usual choice, right for no noise model here in particular.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'The Regression Analysis of Binary Sequences', year: 1958 },
  cost: 'O(n d^2) \\text{ per iteration}',
  ...logisticHalfspace,
});
