import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { Pair } from './versus.ts';
import { judgePairs } from './versus.ts';

/** Times of blocks with a tail, as of a machine with neighbours; the processor is disturbed less. */
function pair(random: Random, factor: number, blocks = 20): Pair {
  const time = (scale: number, tail: number) =>
    scale * (1 + 0.03 * random.normal()) * (random.uniform() < tail ? 1 + 8 * random.uniform() : 1);
  const side = (scale: number, tail: number) => Array.from({ length: blocks }, () => time(scale, tail));
  return {
    instance: 'i',
    goal: 'whole run',
    seconds: [side(1, 0.4), side(factor, 0.4)],
    processor: [side(1, 0.05), side(factor, 0.05)],
    reached: [blocks, blocks],
    blocks,
  };
}

const racesWith = (factor: number) =>
  Array.from({ length: 20 }, (_, run) => {
    const random = new Random(run);
    return judgePairs([pair(random, 1), pair(random, factor), pair(random, 1)]);
  });

describe('a race', () => {
  it('of A against A raises at most one alarm in twenty', () => {
    const alarms = racesWith(1).filter((outcomes) => outcomes.some(({ verdict }) => verdict !== 'level'));
    expect(alarms.length).toBeLessThanOrEqual(1);
  });

  it('finds a slowdown of ten percent', () => {
    const found = racesWith(1.1).filter(([, { verdict }]) => /^A (is faster|takes less)/.test(verdict));
    expect(found.length).toBeGreaterThanOrEqual(18);
  });

  it('goes by how often each reached the target, if that differs beyond chance', () => {
    const random = new Random(7);
    const even = pair(random, 1);
    const verdictOf = (reached: readonly [number, number]) => judgePairs([{ ...even, reached }])[0].verdict;
    expect(verdictOf([20, 8])).toBe('A reaches the target more often');
    expect(verdictOf([9, 20])).toBe('B reaches the target more often');
    expect(verdictOf([20, 19])).toBe('level');
  });

  it('finds it too where one side missed its target in one block', () => {
    const found = Array.from({ length: 20 }, (_, run) => {
      const { seconds, ...rest } = pair(new Random(run), 1.1);
      return judgePairs([{ ...rest, seconds: [seconds[0], seconds[1].slice(1)], reached: [20, 19] }])[0].verdict;
    });
    expect(found.filter((verdict) => verdict === 'A takes less processor time').length).toBeGreaterThanOrEqual(18);
  });

  it('says what it could have seen', () => {
    const [{ detectable, wall }] = judgePairs([pair(new Random(3), 1)]);
    expect(detectable).toBeGreaterThan(1);
    expect(detectable).toBeLessThan(5);
    expect(wall?.interval[0]).toBeLessThan(0);
  });
});
