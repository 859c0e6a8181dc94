// The registered solver of `strings/approximate-hamming` through 3SUM.
import { defineSolver } from '@infimum/core';
import { approximateProblem } from '../approximate/approximate-problem.ts';
import { withEpsilon } from '../approximate/approximate-solvers.ts';
import { fasterAlgorithms } from '../papers.ts';
import { fredmanOptions, hammingFredmanSteps } from './hamming-fredman.ts';

/** Symbol pairs up to which the route through 3SUM answers in seconds. */
const FREDMAN_PAIRS = 2 ** 16;

export const fredmanSolver = defineSolver({
  id: 'strings/hamming-fredman',
  title: 'Approximate 3SUM counting',
  summary: 'The paper’s route by Fredman’s trick and equality products, for study: its guarantee and its counts.',
  problem: approximateProblem,
  role: 'paper',
  paper: fasterAlgorithms,
  cost: '\\tilde O(n/\\varepsilon^{0.93}) \\text{ with fast matrix multiplication}',
  options: fredmanOptions,
  declines: ({ text: { length: n }, pattern: { length: m } }) =>
    n * m > FREDMAN_PAIRS ? `for study: limited to ${FREDMAN_PAIRS} pairs of symbols, not ${n * m}` : undefined,
  steps: (instance, options) => hammingFredmanSteps(instance, withEpsilon(instance, options)),
});
