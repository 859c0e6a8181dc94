import { InvalidInputError } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { LinearProgram } from '@infimum/linalg/numerics';
import { solveLinearProgram } from '@infimum/linalg/numerics';
import { formatFraction, fractionOf, toNumber } from '@infimum/rigor';
import fc from 'fast-check';
import type { LegacyHighs } from 'highs';
import highsModule from 'highs';
import { describe, expect, it } from 'vitest';
import { readFraction } from '../fraction.ts';
import { correlatedEquilibrium, equilibriumProgram } from './correlated-equilibrium.ts';
import { dominatedStrategies, eliminateDominated } from './dominance.ts';
import { lemkeHowson, lemkeHowsonAll } from './lemke-howson.ts';
import { exactPath } from './lemke-howson-exact.ts';
import { Path, Polytopes } from './lemke-howson-path.ts';
import { readNfg, writeNfg } from './nfg.ts';
import { noRegret, noRegretOptions } from './no-regret.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { bestResponses, bimatrix, jointRegret, unitPayoffs } from './normal-form-game.ts';
import { normalForm, randomGame } from './normal-form-problem.ts';
import { readPayoffs } from './payoff-csv.ts';
import { publicGame } from './public-games.ts';
import { supportEnumeration } from './support-enumeration.ts';
import { extremeEquilibria } from './vertex-enumeration.ts';
import { zeroSum } from './zero-sum.ts';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const highs = await (highsModule as unknown as () => Promise<LegacyHighs>)();

/** The optimum by HiGHS. */
function highsValue({ objective, matrix, bounds }: LinearProgram): number | string {
  const cols = objective.length;
  const sum = (values: ArrayLike<number>) =>
    Array.from(values, (c, j) => `${c < 0 ? '-' : '+'} ${Math.abs(c)} x${j}`).join('\n');
  const rows = Array.from(bounds, (b, i) => `${sum(matrix.subarray(i * cols, (i + 1) * cols))} <= ${b}`);
  const { Status, ObjectiveValue } = highs.solve(`Maximize\n${sum(objective)}\nSubject To\n${rows.join('\n')}\nEnd`);
  return Status === 'Optimal' ? ObjectiveValue : Status;
}

/** Regret of a profile by plain loops over the tables. */
function plainRegret({ actions: [m, n], payoffs: [a, b] }: NormalFormGame, [x, y]: readonly Float64Array[]): number {
  const range = (v: Float64Array) => Math.max(...v) - Math.min(...v) || 1;
  const rowPay = Array.from({ length: m }, (_, i) => y.reduce((s, w, j) => s + w * a[i * n + j], 0));
  const colPay = Array.from({ length: n }, (_, j) => x.reduce((s, w, i) => s + w * b[i * n + j], 0));
  const here = (pay: number[], w: Float64Array) => pay.reduce((s, p, k) => s + p * w[k], 0);
  return Math.max((Math.max(...rowPay) - here(rowPay, x)) / range(a), (Math.max(...colPay) - here(colPay, y)) / range(b));
}

function integerGame(rows: number, cols: number, levels: number, seed: number): NormalFormGame {
  const next = mulberry32(seed);
  const table = () => Array.from({ length: rows }, () => Array.from({ length: cols }, () => Math.floor(levels * next())));
  return bimatrix(table(), table());
}

const texts = (game: NormalFormGame) =>
  extremeEquilibria(game)
    .equilibria.map(
      ({
        exact: {
          strategies: [x, y],
        },
      }) => `${x.join(' ')}|${y.join(' ')}`,
    )
    .sort();

const WINKELS = `NFG 1 R "winkels" { "1" "2" } { 6 2 }
1 1 1 0 3 -2 3 4 5/2 -1 5/2 6 3 2 3 -1 1 2 1 -1 5/2 6 5/2 -1`;

describe('fractions', () => {
  it('reads exactly, prints in lowest terms, and rounds to the nearest double', () => {
    expect(['6/4', '7.32', '0.1', '-1e-3', '.5', '1E2', '+4'].map((text) => formatFraction(readFraction(text, 'x')))).toEqual([
      '3/2',
      '183/25',
      '1/10',
      '-1/1000',
      '1/2',
      '100',
      '4',
    ]);
    for (const text of ['', '1/0', 'a', '1/2/3', '0.5/2', '--1', '1e9999']) {
      expect(() => readFraction(text, 'x')).toThrow(InvalidInputError);
    }
  });

  it('gives back every double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(toNumber(fractionOf(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('linear programmes', () => {
  it('agree with HiGHS, feasible or not, and their multipliers prove it', () => {
    const next = mulberry32(11);
    let optimal = 0;
    for (let round = 0; round < 60; round++) {
      const [rows, cols] = [1 + Math.floor(7 * next()), 1 + Math.floor(7 * next())];
      const entries = (length: number) => Float64Array.from({ length }, () => Math.round(8 * next() - 3));
      const program = { objective: entries(cols), matrix: entries(rows * cols), bounds: entries(rows) };
      const { status, value, x, duals } = solveLinearProgram(program);
      const expected = highsValue(program);
      if (status !== 'converged') {
        expect(expected.toString().toLowerCase()).toContain(status);
        continue;
      }
      optimal++;
      expect(value).toBeCloseTo(expected as number, 8);
      expect(program.bounds.reduce((sum, b, i) => sum + b * duals[i], 0)).toBeCloseTo(value, 8);
      for (let i = 0; i < rows; i++) {
        const left = x.reduce((sum, v, j) => sum + v * program.matrix[i * cols + j], 0);
        expect(left).toBeLessThanOrEqual(program.bounds[i] + 1e-9);
      }
      for (let j = 0; j < cols; j++) {
        const price = duals.reduce((sum, v, i) => sum + v * program.matrix[i * cols + j], 0);
        expect(price).toBeGreaterThanOrEqual(program.objective[j] - 1e-9);
      }
    }
    expect(optimal).toBeGreaterThan(10);
  });
});

describe('extreme equilibria', () => {
  it('of the public games', () => {
    expect(texts(publicGame(1))).toEqual(['0 1/3 2/3|1/3 2/3', '1 0 0|1 0', '1 0 0|2/3 1/3']);
    expect(
      extremeEquilibria(publicGame(1))
        .components.map((list) => list.length)
        .sort(),
    ).toEqual([1, 2]);
    expect(texts(publicGame(2))).toEqual(['0 0 1/3 0 1/3 1/3|0 0 1/3 0 1/3 1/3']);
    expect(texts(publicGame(3))).toEqual(expect.arrayContaining(['0 2/3 1/3|0 1 0', '0 1 0|0 1 0', '0 2/3 1/3|1/2 0 1/2']));
    const winkels = readNfg(WINKELS);
    expect(winkels.payoffs).toEqual(publicGame(4).payoffs);
    const found = extremeEquilibria(winkels);
    expect(texts(winkels)).toHaveLength(12);
    expect(new Set(texts(winkels)).size).toBe(12);
    expect(texts(winkels)).toContain('0 0 7/11 0 0 4/11|3/4 1/4');
    expect(found.components).toHaveLength(1);
    expect(found.degenerate).toBe(true);
  });

  it('of small games are those that all supports give, and odd in number without ties', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const game = randomGame(4, 4, 0, seed);
      const { equilibria, degenerate, subsets } = extremeEquilibria(game);
      const other = supportEnumeration(game);
      expect(degenerate).toBe(false);
      expect(equilibria.length % 2).toBe(1);
      expect(equilibria).toHaveLength(other.equilibria.length);
      expect(subsets).toHaveLength(equilibria.length);
      for (const { strategies } of equilibria) {
        expect(plainRegret(game, strategies)).toBeLessThan(1e-12);
        const isThere = other.equilibria.some((o) =>
          o.every((s, i) => s.every((w, k) => Math.abs(w - strategies[i][k]) < 1e-8)),
        );
        expect(isThere).toBe(true);
      }
    }
  });

  it('span all equilibria of degenerate games: every mixture within a maximal Nash subset is one', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const game = integerGame(2 + (seed % 4), 2 + (seed % 3), 3, seed);
      const { equilibria, subsets, components, status } = extremeEquilibria(game);
      expect(status).toBe('converged');
      const next = mulberry32(seed);
      for (const { equilibria: members } of subsets) {
        const [p, q] = [0, 1].map(() => members[Math.floor(members.length * next())]);
        const mixed = [0, 1].map((i) => equilibria[p].strategies[i].map((w, k) => (w + equilibria[q].strategies[i][k]) / 2));
        expect(plainRegret(game, mixed)).toBeLessThan(1e-12);
      }
      expect(new Set(components.flat()).size).toBe(equilibria.length);
      // Pure equilibria are vertices.
      const [m, n] = game.actions;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const pure = [new Float64Array(m).fill(0), new Float64Array(n).fill(0)];
          pure[0][i] = pure[1][j] = 1;
          const isListed = equilibria.some(({ strategies }) => strategies[0][i] === 1 && strategies[1][j] === 1);
          expect(isListed).toBe(plainRegret(game, pure) === 0);
        }
      }
    }
  });

  it('are the same for payoffs in other units, and exact for texts', () => {
    const game = bimatrix([
      ['0.1', 0],
      [0, '0.2'],
    ]);
    expect(texts(game)).toEqual(['2/3 1/3|2/3 1/3']);
    expect(extremeEquilibria(game).equilibria[0].exact.payoffs).toEqual(['1/15', '-1/15']);
    const { actions, payoffs } = publicGame(1);
    expect(texts({ actions, payoffs: payoffs.map((values) => values.map((value) => value * 2 ** -400)) })).toEqual(
      texts(publicGame(1)),
    );
  });

  it('of one choice each, of all zeros', () => {
    expect(texts(bimatrix([[5]]))).toEqual(['1|1']);
    const zeros = extremeEquilibria(
      bimatrix([
        [0, 0],
        [0, 0],
      ]),
    );
    expect([zeros.equilibria.length, zeros.subsets.length, zeros.components.length]).toEqual([4, 1, 1]);
  });
});

describe('Lemke-Howson', () => {
  it('takes six pivots from every label of rock-paper-scissors and of the game of Shapley', () => {
    const scissors = bimatrix([
      [0, -1, 1],
      [1, 0, -1],
      [-1, 1, 0],
    ]);
    const shapley = bimatrix(
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
      ],
    );
    for (const game of [scissors, shapley]) {
      for (let label = 0; label < 6; label++) {
        const { pivots, strategies } = lemkeHowson(game, { label });
        expect(pivots).toBe(6);
        for (const weight of [...strategies[0], ...strategies[1]]) expect(weight).toBeCloseTo(1 / 3, 12);
      }
    }
  });

  it('ends from all labels at equilibria of the list, on random and on degenerate games', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const isDegenerate = seed > 20;
      const game = isDegenerate ? integerGame(2 + (seed % 5), 2 + (seed % 4), 3, seed) : randomGame(4, 4, 0, seed);
      const { equilibria } = extremeEquilibria(game);
      for (let label = 0; label < game.actions[0] + game.actions[1]; label++) {
        const { status, strategies, exact } = lemkeHowson(game, { label });
        expect(status).toBe('converged');
        expect(exact).toBe(false);
        expect(plainRegret(game, strategies)).toBeLessThan(1e-10);
        const isThere = equilibria.some((e) =>
          e.strategies.every((s, i) => s.every((w, k) => Math.abs(w - strategies[i][k]) < 1e-8)),
        );
        expect(isThere).toBe(true);
        const path = exactPath(game, label);
        let step = path.next();
        while (!step.done) step = path.next();
        expect(plainRegret(game, step.value.strategies)).toBeLessThan(1e-14);
      }
    }
  });

  it('takes the same pivots in doubles as with whole numbers, ties or not', () => {
    for (let seed = 1; seed <= 12; seed++) {
      // Payoffs 0 and 1 are moved to 1 and 2 by both programmes, so that ties are broken alike.
      const game = seed % 2 ? randomGame(7, 9, -0.9, seed) : integerGame(6, 5, 2, seed);
      const [rows, cols] = game.actions;
      for (let label = 0; label < rows + cols; label++) {
        const exact = exactPath(game, label);
        let step = exact.next();
        while (!step.done) step = exact.next();
        using polytopes = new Polytopes(game);
        const path = new Path(polytopes, label);
        path.walk(Infinity, Infinity);
        expect(path.pivots).toBe(step.value.pivots);
        for (const [i, weights] of path.weights().entries()) {
          const sum = weights.reduce((total, weight) => total + weight, 0);
          weights.forEach((weight, k) => {
            expect(Math.abs(weight / sum - step.value.strategies[i][k])).toBeLessThan(1e-9);
          });
        }
      }
    }
  });

  it('finds the least claims of the traveller’s dilemma, and equilibria of wars of attrition', async () => {
    const { travellers, attrition } = normalForm.families;
    const dilemma = await travellers.generate({ size: 30 }, 1);
    const { strategies, payoffs } = lemkeHowson(dilemma);
    expect([strategies[0][0], strategies[1][0], ...payoffs]).toEqual([1, 1, 2, 2]);
    for (let seed = 1; seed <= 5; seed++) {
      const war = await attrition.generate({ size: 12 }, seed);
      for (const label of [0, 5, 'race'] as const) {
        expect(plainRegret(war, lemkeHowson(war, { label }).strategies)).toBeLessThan(1e-9);
      }
    }
  });

  it('goes on with a path where it was left', () => {
    using polytopes = new Polytopes(randomGame(20, 20, -0.9, 4));
    const [whole, parts, other] = [3, 3, 25].map((label) => new Path(polytopes, label));
    whole.walk(Infinity, Infinity);
    while (!parts.isDone) {
      parts.walk(parts.pivots + 2, Infinity);
      other.walk(other.pivots + 1, Infinity);
    }
    expect(parts.pivots).toBe(whole.pivots);
    expect(parts.weights()).toEqual(whole.weights());
  });

  it('does not cycle where naive rules do', () => {
    expect([...lemkeHowson(publicGame(3), { label: 0 }).strategies[0]].map((w) => w.toFixed(6))).toEqual([
      '0.000000',
      '0.666667',
      '0.333333',
    ]);
    expect(lemkeHowsonAll(publicGame(3)).length).toBeGreaterThanOrEqual(1);
  });

  it('solves large games by racing labels, whatever the units', () => {
    for (const correlation of [0, -0.9]) {
      const game = randomGame(100, 100, correlation, 7);
      const found = lemkeHowson(game);
      expect(found.status).toBe('converged');
      expect(plainRegret(game, found.strategies)).toBeLessThan(1e-9);
      const scaled = { actions: game.actions, payoffs: game.payoffs.map((values) => values.map((value) => value * 1e-12)) };
      expect(lemkeHowson(scaled).pivots).toBe(found.pivots);
    }
  });

  it('says so when no path ends within the limit', () => {
    const { status, label } = lemkeHowson(randomGame(60, 60, -0.9, 1), { maxPivots: 3 });
    expect([status, label]).toEqual(['stalled', -1]);
  });
});

describe('zero-sum games', () => {
  it('have the value that HiGHS finds, and agree with the list', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const next = mulberry32(seed);
      const table = Array.from({ length: 5 }, () => Array.from({ length: 7 }, () => next() - 0.3));
      const { value, status } = zeroSum(bimatrix(table));
      // maximise v + 1 subject to v + 1 <= sum_i p_i (a_ij + 1), sum p = 1.
      const matrix = [...Array.from({ length: 7 }, (_, j) => [...table.map((row) => -row[j] - 1), 1]), [1, 1, 1, 1, 1, 0]];
      const oracle = highsValue({
        objective: Float64Array.of(0, 0, 0, 0, 0, 1),
        matrix: Float64Array.from(matrix.flat()),
        bounds: Float64Array.of(0, 0, 0, 0, 0, 0, 0, 1),
      });
      expect(status).toBe('converged');
      expect(value).toBeCloseTo((oracle as number) - 1, 9);
    }
  });
});

describe('correlated equilibria', () => {
  it('of the spec and of the peers', () => {
    const chicken = bimatrix(
      [
        [0, 7],
        [2, 6],
      ],
      [
        [0, 2],
        [7, 6],
      ],
    );
    expect(correlatedEquilibrium(chicken).value).toBeCloseTo(10.5, 10);
    expect(correlatedEquilibrium(chicken, { concept: 'coarse' }).value).toBeCloseTo(10.5, 10);
    expect(correlatedEquilibrium(publicGame(5)).value).toBeCloseTo(50 / 7, 10);
    const { value, joint } = correlatedEquilibrium(publicGame(5), { concept: 'coarse' });
    expect(value).toBeCloseTo(39 / 4, 10);
    expect([joint[0], joint[3]].map((weight) => weight.toFixed(9))).toEqual(['0.250000000', '0.750000000']);
  });

  it('of three players are optimal by HiGHS', () => {
    const next = mulberry32(3);
    for (let round = 0; round < 6; round++) {
      const game = { actions: [2, 3, 2], payoffs: [0, 1, 2].map(() => Float64Array.from({ length: 12 }, next)) };
      for (const concept of ['correlated', 'coarse'] as const) {
        const { joint, value, status } = correlatedEquilibrium(game, { concept });
        expect(status).toBe('converged');
        expect(jointRegret(game, joint, concept)).toBeLessThan(1e-9);
        const welfare = game.payoffs[0].map((value, a) => value + game.payoffs[1][a] + game.payoffs[2][a]);
        expect(value).toBeCloseTo(highsValue(equilibriumProgram(game.actions, game.payoffs, concept, welfare)) as number, 7);
        const fair = correlatedEquilibrium(game, { concept, objective: 'fair' });
        const oracle = highsValue(equilibriumProgram(game.actions, unitPayoffs(game), concept, undefined)) as number;
        expect(fair.value).toBeCloseTo(oracle, 7);
      }
    }
  });

  it('contain all Nash equilibria, whose welfare they reach at least', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const game = randomGame(3, 3, 0, seed);
      const best = correlatedEquilibrium(game).value;
      const coarse = correlatedEquilibrium(game, { concept: 'coarse' }).value;
      for (const { payoffs } of extremeEquilibria(game).equilibria) {
        expect(payoffs[0] + payoffs[1]).toBeLessThanOrEqual(best + 1e-9);
      }
      expect(best).toBeLessThanOrEqual(coarse + 1e-9);
    }
  });
});

describe('no-regret dynamics', () => {
  it.each(noRegretOptions.rule.choices)(
    '%s comes to a coarse correlated equilibrium and to the value of a zero-sum game',
    (rule) => {
      const game = bimatrix([
        [2, -1, 0],
        [-1, 1, 0.5],
      ]);
      const { status, joint, payoffs } = noRegret(game, { rule, tolerance: 3e-3 });
      expect(status).toBe('converged');
      expect(jointRegret(game, joint, 'coarse')).toBeLessThanOrEqual(3e-3);
      expect(Math.abs(payoffs[0] - zeroSum(game).value)).toBeLessThan(2e-2);
    },
  );

  it('of Hedge keeps the bound 2 sqrt(T ln A) on the sum of regrets', () => {
    const game = randomGame(6, 6, -0.5, 4);
    const rounds = 400;
    const { joint } = noRegret(game, { rule: 'hedge', tolerance: 0, maxIterations: rounds });
    expect(jointRegret(game, joint, 'coarse') * rounds).toBeLessThan(2 * Math.sqrt(rounds * Math.log(6)));
  });
});

describe('dominance', () => {
  it('finds what only a mixture dominates, and leaves equilibria alone', () => {
    const game = bimatrix(
      [
        [3, 0],
        [0, 3],
        [1, 1],
      ],
      [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    );
    expect(dominatedStrategies(game, 'strict')).toEqual([[], []]);
    expect(dominatedStrategies(game)).toEqual([[2], []]);
    expect(eliminateDominated(game)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomGame(4, 4, 0, seed);
      const left = eliminateDominated(random);
      for (const { strategies } of extremeEquilibria(random).equilibria) {
        for (const [i, strategy] of strategies.entries()) {
          for (const [k, weight] of strategy.entries()) if (weight > 0) expect(left[i]).toContain(k);
        }
      }
    }
  });

  it('weakly, all of a round at once', () => {
    expect(
      dominatedStrategies(
        bimatrix(
          [
            [1, 1],
            [1, 0],
          ],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        'weak',
      ),
    ).toEqual([[1], []]);
  });
});

describe('files', () => {
  it('come back from the .nfg that was written, with three players and odd names', () => {
    const game = {
      actions: [2, 3, 2],
      payoffs: [0, 1, 2].map((i) => Float64Array.from({ length: 12 }, (_, a) => a / 8 - i)),
      title: 'A "title" \\ here',
      players: ['a b', '"', 'c'],
    };
    const again = readNfg(writeNfg(game));
    expect(again).toMatchObject(game);
  });

  it('in both versions say the same', () => {
    const outcomes = `NFG 1 R "x, \\"y\\"" { "P" "Q" }
{ { "a" "b" } { "c" "d" } }
"a comment"
{ { "one" 1, 1/3 } { "" 0.1 -2 } }
1 0 2 1`;
    const game = readNfg(outcomes);
    // The first player's choice runs fastest: (a,c) 1, (b,c) 0, (a,d) 2, (b,d) 1.
    expect(game.exact[0].map(formatFraction)).toEqual(['1', '1/10', '0', '1']);
    expect(game.exact[1].map(formatFraction)).toEqual(['1/3', '-2', '0', '1/3']);
    expect(game.title).toBe('x, "y"');
    expect(readNfg(writeNfg(game)).exact).toEqual(game.exact);
  });

  it.each([
    'NFG 1 R "x" { "1" "2" } { 2 2 } 1 2 3 4 5 6 7',
    'NFG 1 R "x" { "1" "2" } { 2 2 } 1 2 3 4 5 6 7 8 9',
    'NFG 1 R "x" { "1" "2" } { 2 2 2 } 1 2 3 4 5 6 7 8',
    'NFG 1 R "x" { "1" "2" } { 2 2 } { { "" 1 2 } } 1 1 1 2',
    'NFG 1 R "x" { "1" "2" } { 2 2 } { { "" 1 } } 1 1 1 1',
    'NFG 2 R "x" { "1" "2" } { 1 1 } 1 2',
    'NFG 1 R "x { "1" "2" } { 1 1 } 1 2',
    'NFG 1 R "x" { "1" "2" } { 1 1 } 1 nan',
    'NFG 1 R "x" { "1" "2" } { 1 1 } 1 2 }',
    '',
  ])('refuses %s', (text) => {
    expect(() => readNfg(text)).toThrow(InvalidInputError);
  });

  it('of tables in every layout', () => {
    const game = bimatrix(
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    );
    for (const [text, layout] of [
      ['1,2\n3,4\n\n5,6\n7,8\n', 'tables'],
      ['1|5\t2|6\r\n3|7\t4|8\r\n', 'pairs'],
    ] as const) {
      expect(readPayoffs(text, layout).payoffs).toEqual(game.payoffs);
    }
    expect(formatFraction(readPayoffs('1/3;2', 'zero-sum').exact?.[0][0] ?? { num: 0n, den: 1n })).toBe('1/3');
    for (const text of ['1,2\n3', '', '1,x', '1,2\n\n3,4']) {
      expect(() => readPayoffs(text, 'zero-sum')).toThrow(InvalidInputError);
    }
  });
});

it('best responses name what is best and what is gained in the payoffs’ units', () => {
  const game = bimatrix(
    [
      [30, 0],
      [50, 10],
    ],
    [
      [3, 5],
      [0, 1],
    ],
  );
  const { gains, regret, bestResponses: best } = bestResponses(game, [Float64Array.of(1, 0), Float64Array.of(1, 0)]);
  expect([...gains]).toEqual([20, 2]);
  expect(regret).toBeCloseTo(0.4, 12);
  expect(best).toEqual([[1], [1]]);
  expect(() => bestResponses(game, [Float64Array.of(1.5, -0.5), Float64Array.of(1, 0)])).toThrow(InvalidInputError);
});
