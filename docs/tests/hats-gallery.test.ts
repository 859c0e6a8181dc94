// The hats game of the gallery: hands that are drawn once, the team's rate, and its interval.
import { Random } from '@infimum/core';
import { describe, expect, test } from 'vitest';
import { counted, guessOf, Hands, playTeam, team, winRate } from '../components/hats-game.ts';

describe('the hats game', () => {
  test('keeps hats as they were drawn, and blocks agree with them', () => {
    const random = new Random(1);
    const hands = new Hands(() => random.uniform());
    const hats = Array.from({ length: 20 }, (_, k) => hands.isBlack(1, k));
    expect(Array.from({ length: 20 }, (_, k) => hands.isBlack(1, k))).toEqual(hats);
    expect(hands.block(1, 1, 5)).toBe(hats.slice(5, 10).reduce((sum, black, j) => sum + (black ? 1 << j : 0), 0));
  });

  test('passes blocks of one colour and names a hat of the first other one by the table', () => {
    // The partner's stack: five white ones, five black ones, then 1 0 1 0 0.
    const bits = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0];
    let k = 0;
    const hands = new Hands(() => (bits[k++] ? 0 : 1 - 1e-9));
    expect(guessOf(hands, 1)).toBe(10 + team.g[0b00101]);
  });

  test('is won by the team in 7 of 20 rounds', () => {
    const random = new Random(5);
    const tally = playTeam(40_000, () => random.uniform());
    const { rate, half } = winRate(tally);
    expect(tally.played).toBe(40_000);
    expect(Math.abs(rate - 0.35)).toBeLessThan(2 * half);
    expect(half).toBeLessThan(0.006);
    expect(team.value).toEqual({ num: 7n, den: 20n });
  });

  test('counts', () => {
    expect(counted(counted({ played: 0, won: 0 }, true), false)).toEqual({ played: 2, won: 1 });
    expect(winRate({ played: 0, won: 0 })).toEqual({ rate: 0, half: 1 });
  });
});
