// The exact regret against doubles, fractions and mutated strategies.
import { certify } from '@infimum/core/certificate';
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { correlatedEquilibrium } from './correlated-equilibrium.ts';
import { lemkeHowson } from './lemke-howson.ts';
import { logitEquilibrium } from './logit-path.ts';
import { check } from './normal-form-checker.ts';
import { bestResponses, bimatrix } from './normal-form-game.ts';
import { normalForm } from './normal-form-problem.ts';

const drawn = (seed: number, rows: number, cols: number) => {
  const next = mulberry32(seed);
  const table = () => Array.from({ length: rows }, () => Array.from({ length: cols }, () => 2 * next() - 1));
  return bimatrix(table(), table());
};

describe('the exact regret', () => {
  it('of equilibria is that of doubles up to rounding, and proved', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const game = drawn(seed, 4, 5);
      for (const solution of [
        lemkeHowson(game),
        correlatedEquilibrium(game),
        correlatedEquilibrium(game, { concept: 'coarse' }),
        logitEquilibrium(game, { maxIterations: 3 }),
      ]) {
        const { verdict } = await certify(normalForm, game, solution);
        expect(verdict.proved).toBe(true);
        const { regret } = verdict.proved ? verdict.figures : { regret: { lower: 1, upper: 0 } };
        expect(regret.lower).toBeLessThanOrEqual(regret.upper);
        expect(Math.abs(regret.upper - solution.regret)).toBeLessThan(1e-12);
      }
    }
  });

  it('is exactly what fractions say', () => {
    // Pennies: the first player shows heads with 3/4; the second one gains 1/2 of the range of 2.
    const pennies = bimatrix([
      [1, -1],
      [-1, 1],
    ]);
    const strategies = [Float64Array.of(0.75, 0.25), Float64Array.of(0.5, 0.5)];
    const solution = { concept: 'nash' as const, strategies, payoffs: new Float64Array(2), regret: 0 };
    const verdict = check(pennies, solution, null);
    expect(verdict).toMatchObject({ proved: true });
    if (verdict.proved) expect(verdict.figures['regret'].lower).toBeLessThanOrEqual(0.25);
    if (verdict.proved) expect(verdict.figures['regret'].upper).toBeGreaterThanOrEqual(0.25);
    const even = { ...solution, strategies: [Float64Array.of(0.5, 0.5), Float64Array.of(0.5, 0.5)] };
    expect(check(pennies, even, null)).toEqual({ proved: true, figures: { regret: { lower: 0, upper: 0 } } });
  });

  it('of three players, payoffs of every size, and huge and denormal ones', () => {
    for (const unit of [1e-320, 1e-150, 1, 1e250]) {
      const next = mulberry32(5);
      const payoffs = [0, 1, 2].map(() => Float64Array.from({ length: 12 }, () => Math.floor(9 * next()) * unit));
      const game = { actions: [2, 3, 2], payoffs };
      const strategies = [Float64Array.of(0.3, 0.7), Float64Array.of(0.2, 0.3, 0.5), Float64Array.of(1, 0)];
      const verdict = check(game, { concept: 'nash', strategies, payoffs: new Float64Array(3), regret: 0 }, null);
      expect(verdict.proved).toBe(true);
      const { regret } = bestResponses({ ...game, payoffs: payoffs.map((v) => v.map((e) => e / unit)) }, strategies);
      if (verdict.proved) expect(verdict.figures['regret'].upper).toBeCloseTo(regret, 12);
    }
  });

  it.each([
    [[Float64Array.of(0.5, Number.NaN), Float64Array.of(0.5, 0.5)]],
    [[Float64Array.of(0.5, -0.5), Float64Array.of(0.5, 0.5)]],
    [[Float64Array.of(0, 0), Float64Array.of(0.5, 0.5)]],
    [[Float64Array.of(1), Float64Array.of(0.5, 0.5)]],
    [[Float64Array.of(1, Infinity), Float64Array.of(0.5, 0.5)]],
    [[Float64Array.of(1, 0)]],
    [undefined],
  ])('refuses what is no distribution, %#', (strategies) => {
    const solution = { concept: 'nash' as const, strategies, payoffs: new Float64Array(2), regret: 0 };
    expect(
      check(
        bimatrix([
          [1, -1],
          [-1, 1],
        ]),
        solution as never,
        null,
      ).proved,
    ).toBe(false);
  });
});
