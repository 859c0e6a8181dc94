// Nodes a second, growth and peers of treemaps: pnpm bench:package graphs partitions [folder of node_modules with d3-hierarchy and d3-voronoi-treemap]
import { createRequire } from 'node:module';
import { mulberry32 } from '@infimum/core';
import { polygonalPartition } from '../src/index.ts';
import { flatTree, randomTree } from '../src/partitions/tree-partition-problem.ts';

const seconds = (work: () => unknown) => {
  work();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
};

for (const n of [1000, 10_000, 100_000]) {
  const tree = flatTree(n, 'exp2', 1);
  for (const rule of ['greedy', 'widest', 'canonical'] as const) {
    if (rule === 'greedy' && n > 10_000) continue;
    let result = { maxAspect: 0, areaError: 0 };
    const spent = seconds(() => {
      result = polygonalPartition(tree, { rule });
    });
    console.log(
      `${rule}, ${n} leaves: ${(1000 * spent).toFixed(0)} ms, aspect ${result.maxAspect.toFixed(2)}, area error ${result.areaError.toExponential(1)}`,
    );
  }
}
for (const rule of ['greedy', 'widest', 'canonical'] as const) {
  let worst = 0;
  for (let seed = 1; seed <= 11; seed++)
    worst = Math.max(worst, polygonalPartition(randomTree(8, 4, 'exp2', seed), { rule }).maxAspect);
  console.log(
    `${rule}: worst aspect of 11 trees of depth 8, weights over a range of a million: ${worst.toFixed(2)}`,
  );
}

const folder = process.argv[2];
if (folder) {
  // Weights over a range of a million make the peer give up («looping too much»): uniform ones here.
  for (const rule of ['greedy', 'widest'] as const) {
    console.log(
      `${rule}, 1000 uniform leaves: ${(1000 * seconds(() => polygonalPartition(flatTree(1000, 'uniform', 1), { rule }))).toFixed(0)} ms`,
    );
  }
  const peer = createRequire(`${folder}/`);
  const { hierarchy, treemap, treemapSquarify } = peer('d3-hierarchy');
  const { voronoiTreemap } = peer('d3-voronoi-treemap');
  const tree = flatTree(1000, 'uniform', 1);
  const data = { children: Array.from(tree.weights.subarray(1), (size) => ({ size })) };
  const root = () => hierarchy(data).sum((d: { size?: number }) => d.size ?? 0);
  console.log(
    `d3 squarify, 1000 leaves: ${(1000 * seconds(() => treemap().tile(treemapSquarify).size([1, 1])(root()))).toFixed(1)} ms`,
  );
  const before = process.cpuUsage();
  const drawn = root();
  voronoiTreemap()
    .clip([
      [0, 0],
      [0, 1000],
      [1000, 1000],
      [1000, 0],
    ])
    .prng(mulberry32(1))(drawn);
  const { user, system } = process.cpuUsage(before);
  console.log(`d3-voronoi-treemap, 1000 leaves: ${((user + system) / 1e6).toFixed(2)} s`);
}
