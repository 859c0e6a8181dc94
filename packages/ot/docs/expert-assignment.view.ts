// The picture of a routing: which tokens go to which expert, and how many every expert gets.
import type { Box } from '../../../docs/demo/heat-map.ts';
import { drawHeatMap } from '../../../docs/demo/heat-map.ts';
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { ExpertAssignment, ExpertRouting } from '../src/experts/expert-assignment.ts';
import { maxViolationOf, targetLoads } from '../src/experts/expert-assignment.ts';

type RoutingScene = Scene<ExpertAssignment, ExpertRouting>;

/** Rows of the matrix; more tokens are shown in blocks. */
const MAX_ROWS = 64;

/** The view of `ot/expert-assignment`. */
export const view: View<ExpertAssignment, ExpertRouting> = {
  aspect: 2,
  opening: { family: 'sigmoid', params: { tokens: 512, experts: 16, expertsPerToken: 2 }, seed: 1 },
  caption: () =>
    'Left: the routing, a column an expert, tokens from top to bottom, the darker the more of them go there. ' +
    'Right: the load of every expert, outlines the loads asked for; below, its bias.',
  describe: ({ instance, solution: { loads } }) =>
    `${instance.scores.rows} tokens on ${loads.length} experts, ${instance.expertsPerToken} each: loads from ` +
    `${Math.min(...loads)} to ${Math.max(...loads)}, the largest ` +
    `${(100 * maxViolationOf(loads, targetLoads(instance))).toFixed(1)} % above its target.`,
  draw(surface, scene) {
    const { width, height } = surface;
    drawRouting(surface, scene, { x: 4, y: 4, width: width / 2 - 12, height: height - 8 });
    const right = { x: width / 2 + 4, width: width / 2 - 8 };
    drawLoads(surface, scene, { ...right, y: 4, height: 0.62 * height - 8 });
    drawBiases(surface, scene, { ...right, y: 0.66 * height, height: 0.34 * height - 4 });
  },
};

function drawRouting(surface: Surface, { instance, solution }: RoutingScene, box: Box): void {
  const { rows: tokens, cols: experts } = instance.scores;
  const rows = Math.min(tokens, MAX_ROWS);
  const counts = new Float64Array(rows * experts);
  for (let token = 0; token < tokens; token++) {
    const row = Math.floor((token * rows) / tokens);
    for (let k = solution.tokenPointers[token]; k < solution.tokenPointers[token + 1]; k++) {
      counts[row * experts + solution.experts[k]]++;
    }
  }
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  drawHeatMap(surface, { rows, cols: experts, values: counts.map((count) => count / most) }, box);
}

/** Bars from below, and where they should end. */
function drawLoads({ context, palette }: Surface, { instance, solution: { loads } }: RoutingScene, box: Box): void {
  const targets = targetLoads(instance);
  const scale = box.height / Math.max(...loads, ...targets);
  const step = box.width / loads.length;
  const bottom = box.y + box.height;
  context.fillStyle = palette.first;
  loads.forEach((load, k) => {
    context.fillRect(box.x + k * step + 1, bottom - load * scale, Math.max(1, step - 2), load * scale);
  });
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  targets.forEach((target, k) => {
    context.moveTo(box.x + k * step, bottom - target * scale);
    context.lineTo(box.x + (k + 1) * step, bottom - target * scale);
  });
  context.stroke();
}

/** Bars from the middle: what the balancing adds to an expert's scores, and what it takes away. */
function drawBiases({ context, palette }: Surface, { solution: { bias } }: RoutingScene, box: Box): void {
  const mean = bias.reduce((sum, value) => sum + value, 0) / bias.length;
  const largest = bias.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  const step = box.width / bias.length;
  const middle = box.y + box.height / 2;
  context.fillStyle = palette.second;
  bias.forEach((value, k) => {
    const up = largest > 0 ? ((value - mean) / largest) * (box.height / 2 - 2) : 0;
    context.fillRect(box.x + k * step + 1, Math.min(middle, middle - up), Math.max(1, step - 2), Math.abs(up));
  });
  context.strokeStyle = palette.hairline;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(box.x, middle);
  context.lineTo(box.x + box.width, middle);
  context.stroke();
}
