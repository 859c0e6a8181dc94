// The picture of a local Lipschitz problem: the network's output over the plane of its first two inputs with the region,
// and the bound beside the steepest gradient seen.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import type { LipschitzInstance, LipschitzSolution } from '../src/lipschitz/local-lipschitz.ts';
import { preActivations, prepareNetwork } from '../src/networks/network.ts';

type LipschitzScene = Scene<LipschitzInstance, LipschitzSolution>;

/** Cells a side of the picture of the output. */
const CELLS = 60;

/** The view of `verify/local-lipschitz`. */
export const view: View<LipschitzInstance, LipschitzSolution> = {
  aspect: 2,
  opening: { family: 'random', params: { inputs: 2, width: 8, hidden: 1, radius: 1 }, seed: 1 },
  caption: () =>
    'Left: the first output over the first two inputs of the region, others in the middle. Right: the bound of every output, and below it the steepest gradient seen.',
  describe: ({ solution: { bound, lowerBound } }) =>
    `Bound ${bound.toPrecision(4)}; the steepest gradient seen is ${lowerBound.toPrecision(4)}.`,
  draw(surface, scene) {
    drawOutput(surface, scene);
    drawBounds(surface, scene);
  },
};

function drawOutput({ context, width, height, palette }: Surface, { instance }: LipschitzScene): void {
  const side = Math.min(height, width / 2) - 16;
  const network = prepareNetwork(instance.network);
  const { lower, upper } = instance.region;
  const x = lower.map((low, j) => (low + upper[j]) / 2);
  const second = Math.min(1, x.length - 1);
  const values = new Float64Array(CELLS * CELLS);
  for (let at = 0; at < values.length; at++) {
    const [u, v] = [((at % CELLS) + 0.5) / CELLS, (Math.floor(at / CELLS) + 0.5) / CELLS];
    x[second] = upper[second] + v * (lower[second] - upper[second]);
    x[0] = lower[0] + u * (upper[0] - lower[0]);
    const z = preActivations(network, x);
    values[at] = z[z.length - 1][0];
  }
  const finite = Array.from(values).filter(Number.isFinite);
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const cell = side / CELLS;
  context.fillStyle = palette.first;
  values.forEach((value, at) => {
    context.globalAlpha = most > least ? 0.05 + (0.9 * (value - least)) / (most - least) : 0.3;
    context.fillRect(8 + (at % CELLS) * cell, 8 + Math.floor(at / CELLS) * cell, cell + 0.5, cell + 0.5);
  });
  context.globalAlpha = 1;
  context.strokeStyle = palette.hairline;
  context.strokeRect(8, 8, side, side);
}

function drawBounds(
  { context, width, height, palette }: Surface,
  { solution: { perOutput, lowerBound } }: LipschitzScene,
): void {
  const left = width / 2 + 16;
  const room = width - left - 8;
  const bar = (height - 24) / perOutput.length;
  const largest = perOutput.reduce((most, bound) => Math.max(most, bound), Number.MIN_VALUE);
  perOutput.forEach((bound, i) => {
    context.fillStyle = palette.first;
    context.globalAlpha = 0.8;
    context.fillRect(left, 12 + i * bar, (room * bound) / largest, Math.max(1, bar * 0.7));
  });
  context.globalAlpha = 1;
  context.strokeStyle = palette.second;
  context.lineWidth = 2;
  context.beginPath();
  const at = left + (room * Math.min(lowerBound, largest)) / largest;
  context.moveTo(at, 8);
  context.lineTo(at, height - 8);
  context.stroke();
}
