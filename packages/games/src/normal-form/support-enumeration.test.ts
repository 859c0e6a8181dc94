// All equilibria of games of three and more players, against what is known and what a search that shares no code finds.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { bestResponses, bimatrix } from './normal-form-game.ts';
import { supportEnumeration } from './support-enumeration.ts';
import { extremeEquilibria } from './vertex-enumeration.ts';

const text = (strategies: readonly (readonly number[] | Float64Array)[]) =>
  strategies.map((x) => Array.from(x, (weight) => weight.toFixed(6)).join(' ')).join(' | ');

function drawn(actions: readonly number[], seed: number) {
  const random = new Random(seed, 5);
  const cells = actions.reduce((product, count) => product * count);
  return { actions, payoffs: actions.map(() => random.uniforms(new Float64Array(cells))) };
}

it('finds the nine equilibria of the game of McKelvey and McLennan', () => {
  const payoffs = [
    [9, 0, 0, 3, 0, 3, 9, 0],
    [8, 0, 0, 4, 0, 4, 8, 0],
    [12, 0, 0, 6, 0, 6, 2, 0],
  ];
  const { status, equilibria, undecided, degenerate } = supportEnumeration({ actions: [2, 2, 2], payoffs });
  expect([status, equilibria.length, undecided, degenerate]).toEqual(['converged', 9, 0, false]);
  const mixed = equilibria.filter((strategies) => strategies.every((x) => x.every((weight) => weight > 0)));
  expect(mixed.map(text).sort()).toEqual(
    [
      [
        [0.5, 0.5],
        [0.4, 0.6],
        [0.25, 0.75],
      ],
      [
        [0.4, 0.6],
        [0.5, 0.5],
        [1 / 3, 2 / 3],
      ],
    ]
      .map(text)
      .sort(),
  );
});

it('finds with a third player who has no choice what vertices of two players give exactly', () => {
  for (let seed = 0; seed < 12; seed++) {
    const { payoffs } = drawn([3, 4], seed);
    const rows = payoffs.map((values) => [0, 1, 2].map((i) => [...values.subarray(4 * i, 4 * i + 4)]));
    const exact = extremeEquilibria(bimatrix(rows[0], rows[1])).equilibria.map(({ strategies }) => text(strategies));
    const found = supportEnumeration({ actions: [3, 4, 1], payoffs: [...payoffs, new Float64Array(12)] });
    expect(found.status).toBe('converged');
    expect(found.equilibria.map((strategies) => text(strategies.slice(0, 2))).sort()).toEqual(exact.sort());
  }
});

describe('drawn games', () => {
  it.each([[[2, 2, 2]], [[3, 2, 2]], [[2, 2, 2, 2]]])(
    'of %j have odd numbers of them, and Newton from many starts finds no other',
    (actions) => {
      for (let seed = 0; seed < (actions.length > 3 ? 3 : 12); seed++) {
        const game = drawn(actions, seed);
        const { status, equilibria } = supportEnumeration(game);
        expect([status, equilibria.length % 2]).toEqual(['converged', 1]);
        for (const strategies of equilibria) expect(bestResponses(game, strategies).regret).toBeLessThan(1e-12);
        const random = new Random(seed, 6);
        for (let start = 0; start < 40; start++) {
          const limit = newton(game, random);
          if (!limit) continue;
          const isKnown = equilibria.some((known) =>
            known.every((x, i) => x.every((w, k) => Math.abs(w - limit[i][k]) < 1e-6)),
          );
          expect(isKnown).toBe(true);
        }
      }
    },
  );
});

it('leaves what has continua of equilibria undecided, and says so', () => {
  // The third player does not care, and the first one's payoffs depend on it alone.
  const payoffs = [[1, 0, 1, 0, 0, 1, 0, 1], new Array<number>(8).fill(0), new Array<number>(8).fill(0)];
  const { status, degenerate, undecided, reason } = supportEnumeration({ actions: [2, 2, 2], payoffs });
  expect([status, degenerate]).toEqual(['stalled', true]);
  expect(undecided).toBeGreaterThan(0);
  expect(reason).toContain('supports may have further equilibria');
});

/** Newton's method with differences on drawn supports, from drawn weights: an equilibrium, or nothing. */
function newton(game: ReturnType<typeof drawn>, random: Random): number[][] | undefined {
  const { actions, payoffs } = game;
  const supports = actions.map((count) => {
    const own = Array.from({ length: count }, (_, k) => k).filter(() => random.uniform() < 0.7);
    return own.length > 0 ? own : [0];
  });
  let x = supports.map((own, i) => {
    const weights = new Array<number>(actions[i]).fill(0);
    for (const k of own) weights[k] = 0.1 + random.uniform();
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  });
  const worth = (y: number[][], player: number, choice: number) => {
    let sum = 0;
    payoffs[player].forEach((payoff, cell) => {
      let [rest, share] = [cell, 1];
      for (let i = actions.length - 1; i >= 0; i--) {
        const k = rest % actions[i];
        rest = Math.floor(rest / actions[i]);
        share *= i === player ? (k === choice ? 1 : 0) : y[i][k];
      }
      sum += share * payoff;
    });
    return sum;
  };
  const free = supports.flatMap((own, i) => own.slice(1).map((k) => [i, k, own[0]] as const));
  const value = (y: number[][]) => free.map(([i, k, base]) => worth(y, i, k) - worth(y, i, base));
  for (let step = 0; step < 30; step++) {
    const f = value(x);
    const columns = free.map(([i, k, base]) => {
      const moved = x.map((weights) => weights.slice());
      moved[i][k] += 1e-6;
      moved[i][base] -= 1e-6;
      return value(moved).map((entry, e) => (entry - f[e]) / 1e-6);
    });
    const move = eliminate(columns, f);
    if (!move) return undefined;
    x = x.map((weights) => weights.slice());
    for (const [j, [i, k, base]] of free.entries()) {
      x[i][k] -= move[j];
      x[i][base] += move[j];
    }
  }
  if (!x.flat().every((weight) => weight >= 0 && weight <= 1)) return undefined;
  return bestResponses(game, x).regret < 1e-10 ? x : undefined;
}

/** Solves sum_j columns[j] x_j = right. */
function eliminate(columns: number[][], right: number[]): number[] | undefined {
  const n = right.length;
  const t = right.map((entry, e) => [...columns.map((column) => column[e]), entry]);
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let r = k; r < n; r++) if (Math.abs(t[r][k]) > Math.abs(t[best][k])) best = r;
    if (!(Math.abs(t[best][k]) > 1e-9)) return undefined;
    [t[k], t[best]] = [t[best], t[k]];
    for (let r = 0; r < n; r++) {
      if (r === k) continue;
      const factor = t[r][k] / t[k][k];
      for (let c = k; c <= n; c++) t[r][c] -= factor * t[k][c];
    }
  }
  return t.map((row, k) => row[n] / row[k]);
}
