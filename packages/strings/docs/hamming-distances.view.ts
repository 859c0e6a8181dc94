// The picture of exact distances: a strip along the text that fills up as shifts are done.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { Distances } from '../src/exact/hamming-problem.ts';
import type { SymbolPair } from '../src/symbols.ts';
import type { DistanceStrip } from './distance-strip.ts';
import { describeDistances, drawDistances } from './distance-strip.ts';

/** Solvers that go through the text from left to right tell how far they are. */
type Progressing = Distances & { readonly completed?: number };

/** The view of `strings/hamming-distances`. */
export const view: View<SymbolPair, Progressing> = {
  aspect: 2,
  opening: { family: 'dna', params: { m: 400, planted: 20 }, seed: 1 },
  caption: ({ instance: { text, pattern } }) =>
    `Above: the ${text.length - pattern.length + 1} places of the text in lines, the darker the fewer mismatches with the ` +
    'pattern. Below: the least distance along the text.',
  describe: (scene) => describeDistances(stripOf(scene)),
  draw: (surface, scene) => drawDistances(surface, stripOf(scene)),
};

function stripOf({ instance, solution }: Scene<SymbolPair, Progressing>): DistanceStrip {
  const { distances, completed = distances.length } = solution;
  return { distances, completed, far: instance.pattern.length };
}
