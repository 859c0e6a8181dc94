import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumsByDefinition } from '../testing/study.ts';
import { convolvePacked } from './kronecker-packing.ts';

describe('convolvePacked', () => {
  it('is the convolution, whether two coefficients fit or not', () => {
    const vector = fc
      .constantFrom(1, 100, 10_000, 2 ** 20)
      .chain((max) => fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 60 }));
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const [x, y] = [Float64Array.from(a), Float64Array.from(b)];
        expect(convolvePacked(x, y)).toEqual(sumsByDefinition(x, y));
      }),
    );
  });

  it('is zero where a vector is', () => {
    expect(convolvePacked(new Float64Array(2), Float64Array.of(1, 2))).toEqual(new Float64Array(3));
  });
});
