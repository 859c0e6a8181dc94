import { mulberry32 } from '@infimum/core/reference-generators';
import type { CsrMatrix } from '@infimum/linalg';
import { csrFromTriplets } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { thrownBy } from '../testing/entropic-contract.ts';
import { loadHighs } from '../testing/highs.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { emdSparse } from './emd-sparse.ts';
import { emd } from './network-simplex.ts';

const highs = await loadHighs();

interface Arcs {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly cost: CsrMatrix;
}

/** Integer weights and a random share of the arcs; the total mass is 12 whatever the shape. */
function randomArcs(n: number, m: number, share: number, seed: number): Arcs {
  const random = mulberry32(seed);
  const weights = (length: number) => {
    const values = new Float64Array(length);
    for (let unit = 0; unit < 12; unit++) values[Math.floor(random() * length)]++;
    return values;
  };
  const pairs = Array.from({ length: n * m }, (_, k) => k).filter(() => random() < share);
  const triplets = {
    rows: n,
    cols: m,
    rowIndices: pairs.map((k) => Math.floor(k / m)),
    columnIndices: pairs.map((k) => k % m),
    values: pairs.map(() => Math.floor(21 * random()) - 10),
  };
  return { a: weights(n), b: weights(m), cost: csrFromTriplets(triplets) };
}

/** The largest mass that the arcs carry, and the least cost of carrying it: two linear programs. */
function oracle({ a, b, cost }: Arcs): { carried: number; value: number } {
  const arcs: { i: number; j: number; c: number }[] = [];
  for (let i = 0; i < cost.rows; i++) {
    for (let k = cost.rowPointers[i]; k < cost.rowPointers[i + 1]; k++)
      arcs.push({ i, j: cost.columnIndices[k], c: cost.values[k] });
  }
  if (arcs.length === 0) return { carried: 0, value: 0 };
  const linear = (coefficient: (arc: { i: number; j: number; c: number }) => number) =>
    arcs.map((arc, k) => `${coefficient(arc) < 0 ? '-' : '+'} ${Math.abs(coefficient(arc))} p${k}`).join('\n');
  const bounds = [
    ...Array.from(a, (mass, i) => `${linear((arc) => (arc.i === i ? 1 : 0))} <= ${mass}`),
    ...Array.from(b, (mass, j) => `${linear((arc) => (arc.j === j ? 1 : 0))} <= ${mass}`),
  ];
  const solve = (sense: string, objective: string, rows: string[]) => {
    const result = highs.solve(`${sense}\n${objective}\nSubject To\n${rows.join('\n')}\nEnd`);
    if (result.Status !== 'Optimal') throw new Error(`HiGHS ended with status ${result.Status}`);
    return result.ObjectiveValue;
  };
  const carried = solve(
    'Maximize',
    linear(() => 1),
    bounds,
  );
  const value = solve(
    'Minimize',
    linear((arc) => arc.c),
    [...bounds, `${linear(() => 1)} = ${carried}`],
  );
  return { carried, value };
}

describe('emdSparse', () => {
  it('carries as much as possible at the least cost, against two linear programs', () => {
    const sides = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(0.1, 0.3, 0.6, 1), fc.integer({ min: 0, max: 1e6 }), (n, m, share, seed) => {
        const problem = randomArcs(n, m, share, seed);
        const { carried, value } = oracle(problem);
        const result = emdSparse(problem.a, problem.b, problem.cost);
        expect(result.status).toBe(carried > 11.5 ? 'converged' : 'stalled');
        expect(result.cost).toBeCloseTo(value, 7);
        expect(result.plan.values.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(carried, 9);
        expect(result.marginalError).toBeCloseTo(2 * (12 - carried), 9);
      }),
      { numRuns: quickOrFull(100, 250) },
    );
  }, 60_000);

  it('proves its answers by the dual', () => {
    let proved = 0;
    for (let seed = 0; seed < 60; seed++) {
      const { a, b, cost } = randomArcs(8, 11, 0.7, seed);
      const result = emdSparse(a, b, cost);
      if (result.status !== 'converged') continue;
      const { sourcePotential: x, targetPotential: y, plan } = result;
      for (let i = 0; i < 8; i++) {
        const moved = new Set(plan.columnIndices.subarray(plan.rowPointers[i], plan.rowPointers[i + 1]));
        for (let k = cost.rowPointers[i]; k < cost.rowPointers[i + 1]; k++) {
          const j = cost.columnIndices[k];
          const reduced = cost.values[k] - x[i] - y[j];
          expect(reduced).toBeGreaterThan(-1e-9);
          if (moved.has(j)) expect(reduced).toBeLessThan(1e-9);
          moved.delete(j);
        }
        expect(moved.size).toBe(0);
      }
      proved++;
    }
    expect(proved).toBeGreaterThan(30);
  });

  it('agrees with emd where all arcs are listed', () => {
    const random = mulberry32(3);
    const [n, m] = [60, 45];
    const values = Array.from({ length: n * m }, random);
    const weights = (length: number) => {
      const list = Float64Array.from({ length }, random);
      const sum = list.reduce((all, value) => all + value, 0);
      return list.map((value) => value / sum);
    };
    const [a, b] = [weights(n), weights(m)];
    const arcs = csrFromTriplets({
      rows: n,
      cols: m,
      rowIndices: values.map((_, k) => Math.floor(k / m)),
      columnIndices: values.map((_, k) => k % m),
      values,
    });
    const sparse = emdSparse(a, b, arcs);
    const dense = emd(a, b, { rows: n, cols: m, values: Float64Array.from(values) });
    expect(sparse.status).toBe('converged');
    expect(sparse.cost).toBeCloseTo(dense.cost, 13);
    expect(sparse.plan.columnIndices).toEqual(dense.plan.columnIndices);
  });

  it('says which source is stuck', () => {
    const cost = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [0], columnIndices: [1], values: [3] });
    const result = emdSparse(Float64Array.of(0.25, 0.75), Float64Array.of(0.5, 0.5), cost);
    expect(result.status).toBe('stalled');
    expect(result.reason).toContain('cannot carry 0.750 of the mass 1.00, most of it from source 1');
    expect([result.cost, result.marginalError]).toEqual([0.75, 1.5]);
  });

  it('takes components that balance up to rounding for feasible', () => {
    const [a, b] = [Float64Array.of(0.1 + 0.2, 0.7), Float64Array.of(0.3, 0.7)];
    const cost = csrFromTriplets({ rows: 2, cols: 2, rowIndices: [0, 1], columnIndices: [0, 1], values: [1, 1] });
    const result = emdSparse(a, b, cost);
    expect(result.status).toBe('converged');
    expect(result.cost).toBeCloseTo(1, 14);
    expect(result.marginalError).toBeLessThan(1e-15);
  });

  it('ends at limits with a usable plan', () => {
    const { a, b, cost } = randomArcs(9, 9, 0.9, 5);
    expect(emdSparse(a, b, cost, { signal: AbortSignal.abort() }).status).toBe('aborted');
    expect(emdSparse(a, b, cost, { maxIterations: 0 }).status).toBe('iteration-limit');
  });

  const good = randomArcs(2, 2, 1, 1);
  it.each<[string, object, string]>([
    ['a dense matrix', { cost: { rows: 2, cols: 2, values: new Float64Array(4) } }, 'cost'],
    ['no matrix', { cost: null }, 'cost'],
    ['NaN', { cost: { ...good.cost, values: good.cost.values.map(() => Number.NaN) } }, 'cost'],
    ['a column outside', { cost: { ...good.cost, columnIndices: Int32Array.of(0, 1, 0, 2) } }, 'cost'],
    ['a column twice', { cost: { ...good.cost, columnIndices: Int32Array.of(0, 0, 0, 1) } }, 'cost'],
    ['falling pointers', { cost: { ...good.cost, rowPointers: Int32Array.of(0, 5, 4) } }, 'cost'],
    ['pointers too short', { cost: { ...good.cost, rowPointers: Int32Array.of(0, 4) } }, 'cost'],
    ['huge costs', { cost: { ...good.cost, values: good.cost.values.map(() => 1e300) } }, 'cost'],
    ['negative weights', { a: Float64Array.of(-1, 13) }, 'a'],
    ['masses that differ', { b: Float64Array.of(1, 1) }, 'b'],
  ])('rejects %s', (_, change, argument) => {
    const { a, b, cost } = { ...good, ...change } as Arcs;
    expect(thrownBy(() => emdSparse(a, b, cost)).argument.split('.')[0]).toBe(argument);
  });
});
