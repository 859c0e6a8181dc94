// The claims about fat partitions: aspects independent of the weights, and embeddings near the lower bound.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { distortionBound, embedUltrametric } from './embed-ultrametric.ts';
import { sumsOf } from './hierarchy.ts';
import { fatPartitionsPaper } from './papers.ts';
import { polygonalPartition } from './polygonal-partition.ts';
import { rectangleTreemap, squarify } from './rectangle-treemaps.ts';
import { slackPartition } from './slack-partition.ts';
import { caterpillar, randomTree } from './tree-partition-problem.ts';
import type { UltrametricInstance } from './ultrametric-problem.ts';
import { leavesOf, separatedTree, stretchOf } from './ultrametric-problem.ts';

type Aspect = (tree: ReturnType<typeof randomTree>) => number;

/** The largest aspect of d3's squarified treemap. */
function squarifiedAspect(tree: ReturnType<typeof randomTree>): number {
  const boxes = rectangleTreemap(sumsOf(tree), { x0: 0, y0: 0, x1: 1, y1: 1 }, squarify((1 + Math.sqrt(5)) / 2));
  return boxes.reduce((most, box) => {
    if (!box) return most;
    const [dx, dy] = [box.x1 - box.x0, box.y1 - box.y0];
    return Math.max(most, dx / dy + dy / dx);
  }, 0);
}

const RANGE = 'exponent of the aspect in the range of weights';
const DEPTH = 'exponent of the aspect in depth + log n';

/** An aspect's exponent in the range of the weights. */
function inRange(aspect: Aspect, seed: number): number {
  const aspects = ['exp10', 'exp2', 'exp40'].map((kind) => aspect(randomTree(6, 4, kind, seed)));
  return powerExponent([2 ** 10, 2 ** 20, 2 ** 40], aspects);
}

/** Leaves at equal spacing on a line, whatever their distances. */
function lineDistortion(instance: UltrametricInstance): number {
  const { dimension } = instance;
  const points = new Float64Array(leavesOf(instance.parents).length * dimension);
  for (let i = 0; i < points.length; i += dimension) points[i] = i / dimension;
  const { expansion, contraction } = stretchOf(instance, points);
  return expansion * contraction;
}

/** The claims of the paper. */
export const partitionClaims = [
  defineClaim({
    id: 'graphs/fat-polygons',
    paper: fatPartitionsPaper,
    statement:
      'The aspect ratio of polygonal partitions is bounded by a polynomial of depth + log n, whatever the weights; treemaps of rectangles have no such bound.',
    published: 'polynomial bounds, theorems',
    budget: 10,
    null: 'squarified treemaps of rectangles',
    bars: [
      { figure: RANGE, atMost: 0.1, source: 'the statement: no power of the range, to a tenth' },
      { figure: DEPTH, atMost: 1, source: 'the linear bound that is known to be attainable' },
    ],
    measure: (seed) => {
      const depths = [4, 8, 16, 32, 64];
      const sizes = depths.map((depth) => depth + Math.log2(depth + 1));
      const figures = (aspect: Aspect): Record<string, number> => {
        const aspects = depths.map((depth) => aspect(caterpillar(depth)));
        return { [RANGE]: inRange(aspect, seed), [DEPTH]: powerExponent(sizes, aspects) };
      };
      const [widest, canonical] = (['widest', 'canonical'] as const).map((rule) =>
        figures((tree) => polygonalPartition(tree, { rule }).maxAspect),
      );
      const worst = [RANGE, DEPTH].map((name) => [name, Math.max(widest[name], canonical[name])]);
      return { ours: Object.fromEntries(worst), null: figures(squarifiedAspect) };
    },
  }),
  defineClaim({
    id: 'graphs/slack-boxes',
    paper: fatPartitionsPaper,
    statement:
      'Boxes of any dimension whose volumes may fall short by a slack have a constant aspect ratio, whatever the weights.',
    published: 'a constant, a theorem',
    budget: 10,
    null: 'squarified treemaps, boxes without slack',
    bars: [
      { figure: RANGE, atMost: 0.1, source: 'the statement: no power of the range, to a tenth' },
      { figure: 'least share of the proportional volume', atLeast: 0.666, source: 'the statement: all but the slack of 1/3' },
    ],
    measure: (seed) => {
      let least = 1;
      const exponents = [2, 3, 5].map((dimension) =>
        inRange((tree) => {
          const { maxSideRatio, minShare } = slackPartition(tree, { dimension });
          least = Math.min(least, minShare);
          return maxSideRatio;
        }, seed),
      );
      return {
        ours: { [RANGE]: Math.max(...exponents), 'least share of the proportional volume': least },
        null: { [RANGE]: inRange(squarifiedAspect, seed), 'least share of the proportional volume': 1 },
      };
    },
  }),
  defineClaim({
    id: 'graphs/ultrametric-distortion',
    paper: fatPartitionsPaper,
    statement: 'Ultrametrics embed into R^d with a distortion within a polylogarithm of the spread of the best.',
    published: 'polylog(Δ) · OPT, a theorem',
    budget: 60,
    null: 'leaves at equal spacing on a line',
    bars: [1, 2, 3].map((dimension) => ({
      figure: `exponent in the spread of distortion over its lower bound, dimension ${dimension}`,
      atMost: 1 / 3,
      source: 'a logarithm has 1/3 from spreads of 4 to 256',
    })),
    measure: (seed) => {
      const depths = [2, 4, 6, 8];
      const [ours, line]: Record<string, number>[] = [{}, {}];
      for (const dimension of [1, 2, 3]) {
        const instances = depths.map((depth) => separatedTree(depth, dimension, seed));
        const exponent = (distortion: (instance: UltrametricInstance) => number) =>
          powerExponent(
            depths.map((depth) => 2 ** depth),
            instances.map((instance) => distortion(instance) / distortionBound(instance)),
          );
        const figure = `exponent in the spread of distortion over its lower bound, dimension ${dimension}`;
        ours[figure] = exponent((instance) => embedUltrametric(instance).distortion);
        line[figure] = exponent(lineDistortion);
      }
      return { ours, null: line };
    },
  }),
];
