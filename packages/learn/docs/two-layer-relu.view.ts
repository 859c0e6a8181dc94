// The picture of a two-layer network: its graph or its field over the first two columns, and the samples.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { ReluSolution } from '../src/networks/convex-program.ts';
import type { ReluInstance } from '../src/networks/relu-network.ts';
import { predictRelu } from '../src/networks/relu-network.ts';

/** Cells a side of the field. */
const SIDE = 48;

/** The view of `learn/two-layer-relu`. */
export const view: View<ReluInstance, ReluSolution> = {
  aspect: 1.6,
  opening: { family: 'planar', params: { n: 12, beta: 0.1 }, seed: 3 },
  caption: () =>
    'The network over the first two columns, the others at their means: dark where it is large. Circles are the samples, filled by their targets; short lines show the units’ directions.',
  describe: ({ instance: { points }, solution: { output, value } }) =>
    `${points.rows} samples, ${output.length} units, value ${value.toPrecision(5)}.`,
  draw(surface, { instance, solution }: Scene<ReluInstance, ReluSolution>) {
    const { context, width, height, palette } = surface;
    const { points, targets } = instance;
    const { rows, cols, values } = points;
    const column = (j: number) => Float64Array.from({ length: rows }, (_, k) => values[k * cols + Math.min(j, cols - 1)]);
    const [xs, ys] = [column(0), column(1)];
    const range = (list: Float64Array): [number, number] => {
      const [low, high] = [Math.min(...list), Math.max(...list)];
      const margin = 0.15 * (high - low) || 1;
      return [low - margin, high + margin];
    };
    const [[left, right], [bottom, top]] = [range(xs), range(ys)];
    const means = Float64Array.from({ length: cols }, (_, j) => column(j).reduce((sum, value) => sum + value, 0) / rows);
    const grid = new Float64Array(SIDE * SIDE * cols);
    for (let row = 0; row < SIDE; row++) {
      for (let col = 0; col < SIDE; col++) {
        const at = (row * SIDE + col) * cols;
        grid.set(means, at);
        grid[at] = left + ((col + 0.5) / SIDE) * (right - left);
        if (cols > 1) grid[at + 1] = top - ((row + 0.5) / SIDE) * (top - bottom);
      }
    }
    const field = predictRelu(solution, { rows: SIDE * SIDE, cols, values: grid });
    const [low, high] = [Math.min(...field, ...targets), Math.max(...field, ...targets)];
    const shade = (value: number) => (value - low) / (high - low || 1);
    const box: Box = { x: 4, y: 4, width: width - 8, height: height - 8 };
    drawHeatMap(surface, { rows: SIDE, cols: SIDE, values: field.map(shade) }, box);
    for (let k = 0; k < rows; k++) {
      const x = box.x + ((xs[k] - left) / (right - left)) * box.width;
      const y = box.y + ((top - ys[k]) / (top - bottom)) * box.height;
      const [red, green, blue] = palette.ramp[Math.round(255 * Math.min(1, Math.max(0, shade(targets[k]))))];
      context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      context.strokeStyle = palette.ink;
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    context.strokeStyle = palette.second;
    for (let j = 0; j < solution.output.length && cols > 1; j++) {
      const [dx, dy] = [solution.hidden.values[j * cols], solution.hidden.values[j * cols + 1]];
      const length = Math.hypot(dx, dy) || 1;
      context.beginPath();
      context.moveTo(width / 2, height / 2);
      context.lineTo(width / 2 + (30 * dx) / length, height / 2 - (30 * dy) / length);
      context.stroke();
    }
  },
};
