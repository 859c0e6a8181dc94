import { mulberry32 } from '@infimum/core';
import { describe, expect, it } from 'vitest';

import { sortedOrder, sortedValues } from './sorted-order.ts';

describe('sortedOrder', () => {
  it.each([1, 7, 5000, 70_000])('puts %i numbers in rising order, equal ones by position', (length) => {
    const random = mulberry32(length);
    const values = Float64Array.from({ length }, () => {
      const kind = Math.floor(6 * random());
      if (kind === 0) return 0;
      if (kind === 1) return -0;
      if (kind === 2) return Math.floor(20 * random()) - 10;
      return (random() - 0.5) * 10 ** Math.floor(600 * random() - 300);
    });
    values[0] = Number.MAX_VALUE;
    values[length - 1] = -Number.MIN_VALUE;
    const order = sortedOrder(values);
    const expected = Array.from(values.keys()).sort((i, j) => values[i] - values[j] || i - j);
    expect([...order]).toEqual(expected);
  });
});

it('puts numbers in the order of comparisons, few and many', () => {
  const random = mulberry32(3);
  for (const length of [0, 1, 100, 5000]) {
    const values = Float64Array.from(
      { length },
      (_, k) => (random() - 0.5) * 10 ** (600 * random() - 300) * (k % 7 > 0 ? 1 : 0),
    );
    values.set(Float64Array.of(-0, 0, Infinity, -Infinity, 5e-324, -5e-324).subarray(0, Math.min(6, length)));
    const before = values.slice();
    expect(sortedValues(values)).toEqual(
      values.toSorted((u, v) => u - v || (Object.is(u, v) ? 0 : Object.is(u, -0) ? -1 : 1)),
    );
    expect(values).toEqual(before);
  }
});
