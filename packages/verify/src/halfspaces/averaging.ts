// The averaging learner: the mean of y x.
//
// C. K. Chow: On the characterization of threshold functions (1961); R. A. Servedio (1999).
import type { OptionSpecs } from '@infimum/core';
import { converged, defineSolver } from '@infimum/core';
import { chowVector, plainLearner } from './halfspace-samples.ts';
import { testableHalfspaceProblem } from './testable-halfspace-problem.ts';

const averagingOptions = {} as const satisfies OptionSpecs;

/**
 * The halfspace of the vector mean(y x). For Gaussian points and noise that does not depend on them it points at the true one;
 * otherwise it is biased. It certifies nothing. O(n d).
 */
export const averaging = /* @__PURE__ */ plainLearner(
  averagingOptions,
  function* (learner) {
    yield learner.iterate();
    return converged(learner.solution(), 'the mean was taken');
  },
  chowVector,
);

export const averagingSolver = /* @__PURE__ */ defineSolver({
  id: 'verify/averaging',
  title: 'Averaging',
  summary: 'Takes the mean of y x: one pass, biased.',
  problem: testableHalfspaceProblem,
  role: 'baseline',
  paper: { title: 'Efficient PAC Learning Using Winnow, Perceptron, and a Perceptron-Like Algorithm', year: 1999 },
  cost: 'O(n d)',
  ...averaging,
});
