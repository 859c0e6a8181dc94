import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { logitEquilibrium, quantalResponse } from './logit-path.ts';
import type { NormalFormGame } from './normal-form-game.ts';
import { bestResponses, bimatrix, deviationValues, jointOf } from './normal-form-game.ts';
import { extremeEquilibria } from './vertex-enumeration.ts';

function randomPlayers(actions: readonly number[], seed: number): NormalFormGame {
  const next = mulberry32(seed);
  const cells = actions.reduce((product, count) => product * count, 1);
  return { actions, payoffs: actions.map(() => Float64Array.from({ length: cells }, next)) };
}

describe('the logit path', () => {
  it('ends near a Nash equilibrium of two, three and four players', () => {
    for (const actions of [
      [4, 5],
      [3, 2, 3],
      [2, 2, 2, 2],
    ]) {
      for (let seed = 1; seed <= 4; seed++) {
        const game = randomPlayers(actions, seed);
        const { status, strategies } = logitEquilibrium(game, { tolerance: 1e-5 });
        expect(status).toBe('converged');
        expect(bestResponses(game, strategies).regret).toBeLessThanOrEqual(1e-5);
      }
    }
  });

  it('ends at one of the equilibria that enumeration finds', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const game = randomPlayers([3, 3], seed);
      const { strategies } = logitEquilibrium(game, { tolerance: 1e-7 });
      const near = extremeEquilibria(game).equilibria.some((other) =>
        other.strategies.every((strategy, i) => strategy.every((weight, k) => Math.abs(weight - strategies[i][k]) < 1e-4)),
      );
      expect(near).toBe(true);
    }
  });

  it('holds the fixed-point equations at every lambda, checked by plain sums', () => {
    for (const actions of [
      [3, 4],
      [2, 3, 2],
    ]) {
      const game = randomPlayers(actions, 9);
      for (const lambda of [0, 0.5, 3, 20]) {
        const { strategies, residual } = quantalResponse(game, lambda) as NonNullable<ReturnType<typeof quantalResponse>>;
        expect(residual).toBeLessThan(1e-9);
        const joint = jointOf(strategies);
        for (const [i, strategy] of strategies.entries()) {
          const worth = deviationValues(actions, game.payoffs[i], i, joint);
          const weights = worth.map((value) => Math.exp(lambda * value));
          const sum = weights.reduce((total, weight) => total + weight, 0);
          strategy.forEach((weight, k) => {
            expect(weight).toBeCloseTo(weights[k] / sum, 9);
          });
        }
      }
    }
  });

  it('of matching pennies with a large prize is the fixed point that bisection finds', () => {
    // p = 1 / (1 + exp(-lambda (10 q - 1))), q = 1 / (1 + exp(-lambda (1 - 2 p))).
    const lambda = 3;
    const logistic = (x: number) => 1 / (1 + Math.exp(-x));
    let [low, high] = [0, 1];
    for (let round = 0; round < 80; round++) {
      const p = (low + high) / 2;
      if (logistic(lambda * (10 * logistic(lambda * (1 - 2 * p)) - 1)) > p) low = p;
      else high = p;
    }
    const found = quantalResponse(
      bimatrix(
        [
          [9, 0],
          [0, 1],
        ],
        [
          [0, 1],
          [1, 0],
        ],
      ),
      lambda,
    );
    expect(found?.strategies[0][0]).toBeCloseTo(low, 9);
  });

  it('does not depend on units, and takes dominance through', () => {
    const game = randomPlayers([3, 3, 2], 4);
    const scaled = { ...game, payoffs: game.payoffs.map((values, i) => values.map((v) => v * 10 ** (9 * i - 6))) };
    const [first, second] = [game, scaled].map((one) => logitEquilibrium(one, { tolerance: 1e-4 }));
    expect(Math.abs(first.lambda / second.lambda - 1)).toBeLessThan(1e-4);
    const dilemma = bimatrix(
      [
        [2, 0],
        [3, 1],
      ],
      [
        [2, 3],
        [0, 1],
      ],
    );
    expect(logitEquilibrium(dilemma).strategies[1][1]).toBeGreaterThan(0.99);
  });
});
