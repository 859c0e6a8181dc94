// The picture of an embedding: points in the plane, joined where their groups join.
import type { View } from '../../../docs/demo/view.ts';
import type { UltrametricEmbedding, UltrametricInstance } from '../src/partitions/ultrametric-problem.ts';
import { leavesOf, stretchOf } from '../src/partitions/ultrametric-problem.ts';

/** The view of `graphs/ultrametric-embedding`. */
export const view: View<UltrametricInstance, UltrametricEmbedding> = {
  aspect: 1.3,
  opening: { family: 'separated', params: { depth: 5, dimension: 2 } },
  caption: ({ instance: { dimension } }) =>
    `A point a leaf${dimension > 2 ? ', its first two coordinates' : ''}; lines lead from each group to the centres of its parts.`,
  describe: ({ instance, solution }) => {
    const { expansion, contraction } = stretchOf(instance, solution.points);
    return `The distortion is ${(expansion * contraction).toPrecision(4)}.`;
  },
  draw({ context, width, height, palette }, { instance, solution: { points } }) {
    const { parents, dimension } = instance;
    const leaves = leavesOf(parents);
    const places = new Float64Array(2 * parents.length);
    const counts = new Float64Array(parents.length);
    leaves.forEach((leaf, i) => {
      places[2 * leaf] = points[i * dimension];
      places[2 * leaf + 1] = dimension > 1 ? points[i * dimension + 1] : 0;
      counts[leaf] = 1;
    });
    for (let node = parents.length - 1; node > 0; node--) {
      if (counts[node] > 1) for (const axis of [0, 1]) places[2 * node + axis] /= counts[node];
      const parent = parents[node];
      for (const axis of [0, 1]) places[2 * parent + axis] += places[2 * node + axis] * counts[node];
      counts[parent] += counts[node];
    }
    for (const axis of [0, 1]) if (counts[0] > 1) places[axis] /= counts[0];
    const range = (axis: number): [number, number] => {
      const values = Array.from(leaves, (leaf) => places[2 * leaf + axis]);
      return [Math.min(...values), Math.max(...values)];
    };
    const [[left, right], [low, high]] = [range(0), range(1)];
    const scale = Math.min((width - 20) / (right - left || 1), (height - 20) / (high - low || 1));
    const x = (node: number) => width / 2 + scale * (places[2 * node] - (left + right) / 2);
    const y = (node: number) => height / 2 - scale * (places[2 * node + 1] - (low + high) / 2);
    context.strokeStyle = palette.hairline;
    context.beginPath();
    for (let node = 1; node < parents.length; node++) {
      context.moveTo(x(node), y(node));
      context.lineTo(x(parents[node]), y(parents[node]));
    }
    context.stroke();
    context.fillStyle = palette.first;
    for (const leaf of leaves) {
      context.beginPath();
      context.arc(x(leaf), y(leaf), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
  },
};
