// The claims about fat partitions: aspects without regard to the weights, and embeddings near the lower bound.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { distortionBound, embedUltrametric } from './embed-ultrametric.ts';
import { sumsOf } from './hierarchy.ts';
import { fatPartitionsPaper } from './papers.ts';
import { polygonalPartition } from './polygonal-partition.ts';
import { rectangleTreemap, squarify } from './rectangle-treemaps.ts';
import { caterpillar, randomTree } from './tree-partition-problem.ts';
import { separatedTree } from './ultrametric-problem.ts';

/** The slope of log y against log x. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const [a, b] = [u, v].map((list) => list.reduce((sum, entry) => sum + entry, 0) / list.length);
  return u.reduce((sum, entry, i) => sum + (entry - a) * (v[i] - b), 0) / u.reduce((sum, entry) => sum + (entry - a) ** 2, 0);
}

/** The largest aspect of d3's squarified treemap. */
function squarifiedAspect(tree: ReturnType<typeof randomTree>): number {
  const boxes = rectangleTreemap(sumsOf(tree), { x0: 0, y0: 0, x1: 1, y1: 1 }, squarify((1 + Math.sqrt(5)) / 2));
  return boxes.reduce((most, box) => {
    if (!box) return most;
    const [dx, dy] = [box.x1 - box.x0, box.y1 - box.y0];
    return Math.max(most, dx / dy + dy / dx);
  }, 0);
}

/** Growth of the largest aspect with depth and with the range of weights. */
export async function aspectExperiment(deepest: number, { signal, onProgress }: ClaimContext) {
  const figures: Record<string, number> = {};
  const depths = [4, 8, 16, 32, 64, 128].filter((depth) => depth <= deepest);
  for (const rule of ['widest', 'canonical'] as const) {
    onProgress?.(`caterpillars, ${rule}`);
    signal?.throwIfAborted();
    const aspects = depths.map((depth) => polygonalPartition(caterpillar(depth), { rule }).maxAspect);
    figures[`${rule}Slope`] = slopeOf(
      depths.map((depth) => depth + Math.log2(depth + 1)),
      aspects,
    );
  }
  for (const kind of ['exp10', 'exp2', 'exp40']) {
    for (const rule of ['widest', 'canonical'] as const) {
      figures[`${rule} ${kind}`] = Math.max(
        ...[7, 8, 9, 10].map((seed) => polygonalPartition(randomTree(6, 4, kind, seed), { rule }).maxAspect),
      );
    }
    figures[`squarified ${kind}`] = Math.max(...[7, 8, 9, 10].map((seed) => squarifiedAspect(randomTree(6, 4, kind, seed))));
  }
  const isBounded = ['widest', 'canonical'].every(
    (rule) =>
      figures[`${rule}Slope`] <= 1 &&
      figures[`${rule} exp2`] <= 2.1 * figures[`${rule} exp10`] &&
      figures[`${rule} exp40`] <= 2.1 * figures[`${rule} exp2`],
  );
  return {
    measured: `largest aspect for weights over a range of 2^10, 2^20, 2^40: widest ${['exp10', 'exp2', 'exp40'].map((kind) => figures[`widest ${kind}`].toFixed(1)).join(', ')}, squarified ${['exp10', 'exp2', 'exp40'].map((kind) => figures[`squarified ${kind}`].toExponential(0)).join(', ')}`,
    verdict: isBounded ? ('reproduced' as const) : ('not reproduced' as const),
    figures,
  };
}

/** Distortion over its lower bound for trees of rising spread. */
export async function embeddingExperiment(deepest: number, { signal, onProgress }: ClaimContext) {
  const figures: Record<string, number> = {};
  const depths = [2, 4, 6, 8].filter((depth) => depth <= deepest);
  let holds = true;
  for (const dimension of [1, 2, 3]) {
    const ratios = depths.map((depth) => {
      signal?.throwIfAborted();
      onProgress?.(`dimension ${dimension}, depth ${depth}`);
      const instance = separatedTree(depth, dimension, 1);
      const ratio = embedUltrametric(instance).distortion / distortionBound(instance);
      figures[`d${dimension} depth ${depth}`] = ratio;
      if (!(ratio <= 1.5 * (1 + depth))) holds = false;
      return ratio;
    });
    figures[`d${dimension} exponent`] = slopeOf(depths, ratios);
    if (!(figures[`d${dimension} exponent`] <= 1)) holds = false;
  }
  return {
    measured: `distortion over its lower bound in the plane: ${depths.map((depth) => figures[`d2 depth ${depth}`].toFixed(2)).join(', ')} for spreads ${depths.map((depth) => 2 ** depth).join(', ')}`,
    verdict: holds ? ('reproduced' as const) : ('not reproduced' as const),
    figures,
  };
}

/** The claims of the paper. */
export const partitionClaims = [
  defineClaim({
    id: 'graphs/fat-polygons',
    paper: fatPartitionsPaper,
    statement:
      'Polygonal partitions have an aspect that is bounded by a polynomial of depth + log n, whatever the weights; treemaps of rectangles have no such bound.',
    published: 'polynomial bounds, theorems',
    budget: 10,
    run: (context) => aspectExperiment(128, context),
  }),
  defineClaim({
    id: 'graphs/ultrametric-distortion',
    paper: fatPartitionsPaper,
    statement: 'Ultrametrics embed into R^d with a distortion within a polylogarithm of the spread of the best.',
    published: 'polylog(Δ) · OPT, a theorem',
    budget: 20,
    run: (context) => embeddingExperiment(8, context),
  }),
];
