import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import {
  bootstrapInterval,
  fitExponent,
  mean,
  median,
  quantile,
  studentQuantile,
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
