// The picture of approximate distances: a strip along the text that gets truer with every repetition.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { ApproximateInstance, Estimates } from '../src/approximate/approximate-problem.ts';
import type { DistanceStrip } from './distance-strip.ts';
import { describeDistances, drawDistances } from './distance-strip.ts';

/** Only solvers that go through the text from left to right tell how far they are. */
type Progressing = Estimates & { readonly completed?: number };

/** The view of `strings/approximate-hamming`. */
export const view: View<ApproximateInstance, Progressing> = {
  aspect: 2,
  opening: { family: 'english', params: { m: 200, planted: 20, epsilon: 0.25 }, seed: 1 },
  caption: ({ instance: { epsilon } }) =>
    'Above: the places of the text in lines, the darker the smaller the estimated distance. Below: the least estimate ' +
    `along the text; at the end it is within a share ${epsilon} of the distance.`,
  describe: (scene) => describeDistances(stripOf(scene)),
  draw: (surface, scene) => drawDistances(surface, stripOf(scene)),
};

function stripOf({ instance, solution }: Scene<ApproximateInstance, Progressing>): DistanceStrip {
  const { distances, completed = distances.length } = solution;
  return { distances, completed, far: instance.pattern.length };
}
