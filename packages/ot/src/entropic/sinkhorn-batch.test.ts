import { mulberry32 } from '@infimum/core/reference-generators';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';

import { costMatrixBatch } from '../matrix-batch.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import type { TransportBatch } from './batch-sweeps.ts';
import { sinkhorn } from './sinkhorn.ts';
import { sinkhornBatch } from './sinkhorn-batch.ts';

/** Problems with random weights, some of them zero, and random costs. */
function randomBatch(count: number, n: number, m: number, seed: number, offset = 0): Required<TransportBatch> {
  const random = mulberry32(seed);
  const weights = (length: number) => {
    const values = new Float64Array(count * length);
    for (let k = 0; k < count; k++) {
      const part = values.subarray(k * length, (k + 1) * length);
      for (let i = 0; i < length; i++) part[i] = i > 0 && random() < 0.2 ? 0 : 0.1 + random();
      const mass = part.reduce((sum, value) => sum + value, 0);
      for (let i = 0; i < length; i++) part[i] *= (1 + k) / mass;
    }
    return { rows: count, cols: length, values };
  };
  const values = Float64Array.from({ length: count * n * m }, () => offset + random());
  return { a: weights(n), b: weights(m), cost: { count, rows: n, cols: m, values } };
}

function problemAt({ a, b, cost }: Required<TransportBatch>, k: number) {
  const { rows, cols, values } = cost;
  return {
    a: a.values.slice(k * rows, (k + 1) * rows),
    b: b.values.slice(k * cols, (k + 1) * cols),
    cost: { rows, cols, values: values.slice(k * rows * cols, (k + 1) * rows * cols) },
  };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number) {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => {
    if (value === -Infinity) expect(actual[i]).toBe(-Infinity);
    else expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance);
  });
}

it('is the single solver in the log domain, problem by problem, for all shapes and epsilons', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(2, 0.3, 0.05, 0.01),
      fc.constantFrom(0, 1e3),
      fc.integer({ min: 0, max: 1e6 }),
      (count, n, m, epsilon, offset, seed) => {
        const batch = randomBatch(count, n, m, seed, offset);
        const maxSweeps = 200_000;
        const options = { epsilon, tolerance: 1e-9, domain: 'log', maxIterations: maxSweeps } as const;
        const singles = Array.from({ length: count }, (_, k) => {
          const { a, b, cost } = problemAt(batch, k);
          return sinkhorn(a, b, cost, options);
        });
        const result = sinkhornBatch(batch, { epsilon, tolerance: 1e-9, maxSweeps });
        // One problem in ten thousand takes more sweeps, alone and in a batch.
        const isSolved = singles.map(({ status }) => status === 'converged');
        expect(result.status).toBe(isSolved.every(Boolean) ? 'converged' : 'stalled');
        for (const [k, single] of singles.entries()) {
          if (!isSolved[k]) continue;
          const { a } = problemAt(batch, k);
          const plan = result.plans?.values.slice(k * n * m, (k + 1) * n * m) ?? [];
          expectClose(plan, single.plan.values, 1e-7);
          expect(Math.abs(result.costs[k] - single.cost)).toBeLessThan(1e-6 * (1 + offset));
          expect(Math.abs(result.dualValues[k] - single.dualValue)).toBeLessThan(1e-6 * (1 + offset));
          expect(result.marginalErrors[k]).toBeLessThan(2e-9 * a.reduce((sum, weight) => sum + weight, 0));
        }
      },
    ),
    // The last problem of this one takes more sweeps.
    { numRuns: quickOrFull(30, 60), examples: [[3, 4, 3, 0.01, 0, 710875]] },
  );
});

it('every plan is the Gibbs plan of its potentials, with the right marginals', () => {
  const batch = randomBatch(20, 7, 5, 3);
  const { plans, sourcePotentials, targetPotentials } = sinkhornBatch(batch, { epsilon: 0.1, tolerance: 1e-11 });
  for (let k = 0; k < 20; k++) {
    const { a, b, cost } = problemAt(batch, k);
    const columns = new Float64Array(5);
    for (let i = 0; i < 7; i++) {
      let row = 0;
      for (let j = 0; j < 5; j++) {
        const mass = plans?.values[(k * 7 + i) * 5 + j] ?? Number.NaN;
        const [x, y] = [sourcePotentials.values[k * 7 + i], targetPotentials.values[k * 5 + j]];
        expect(Math.abs(mass - Math.exp((x + y - cost.values[i * 5 + j]) / 0.1))).toBeLessThan(1e-10);
        row += mass;
        columns[j] += mass;
      }
      expect(Math.abs(row - a[i])).toBeLessThan(1e-10);
    }
    expectClose(columns, b, 1e-10);
  }
});

it('no problem depends on those before it', () => {
  const batch = randomBatch(6, 8, 8, 5);
  const options = { epsilon: 0.02 };
  const whole = sinkhornBatch(batch, options);
  const { a, b, cost } = problemAt(batch, 5);
  const alone = sinkhornBatch(
    { a: { rows: 1, cols: 8, values: a }, b: { rows: 1, cols: 8, values: b }, cost: { ...cost, count: 1 } },
    options,
  );
  expect(whole.plans?.values.slice(5 * 64)).toEqual(alone.plans?.values);
  expect(whole.sweeps[5]).toBe(alone.sweeps[0]);
});

it('mass goes where the kernel of the costs underflows, and weights may be denormal', () => {
  // exp(-1 / epsilon) is zero, yet 0.8 of the mass has to cross; in the second problem weights are below 1e-308.
  const a = { rows: 2, cols: 2, values: Float64Array.of(0.9, 0.1, 1, 1e-310) };
  const b = { rows: 2, cols: 2, values: Float64Array.of(0.1, 0.9, 1e-310, 1) };
  const cost = { count: 2, rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0, 0, 1, 1, 0) };
  const result = sinkhornBatch({ a, b, cost }, { epsilon: 1e-3 });
  expect(result.status).toBe('converged');
  expectClose(result.plans?.values ?? [], [0.1, 0.8, 0, 0.1, 0, 1, 0, 0], 1e-9);
  expectClose(result.costs, [0.8, 1], 1e-9);
});

it('two points each: P_11 = 1/2 / (1 + exp(-c / epsilon)); without weights they are equal', () => {
  const scales = [0.5, 1, 4];
  const cost = { count: 3, rows: 2, cols: 2, values: Float64Array.from(scales.flatMap((c) => [0, c, c, 0])) };
  const { plans, costs } = sinkhornBatch({ cost }, { epsilon: 0.5 });
  scales.forEach((c, k) => {
    const diagonal = 0.5 / (1 + Math.exp(-c / 0.5));
    expect(plans?.values[4 * k]).toBeCloseTo(diagonal, 12);
    expect(costs[k]).toBeCloseTo(2 * c * (0.5 - diagonal), 12);
  });
});

it('costs between clouds are those of each pair, and plans are left out on request', () => {
  const random = mulberry32(2);
  const batch = (count: number, rows: number) => ({
    count,
    rows,
    cols: 3,
    values: Float64Array.from({ length: count * rows * 3 }, random),
  });
  const [x, y] = [batch(4, 5), batch(4, 6)];
  for (const metric of ['squared-euclidean', 'cosine'] as const) {
    const cost = costMatrixBatch(x, y, metric);
    for (let k = 0; k < 4; k++) {
      const cloud = ({ rows, cols, values }: typeof x) => ({
        rows,
        cols,
        values: values.slice(k * rows * cols, (k + 1) * rows * cols),
      });
      const expected = costMatrix(cloud(x), cloud(y), metric).values;
      expect(cost.values.slice(k * 30, (k + 1) * 30)).toEqual(expected);
    }
    const lean = sinkhornBatch({ cost }, { epsilon: 0.1, plans: false });
    expect(lean.plans).toBeUndefined();
    expect(lean.costs).toEqual(sinkhornBatch({ cost }, { epsilon: 0.1 }).costs);
  }
});

it('a limit leaves answers of the first problems, and empty plans of the others', () => {
  const batch = randomBatch(5, 4, 4, 1);
  const result = sinkhornBatch(batch, { epsilon: 0.1, maxIterations: 2 });
  expect(result.status).toBe('iteration-limit');
  expect(Array.from(result.sweeps, (sweeps) => sweeps > 0)).toEqual([true, true, false, false, false]);
  expect(result.marginalErrors[1]).toBeLessThan(1e-8);
  expect(result.marginalErrors[4]).toBeCloseTo(10, 12);
});

it('problems that miss the tolerance are counted, and the first is named', () => {
  const batch = randomBatch(3, 6, 6, 4);
  const few = sinkhornBatch(batch, { epsilon: 0.01, maxSweeps: 3 });
  expect(few.status).toBe('stalled');
  expect(few.reason).toContain('maxSweeps');
  const exact = sinkhornBatch(batch, { epsilon: 0.1, tolerance: 0 });
  expect(exact.status).toBe('stalled');
  expect(exact.reason).toContain('rounding');
});

const good = randomBatch(2, 3, 3, 1);
const withValue = (values: Float64Array, at: number, value: number) => {
  const copy = values.slice();
  copy[at] = value;
  return copy;
};

it.each([
  ['a', { ...good, a: { ...good.a, values: withValue(good.a.values, 4, -1) } }, {}],
  ['b', { ...good, b: { rows: 3, cols: 2, values: new Float64Array(6).fill(1) } }, {}],
  ['b', { ...good, b: { ...good.b, values: good.b.values.map((weight) => 2 * weight) } }, {}],
  ['cost', { ...good, cost: { ...good.cost, values: withValue(good.cost.values, 11, Number.NaN) } }, {}],
  ['cost', { ...good, cost: { ...good.cost, values: new Float64Array(17) } }, {}],
  ['cost.count', { ...good, cost: { ...good.cost, count: 0 } }, {}],
  ['epsilon', good, { epsilon: 0 }],
  ['tolerance', good, { tolerance: -1 }],
  ['maxSweeps', good, { maxSweeps: 0 }],
])('a bad %s is named', (argument, batch, options) => {
  const error = thrownBy(() => sinkhornBatch(batch, { epsilon: 1, ...options }));
  expect(error.argument).toBe(argument);
});
