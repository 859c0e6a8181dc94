import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedRoute } from '../testing/sorted-routing.ts';
import { moeInstance } from './expert-instances.ts';
import { topKRoute } from './expert-routing.ts';

describe('topKRoute', () => {
  it('picks what sorting picks, for any sizes, with ties going to smaller indices', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 37 }),
        fc.nat(1000),
        fc.boolean(),
        (rows, cols, seed, tied) => {
          const raw = moeInstance(rows, cols, seed).values;
          const values = tied ? raw.map((value) => Math.round(value * 4) / 4) : raw;
          const scores = { rows, cols, values };
          const count = 1 + (seed % cols);
          const bias = Float64Array.from({ length: cols }, (_, k) => ((k * seed) % 3) / 4);
          const { experts, loads } = topKRoute(scores, count, bias);
          expect(Array.from(experts)).toEqual(sortedRoute(scores, count, bias).flat());
          expect(loads.reduce((sum, load) => sum + load, 0)).toBe(rows * count);
        },
      ),
    );
  });

  it('takes 32-bit scores, more rows than fit a block, and all experts', () => {
    const { rows, cols, values } = moeInstance(3000, 16, 1);
    const { experts } = topKRoute({ rows, cols, values: Float32Array.from(values) }, 16);
    expect(experts.length).toBe(48_000);
    expect(topKRoute(moeInstance(3000, 16, 1), 3).experts.length).toBe(9000);
  });
});
