// The picture of learning from preferences: regret as it adds up, and when questions were asked.
import type { View } from '../../../docs/demo/view.ts';
import type { PreferenceInstance, PreferencePlay } from '../src/preferences/preference-problem.ts';
import { preferenceRegrets } from '../src/preferences/preference-problem.ts';

/** The view of `bandits-rl/preferences`. */
export const view: View<PreferenceInstance, PreferencePlay> = {
  aspect: 1.6,
  opening: { family: 'simplex', params: { horizon: 2, states: 5, actions: 3, dimension: 3, episodes: 1000 } },
  caption: () => 'Episodes go to the right: the line is the regret so far, each stroke below it a question.',
  describe: ({ instance, solution }) => {
    const regret = preferenceRegrets(instance, solution).reduce((a, b) => a + b, 0);
    return `${solution.first.length} episodes, ${solution.asked.reduce((a, b) => a + b, 0)} questions, a regret of ${regret.toFixed(1)}.`;
  },
  draw({ context, width, height, palette }, { instance, solution }) {
    const regrets = preferenceRegrets(instance, solution);
    const total = regrets.reduce((a, b) => a + b, 0) || 1;
    const floor = height - 24;
    const x = (t: number) => (t / instance.episodes) * width;
    const [red, green, blue] = palette.ramp[255];
    context.strokeStyle = `rgb(${red}, ${green}, ${blue})`;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(0, floor);
    let sum = 0;
    for (let t = 0; t < regrets.length; t++) {
      sum += regrets[t];
      context.lineTo(x(t + 1), floor - (sum / total) * (floor - 8));
    }
    context.stroke();
    context.fillStyle = palette.muted;
    for (let t = 0; t < regrets.length; t++) {
      if (solution.asked[t] === 1) context.fillRect(x(t), floor + 6, Math.max(0.5, width / instance.episodes), 14);
    }
  },
};
