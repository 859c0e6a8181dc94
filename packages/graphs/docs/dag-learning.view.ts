// The picture of a learnt graph: nodes on a circle, edges as arrows, right ones and wrong ones in different colours.
import type { View } from '../../../docs/demo/view.ts';
import { graphDistance } from '../src/dags/dag-graph.ts';
import type { DagInstance, DagSolution } from '../src/dags/dag-instance.ts';

/** The view of `graphs/dag-learning`. */
export const view: View<DagInstance, DagSolution> = {
  aspect: 1.3,
  opening: { family: 'linear', params: { d: 10, k: 2, n: 1000 } },
  caption: ({ instance: { truth } }) =>
    truth.length > 0
      ? 'Arrows lead from causes to effects: solid where they are right, in the second colour where they are wrong, thin where they are missed.'
      : 'Arrows lead from causes to effects, the wider the stronger.',
  describe: ({ instance: { truth }, solution: { weights } }) => {
    const edges = weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
    return truth.length > 0
      ? `${edges} edges, at a structural Hamming distance of ${graphDistance(truth, weights).shd}.`
      : `${edges} edges.`;
  },
  draw({ context, width, height, palette }, { instance: { truth, data }, solution: { weights } }) {
    const d = data.cols;
    const radius = Math.min(width, height) / 2 - 22;
    const place = (i: number): [number, number] => [
      width / 2 + radius * Math.cos((2 * Math.PI * i) / d),
      height / 2 + radius * Math.sin((2 * Math.PI * i) / d),
    ];
    const arrow = (i: number, j: number) => {
      const [[ax, ay], [bx, by]] = [place(i), place(j)];
      const length = Math.hypot(bx - ax, by - ay) || 1;
      const [ux, uy] = [(bx - ax) / length, (by - ay) / length];
      const [ex, ey] = [bx - 11 * ux, by - 11 * uy];
      context.beginPath();
      context.moveTo(ax + 10 * ux, ay + 10 * uy);
      context.lineTo(ex, ey);
      context.moveTo(ex - 8 * ux + 4 * uy, ey - 8 * uy - 4 * ux);
      context.lineTo(ex, ey);
      context.lineTo(ex - 8 * ux - 4 * uy, ey - 8 * uy + 4 * ux);
      context.stroke();
    };
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const [isFound, isTrue] = [weights[i * d + j] !== 0, truth.length > 0 && truth[i * d + j] !== 0];
        if (!isFound && !isTrue) continue;
        context.strokeStyle = !isFound ? palette.muted : isTrue || truth.length === 0 ? palette.first : palette.second;
        context.lineWidth = isFound ? Math.min(4, 1 + Math.abs(weights[i * d + j])) : 0.6;
        arrow(i, j);
      }
    }
    context.font = '12px sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let i = 0; i < d; i++) {
      context.fillStyle = palette.background;
      context.strokeStyle = palette.ink;
      context.lineWidth = 1;
      context.beginPath();
      context.arc(...place(i), 9, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      context.fillStyle = palette.ink;
      if (d <= 40) context.fillText(String(i), ...place(i));
    }
  },
};
