// The picture of online matching: the chance of every pair as a grid, and how often each vertex succeeds.
import type { View } from '../../../docs/demo/view.ts';
import type { OnlineInstance } from '../src/matching/online-instance.ts';
import type { OnlineReward } from '../src/matching/simulate-online.ts';

/** The view of `graphs/online-matching`. */
export const view: View<OnlineInstance, OnlineReward> = {
  aspect: 1.6,
  opening: { family: 'triangular', params: { n: 10, m: 10 } },
  caption: () =>
    'Left: arrivals from top to bottom, vertices from left to right, the darker the likelier a success. Right: in how many runs each vertex succeeds.',
  describe: ({ solution: { mean, standardError, runs } }) =>
    `The mean reward is ${mean.toPrecision(4)} ± ${(2 * standardError).toPrecision(2)} after ${runs} runs.`,
  draw({ context, width, height, palette }, { instance, solution }) {
    const { rowPointers, columnIndices, probabilities, weights } = instance;
    const arrivals = Math.max(1, rowPointers.length - 1);
    const size = weights.length;
    const half = width * 0.55;
    const most = probabilities.reduce((a, b) => Math.max(a, b), 0) || 1;
    for (let v = 0; v + 1 < rowPointers.length; v++) {
      for (let k = rowPointers[v]; k < rowPointers[v + 1]; k++) {
        const [red, green, blue] = palette.ramp[Math.round((220 * probabilities[k]) / most) + 20];
        context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
        context.fillRect(
          (half * columnIndices[k]) / size,
          (height * v) / arrivals,
          Math.max(1, half / size - 0.5),
          Math.max(0.5, height / arrivals - 0.2),
        );
      }
    }
    const left = half + 24;
    const reach = width - left - 4;
    for (let u = 0; u < size; u++) {
      const y = (height * u) / size;
      const bar = Math.max(1, height / size - 2);
      context.fillStyle = palette.hairline;
      context.fillRect(left, y, reach, bar);
      context.fillStyle = palette.first;
      context.fillRect(left, y, reach * solution.success[u], bar);
    }
  },
};
