// What doubles cannot say, units that do not matter, and games that are too large to enumerate.
import { mulberry32 } from '@infimum/core/reference-generators';
import type { Fraction } from '@infimum/rigor';
import { formatFraction, fraction, toNumber } from '@infimum/rigor';
import { describe, expect, it } from 'vitest';
import { exactHats } from '../hats/exact-hats.ts';
import { correlatedEquilibrium } from './correlated-equilibrium.ts';
import { exactCorrelatedEquilibrium, exactZeroSum } from './exact-equilibria.ts';
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
      bimatrix({ rows: 1, cols: 2, values: Float64Array.of(0.1, 1e-7) }, undefined, { decimals: true }).exact?.[0],
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

const plus = (a: Fraction, b: Fraction) => fraction(a.num * b.den + b.num * a.den, a.den * b.den);
const times = (a: Fraction, b: Fraction) => fraction(a.num * b.num, a.den * b.den);
const sum = (list: readonly Fraction[]) => list.reduce(plus, fraction(0n, 1n));
const isAtMost = (a: Fraction, b: Fraction) => a.num * b.den <= b.num * a.den;
const games = process.env['INFIMUM_FULL'] ? 500 : 60;

/** A table of fractions with small parts. */
function drawTable(next: () => number, rows: number, cols: number): string[][] {
  const cell = () => `${Math.floor(21 * next()) - 10}/${1 + Math.floor(6 * next())}`;
  return Array.from({ length: rows }, () => Array.from({ length: cols }, cell));
}

describe('exact zero-sum games', () => {
  it('have the value that both strategies guarantee, in fractions, and that vertex enumeration finds', () => {
    const next = mulberry32(7);
    for (let round = 0; round < games; round++) {
      const [rows, cols] = [1 + Math.floor(4 * next()), 1 + Math.floor(4 * next())];
      const game = bimatrix(drawTable(next, rows, cols));
      const {
        status,
        value,
        strategies: [x, y],
      } = exactZeroSum(game);
      const a = game.exact?.[0] as readonly Fraction[];
      expect(status).toBe('converged');
      for (const strategy of [x, y]) {
        expect(strategy.every(({ num }) => num >= 0n)).toBe(true);
        expect(formatFraction(sum(strategy))).toBe('1');
      }
      for (let j = 0; j < cols; j++) expect(isAtMost(value, sum(x.map((w, i) => times(w, a[i * cols + j]))))).toBe(true);
      for (let i = 0; i < rows; i++) expect(isAtMost(sum(y.map((w, j) => times(w, a[i * cols + j]))), value)).toBe(true);
      for (const { exact } of extremeEquilibria(game).equilibria) expect(exact.payoffs[0]).toBe(formatFraction(value));
    }
  });

  it('must add up exactly', () => {
    const game = bimatrix([['1/3', '0']], [['-1/3', '1/1000000000000000']]);
    expect(() => exactZeroSum(game)).toThrow('payoffs');
  });
});

describe('exact correlated equilibria', () => {
  it('are the known ones of case 5, correlated and coarse', () => {
    const game = bimatrix(
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
    );
    expect(formatFraction(exactCorrelatedEquilibrium(game).value)).toBe('50/7');
    const coarse = exactCorrelatedEquilibrium(game, { concept: 'coarse' });
    expect(formatFraction(coarse.value)).toBe('39/4');
    expect(coarse.joint.map(formatFraction).join(' ')).toBe('1/4 0 0 3/4 0 0');
  });

  it('have no deviation that gains, and no Nash equilibrium beyond least and largest', () => {
    const next = mulberry32(11);
    for (let round = 0; round < games; round++) {
      const [rows, cols] = [1 + Math.floor(3 * next()), 1 + Math.floor(3 * next())];
      const game = bimatrix(drawTable(next, rows, cols), drawTable(next, rows, cols));
      const [a, b] = game.exact as readonly (readonly Fraction[])[];
      const objective = drawTable(next, 1, rows * cols)[0];
      const weights = bimatrix([objective]).exact?.[0] as readonly Fraction[];
      for (const concept of ['correlated', 'coarse'] as const) {
        const [least, largest] = (['least', 'largest'] as const).map((sense) =>
          exactCorrelatedEquilibrium(game, { concept, objective, sense }),
        );
        for (const { joint, value } of [least, largest]) {
          expect(formatFraction(sum(joint))).toBe('1');
          expect(formatFraction(sum(joint.map((w, k) => times(w, weights[k]))))).toBe(formatFraction(value));
          const gains = (values: readonly Fraction[], at: (k: number) => number, isTold: (k: number) => boolean) =>
            sum(
              joint.map((w, k) =>
                isTold(k) ? times(w, plus(values[at(k)], { num: -values[k].num, den: values[k].den })) : fraction(0n, 1n),
              ),
            );
          const zero = fraction(0n, 1n);
          for (let other = 0; other < rows; other++)
            for (let told = concept === 'coarse' ? -1 : 0; told < (concept === 'coarse' ? 0 : rows); told++)
              expect(
                isAtMost(
                  gains(
                    a,
                    (k) => other * cols + (k % cols),
                    (k) => told < 0 || Math.floor(k / cols) === told,
                  ),
                  zero,
                ),
              ).toBe(true);
          for (let other = 0; other < cols; other++)
            for (let told = concept === 'coarse' ? -1 : 0; told < (concept === 'coarse' ? 0 : cols); told++)
              expect(
                isAtMost(
                  gains(
                    b,
                    (k) => k - (k % cols) + other,
                    (k) => told < 0 || k % cols === told,
                  ),
                  zero,
                ),
              ).toBe(true);
        }
        // Nash equilibria are correlated equilibria: brute force lies between.
        for (const { exact } of extremeEquilibria(game).equilibria) {
          const [x, y] = exact.strategies.map((list) => bimatrix([[...list]]).exact?.[0] as readonly Fraction[]);
          const here = sum(weights.map((w, k) => times(w, times(x[Math.floor(k / cols)], y[k % cols]))));
          expect(isAtMost(least.value, here) && isAtMost(here, largest.value)).toBe(true);
        }
        if (concept === 'correlated') {
          const { value } = correlatedEquilibrium(game);
          expect(toNumber(exactCorrelatedEquilibrium(game).value)).toBeCloseTo(value, 7);
        }
      }
    }
  });

  it('refuse weights of another number', () => {
    expect(() => exactCorrelatedEquilibrium(bimatrix([[1, 2]]), { objective: [1] })).toThrow('objective');
  });
});

describe('extreme equilibria', () => {
  /** Solves a square system in fractions; nothing if it is singular. */
  const solve = (rows: readonly (readonly bigint[])[]): Fraction[] | undefined => {
    const n = rows.length;
    const t = rows.map((row) => row.map((num) => fraction(num, 1n)));
    const minus = (a: Fraction, b: Fraction) => fraction(a.num * b.den - b.num * a.den, a.den * b.den);
    const times = (a: Fraction, b: Fraction) => fraction(a.num * b.num, a.den * b.den);
    for (let k = 0; k < n; k++) {
      const place = t.findIndex((row, r) => r >= k && row[k].num !== 0n);
      if (place < 0) return undefined;
      [t[k], t[place]] = [t[place], t[k]];
      const { num, den } = t[k][k];
      const inverse = num < 0n ? { num: -den, den: -num } : { num: den, den: num };
      t[k] = t[k].map((entry) => times(entry, inverse));
      for (let r = 0; r < n; r++) {
        const factor = t[r][k];
        if (r !== k && factor.num !== 0n) t[r] = t[r].map((entry, c) => minus(entry, times(factor, t[k][c])));
      }
    }
    return t.map((row) => row[n]);
  };
  const subsets = (n: number, size: number): number[][] =>
    size === 0 ? [[]] : n < size ? [] : [...subsets(n - 1, size), ...subsets(n - 1, size - 1).map((rest) => [...rest, n - 1])];

  /** All vertices but 0 of x >= 0, payoffs' x <= 1, with the labels of what is tight: own choices 0.., then the others'. */
  const vertices = (payoffs: bigint[][], own: number) => {
    const n = payoffs[0].length;
    const lines = [
      ...Array.from({ length: n }, (_, k) => [...Array.from({ length: n }, (__, l) => (k === l ? -1n : 0n)), 0n]),
      ...payoffs.map((row) => [...row, 1n]),
    ];
    const found = new Map<string, { x: Fraction[]; labels: Set<number> }>();
    for (const tight of subsets(lines.length, n)) {
      const x = solve(tight.map((r) => lines[r]));
      if (!x || x.every(({ num }) => num === 0n)) continue;
      const slack = lines.map((line) => {
        const sum = x.reduce(
          (s, { num, den }, k) => fraction(s.num * den + line[k] * num * s.den, s.den * den),
          fraction(0n, 1n),
        );
        return line[n] * sum.den - sum.num;
      });
      if (slack.some((entry) => entry < 0n)) continue;
      const place = (r: number) => (own === 0 ? r : (r + payoffs.length) % lines.length);
      found.set(x.map(formatFraction).join(' '), {
        x,
        labels: new Set(slack.flatMap((entry, r) => (entry === 0n ? [place(r)] : []))),
      });
    }
    return [...found.values()];
  };
  const normal = (x: readonly Fraction[]) => {
    const sum = x.reduce((s, e) => fraction(s.num * e.den + e.num * s.den, s.den * e.den));
    return x.map((e) => formatFraction(fraction(e.num * sum.den, e.den * sum.num))).join(' ');
  };

  it(`of ${games} drawn rational games, degenerate ones among them, are those of all pairs of vertices`, () => {
    const random = mulberry32(44);
    let degenerates = 0;
    for (let game = 0; game < games; game++) {
      const [m, n] = [2 + Math.floor(2 * random()), 2 + Math.floor(3 * random())];
      // Few values make ties, fractions of two digits hardly any.
      const [values, den] = game % 2 === 0 ? [3, 1] : [60, 7];
      const draw = () =>
        Array.from({ length: m }, () => Array.from({ length: n }, () => BigInt(1 + Math.floor(values * random()))));
      const [a, b] = [draw(), draw()];
      const p = vertices(
        Array.from({ length: n }, (_, j) => b.map((row) => row[j])),
        0,
      );
      const q = vertices(a, 1);
      const expected = p.flatMap((x) =>
        q
          .filter((y) => Array.from({ length: m + n }, (_, k) => k).every((k) => x.labels.has(k) || y.labels.has(k)))
          .map((y) => `${normal(x.x)} | ${normal(y.x)}`),
      );
      const texts = (table: bigint[][]) => table.map((row) => row.map((num) => `${num}/${den}`));
      const { equilibria, degenerate } = extremeEquilibria(bimatrix(texts(a), texts(b)));
      if (degenerate) degenerates++;
      expect(equilibria.map(({ exact }) => exact.strategies.map((x) => x.join(' ')).join(' | ')).sort()).toEqual(
        expected.sort(),
      );
    }
    expect(degenerates).toBeGreaterThan(games / 10);
  });
});
