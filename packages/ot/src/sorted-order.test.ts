import { describe, expect, it } from 'vitest';
import { mulberry32 } from './instances.ts';
import { sortedOrder } from './sorted-order.ts';

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
