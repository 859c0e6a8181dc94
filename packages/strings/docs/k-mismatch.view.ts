// The picture of bounded distances: a strip along the text, empty where there are more than k mismatches.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { KMismatchInstance } from '../src/bounded/k-mismatch-problem.ts';
import type { KMismatchSolution } from '../src/bounded/k-mismatch-solution.ts';
import type { DistanceStrip } from './distance-strip.ts';
import { describeDistances, drawDistances } from './distance-strip.ts';

/** The view of `strings/k-mismatch`. */
export const view: View<KMismatchInstance, KMismatchSolution> = {
  aspect: 2,
  opening: {
    family: 'periodic',
    params: { n: 4096, m: 256, symbols: 4, period: 64, noise: 0.02, maxMismatches: 100 },
    seed: 1,
  },
  caption: ({ instance: { maxMismatches } }) =>
    `Above: the places of the text in lines, the darker the fewer mismatches; palest where there are more than ` +
    `${maxMismatches}. Below: the least distance along the text, cut off there.`,
  describe: (scene) => describeDistances(stripOf(scene)),
  draw: (surface, scene) => drawDistances(surface, stripOf(scene)),
};

function stripOf({ instance, solution }: Scene<KMismatchInstance, KMismatchSolution>): DistanceStrip {
  const { distances, completed = distances.length } = solution;
  return { distances, completed, far: Math.min(instance.maxMismatches, instance.pattern.length) + 1 };
}
