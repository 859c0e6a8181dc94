import type { DenseLike } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalityProduct } from './equality-product.ts';

function matrix(rows: number, cols: number, values: ArrayLike<number>): DenseLike {
  return { rows, cols, values: Float64Array.from(values) };
}

describe('equalityProduct', () => {
  const factors = fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .chain(([n1, n2, n3]) => {
      const entry = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(NaN, -0, 0.5));
      const entries = (size: number) => fc.array(entry, { minLength: size, maxLength: size });
      return fc
        .tuple(entries(n1 * n2), entries(n2 * n3))
        .map(([left, right]) => [matrix(n1, n2, left), matrix(n2, n3, right)] as const);
    });

  it('counts equal entries, however the values are split', () => {
    fc.assert(
      fc.property(factors, fc.option(fc.integer({ min: 1, max: 12 })), ([left, right], parts) => {
        const { counts } = equalityProduct(left, right, parts === null ? {} : { parts });
        for (let i = 0; i < left.rows; i++) {
          for (let j = 0; j < right.cols; j++) {
            let expected = 0;
            for (let k = 0; k < left.cols; k++) {
              if (left.values[i * left.cols + k] === right.values[k * right.cols + j]) expected++;
            }
            expect(counts.values[i * right.cols + j]).toBe(expected);
          }
        }
      }),
    );
  });

  it('keeps both parts within their bounds', () => {
    const n = 64;
    // In column k, value 0 fills every (k + 2)-nd row; the others are all different.
    const left = matrix(
      n,
      n,
      Array.from({ length: n * n }, (_, e) => (Math.floor(e / n) % ((e % n) + 2) === 0 ? 0 : Math.floor(e / n))),
    );
    const right = matrix(n, n, new Float64Array(n * n));
    for (const parts of [1, 4, 8, 64]) {
      const { heavy, operations } = equalityProduct(left, right, { parts });
      expect(heavy).toBeLessThanOrEqual(n * parts);
      expect(operations.multiplyAdds).toBe(n * heavy * n);
      expect(operations.lightPairs).toBeLessThanOrEqual(n ** 3 / parts);
    }
    // Values of 64 / 8 rows or fewer are light: the columns k ≥ 6, where 0 fills ⌈64 / (k + 2)⌉ ≤ 8 rows.
    expect(equalityProduct(left, right).heavy).toBe(6);
  });

  it.each([
    ['shapes that do not fit', matrix(1, 2, [1, 2]), matrix(1, 1, [1]), 'right', 'shape'],
    ['values that do not fit', { ...matrix(1, 2, [1]) }, matrix(2, 1, [1, 1]), 'left', 'shape'],
    ['infinite entries', matrix(1, 1, [1]), matrix(1, 1, [Infinity]), 'right', 'not-finite'],
    ['no rows', matrix(0, 1, []), matrix(1, 1, [1]), 'left.rows', 'out-of-range'],
    ['nothing', undefined, matrix(1, 1, [1]), 'left', 'type'],
  ])('rejects %s', (_, left, right, argument, code) => {
    const call = () => equalityProduct(left as DenseLike, right);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument, code }));
    expect(() => equalityProduct(right, right, { parts: 0 })).toThrow();
  });
});
