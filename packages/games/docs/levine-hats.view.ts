// The picture of a hat game: every pair of stacks, dark where both players name a black hat.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { HatGame, HatSolution } from '../src/hats/hats-problem.ts';

/** The view of `games/levine-hats`. */
export const view: View<HatGame, HatSolution> = {
  aspect: 1.3,
  opening: { family: 'finite', params: { height: 4 }, seed: 1 },
  caption: ({ instance: { blocks } }) =>
    blocks
      ? 'Pairs of blocks, dark where both named hats are black; grey bands are the constant blocks, on which the game goes on.'
      : 'Pairs of stacks, the first player’s to the right and the second one’s downwards; dark where both named hats are black.',
  describe: ({ instance: { height }, solution: { value } }) =>
    `Stacks of ${height}; the team wins ${(100 * value).toFixed(2)} % of all games.`,
  draw({ context, width, height, palette }, { instance, solution: { f, g } }: Scene<HatGame, HatSolution>) {
    const stacks = f.length;
    const side = Math.min(width, height) - 8;
    const cell = side / stacks;
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    context.fillStyle = palette.hairline;
    context.fillRect(left, top, side, side);
    for (let a = 0; a < stacks; a++) {
      for (let b = 0; b < stacks; b++) {
        const isPassed = instance.blocks && (a === 0 || b === 0 || a === stacks - 1 || b === stacks - 1);
        const [first, second] = [(a >> f[b]) & 1, (b >> g[a]) & 1];
        if (isPassed) context.fillStyle = palette.muted;
        else if (first && second) context.fillStyle = palette.first;
        else if (first || second) context.fillStyle = palette.background;
        else continue;
        context.fillRect(left + a * cell, top + b * cell, Math.ceil(cell), Math.ceil(cell));
      }
    }
  },
};
