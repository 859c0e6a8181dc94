// The instance family of `optim/smooth` on which heavy ball fails.
import { defineFamily } from '@infimum/core';
import { heavyBallCounterexample } from '../objectives/heavy-ball-counterexample.ts';
import type { SmoothProblem } from './smooth-instance.ts';

/** One variable, with the curvatures 25, 1 and 25; a parameter says where methods start. */
export const heavyBallFamily = defineFamily({
  title: 'The heavy ball’s trap',
  description: 'One variable; the curvature is 25, but 1 between 1 and 2. From 3.3, and nearby, heavy ball cycles for ever.',
  real: false,
  params: { start: { type: 'number', min: -1e6, max: 1e6, default: 3.3, description: 'Starting point' } },
  suites: { quick: [{}], full: [{}, { start: 4.5 }] },
  generate: ({ start }): SmoothProblem => ({
    objective: heavyBallCounterexample(),
    initial: Float64Array.of(start),
    lipschitz: 25,
    strongConvexity: 1,
    minimum: 0,
  }),
});
