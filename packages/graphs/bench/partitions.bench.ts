// Nodes a second, growth and peers of treemaps: pnpm bench:package graphs partitions
import { mulberry32 } from '@infimum/core/reference-generators';
import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
// @ts-expect-error: it comes without types
import { voronoiTreemap } from 'd3-voronoi-treemap';
import { polygonalPartition, polygonTreemap } from '../src/index.ts';
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
  console.log(`${rule}: worst aspect of 11 trees of depth 8, weights over a range of a million: ${worst.toFixed(2)}`);
}

// Weights over a range of a million make the peer give up («looping too much»): uniform ones here.
interface Datum {
  readonly id?: string;
  readonly size?: number;
  readonly children?: Datum[];
}
const rootOf = (weights: Float64Array) =>
  hierarchy<Datum>({ id: 'all', children: Array.from(weights.subarray(1), (size, i) => ({ id: String(i), size })) }).sum(
    ({ size }) => size ?? 0,
  );
const tree = flatTree(1000, 'uniform', 1);
const [greedy, widest] = (['greedy', 'widest'] as const).map((rule) => seconds(() => polygonalPartition(tree, { rule })));
const squarified = treemap<Datum>().tile(treemapSquarify).size([1, 1]);
console.log(`d3 squarify, 1000 leaves: ${(1000 * seconds(() => squarified(rootOf(tree.weights)))).toFixed(1)} ms`);
const drawn = rootOf(tree.weights);
const clip = [
  [0, 0],
  [0, 1000],
  [1000, 1000],
  [1000, 0],
];
const before = process.cpuUsage();
voronoiTreemap().clip(clip).prng(mulberry32(1))(drawn);
const { user, system } = process.cpuUsage(before);
const peer = (user + system) / 1e6;
const errors = drawn.leaves().map((leaf) => {
  const { polygon } = leaf as unknown as { readonly polygon: readonly (readonly [number, number])[] };
  const area = polygon.reduce((sum, [x, y], i) => {
    const [u, v] = polygon[(i + 1) % polygon.length];
    return sum + (x * v - y * u) / 2;
  }, 0);
  return Math.abs(Math.abs(area) / ((1e6 * (leaf.value ?? 0)) / (drawn.value ?? 1)) - 1);
});
console.log(
  `d3-voronoi-treemap, 1000 uniform leaves: ${peer.toFixed(2)} s, an area off by ${(100 * Math.max(...errors)).toFixed(0)} %; greedy ${(1000 * greedy).toFixed(0)} ms, ${(peer / greedy).toFixed(0)} times faster, widest ${(1000 * widest).toFixed(1)} ms, ${(peer / widest).toFixed(0)} times`,
);
const large = rootOf(flatTree(100_000, 'exp10', 1).weights);
console.log(
  `polygonTreemap of a d3 hierarchy of 100 000 leaves, widest: ${(1000 * seconds(() => polygonTreemap(large, { rule: 'widest' }))).toFixed(0)} ms`,
);
