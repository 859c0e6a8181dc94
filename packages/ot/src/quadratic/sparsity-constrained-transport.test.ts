import { csrToDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { loadHighs } from '../testing/highs.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import type { Transport } from '../transport.ts';
import { quadraticTransport } from './quadratic-transport.ts';
import { sparsityConstrainedTransport } from './sparsity-constrained-transport.ts';

/** The sets of `count` numbers below `n`. */
function subsets(n: number, count: number, from = 0): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: Math.max(0, n - from) }, (_, k) => from + k).flatMap((first) =>
    subsets(n, count - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

/** The least regularised cost over all supports with so many entries a column, each a quadratic program for HiGHS. */
async function leastOf({ a, b, cost }: Transport, gamma: number, maxEntries: number): Promise<number> {
  const highs = await loadHighs();
  const [n, m] = [a.length, b.length];
  const choices = subsets(n, maxEntries);
  let least = Infinity;
  for (let code = 0; code < choices.length ** m; code++) {
    const supports = Array.from({ length: m }, (_, j) => choices[Math.floor(code / choices.length ** j) % choices.length]);
    const entries = supports.flatMap((rows, j) => rows.map((i) => [i, j] as const));
    if (a.some((_, i) => !entries.some(([row]) => row === i))) continue;
    const name = ([i, j]: readonly [number, number]) => `p${i}_${j}`;
    const text = [
      'Minimize',
      ...entries.map((entry) => `+ ${cost.values[entry[0] * m + entry[1]]} ${name(entry)}`),
      `+ [ ${entries.map((entry) => `${gamma} ${name(entry)} ^ 2`).join(' + ')} ] / 2`,
      'Subject To',
      ...Array.from(
        a,
        (mass, i) =>
          `${entries
            .filter(([row]) => row === i)
            .map((entry) => `+ 1 ${name(entry)}`)
            .join(' ')} = ${mass}`,
      ),
      ...Array.from(
        b.subarray(1),
        (mass, j) =>
          `${entries
            .filter(([, column]) => column === j + 1)
            .map((entry) => `+ 1 ${name(entry)}`)
            .join(' ')} = ${mass}`,
      ),
      'End',
    ].join('\n');
    const { Status, ObjectiveValue } = highs.solve(text);
    if (Status === 'Optimal') least = Math.min(least, ObjectiveValue);
  }
  return least;
}

function entriesOfColumns(plan: { values: Float64Array; cols: number }): number[] {
  return Array.from({ length: plan.cols }, (_, j) => plan.values.filter((mass, k) => k % plan.cols === j && mass > 0).length);
}

const [a, b, cost] = [goldenVector('a'), goldenVector('b'), goldenMatrix('cost')];

describe('transport with a bound on the entries of columns', () => {
  it('what is called converged is the best of all supports, and no bound is above it', async () => {
    let proved = 0;
    for (const seed of [1, 2, 4]) {
      const problem = randomPoints(3, 3, 2, seed);
      for (const gamma of [0.05, 0.3]) {
        const least = await leastOf(problem, gamma, 2);
        const found = sparsityConstrainedTransport(problem.a, problem.b, problem.cost, { gamma, maxEntries: 2 });
        expect(found.dualValue).toBeLessThanOrEqual(least + 1e-6);
        expect(Math.max(...entriesOfColumns(csrToDense(found.plan)))).toBeLessThanOrEqual(2);
        if (found.status === 'converged') {
          proved++;
          expect(found.marginalError).toBeLessThan(1e-8);
          expect(found.regularizedCost).toBeCloseTo(least, 5);
          expect(found.dualValue).toBeCloseTo(found.regularizedCost, 8);
        } else if (found.marginalError < 1e-8) expect(found.regularizedCost).toBeGreaterThanOrEqual(least - 1e-6);
      }
    }
    expect(proved).toBeGreaterThanOrEqual(4);
  });

  it('a bound that does not bind leaves the quadratic plan', () => {
    for (const gamma of [1, 5, 20]) {
      const free = quadraticTransport(a, b, cost, { gamma });
      const most = Math.max(...entriesOfColumns(csrToDense(free.plan)));
      for (const maxEntries of [most, 5, 1000]) {
        const { status, regularizedCost } = sparsityConstrainedTransport(a, b, cost, { gamma, maxEntries });
        expect(status).toBe('converged');
        expect(regularizedCost).toBeCloseTo(free.regularizedCost, 8);
      }
    }
  });

  it('a bound that binds costs something, and is kept', () => {
    const free = quadraticTransport(a, b, cost, { gamma: 5 });
    const bound = sparsityConstrainedTransport(a, b, cost, { gamma: 5, maxEntries: 3 });
    expect(bound.status).toBe('converged');
    expect(Math.max(...entriesOfColumns(csrToDense(free.plan)))).toBe(4);
    expect(Math.max(...entriesOfColumns(csrToDense(bound.plan)))).toBe(3);
    expect(bound.regularizedCost).toBeGreaterThan(free.regularizedCost);
  });

  it('where the plan of POT misses a row, a plan that does not, with its gap', () => {
    const pot = goldenMatrix('sparse2');
    const rows = a.map((weight, i) => pot.values.subarray(7 * i, 7 * i + 7).reduce((sum, mass) => sum + mass, 0) - weight);
    expect(Math.max(...rows.map(Math.abs))).toBeGreaterThan(1e-3);
    const ours = sparsityConstrainedTransport(a, b, cost, { gamma: 20, maxEntries: 3 });
    expect(ours.status).toBe('stalled');
    expect(ours.reason).toMatch(/kink: [1-9]\d* columns.*above it/);
    expect(ours.marginalError).toBeLessThan(1e-9);
    expect(ours.regularizedCost).toBeGreaterThan(ours.dualValue);
    expect(ours.regularizedCost / ours.dualValue).toBeLessThan(1.0001);
    pot.values.forEach((mass, k) => {
      expect(Math.abs(csrToDense(ours.plan).values[k] - mass)).toBeLessThan(0.01);
    });
  });

  it('says so where no plan keeps the bound', () => {
    const { status, reason } = sparsityConstrainedTransport(a, b, cost, { gamma: 1, maxEntries: 1 });
    expect(status).toBe('stalled');
    expect(reason).toMatch(/no plan on its support/);
  });

  it('knows no unit of masses and costs', () => {
    const options = { gamma: 5, maxEntries: 3 };
    const plain = sparsityConstrainedTransport(a, b, cost, options);
    const dense = csrToDense(plain.plan).values;
    for (const unit of [2 ** 498, 2 ** -498]) {
      const far = { ...cost, values: cost.values.map((c) => unit * c) };
      const ofCost = sparsityConstrainedTransport(a, b, far, { ...options, gamma: 5 * unit });
      const ofMass = sparsityConstrainedTransport(
        a.map((w) => unit * w),
        b.map((w) => unit * w),
        cost,
        { ...options, gamma: 5 / unit },
      );
      expect([ofCost.status, ofMass.status]).toEqual(['converged', 'converged']);
      csrToDense(ofCost.plan).values.forEach((mass, k) => {
        expect(mass).toBeCloseTo(dense[k], 8);
      });
      csrToDense(ofMass.plan).values.forEach((mass, k) => {
        expect(mass / unit).toBeCloseTo(dense[k], 8);
      });
    }
    const flat = { ...cost, values: cost.values.map(() => 2) };
    const even = sparsityConstrainedTransport(a, b, flat, { gamma: 1, maxEntries: 5 });
    expect(even.status).toBe('converged');
    const sparse = sparsityConstrainedTransport(
      Float64Array.of(0.5, 0, 0.5),
      Float64Array.of(0.5, 0.5, 0),
      { rows: 3, cols: 3, values: Float64Array.of(0, 3, 1, 2, 1, 0, 3, 0, 1) },
      { gamma: 0.1, maxEntries: 1 },
    );
    expect([sparse.status, sparse.cost]).toEqual(['converged', 0]);
  });
});

it.each([
  ['a', () => sparsityConstrainedTransport(b, b, cost, { gamma: 1, maxEntries: 2 })],
  [
    'b',
    () =>
      sparsityConstrainedTransport(
        a,
        b.map((w) => 2 * w),
        cost,
        { gamma: 1, maxEntries: 2 },
      ),
  ],
  [
    'cost',
    () => sparsityConstrainedTransport(a, b, { ...cost, values: cost.values.map(() => Infinity) }, { gamma: 1, maxEntries: 2 }),
  ],
  ['gamma', () => sparsityConstrainedTransport(a, b, cost, { gamma: 0, maxEntries: 2 })],
  ['maxEntries', () => sparsityConstrainedTransport(a, b, cost, { gamma: 1, maxEntries: 0 })],
  ['maxEntries', () => sparsityConstrainedTransport(a, b, cost, { gamma: 1, maxEntries: 1.5 })],
  ['maxEntries', () => sparsityConstrainedTransport(a, b, cost, { gamma: 1 } as never)],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
