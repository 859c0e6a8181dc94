// The picture of a game: joint choices of the first two players, the darker the likelier, and their mixed strategies at the sides.
import type { Scene, View } from '../../../docs/demo/view.ts';
import type { EquilibriumSolution } from '../src/normal-form/equilibrium.ts';
import type { NormalFormGame } from '../src/normal-form/normal-form-game.ts';

/** The view of `games/normal-form`. */
export const view: View<NormalFormGame, EquilibriumSolution> = {
  aspect: 1.2,
  opening: { family: 'correlated', params: { size: 20 }, seed: 1 },
  caption: () =>
    'Joint choices of the first player (rows) and the second (columns), larger where likelier; bars at the sides are their mixed strategies.',
  describe: ({ solution: { regret, payoffs } }) =>
    `Payoffs ${[...payoffs].map((value) => value.toPrecision(4)).join(' and ')}; no deviation gains more than ${regret.toExponential(1)} of their range.`,
  draw({ context, width, height, palette }, { instance, solution }: Scene<NormalFormGame, EquilibriumSolution>) {
    const [rows, cols] = instance.actions;
    const [x, y] = solution.strategies;
    const margin = Math.min(width, height) / 6;
    const [cellX, cellY] = [(width - margin - 4) / cols, (height - margin - 4) / rows];
    const rest = (solution.joint?.length ?? 0) / (rows * cols);
    const weight = (i: number, j: number) => {
      if (!solution.joint) return x[i] * y[j];
      let sum = 0;
      for (let k = 0; k < rest; k++) sum += solution.joint[(i * cols + j) * rest + k];
      return sum;
    };
    let most = 0;
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) most = Math.max(most, weight(i, j));
    context.fillStyle = palette.hairline;
    context.fillRect(margin, margin, cols * cellX, rows * cellY);
    context.fillStyle = palette.first;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const size = Math.sqrt(weight(i, j) / (most || 1));
        const [left, top] = [margin + (j + (1 - size) / 2) * cellX, margin + (i + (1 - size) / 2) * cellY];
        if (size > 0) context.fillRect(left, top, size * cellX, size * cellY);
      }
    }
    context.fillStyle = palette.muted;
    const [mostX, mostY] = [Math.max(...x), Math.max(...y)];
    for (const [i, share] of x.entries()) {
      const length = (share / mostX) * (margin - 8);
      context.fillRect(margin - 4 - length, margin + i * cellY, length, Math.max(1, cellY - 1));
    }
    for (const [j, share] of y.entries()) {
      const length = (share / mostY) * (margin - 8);
      context.fillRect(margin + j * cellX, margin - 4 - length, Math.max(1, cellX - 1), length);
    }
  },
};
