// The picture of a walking token: where it has been, against where it should have been.
import type { View } from '../../../docs/demo/view.ts';
import type { TokenInstance, TokenSolution } from '../src/walks/token-problem.ts';
import { relativeResidual } from '../src/walks/token-problem.ts';
import { drawVisits } from './graph-picture.ts';

/** The view of `graphs/token-optimization`. */
export const view: View<TokenInstance, TokenSolution> = {
  aspect: 1.4,
  opening: { family: 'karate', params: { steps: 20_000 } },
  caption: () =>
    'The darker a node the more often the token was there; all have the same middle tone when visits are as they should be.',
  describe: ({ instance, solution }) =>
    `After ${solution.visits.reduce((a, b) => a + b, 0)} steps the residual is ${relativeResidual(instance, solution.x).toExponential(1)}.`,
  draw(surface, { instance, solution }) {
    const total = solution.visits.reduce((a, b) => a + b, 0) || 1;
    drawVisits(
      surface,
      instance.graph,
      solution.visits.map((count) => count / total),
      instance.target,
    );
  },
};
