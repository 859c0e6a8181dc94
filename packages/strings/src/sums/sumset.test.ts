import { InvalidInputError } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import { inFull } from '../testing/tiers.ts';
import type { SumsetMethod } from './sumset.ts';
import { sumset } from './sumset.ts';

// Machines may be busy.
vi.setConfig({ testTimeout: 60_000 });

const METHODS = ['enumerate', 'fft', 'hash-recursive'] as const satisfies SumsetMethod[];

describe('sumset', () => {
  it.each(METHODS)('gives the worked example (%s)', (method) => {
    const { sums, counts } = sumset([0, 1, 2, 3], [0, 2], { method, counts: true });
    expect(sums).toEqual(Int32Array.of(0, 1, 2, 3, 4, 5));
    expect(counts).toEqual(Float64Array.of(1, 1, 2, 2, 1, 1));
  });

  it('agrees with the definition by every method, for sets in any order with repetitions', () => {
    const set = fc.array(fc.integer({ min: -300, max: 300 }), { maxLength: 40 });
    fc.assert(
      fc.property(set, set, fc.constantFrom('auto', ...METHODS), (x, y, method) => {
        const expected = new Map<number, number>();
        for (const a of new Set(x)) {
          for (const b of new Set(y)) expected.set(a + b, (expected.get(a + b) ?? 0) + 1);
        }
        const sorted = [...expected].sort(([a], [b]) => a - b);
        const { sums, counts } = sumset(x, y, { method, counts: true });
        expect([...sums]).toEqual(sorted.map(([sum]) => sum));
        expect([...(counts ?? [])]).toEqual(sorted.map(([, count]) => count));
      }),
    );
  });

  it('takes sets that are spread out far, and sums beyond 32 bits', () => {
    const { sums, counts, method } = sumset([0, 2 ** 40], [-(2 ** 40), 0, 2 ** 41], { counts: true });
    expect(method).toBe('enumerate');
    expect(sums).toEqual(Float64Array.of(-(2 ** 40), 0, 2 ** 40, 2 ** 41, 2 ** 41 + 2 ** 40));
    expect(counts).toEqual(Float64Array.of(1, 2, 1, 1, 1));
    expect(sumset([2 ** 31], [-1]).sums).toEqual(Int32Array.of(2 ** 31 - 1));
    expect(sumset([2 ** 31], [0]).sums).toEqual(Float64Array.of(2 ** 31));
  });

  it('is empty if a set is', () => {
    expect(sumset([], [1, 2], { counts: true })).toMatchObject({ sums: new Int32Array(0), counts: new Float64Array(0) });
  });

  it('enumerates few pairs and transforms many', () => {
    expect(sumset([0, 1000], [0, 1, 2, 3]).method).toBe('enumerate');
    const dense = Array.from({ length: 50 }, (_, i) => i);
    expect(sumset(dense, dense).method).toBe('fft');
    expect(sumset(dense, dense, { counts: false }).counts).toBeUndefined();
  });

  it.each([
    ['a fraction', [0, 0.5], 'not-integer', 1],
    ['NaN', [NaN], 'not-finite', 0],
    ['a huge integer', [0, 2 ** 53], 'out-of-range', 1],
    ['a string', ['1'], 'type', 0],
    ['no array', undefined, 'type', undefined],
  ])('rejects %s', (_, x, code, index) => {
    const call = () => sumset(x as number[], [0]);
    expect(call).toThrow(InvalidInputError);
    expect(call).toThrow(expect.objectContaining({ argument: 'x', code, index }));
    expect(() => sumset([0], x as number[])).toThrow(expect.objectContaining({ argument: 'y', code }));
  });

  it('rejects vectors that no memory holds, and unknown methods', () => {
    const call = () => sumset([0, 2 ** 40], [0], { method: 'fft' });
    expect(call).toThrow(expect.objectContaining({ argument: 'x', code: 'unsupported' }));
    expect(() => sumset([0], [0], { method: 'other' as 'fft' })).toThrow(/^method/);
  });

  it('is linear in the universe where that is the number of pairs, on random sets', () => {
    for (const exponent of inFull([14, 16, 18], [14, 16, 18, 20])) {
      const universe = 2 ** exponent;
      const random = mulberry32(exponent);
      const draw = () =>
        Int32Array.from({ length: Math.sqrt(universe) }, (_, i) =>
          i === 0 ? 0 : i === 1 ? universe - 1 : Math.floor(random() * universe),
        );
      const { operations } = sumset(draw(), draw(), { method: 'hash-recursive' });
      const charged = operations.packedConvolution + operations.exactConvolution + operations.folding;
      expect(charged / universe).toBeCloseTo(14.07, 1);
    }
  });
});
