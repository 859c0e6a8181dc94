// The picture of a factor being learnt: what was chosen at every system, over the number that was known.
import type { View } from '../../../docs/demo/view.ts';
import { rangeOf } from '../src/bandits/bandit-problem.ts';
import type { RelaxationInstance, RelaxationPlay } from '../src/relaxation/system-sequence.ts';

/** The view of `bandits-rl/relaxation`. */
export const view: View<RelaxationInstance, RelaxationPlay> = {
  aspect: 1.6,
  opening: { family: 'heat', params: { side: 20, steps: 600, span: 1.2 } },
  caption: () =>
    'Each point is a system: what was known of it goes to the right, the factor from 1 to 2 upwards. The lighter, the longer ago; the larger, the more iterations.',
  describe: ({ solution: { counts } }) =>
    `${counts.length} systems took ${(counts.reduce((a, b) => a + b, 0) / Math.max(1, counts.length)).toFixed(1)} iterations each in the mean.`,
  draw({ context, width, height, palette }, { instance, solution: { relaxations, counts } }) {
    const [low, high] = rangeOf(instance.contexts);
    const most = Math.max(1, rangeOf(Float64Array.from(counts))[1]);
    for (let t = 0; t < relaxations.length; t++) {
      const x = high > low ? (instance.contexts[t] - low) / (high - low) : 0.5;
      const [red, green, blue] = palette.ramp[Math.round(60 + (195 * (t + 1)) / relaxations.length)];
      context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      context.beginPath();
      context.arc(
        12 + x * (width - 24),
        height - 8 - (relaxations[t] - 0.95) * (height - 16),
        2 + 5 * Math.sqrt(counts[t] / most),
        0,
        2 * Math.PI,
      );
      context.fill();
    }
  },
};
