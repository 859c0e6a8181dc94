// Large games, of opposed and of independent interests: every equilibrium is checked by plain best responses.
import { expect, it } from 'vitest';
import { lemkeHowson } from './lemke-howson.ts';
import { randomGame } from './normal-form-problem.ts';

it.each([
  [100, -0.9],
  [200, -0.9],
  [100, 0],
  [200, 0],
])(
  '%i choices, correlation %f: thirty games, racing and from label 0',
  (size, correlation) => {
    let fromFirst = 0;
    for (let seed = 201; seed <= 230; seed++) {
      const game = randomGame(size, size, correlation, seed);
      const [a, b] = game.payoffs;
      for (const label of ['race', 0] as const) {
        const { status, strategies } = lemkeHowson(game, { label, maxPivots: 20_000 });
        if (label === 0 && status !== 'converged') continue;
        expect(status).toBe('converged');
        if (label === 0) fromFirst++;
        const [x, y] = strategies;
        const first = Array.from(x, (_, i) => y.reduce((sum, w, j) => sum + w * a[i * size + j], 0));
        const second = Array.from(y, (_, j) => x.reduce((sum, w, i) => sum + w * b[i * size + j], 0));
        const worth = (values: number[], weights: Float64Array) =>
          values.reduce((sum, value, k) => sum + value * weights[k], 0);
        // Payoffs run over [0, 1].
        expect(Math.max(...first) - worth(first, x)).toBeLessThan(1e-9);
        expect(Math.max(...second) - worth(second, y)).toBeLessThan(1e-9);
      }
    }
    console.log(`n ${size} r ${correlation}: ${fromFirst} of 30 paths from label 0 ended within 20 000 pivots`);
    expect(fromFirst).toBeGreaterThanOrEqual(correlation < 0 ? 30 : 1);
  },
  300_000,
);
