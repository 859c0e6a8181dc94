// The learner of the tester-learner without its tests: projected gradient descent on the smoothed ramp.
//
// I. Diakonikolas, V. Kontonis, C. Tzamos, N. Zarifis: Learning halfspaces with Massart noise under structured
// distributions (2020), arXiv 2002.05632.
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver, Random, stalled } from '@infimum/core';
import { Band, bandGradient } from './band.ts';
import { descend, startVectors } from './halfspace-candidates.ts';
import { errorOf, halves, plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const rampDescentOptions = {
  bandWidth: { type: 'number', was: 'width', above: 0, max: 0.5, default: 0.0625, description: 'Width of the final band' },
  starts: {
    type: 'integer',
    was: 'restarts',
    min: 0,
    max: 100,
    default: 4,
    description: 'Random starts in addition to Chow’s vector',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the starts' },
  maxIterations: { type: 'integer', min: 0, default: 100_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/**
 * Descends on the mean of a smoothed ramp of y w · x, whose width is halved from 1/2 down to `bandWidth`, on one half of the points; of all
 * candidates and their opposites, the one with the least error is returned. `converged` when the gradient at the end is at most a hundredth
 * of the mass of the band: a stationary point, which for well-behaved points is nearly the best halfspace; nothing is tested. O(n d) a
 * step.
 */
export const rampDescent = /* @__PURE__ */ plainLearner(rampDescentOptions, function* (learner, { bandWidth, starts, seed }) {
  const random = new Random(seed);
  const [first] = halves(learner.instance, random.permutation(learner.sample.count));
  let candidates = startVectors(first, starts, random);
  learner.take(candidates[0]);
  learner.width = 0.5;
  yield learner.iterate();
  for (; ; learner.width = Math.max(bandWidth, learner.width / 2)) {
    const descent = descend(first, candidates, learner.width, learner.width === bandWidth);
    let step = descent.next();
    for (; !step.done; step = descent.next()) yield learner.iterate();
    candidates = step.value;
    if (learner.width === bandWidth) break;
  }
  let least = 1;
  for (const candidate of candidates) {
    const error = errorOf(learner.sample, candidate);
    if (Math.min(error, 1 - error) >= least) continue;
    least = Math.min(error, 1 - error);
    learner.take(error <= 0.5 ? candidate : candidate.map((x) => -x));
  }
  yield learner.iterate();
  const { gradient, mass } = bandGradient(new Band(first), learner.weights, bandWidth);
  return Math.hypot(...gradient) <= 0.01 * mass
    ? converged(learner.solution(), 'the gradient is a hundredth of the mass of the band')
    : stalled(learner.solution(), 'no stationary point was reached, or the band is empty');
});

export const rampDescentSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/ramp-descent',
  title: 'Descent on a smoothed ramp',
  summary: 'Learns like the tester-learner, without tests.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Learning Halfspaces with Massart Noise under Structured Distributions', arxiv: '2002.05632', year: 2020 },
  cost: 'O(n d) \\text{ per step}',
  ...rampDescent,
});
