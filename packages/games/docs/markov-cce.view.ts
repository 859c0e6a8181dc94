// The picture of a Markov game's policy: joint choices by step and state, the darker the likelier.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { MarkovPolicySolution } from '../src/markov/markov-cce-problem.ts';
import type { MarkovGame } from '../src/markov/markov-game.ts';

/** The view of `games/markov-cce`. */
export const view: View<MarkovGame, MarkovPolicySolution> = {
  aspect: 1.4,
  opening: { family: 'random', params: { states: 6, horizon: 5 }, seed: 1 },
  caption: () => 'Steps to the right, states downwards; in each field the joint choices row by row, larger where likelier.',
  describe: ({ solution: { gap, values } }) =>
    `Values ${values.map((value) => value[0].toPrecision(4)).join(' and ')} in the first state; a deviation gains at most ${gap.toExponential(1)} of the range of rewards.`,
  draw({ context, width, height, palette }, { instance, solution }: Scene<MarkovGame, MarkovPolicySolution>) {
    const { states, horizon, actions } = instance;
    const cells = actions.reduce((product, count) => product * count, 1);
    const [fieldX, fieldY] = [width / horizon, height / states];
    const rows = actions[0];
    const cols = cells / rows;
    const [cellX, cellY] = [(fieldX - 4) / cols, (fieldY - 4) / rows];
    for (let step = 0; step < horizon; step++) {
      for (let state = 0; state < states; state++) {
        const [left, top] = [step * fieldX + 2, state * fieldY + 2];
        context.fillStyle = palette.hairline;
        context.fillRect(left, top, fieldX - 4, fieldY - 4);
        context.fillStyle = palette.first;
        for (let a = 0; a < cells; a++) {
          const size = Math.sqrt(solution.policy[(step * states + state) * cells + a]);
          const [x, y] = [a % cols, Math.floor(a / cols)];
          context.fillRect(left + (x + (1 - size) / 2) * cellX, top + (y + (1 - size) / 2) * cellY, size * cellX, size * cellY);
        }
      }
    }
  },
};
