import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thrownBy } from '../../testing/entropic-contract.ts';
import { sparsify, sparsityProfile } from './sparsify.ts';

const plans = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([rows, cols]) =>
  fc.record({
    rows: fc.constant(rows),
    cols: fc.constant(cols),
    masses: fc.array(
      fc.oneof(
        fc.constant(0),
        fc.double({ min: -1000, max: 3, noNaN: true }).map((e) => 2 ** e),
      ),
      { minLength: rows * cols, maxLength: rows * cols },
    ),
  }),
);

describe('sparsify', () => {
  it('keeps every entry that is at least as large as a dropped one, and accounts for all mass', () => {
    fc.assert(
      fc.property(plans, fc.double({ min: 0, max: 1, noNaN: true }), ({ rows, cols, masses }, droppedMass) => {
        const plan = Float64Array.from(masses);
        const sparse = sparsify(plan, rows, cols, { droppedMass });
        const kept = new Set<number>();
        for (let i = 0; i < rows; i++) {
          for (let k = sparse.rowPointers[i]; k < sparse.rowPointers[i + 1]; k++) {
            kept.add(i * cols + sparse.columnIndices[k]);
            expect(sparse.values[k]).toBe(plan[i * cols + sparse.columnIndices[k]]);
          }
        }
        const dropped = masses.filter((_, k) => !kept.has(k));
        const largestDropped = Math.max(0, ...dropped);
        for (const k of kept) expect(plan[k]).toBeGreaterThan(largestDropped * (1 - 1e-15));
        const mass = dropped.reduce((sum, value) => sum + value, 0);
        expect(mass).toBeLessThanOrEqual(droppedMass * (1 + 1e-12));
        expect(sparse.droppedFromRows.reduce((s, v) => s + v, 0)).toBeCloseTo(mass, 12);
        expect(sparse.droppedFromColumns.reduce((s, v) => s + v, 0)).toBeCloseTo(mass, 12);
      }),
    );
  });

  it('keeps the count largest entries, and those equal to the last of them', () => {
    fc.assert(
      fc.property(plans, fc.integer({ min: 1, max: 144 }), ({ rows, cols, masses }, wanted) => {
        const count = Math.min(wanted, masses.length);
        const sparse = sparsify(Float64Array.from(masses), rows, cols, { count });
        const positive = masses.filter((mass) => mass > 0).sort((x, y) => y - x);
        const threshold = positive[Math.min(count, positive.length) - 1] ?? Infinity;
        const expected = positive.filter((mass) => mass >= threshold);
        expect([...sparse.values].sort((x, y) => y - x)).toEqual(expected);
      }),
    );
  });
});

describe('sparsityProfile', () => {
  it('is the mass outside the largest entries', () => {
    const plan = Float64Array.of(0.1, 0.4, 0.2, 0.3);
    expect(sparsityProfile(plan, 0)).toBeCloseTo(1, 14);
    expect(sparsityProfile(plan, 0.5)).toBeCloseTo(0.3, 14);
    expect(sparsityProfile(plan, 1)).toBe(0);
  });
});

it.each([
  ['plan', () => sparsityProfile(Float64Array.of(-1), 0.5)],
  ['plan', () => sparsityProfile(new Float64Array(0), 0.5)],
  ['density', () => sparsityProfile(Float64Array.of(1), 1.5)],
])('a bad %s of a profile is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
