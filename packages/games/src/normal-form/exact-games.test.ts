// What doubles cannot say, units that do not matter, and games that are too large to enumerate.
import { describe, expect, it } from 'vitest';
import { exactHats } from '../hats/exact-hats.ts';
import { quantalResponse } from './logit-path.ts';
import { nashEquilibrium } from './nash-equilibrium.ts';
import { bimatrix } from './normal-form-game.ts';
import { extremeEquilibria } from './vertex-enumeration.ts';

describe('numbers as fractions', () => {
  const weightOf = (game: ReturnType<typeof bimatrix>) =>
    extremeEquilibria(game).equilibria.map(({ exact }) => exact.strategies[0][0]);

  it('are the doubles, or the decimals that they print as', () => {
    // The first player mixes so that the second one is indifferent: x = 0.3 / (0.1 + 0.3).
    const [a, b] = [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 0.1],
        [0.3, 0],
      ],
    ];
    expect(weightOf(bimatrix(a, b, { decimals: true }))).toContain('3/4');
    expect(
      weightOf(
        bimatrix(a, [
          ['0', '0.1'],
          ['0.3', '0'],
        ]),
      ),
    ).toContain('3/4');
    expect(weightOf(bimatrix(a, b))).not.toContain('3/4');
    expect(
      bimatrix({ rows: 1, cols: 2, values: Float64Array.of(0.1, 1e-7) }, undefined, { decimals: true })
        .exact?.[0],
    ).toEqual([
      { num: 1n, den: 10n },
      { num: 1n, den: 10_000_000n },
    ]);
  });
});

describe('extremeEquilibria of diagonal games', () => {
  const diagonal = (n: number) =>
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => (i === j ? i + 1 : 0)));

  it('finds all 2^n - 1', () => {
    const { status, equilibria } = extremeEquilibria(bimatrix(diagonal(9), diagonal(9)));
    expect([status, equilibria.length]).toEqual(['converged', 511]);
  });

  it('gives up at its limit for 20 choices, with the reason', () => {
    const game = bimatrix(diagonal(20), diagonal(20));
    const { status, reason } = extremeEquilibria(game, { maxVertices: 10_000 });
    expect([status, reason]).toEqual(['stalled', 'a polytope has more than 10000 vertices']);
  });
});

it('quantal responses do not depend on the unit of payoffs', () => {
  const game = (unit: number) =>
    bimatrix(
      [
        [9 * unit, 0],
        [0, unit],
      ],
      [
        [0, unit],
        [unit, 0],
      ],
    );
  const expected = quantalResponse(game(1), 3)?.strategies.map(([p]) => p) as number[];
  expect(expected[0]).toBeCloseTo(0.795384, 6);
  for (const unit of [1e-150, 1e-10, 1e10]) {
    const found = quantalResponse(game(unit), 3 / unit)?.strategies.map(([p]) => p) as number[];
    for (const [i, p] of expected.entries()) expect(found[i]).toBeCloseTo(p, 10);
  }
});

describe('nashEquilibrium', () => {
  it.each([
    [
      'zero-sum',
      bimatrix([
        [2, -1],
        [-1, 1],
      ]),
    ],
    [
      'two players',
      bimatrix(
        [
          [3, 3],
          [2, 5],
          [0, 6],
        ],
        [
          [3, 2],
          [2, 6],
          [3, 1],
        ],
      ),
    ],
    [
      'plain arrays',
      {
        actions: [2, 2],
        payoffs: [
          [2, 0, 0, 1],
          [1, 0, 0, 2],
        ],
      },
    ],
    [
      'three players',
      {
        actions: [2, 2, 2],
        payoffs: [
          [0, 3, 1, 1, 2, 1, 1, 0],
          [0, 3, 2, 1, 1, 1, 1, 0],
          [0, 1, 3, 1, 2, 1, 1, 0],
        ],
      },
    ],
  ])('finds one of %s', (_, game) => {
    const { status, regret } = nashEquilibrium(game);
    expect(status).toBe('converged');
    expect(regret).toBeLessThanOrEqual(1e-6);
  });

  it('refuses a method that does not take the game', () => {
    expect(() =>
      nashEquilibrium(
        bimatrix(
          [
            [1, 0],
            [0, 1],
          ],
          [
            [1, 0],
            [0, 1],
          ],
        ),
        { method: 'zero-sum' },
      ),
    ).toThrow('payoffs');
    expect(() => nashEquilibrium({ actions: [2, 2], payoffs: [[1, 2, 3]] as never })).toThrow('payoffs');
  });
});

it('the bound of five hats falls while the tree is searched', () => {
  const bounds: number[] = [];
  exactHats(
    { height: 5, p: 0.5, blocks: false },
    { maxIterations: 12, onIteration: ({ solution }) => void bounds.push(solution().upperBound as number) },
  );
  expect(bounds[0]).toBe(0.5);
  expect(bounds.at(-1)).toBeLessThan(0.46);
  // 358 of 1024 are known.
  expect(bounds.at(-1)).toBeGreaterThanOrEqual(358 / 1024);
});
