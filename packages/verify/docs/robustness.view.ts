// The picture of a robustness question: the labels of the network over the first two inputs of the region, with the
// witness if there is one.
import type { Scene, Surface, View } from '../../../docs/demo/view.ts';
import { preActivations, prepareNetwork } from '../src/networks/network.ts';
import type { PropertyInstance, PropertySolution } from '../src/robustness/verify-property.ts';

/** Cells a side. */
const CELLS = 70;

/** The view of `verify/robustness`. */
export const view: View<PropertyInstance, PropertySolution> = {
  aspect: 1.3,
  opening: { family: 'random', params: { inputs: 2, width: 8, radius: 0.35 }, seed: 3 },
  caption: () => 'The region (framed) and what is around it, by the label that the network gives; a dot is the witness.',
  describe: ({ solution: { verdict, bound } }) => `${verdict}; the proven margin is ${bound.toPrecision(3)}.`,
  draw({ context, width, height, palette }: Surface, { instance, solution }: Scene<PropertyInstance, PropertySolution>) {
    const network = prepareNetwork(instance.network);
    const { lower, upper } = instance.unsafe[0].region;
    const second = Math.min(1, lower.length - 1);
    const side = Math.min(width, height) - 16;
    const left = (width - side) / 2;
    const place = (j: number, share: number) => (lower[j] + upper[j]) / 2 + (share - 0.5) * 1.6 * (upper[j] - lower[j]);
    const x = lower.map((low, j) => (low + upper[j]) / 2);
    const cell = side / CELLS;
    for (let at = 0; at < CELLS * CELLS; at++) {
      const [u, v] = [((at % CELLS) + 0.5) / CELLS, (Math.floor(at / CELLS) + 0.5) / CELLS];
      x[second] = place(second, 1 - v);
      x[0] = place(0, u);
      const z = preActivations(network, x);
      const y = z[z.length - 1];
      const label = y.reduce((best, value, i) => (value > y[best] ? i : best), 0);
      context.fillStyle = label % 2 === 0 ? palette.first : palette.second;
      context.globalAlpha = 0.25 + 0.5 * (Math.floor(label / 2) / Math.max(1, y.length / 2));
      context.fillRect(left + (at % CELLS) * cell, 8 + Math.floor(at / CELLS) * cell, cell + 0.5, cell + 0.5);
    }
    context.globalAlpha = 1;
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    const inset = side * (0.5 - 0.5 / 1.6);
    context.strokeRect(left + inset, 8 + inset, side - 2 * inset, side - 2 * inset);
    const { witness } = solution;
    if (!witness) return;
    const share = (j: number) => 0.5 + (witness[j] - (lower[j] + upper[j]) / 2) / (1.6 * (upper[j] - lower[j] || 1));
    context.fillStyle = palette.ink;
    context.beginPath();
    context.arc(left + side * share(0), 8 + side * (1 - share(second)), 5, 0, 2 * Math.PI);
    context.fill();
  },
};
