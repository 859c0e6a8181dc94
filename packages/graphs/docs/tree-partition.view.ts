// The picture of a partition: the polygons of the leaves, coloured by the branch that they are on.
import type { View } from '../../../docs/demo/view.ts';
import type { TreePartition } from '../src/partitions/polygonal-partition.ts';
import type { TreePartitionInstance } from '../src/partitions/tree-partition-problem.ts';
import { treePartitionProblem } from '../src/partitions/tree-partition-problem.ts';

/** The view of `graphs/tree-partition`. */
export const view: View<TreePartitionInstance, TreePartition> = {
  aspect: 1.5,
  opening: { family: 'flare', params: { data: 'flare' } },
  caption: () => 'A polygon a leaf, its area its weight; the colour tells the branch of the root, the lines the depth.',
  describe: ({ instance, solution }) => {
    const aspect = treePartitionProblem.metrics['maxAspect'].compute(instance, solution);
    return `${instance.parents.length} nodes; the largest aspect is ${aspect < 1e4 ? aspect.toFixed(2) : aspect.toExponential(1)}.`;
  },
  draw({ context, width, height, palette }, { instance, solution }) {
    const { parents, region } = instance;
    const { vertices, offsets } = solution;
    const [xs, ys] = [0, 1].map((axis) => region.filter((_, i) => i % 2 === axis));
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const place = (at: number): [number, number] => [
      2 + ((vertices[2 * at] - left) / (right - left)) * (width - 4),
      height - 2 - ((vertices[2 * at + 1] - low) / (high - low)) * (height - 4),
    ];
    const depths = new Int32Array(parents.length);
    const branches = new Int32Array(parents.length);
    const isInner = new Uint8Array(parents.length);
    let count = 0;
    for (let i = 1; i < parents.length; i++) {
      depths[i] = depths[parents[i]] + 1;
      branches[i] = parents[i] === 0 ? count++ : branches[parents[i]];
      isInner[parents[i]] = 1;
    }
    const trace = (node: number) => {
      context.beginPath();
      for (let at = offsets[node]; at < offsets[node + 1]; at++) context.lineTo(...place(at));
      context.closePath();
    };
    for (let node = 0; node < parents.length; node++) {
      if (isInner[node] || offsets[node] === offsets[node + 1]) continue;
      const [red, green, blue] = palette.ramp[40 + Math.round(170 * ((branches[node] * 0.618) % 1))];
      context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      trace(node);
      context.fill();
    }
    context.strokeStyle = palette.background;
    for (let node = parents.length - 1; node >= 0; node--) {
      if (offsets[node] === offsets[node + 1]) continue;
      context.lineWidth = Math.max(0.5, 4 - 1.2 * depths[node]);
      trace(node);
      context.stroke();
    }
  },
};
