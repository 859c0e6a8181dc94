// The picture of a sparse mixture: what both players play in the first step, episode by episode, as stacked shares.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { RepeatedGame, SparseCceSolution } from '../src/markov/sparse-cce-problem.ts';

/** The view of `games/sparse-cce`. */
export const view: View<RepeatedGame, SparseCceSolution> = {
  aspect: 1.6,
  opening: { family: 'shapley', params: { horizon: 2 }, seed: 1 },
  caption: () =>
    'Shares of the choices in the first step, episode by episode to the right: the first player above, the second below. Learning players circle.',
  describe: ({ solution: { count, regret } }) =>
    `${count} policies; the best pair of strategies among them has a regret of ${regret.toPrecision(3)}.`,
  draw({ context, width, height, palette }, { instance, solution }: Scene<RepeatedGame, SparseCceSolution>) {
    const { horizon, stage } = instance;
    const { count, tables } = solution;
    const colors = [palette.first, palette.muted, palette.hairline];
    const columns = Math.min(count, Math.floor(width));
    const half = height / 2;
    for (const [i, table] of tables.entries()) {
      const choices = stage.actions[i];
      for (let column = 0; column < columns; column++) {
        const t = Math.floor((column * count) / columns);
        let top = i * half + 3;
        for (let k = 0; k < choices; k++) {
          const share = table[t * horizon * choices + k] * (half - 6);
          context.fillStyle = colors[k % colors.length];
          context.fillRect((column * width) / columns, top, Math.ceil(width / columns), share);
          top += share;
        }
      }
    }
  },
};
