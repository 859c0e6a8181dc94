import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import {
  adjusted,
  bootstrapInterval,
  fisherExact,
  fitExponent,
  hierarchicalDifference,
  mean,
  median,
  quantile,
  studentQuantile,
  studentTail,
  variance,
} from './statistics.ts';

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });
});

describe('quantile', () => {
  it('is linear between values, and Infinity where one of the two is', () => {
    expect(quantile([4, 0, 2], 0.25)).toBe(1);
    expect(quantile([4, 0, 2], 1)).toBe(4);
    expect(quantile([0, Infinity], 0.5)).toBe(Infinity);
    expect(quantile([0, Infinity], 0)).toBe(0);
  });
});

describe('bootstrapInterval', () => {
  it('is, for the median of three values, the whole range', () => {
    // A resample of three has the least value as its median with probability 7/27, far more than 2.5 %.
    expect(bootstrapInterval([5, 1, 3], median)).toEqual([1, 5]);
  });

  it('needs three values, and is the same every time', () => {
    expect(bootstrapInterval([1, 2], median)).toBeNull();
    const values = Array.from({ length: 9 }, (_, i) => Math.sin(i));
    expect(bootstrapInterval(values, median)).toEqual(bootstrapInterval(values, median));
  });

  it('holds the mean of a normal distribution about as often as it says', () => {
    const random = new Random(1);
    let held = 0;
    for (let trial = 0; trial < 150; trial++) {
      const sample = Array.from({ length: 30 }, () => random.normal());
      const [low, high] = bootstrapInterval(sample, mean) ?? [0, 0];
      if (low <= 0 && 0 <= high) held++;
    }
    // 95 % of 150 is 142.5; percentile intervals of thirty values hold 93 to 94 %. Five standard deviations below.
    expect(held).toBeGreaterThan(126);
    expect(held).toBeLessThan(150);
  });
});

describe('fitExponent', () => {
  it('is the exponent of a power, with an interval of no width', () => {
    const fit = fitExponent([10, 20, 50, 100].map((n) => [n, 3 * n ** 1.7]));
    expect(fit?.value).toBeCloseTo(1.7, 12);
    expect(fit?.interval?.[0]).toBeCloseTo(1.7, 12);
    expect(fit?.interval?.[1]).toBeCloseTo(1.7, 12);
  });

  it('has the interval of the textbook', () => {
    // On logarithms: x = 0, 1, 2, 3; y = 0, 1, 1, 2: slope 0.6, residual 0.2, t(2) = 4.303, standard error sqrt(0.02).
    const points = [0, 1, 1, 2].map((y, x) => [Math.exp(x), Math.exp(y)] as const);
    const { value, interval } = fitExponent(points) ?? { value: 0, interval: null };
    expect(value).toBeCloseTo(0.6, 12);
    expect(interval?.[0]).toBeCloseTo(0.6 - 4.303 * Math.sqrt(0.02), 9);
    expect(interval?.[1]).toBeCloseTo(0.6 + 4.303 * Math.sqrt(0.02), 9);
  });

  it('says nothing of what it cannot know', () => {
    expect(fitExponent([[1, 2]])).toBeNull();
    expect(fitExponent([])).toBeNull();
    expect(
      fitExponent([
        [2, 1],
        [2, 3],
      ]),
    ).toBeNull();
    expect(
      fitExponent([
        [1, 1],
        [2, 4],
      ]),
    ).toEqual({ value: 2, interval: null });
  });
});

describe('studentQuantile', () => {
  it('is that of the tables', () => {
    expect(studentQuantile(1)).toBe(12.706);
    expect(studentQuantile(20)).toBeCloseTo(2.086, 3);
    expect(studentQuantile(1e6)).toBeCloseTo(1.96, 4);
  });
});

describe('variance', () => {
  it('is that of a sample', () => {
    expect(variance([1, 2, 3, 4])).toBeCloseTo(5 / 3, 12);
  });
});

describe('studentTail', () => {
  it('has the quantiles of the tables', () => {
    for (const [freedom, t] of [
      [1, 12.706],
      [2, 4.303],
      [5, 2.571],
      [10, 2.228],
    ]) {
      expect(studentTail(t, freedom)).toBeCloseTo(0.05, 4);
      expect(studentTail(-t, freedom)).toBeCloseTo(0.05, 4);
    }
    expect(studentTail(1.959964, 1e6)).toBeCloseTo(0.05, 5);
    expect(studentTail(0, 3)).toBe(1);
    // scipy.stats.t.sf(9, 4) * 2
    expect(studentTail(9, 4)).toBeCloseTo(8.4395e-4, 6);
  });
});

describe('fisherExact', () => {
  it('is that of the tables', () => {
    // scipy.stats.fisher_exact([[8, 2], [1, 5]]).pvalue
    expect(fisherExact(8, 10, 1, 6)).toBeCloseTo(0.03496503, 7);
    expect(fisherExact(5, 5, 0, 5)).toBeCloseTo(2 / 252, 10);
    expect(fisherExact(5, 5, 4, 5)).toBeCloseTo(1, 10);
  });
});

describe('adjusted', () => {
  it('is the step-up procedure of Benjamini and Hochberg', () => {
    // scipy.stats.false_discovery_control([0.01, 0.04, 0.03, 0.5])
    const found = adjusted([0.01, 0.04, 0.03, 0.5]);
    expect(found[0]).toBeCloseTo(0.04, 12);
    expect(found[1]).toBeCloseTo(0.16 / 3, 12);
    expect(found[2]).toBeCloseTo(0.16 / 3, 12);
    expect(found[3]).toBe(0.5);
    expect(adjusted([])).toEqual([]);
  });
});

describe('hierarchicalDifference', () => {
  const blocks = (values: readonly number[]) => values.map((value) => [value]);

  it('compares medians, and ranks for the probability', () => {
    const found = hierarchicalDifference([[blocks([0, 1, 2, 3, 90]), blocks([4, 6, 8, 10, 99])]]);
    expect(found?.center).toBe(6);
    // 21 of 25 pairs rise, 12.5 are expected, with a standard deviation of √(25 · 11 / 12): z = 8 / 4.787 after continuity.
    expect(found?.probability).toBeCloseTo(0.0947, 4);
    expect(found?.freedom).toBe(8);
    // One long run among five does not blow up the interval as it would that of a mean.
    expect(found?.interval[1]).toBeLessThan(150);
  });

  it('takes measurements of one block for what they share', () => {
    // Two blocks far apart, many measurements in each: only the blocks tell of the spread.
    const before = [new Array(50).fill(0), new Array(50).fill(10)];
    const found = hierarchicalDifference([[before, before]]);
    expect(found?.standardError).toBeGreaterThan(5);
    expect(found?.probability).toBe(1);
  });

  it('draws instances where each was measured once, and needs more than one', () => {
    const once = (values: readonly (readonly [number, number])[]) =>
      hierarchicalDifference(values.map(([a, b]) => [[[a]], [[b]]] as const));
    const found = once([
      [1, 1.1],
      [2, 1.9],
      [3, 3.3],
      [4, 4.2],
    ]);
    // scipy.stats.ttest_rel([1.1, 1.9, 3.3, 4.2], [1, 2, 3, 4]): 0.125 with a standard error of 0.0854.
    expect(found?.center).toBeCloseTo(0.125, 12);
    expect(found?.standardError).toBeCloseTo(0.0854, 4);
    expect(once([[1, 2]])).toBeUndefined();
  });
});
