import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { distancesByDefinition } from '../testing/study.ts';
import { hammingViaThreeSum, rangeDifferenceCounts } from './three-sum-equivalence.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('hammingViaThreeSum', () => {
  const symbols = fc.array(fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer()), { minLength: 1, maxLength: 40 });

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(symbols, symbols, (t, p) => {
        const [text, pattern] = [Int32Array.from(t), Int32Array.from(p)];
        expect(hammingViaThreeSum(text, pattern).distances).toEqual(distancesByDefinition(text, pattern));
      }),
    );
  });

  it('takes any counter of sums in a range', () => {
    const { distances } = hammingViaThreeSum('1211221', '121', {
      // a + b = c is a − (−b) = c: the other reduction, so that distances come from distances.
      counter: (a, b, size) =>
        rangeDifferenceCounts(
          a,
          b.map((value) => -value),
          size,
        ).counts,
    });
    expect([...distances]).toEqual([0, 2, 2, 1, 1]);
  });

  it('rejects an empty pattern', () => {
    expect(() => hammingViaThreeSum('a', '')).toThrow(InvalidInputError);
  });
});

describe('rangeDifferenceCounts', () => {
  it('gives the worked example', () => {
    const { counts, operations } = rangeDifferenceCounts([5, -1], [2, -4], 4);
    expect(counts).toEqual(Float64Array.of(0, 0, 0, 2));
    expect(operations.symbols).toBe(12 * operations.instances);
  });

  it('agrees with the definition, with negative numbers and repetitions', () => {
    const set = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.integer()), { maxLength: 30 });
    fc.assert(
      fc.property(set, set, fc.integer({ min: 1, max: 30 }), fc.boolean(), (a, b, size, byDefinition) => {
        const expected = new Float64Array(size);
        for (const left of a) {
          for (const right of b) {
            if (left - right >= 0 && left - right < size) expected[left - right]++;
          }
        }
        const options = byDefinition ? { distances: distancesByDefinition } : {};
        expect(rangeDifferenceCounts(a, b, size, options).counts).toEqual(expected);
      }),
    );
  });

  it('takes numbers beyond 32 bits', () => {
    const big = 2 ** 50;
    expect(rangeDifferenceCounts([big + 3, -big], [big, -big - 1], 5).counts).toEqual(Float64Array.of(0, 1, 0, 1, 0));
  });

  it('rejects bad input', () => {
    expect(() => rangeDifferenceCounts([0.5], [1], 2)).toThrow(/^a/);
    expect(() => rangeDifferenceCounts([1], [NaN], 2)).toThrow(/^b/);
    expect(() => rangeDifferenceCounts([1], [1], 0)).toThrow(/^size/);
    expect(() => rangeDifferenceCounts([1], [1], 2 ** 30)).toThrow(
      expect.objectContaining({ argument: 'size', code: 'out-of-range' }),
    );
  });

  it('takes long ranges and many layers with the memory of one', () => {
    const same = new Int32Array(3000).fill(7);
    const empty = (text: Int32Array, pattern: Int32Array) =>
      new Int32Array(text.length - pattern.length + 1).fill(pattern.length);
    const { operations } = rangeDifferenceCounts(same, [7], 2 ** 10, { distances: empty });
    expect(operations.instances).toBe(3000);
  });
});
