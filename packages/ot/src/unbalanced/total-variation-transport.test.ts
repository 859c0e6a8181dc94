import { csrToDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { loadHighs } from '../testing/highs.ts';
import type { Transport } from '../transport.ts';
import { totalVariationTransport } from './total-variation-transport.ts';
import { marginalsOf } from './unbalanced-plan.ts';

/** The problem with what each marginal has too much or too little of, as a linear program in the LP format. */
function programOf({ a, b, cost: { rows, cols, values } }: Transport, price: number, ofTargets = price): string {
  const term = (coefficient: number, name: string) => `${coefficient < 0 ? '-' : '+'} ${Math.abs(coefficient)} ${name}`;
  const line = (weights: Float64Array, side: string, other: number, entry: (i: number, j: number) => number) =>
    Array.from(weights, (weight, i) => {
      const sum = Array.from({ length: other }, (_, j) => term(1, `p${entry(i, j)}`)).join('\n');
      return `${sum} + 1 ${side}less${i} - 1 ${side}more${i} = ${weight}`;
    });
  const misses = [...Array.from(a, (_, i) => ['r', i] as const), ...Array.from(b, (_, j) => ['c', j] as const)];
  return [
    'Minimize',
    ...Array.from(values, (value, k) => term(value, `p${k}`)),
    ...misses.flatMap(([side, i]) => {
      const own = side === 'r' ? price : ofTargets;
      return own < Infinity ? [`+ ${own} ${side}less${i} + ${own} ${side}more${i}`] : [];
    }),
    'Subject To',
    ...line(a, 'r', cols, (i, j) => i * cols + j),
    ...line(b, 'c', rows, (j, i) => i * cols + j),
    ...(price === Infinity || ofTargets === Infinity ? ['Bounds'] : []),
    ...misses.flatMap(([side, i]) =>
      (side === 'r' ? price : ofTargets) < Infinity ? [] : [`${side}less${i} = 0`, `${side}more${i} = 0`],
    ),
    'End',
  ].join('\n');
}

describe('unbalanced transport with the total variation', () => {
  it.each([0, 0.02, 0.1, 0.4, 3])('has the value of the linear program at a price of %s', async (price) => {
    const highs = await loadHighs();
    for (const seed of [1, 2, 3]) {
      const { a, b, cost } = randomPoints(7, 9, 2, seed, { zeroShare: 0.1 });
      const heavy = b.map((weight) => weight * 1.7);
      const { status, value, plan } = totalVariationTransport(a, heavy, cost, { marginalPenalty: price });
      expect(status).toBe('converged');
      const program = highs.solve(programOf({ a, b: heavy, cost }, price), {
        primal_feasibility_tolerance: 1e-10,
        dual_feasibility_tolerance: 1e-10,
      });
      expect(value).toBeCloseTo(program.ObjectiveValue, 8);
      for (let i = 0; i < plan.rows; i++) {
        for (let k = plan.rowPointers[i]; k < plan.rowPointers[i + 1]; k++) {
          expect(cost.values[i * plan.cols + plan.columnIndices[k]]).toBeLessThanOrEqual(2 * price + 1e-12);
        }
      }
    }
  });

  it.each([
    [0.02, 3],
    [3, 0.02],
    [0.1, 0.4],
    [Infinity, 0.05],
    [0.05, Infinity],
  ])('has the value of the linear program at prices of %s and %s', async (source, target) => {
    const highs = await loadHighs();
    for (const seed of [1, 2, 3]) {
      const { a, b, cost } = randomPoints(7, 9, 2, seed, { zeroShare: 0.1 });
      for (const share of [0.4, 1.7]) {
        const other = b.map((weight) => weight * share);
        const found = totalVariationTransport(a, other, cost, {
          marginalPenalty: 1,
          sourcePenalty: source,
          targetPenalty: target,
        });
        expect(found.status).toBe('converged');
        const program = highs.solve(programOf({ a, b: other, cost }, source, target), {
          primal_feasibility_tolerance: 1e-10,
          dual_feasibility_tolerance: 1e-10,
        });
        expect(program.Status).toBe('Optimal');
        expect(found.value).toBeCloseTo(program.ObjectiveValue, 8);
        const [rows, columns] = marginalsOf(csrToDense(found.plan));
        const missed = (sums: Float64Array, weights: Float64Array) =>
          sums.reduce((all, sum, i) => all + Math.abs(sum - weights[i]), 0);
        const [ofRows, ofColumns] = [missed(rows, a), missed(columns, other)];
        const prices = (source < Infinity ? source * ofRows : 0) + (target < Infinity ? target * ofColumns : 0);
        expect(found.cost + prices).toBeCloseTo(found.value, 10);
        if (source === Infinity) expect(ofRows).toBeLessThan(1e-12);
        if (target === Infinity) expect(ofColumns).toBeLessThan(1e-12);
      }
    }
  });

  it('with two infinite prices is plain transport in any unit', () => {
    const { a, b, cost } = randomPoints(12, 15, 2, 4);
    const exact = emd(a, b, cost).cost;
    for (const unit of [1, 2 ** 498, 2 ** -498]) {
      const far = { ...cost, values: cost.values.map((value) => unit * value) };
      const options = { marginalPenalty: 1, sourcePenalty: Infinity, targetPenalty: Infinity };
      expect(totalVariationTransport(a, b, far, options).cost / unit).toBeCloseTo(exact, 10);
      expect(
        thrownBy(() =>
          totalVariationTransport(
            a,
            b.map((w) => 2 * w),
            far,
            options,
          ),
        ).argument,
      ).toBe('b');
    }
  });

  it('is plain transport where missing mass is dear, and moves nothing where it is free', () => {
    const { a, b, cost } = randomPoints(12, 15, 2, 4);
    const all = totalVariationTransport(a, b, cost, { marginalPenalty: 100 });
    expect(all.cost).toBeCloseTo(emd(a, b, cost).cost, 12);
    expect(all.value).toBeCloseTo(all.cost, 10);
    expect(totalVariationTransport(a, b, cost, { marginalPenalty: 0 })).toMatchObject({ value: 0, mass: 0 });
  });

  it('names what is wrong', () => {
    const { a, b, cost } = randomPoints(3, 4, 2, 4);
    const negative = { ...cost, values: cost.values.map((value, k) => (k === 5 ? -1 : value)) };
    const error = thrownBy(() => totalVariationTransport(a, b, negative, { marginalPenalty: 1 }));
    expect([error.argument, error.index]).toEqual(['cost', 5]);
    expect(thrownBy(() => totalVariationTransport(a, b, cost, { marginalPenalty: -1 })).argument).toBe('marginalPenalty');
  });
});
