// Exact values against brute force, tables of the paper, closed forms and invariants.
import { Random } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockStrategy, blockValue, knownBlocks, modularSum, simulateHats, truncateBlocks } from './block-strategy.ts';
import { continuousBestResponse } from './continuous-hats.ts';
import { bestResponseHats, dropPlayer, evaluateHats, evaluateTeam } from './evaluate-hats.ts';
import { exactHats } from './exact-hats.ts';
import { hatsClaims } from './hats-claims.ts';
import { lowerBoundCurve } from './lower-bound-curve.ts';
import { blockToMeasurable, toMeasurable, winningArea } from './measurable-strategy.ts';
import { searchHats, searchHatsLocally } from './search-hats.ts';

const digits = (text: string) => Uint8Array.from(text, Number);

/** All pairs of stacks, one by one. */
function bruteForce(f: Uint8Array, g: Uint8Array, height: number, p: number): number {
  let value = 0;
  for (let a = 0; a < f.length; a++) {
    for (let b = 0; b < f.length; b++) {
      if (!((a >> f[b]) & 1) || !((b >> g[a]) & 1)) continue;
      let weight = 1;
      for (let j = 0; j < height; j++) {
        weight *= (a >> j) & 1 ? p : 1 - p;
        weight *= (b >> j) & 1 ? p : 1 - p;
      }
      value += weight;
    }
  }
  return value;
}

const table = (height: number, seed: number) => {
  const random = new Random(seed);
  return Uint8Array.from({ length: 1 << height }, () => random.integer(height));
};

describe('evaluation', () => {
  it('is that of a double loop, for all probabilities; roles may be swapped', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (height, seed, p) => {
          const [f, g] = [table(height, seed), table(height, seed + 1)];
          const { value, wins, total } = evaluateHats(f, g, { height, p });
          expect(value).toBeCloseTo(bruteForce(f, g, height, p), 12);
          expect(Number(wins) / Number(total)).toBeCloseTo(bruteForce(f, g, height, 0.5), 12);
          expect(value).toBeLessThanOrEqual(p + 1e-12);
          expect(evaluateHats(g, f, { height, p }).value).toBeCloseTo(value, 12);
          expect(evaluateTeam([f, g], { height, p })).toBeCloseTo(value, 12);
          const { response, value: better } = bestResponseHats(f, { height, p });
          expect(better).toBeGreaterThanOrEqual(value - 1e-12);
          expect(evaluateHats(f, response, { height, p }).value).toBeCloseTo(better, 12);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('agrees with areas of the geometric form, for finite and for endless stacks', () => {
    for (const height of [1, 2, 4, 5]) {
      const [f, g] = [table(height, 5), table(height, 6)];
      const { wins, total } = evaluateHats(f, g, { height });
      expect(winningArea(toMeasurable(f, height), toMeasurable(g, height))).toBeCloseTo(Number(wins) / Number(total), 14);
    }
    const strategy = knownBlocks('K3');
    for (const depth of [1, 2, 3]) {
      const [first, second] = [blockToMeasurable(strategy, 'first', depth), blockToMeasurable(strategy, 'second', depth)];
      const slack = 2 * (2 / 8) ** depth;
      expect(Math.abs(winningArea(first, second) - 0.35)).toBeLessThanOrEqual(slack);
      expect(first.undecided).toBeCloseTo((2 / 8) ** depth, 14);
    }
  });

  it('knows the pairs of the paper', () => {
    expect(evaluateHats(digits('21002121'), digits('21002122'), { height: 3 }).wins).toBe(22n);
    const [f, g] = ['00332033444444441133113311431121', '30442244114411443333333311301111'];
    expect(evaluateHats(digits(f), digits(g), { height: 5 }).wins).toBe(358n);
  });

  it('loses nothing when a player leaves', () => {
    for (const height of [1, 2, 3]) {
      const random = new Random(height);
      const tables = [0, 1, 2].map(() => Uint8Array.from({ length: 1 << (2 * height) }, () => random.integer(height)));
      const before = evaluateTeam(tables, { height });
      expect(evaluateTeam(dropPlayer(tables, { height }), { height })).toBeGreaterThanOrEqual(before - 1e-12);
    }
  });
});

describe('block strategies', () => {
  it.each([
    ['K3', 15, 7n, 20n],
    ['K4', 74, 22n, 63n],
    ['K5', 327, 7n, 20n],
    ['K5-low', 327, 7n, 20n],
  ] as const)('%s has its exact value', (name, c, num, den) => {
    const strategy = knownBlocks(name);
    expect(strategy.c).toBe(c);
    expect(strategy.value).toEqual({ num, den });
    expect(blockValue(strategy, 0.5)).toBeCloseTo(Number(num) / Number(den), 14);
  });

  it('have their values at other probabilities', () => {
    const three = knownBlocks('K3');
    expect(blockValue(three, 0.3)).toBeCloseTo(0.1789051095, 9);
    expect(blockValue(three, 0.4)).toBeCloseTo(0.2575, 9);
    expect(blockValue(three, 0.6)).toBeCloseTo(0.4575, 9);
    expect(blockValue(knownBlocks('K5'), 0.6)).toBeCloseTo(0.4593325, 6);
    const low = knownBlocks('K5-low');
    for (const [p, value] of [
      [0.2, 0.11223959],
      [0.3, 0.18049112],
      [0.4, 0.25933251],
      [0.6, 0.4532954],
    ]) {
      expect(blockValue(low, p)).toBeCloseTo(value, 7);
    }
  });

  it('truncate to the paper’s fractions', () => {
    const values = [1, 2, 3, 4].map((blocks) => truncateBlocks(knownBlocks('K3'), blocks).value);
    expect(values.map(({ num, den }) => `${num}/${den}`)).toEqual(['11/32', '179/512', '2867/8192', '45875/131072']);
    const five = [1, 2].map((blocks) => truncateBlocks(knownBlocks('K5'), blocks));
    expect(five.map(({ height, value: { num, den } }) => `${height}: ${num}/${den}`)).toEqual([
      '6: 179/512',
      '11: 45875/131072',
    ]);
  });

  it('win as often as they should when they are played', () => {
    const { value, standardError } = simulateHats(knownBlocks('K3'), { runs: 20_000, seed: 3 });
    expect(Math.abs(value - 0.35)).toBeLessThan(4 * standardError);
  });

  it('with the first black hat win p / (2 - p)', () => {
    const first = blockStrategy(Uint8Array.of(0, 0), Uint8Array.of(0, 0), { height: 1, pass: [0] });
    expect(first.value).toEqual({ num: 1n, den: 3n });
    expect(blockValue(first, 0.3)).toBeCloseTo(0.3 / 1.7, 14);
  });
});

it.each([
  [2, 2, 5 / 16],
  [2, 3, 11 / 32],
  [2, 5, 89 / 256],
  [3, 2, 7 / 32],
  [3, 3, 17 / 64],
  [3, 5, 139 / 512],
  [4, 5, 0.228535],
  [8, 5, 0.16284],
  [16, 5, 0.120582],
  [64, 5, 0.026217],
])('modular sums of %d players with blocks of %d', (n, k, value) => {
  expect(modularSum(n, k)).toBeCloseTo(value, 6);
});

describe('optima', () => {
  it.each([
    [1, 1],
    [2, 5],
    [3, 22],
    [4, 89],
  ])('of %d hats are proved', (height, wins) => {
    const { status, value, upperBound, f, g } = exactHats({ height, p: 0.5, blocks: false });
    expect(status).toBe('converged');
    expect(value * 4 ** height).toBeCloseTo(wins, 9);
    expect(upperBound).toBe(value);
    expect(Number(evaluateHats(f, g, { height }).wins)).toBe(wins);
  });

  it('of five hats end at a limit, with a bound', () => {
    const { status, value, upperBound } = exactHats({ height: 5, p: 0.5, blocks: false }, { maxIterations: 5 });
    expect(status).toBe('iteration-limit');
    expect(upperBound).toBeGreaterThanOrEqual(358 / 1024);
    expect(value).toBeLessThanOrEqual(358 / 1024);
  });

  it('are found by the ascent', () => {
    const wins = [2, 3, 4, 5].map((height) => {
      const { value } = searchHats({ height, p: 0.5, blocks: false }, { starts: 40, seed: 1 });
      return Math.round(value * 4 ** height);
    });
    expect(wins).toEqual([5, 22, 89, 358]);
    const { f, g } = searchHats({ height: 5, p: 0.5, blocks: true }, { starts: 40, seed: 2 });
    expect(blockStrategy(f, g, { height: 5 }).c).toBe(327);
  });

  it('the ascent hits them about as often as is known', () => {
    let hits = 0;
    for (let seed = 0; seed < 100; seed++) {
      if (searchHats({ height: 3, p: 0.5, blocks: false }, { starts: 1, seed }).value * 64 === 22) hits++;
    }
    expect(hits).toBeGreaterThan(36);
  });

  it('are found by local search for small stacks', () => {
    expect(searchHatsLocally({ height: 3, p: 0.5, blocks: false }).value * 64).toBe(22);
  });
});

it('the curve for rare black hats has the known points', () => {
  const curve = lowerBoundCurve([0.2, 0.3, 0.4, 0.5], { maxBlockSize: 5, starts: 4 });
  const known = [0.11223959, 0.18049112, 0.25933251, 0.35];
  curve.forEach(({ value }, i) => {
    expect(value).toBeGreaterThanOrEqual(known[i] - 1e-8);
  });
});

describe('the continuous game', () => {
  it.each([
    [0, 0.25],
    [0.5, 0.375],
    [0.75, 0.4375],
    [1, 0.5],
  ])('f(y) = %d y has a best response worth 1/4 + c/4', (c, value) => {
    expect(Math.abs(continuousBestResponse((y) => c * y, { gridSize: 800 }).value - value)).toBeLessThan(4 / 800);
  });

  it('-y wins half of all games, 2 y a quarter', () => {
    expect(continuousBestResponse((y) => -y, { gridSize: 800 }).value).toBeCloseTo(0.5, 2);
    expect(continuousBestResponse((y) => 2 * y, { gridSize: 800 }).value).toBeCloseTo(0.25, 2);
  });
});

it.each(hatsClaims.map((claim) => [claim.id, claim] as const))('%s computes', async (_, claim) => {
  const trial = await claim.measure?.(1, {});
  expect(claim.bars?.map(({ figure }) => trial?.ours[figure]).every(Number.isFinite)).toBe(true);
});

it('refuses tables and sizes by name', () => {
  expect(() => evaluateHats(Uint8Array.of(0, 2), Uint8Array.of(0, 0), { height: 1 })).toThrow('names hat 2 at index 1');
  expect(() => evaluateHats(Uint8Array.of(0), Uint8Array.of(0, 0), { height: 1 })).toThrow('expected 2 guesses');
  expect(() => evaluateHats(Uint8Array.of(0, 0), Uint8Array.of(0, 0), { height: 1, p: 1 })).toThrow('p: ');
  expect(() => modularSum(2, 4)).toThrow('prime');
  expect(() => exactHats({ height: 3, p: 0.5, blocks: true })).toThrow('blocks');
});
