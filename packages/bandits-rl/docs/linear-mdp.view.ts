// The picture of a decision process: where the policy goes, layer by layer, and what it would do there.
import type { View } from '../../../docs/demo/view.ts';
import type { LinearMdpInstance, LinearMdpPlay } from '../src/linear-mdp/linear-mdp-problem.ts';
import { occupancy } from '../src/linear-mdp/mdp.ts';

/** The view of `bandits-rl/linear-mdp`. */
export const view: View<LinearMdpInstance, LinearMdpPlay> = {
  aspect: 1.6,
  opening: { family: 'river', params: { episodes: 2000 } },
  caption: () =>
    'Layers go to the right, states stand in rows; the darker a state, the more often it is visited. Inside: the actions’ probabilities.',
  describe: ({ instance, solution }) => `${solution.visits.length / instance.horizon} episodes were played.`,
  draw({ context, width, height, palette }, { instance, solution: { policy } }) {
    const { horizon, states, actions } = instance;
    const visited = occupancy(instance, policy, new Float64Array(horizon * states));
    const [cellWidth, cellHeight] = [width / horizon, height / states];
    for (let h = 0; h < horizon; h++) {
      for (let s = 0; s < states; s++) {
        const [x, y] = [h * cellWidth, s * cellHeight];
        const [red, green, blue] = palette.ramp[Math.round(255 * visited[h * states + s])];
        context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
        context.fillRect(x + 1, y + 1, cellWidth - 2, cellHeight - 2);
        context.strokeStyle = palette.hairline;
        context.strokeRect(x + 1, y + 1, cellWidth - 2, cellHeight - 2);
        context.fillStyle = palette.muted;
        const bar = (cellWidth - 8) / actions;
        for (let a = 0; a < actions; a++) {
          const tall = policy[(h * states + s) * actions + a] * (cellHeight - 8);
          context.fillRect(x + 4 + a * bar, y + cellHeight - 4 - tall, Math.max(1, bar - 2), tall);
        }
      }
    }
  },
};
