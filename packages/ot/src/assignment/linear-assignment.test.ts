import { InvalidInputError } from '@infimum/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import type { LinearAssignment } from './assignment-transport.ts';
import { auctionAssignment } from './auction.ts';
import { linearAssignment } from './linear-assignment.ts';

/** The least cost over all ways to give the rows different columns. */
function bruteForce({ rows, cols, values }: { rows: number; cols: number; values: Float64Array }): number {
  if (rows > cols) {
    const transposed = Float64Array.from(values, (_, k) => values[(k % rows) * cols + Math.floor(k / rows)]);
    return bruteForce({ rows: cols, cols: rows, values: transposed });
  }
  const search = (row: number, taken: number): number => {
    if (row === rows) return 0;
    let least = Infinity;
    for (let j = 0; j < cols; j++) {
      if (taken & (1 << j)) continue;
      least = Math.min(least, values[row * cols + j] + search(row + 1, taken | (1 << j)));
    }
    return least;
  };
  return search(0, 0);
}

const matrices = (entry: fc.Arbitrary<number>) =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
    .chain(([rows, cols]) =>
      fc
        .array(entry, { minLength: rows * cols, maxLength: rows * cols })
        .map((values) => ({ rows, cols, values: Float64Array.from(values) })),
    );

function expectConsistent(cost: { rows: number; cols: number }, { columnOfRow, rowOfColumn }: LinearAssignment) {
  expect(columnOfRow.filter((column) => column >= 0).length).toBe(Math.min(cost.rows, cost.cols));
  columnOfRow.forEach((column, row) => {
    if (column >= 0) expect(rowOfColumn[column]).toBe(row);
  });
}

const random = (rows: number, cols: number) => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, (_, k) => (Math.sin(k * 12.9898 + 1) * 43758.5453) % 1),
});

describe('linearAssignment', () => {
  it('finds the optimum of small matrices of any shape, with ties', () => {
    fc.assert(
      fc.property(matrices(fc.integer({ min: -4, max: 4 })), (cost) => {
        const outcome = linearAssignment(cost);
        expect(outcome.cost).toBe(bruteForce(cost));
        expectConsistent(cost, outcome);
      }),
      { numRuns: quickOrFull(200, 400) },
    );
  });

  it('proves its answer with dual potentials', () => {
    fc.assert(
      fc.property(matrices(fc.double({ min: -1, max: 1, noNaN: true })), fc.boolean(), (cost, maximize) => {
        const result = linearAssignment(cost, { maximize });
        const sign = maximize ? -1 : 1;
        let dual = 0;
        for (const x of result.sourcePotential) dual += x;
        for (const y of result.targetPotential) dual += y;
        expect(Math.abs(dual - result.cost)).toBeLessThan(1e-12);
        for (let i = 0; i < cost.rows; i++) {
          for (let j = 0; j < cost.cols; j++) {
            const slack = cost.values[i * cost.cols + j] - result.sourcePotential[i] - result.targetPotential[j];
            expect(sign * slack).toBeGreaterThan(-1e-12);
          }
        }
        const longer = cost.rows > cost.cols ? result.sourcePotential : result.targetPotential;
        const partners = cost.rows > cost.cols ? result.columnOfRow : result.rowOfColumn;
        partners.forEach((partner, k) => {
          if (partner < 0 && cost.rows !== cost.cols) expect(longer[k]).toBe(0);
        });
      }),
      { numRuns: quickOrFull(200, 400) },
    );
  });

  it('agrees with the network simplex on a larger matrix', () => {
    const cost = random(150, 150);
    const weights = new Float64Array(150).fill(1);
    expect(linearAssignment(cost).cost).toBeCloseTo(emd(weights, weights, cost).cost, 10);
  });

  it('assigns a constant matrix and one of one entry', () => {
    expect(linearAssignment({ rows: 40, cols: 40, values: new Float64Array(1600).fill(3) }).cost).toBe(120);
    expect(linearAssignment({ rows: 1, cols: 1, values: Float64Array.of(7) }).columnOfRow[0]).toBe(0);
  });

  it('rejects what is no matrix of finite costs', () => {
    expect(() => linearAssignment({ rows: 1, cols: 2, values: Float64Array.of(0, Number.NaN) })).toThrow(InvalidInputError);
    expect(() => linearAssignment({ rows: 1, cols: 1, values: Float64Array.of(1e300) })).toThrow('more than 2^500');
    expect(() => linearAssignment({ rows: 0, cols: 0, values: new Float64Array(0) })).toThrow('cost');
  });

  it('leaves a partial assignment at a limit', () => {
    const outcome = linearAssignment(random(200, 200), { maxIterations: 1 });
    expect(outcome.status).toBe('iteration-limit');
    expect(outcome.columnOfRow.some((column) => column >= 0)).toBe(true);
  });
});

describe('auctionAssignment', () => {
  it('is exact for integer costs when epsilon is below one over the rows', () => {
    fc.assert(
      fc.property(matrices(fc.integer({ min: -9, max: 9 })), fc.boolean(), (cost, maximize) => {
        const outcome = auctionAssignment(cost, { epsilon: 0.9 / 6, maximize });
        const values = cost.values.map((value) => (maximize ? -value : value));
        expect((maximize ? -1 : 1) * outcome.cost + 0).toBe(bruteForce({ ...cost, values }) + 0);
        expectConsistent(cost, outcome);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [120, 120],
    [60, 90],
    [90, 60],
  ])('comes within the promised distance of the optimum at %i x %i', (rows, cols) => {
    const cost = random(rows, cols);
    const optimum = linearAssignment(cost).cost;
    const epsilon = 1e-4;
    const found = auctionAssignment(cost, { epsilon }).cost;
    expect(found).toBeGreaterThanOrEqual(optimum - 1e-12);
    expect(found).toBeLessThanOrEqual(optimum + Math.min(rows, cols) * epsilon);
  });
});
