// The picture of walkers on a graph: where they have been, against where they should have been.
import type { View } from '../../../docs/demo/view.ts';
import type { SampledMean, SamplingInstance } from '../src/walks/sampling-problem.ts';
import { trueMean } from '../src/walks/sampling-problem.ts';
import { drawVisits } from './graph-picture.ts';

/** The view of `graphs/graph-sampling`. */
export const view: View<SamplingInstance, SampledMean> = {
  aspect: 1.4,
  opening: { family: 'social', params: { network: 'les-miserables', steps: 10_000 } },
  caption: () =>
    'The darker a node the more often it was visited, reweighted; all have the same middle tone when visits are as they should be.',
  describe: ({ instance, solution: { mean, halfWidth } }) =>
    `The estimate is ${mean.toPrecision(4)} ± ${halfWidth.toPrecision(2)}, the mean ${trueMean(instance).toPrecision(4)}.`,
  draw(surface, { instance, solution }) {
    drawVisits(surface, instance.graph, solution.visited, instance.target);
  },
};
