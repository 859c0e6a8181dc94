import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { binaryGameOf, isPureNash, payoffOracle, pureNashEquilibria, randomBinaryGame } from './payoff-oracle.ts';
import { populationGame, populationShares } from './population-game.ts';
import { pureNashSearch } from './pure-nash-search.ts';
import { searchGrowth } from './query-claims.ts';

/** Checks of searches in random order over random games with so many pure equilibria. */
function checksOfRandomOrder(
  players: number,
  equilibria: number,
  games: number,
): { readonly mean: number; readonly standardError: number } {
  const counts: number[] = [];
  for (let seed = 0; counts.length < games; seed++) {
    const game = randomBinaryGame(players, seed);
    if (pureNashEquilibria(game).length === equilibria) counts.push(pureNashSearch(game, { seed }).checks);
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / games;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (games - 1);
  return { mean, standardError: Math.sqrt(variance / games) };
}

const profileOf = (number: number, players: number) => Uint8Array.from({ length: players }, (_, i) => (number >> i) & 1);

describe('payoffs of random games', () => {
  it('are uniform, independent of their neighbours, and the same again', () => {
    const game = randomBinaryGame(12, 3);
    const values = Array.from({ length: 4096 }, (_, k) => game.payoff(k % 12, profileOf(k, 12)));
    const mean = values.reduce((sum, value) => sum + value, 0) / 4096;
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 4096));
    const product = values.reduce((sum, value, k) => sum + (value - mean) * (values[k ^ 1] - mean), 0) / 4096;
    expect(Math.abs(product)).toBeLessThan(4 / 12 / Math.sqrt(2048));
    expect(randomBinaryGame(12, 3).payoff(5, profileOf(77, 12))).toBe(game.payoff(5, profileOf(77, 12)));
    expect(randomBinaryGame(12, 4).payoff(5, profileOf(77, 12))).not.toBe(game.payoff(5, profileOf(77, 12)));
  });

  it('have one pure equilibrium in the mean', () => {
    const games = 400;
    let sum = 0;
    for (let seed = 0; seed < games; seed++) sum += pureNashEquilibria(randomBinaryGame(6, seed)).length;
    // Nearly Poisson of mean 1.
    expect(Math.abs(sum / games - 1)).toBeLessThan(4 / Math.sqrt(games));
  });

  it('are asked for m + 1 profiles a check, repeats not counted', () => {
    const oracle = payoffOracle(randomBinaryGame(9, 1));
    isPureNash(oracle, new Uint8Array(9));
    expect(oracle.queries).toBe(10);
    isPureNash(oracle, new Uint8Array(9));
    expect(oracle.queries).toBe(10);
  });
});

describe('searches', () => {
  it.each(['order', 'walk', 'hedge', 'v-learning'] as const)('by %s end at a pure equilibrium', (method) => {
    for (let seed = 0, solved = 0; solved < 5; seed++) {
      const game = randomBinaryGame(8, seed);
      if (pureNashEquilibria(game).length === 0) continue;
      solved++;
      const { profile, checks, queries } = pureNashSearch(game, { method, seed, maxChecks: 20_000 });
      if (profile) expect(isPureNash(game, profile)).toBe(true);
      else expect(['hedge', 'v-learning']).toContain(method); // learners may circle
      const most = method === 'v-learning' ? 10 : 9; // and the first step of an episode
      expect(queries).toBeLessThanOrEqual(Math.min(256, most * checks));
    }
  });

  it('in random order see every profile once: none missed, and 2^m checks where there is none', () => {
    for (let seed = 0; seed < 30; seed++) {
      const game = randomBinaryGame(6, seed);
      const { profile, checks } = pureNashSearch(game, { seed });
      expect(profile !== undefined).toBe(pureNashEquilibria(game).length > 0);
      if (!profile) expect(checks).toBe(64);
    }
  });

  it('in random order take (2^m + 1) / (E + 1) checks in the mean', () => {
    for (const [equilibria, players] of [
      [1, 6],
      [2, 7],
      [3, 6],
    ] as const) {
      const { mean, standardError } = checksOfRandomOrder(players, equilibria, process.env['INFIMUM_FULL'] ? 300 : 100);
      expect(Math.abs(mean - (2 ** players + 1) / (equilibria + 1))).toBeLessThan(4 * standardError);
    }
  });

  it('take twice the checks for every further player', () => {
    const { slope, medians } = searchGrowth('order', [6, 8, 10, 12], process.env['INFIMUM_FULL'] ? 41 : 21);
    expect(medians).toEqual([...medians].sort((a, b) => a - b));
    expect(slope).toBeGreaterThan(0.85);
    expect(slope).toBeLessThan(1.15);
  });

  it('by V-learning find what dominates, through a counted oracle', () => {
    // Everybody is paid for its own choice of 1: 24 players, whose table would have 2^24 profiles.
    const game = { players: 24, payoff: (i: number, profile: Uint8Array) => profile[i] };
    const oracle = payoffOracle(game);
    const { profile, checks, queries } = pureNashSearch(oracle, { method: 'v-learning', maxChecks: 20_000 });
    expect(profile?.every((choice) => choice === 1)).toBe(true);
    expect(queries).toBeLessThanOrEqual(26 * checks);
    expect(oracle.queries).toBe(queries);
    const large = { players: 2, payoff: () => 2 };
    expect(() => pureNashSearch(large, { method: 'v-learning' })).toThrow(InvalidInputError);
  });

  it('take games in normal form, and say what is wrong', () => {
    const payoffs = [Float64Array.of(2, 0, 3, 1), Float64Array.of(2, 3, 0, 1)];
    const dilemma = binaryGameOf({ actions: [2, 2], payoffs });
    expect([...(pureNashSearch(dilemma).profile ?? [])]).toEqual([1, 1]);
    expect(() => binaryGameOf({ actions: [2, 3], payoffs })).toThrow(InvalidInputError);
    expect(() => pureNashSearch(randomBinaryGame(25, 1))).toThrow(InvalidInputError);
    expect(() => randomBinaryGame(53, 1)).toThrow(InvalidInputError);
    expect(() => payoffOracle(randomBinaryGame(3, 1)).payoff(0, new Uint8Array(4))).toThrow(InvalidInputError);
  });
});

describe('populations', () => {
  const round = (value: number, k: number) => Math.floor(value * k + 0.5) / k;

  it('are in equilibrium exactly where x = y = round(f(x))', () => {
    const k = 3;
    const map = ([x]: readonly number[]) => [0.9 - 0.7 * x * x];
    const game = populationGame(map, 1, k);
    let found = 0;
    for (let number = 0; number < 64; number++) {
      const profile = profileOf(number, 6);
      const { x, y } = populationShares(profile, 1, k);
      // Within a block players are ordered: those of low thresholds choose 1 first.
      const isOrdered = [0, 3].every((at) => profile[at] >= profile[at + 1] && profile[at + 1] >= profile[at + 2]);
      const isFixed = x[0] === y[0] && Math.abs(y[0] - round(map(x)[0], k)) < 1e-12;
      expect(isPureNash(game, profile)).toBe(isOrdered && isFixed);
      if (isOrdered && isFixed) found++;
    }
    expect(found).toBeGreaterThan(0);
  });

  it('of a contraction are led within 1/k of its fixed point by better responses', () => {
    for (const [c, k] of [
      [0.3, 8],
      [0.71, 12],
    ] as const) {
      const game = populationGame(([x]) => [c + (x - c) / 2], 1, k);
      const { profile } = pureNashSearch(game, { method: 'walk', maxChecks: 5000 });
      const { x, y } = populationShares(profile as Uint8Array, 1, k);
      expect(Math.abs(x[0] - c)).toBeLessThanOrEqual(1 / k + 1e-12);
      expect(y).toEqual(x);
    }
  });

  it('of the identity are in equilibrium at every x = y; of 1 - x at one half', () => {
    const identity = pureNashEquilibria(populationGame((x) => x, 1, 4));
    expect(identity.map((profile) => populationShares(profile, 1, 4).x[0])).toEqual([0, 0.25, 0.5, 0.75, 1]);
    const mirrored = pureNashEquilibria(populationGame(([x]) => [1 - x], 1, 4));
    expect(mirrored.map((profile) => populationShares(profile, 1, 4))).toEqual([{ x: [0.5], y: [0.5] }]);
    const plane = pureNashEquilibria(populationGame(([x, y]) => [1 - y, x], 2, 2));
    expect(plane.map((profile) => populationShares(profile, 2, 2).x)).toEqual([[0.5, 0.5]]);
  });
});
