import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';

import { sortedOrder, sortedValues, sortedWithOrder } from './sorted-order.ts';

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

describe('sortedWithOrder', () => {
  const kinds: Record<string, (draw: () => number) => number> = {
    'spread evenly': (draw) => draw(),
    'with ties and both zeros': (draw) => Math.round(6 * draw() - 3),
    'of a heavy tail': (draw) => 1 / (draw() - 0.5) ** 3,
    'in one crowd and one far away': (draw) => (draw() < 0.001 ? 1e9 : draw()),
    'in two crowds': (draw) => Math.round(draw()) + 1e-12 * draw(),
    'next to each other': (draw) => 1 + Math.floor(1000 * draw()) * Number.EPSILON,
    'that are all denormal': (draw) => Math.floor(50 * draw()) * Number.MIN_VALUE,
    'wider than the largest number': (draw) => (draw() < 0.5 ? -1 : 1) * Number.MAX_VALUE * draw(),
  };
  it.each(Object.entries(kinds))('orders numbers %s', (_, draw) => {
    const random = mulberry32(5);
    for (const length of [128, 3000, 40_000]) {
      const values = Float64Array.from({ length }, () => draw(random));
      const before = values.slice();
      const { values: sorted, positions } = sortedWithOrder(values);
      const expected = Array.from(values.keys()).sort((i, j) => values[i] - values[j] || i - j);
      expect([...positions]).toEqual(expected);
      expect([...sorted]).toEqual(expected.map((i) => values[i] + 0));
      expect(values).toEqual(before);
    }
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
      values
        .toSorted((u, v) => u - v || (Object.is(u, v) ? 0 : Object.is(u, -0) ? -1 : 1))
        .map((value) => (length < 128 ? value : value + 0)),
    );
    expect(values).toEqual(before);
  }
});
