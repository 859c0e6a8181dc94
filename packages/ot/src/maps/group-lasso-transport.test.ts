import { describe, expect, it } from 'vitest';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { groupLassoTransport } from './group-lasso-transport.ts';

const [n, m] = [8, 6];
const a = Float64Array.from({ length: n }, (_, i) => (i + 1) / 36);
const b = Float64Array.from({ length: m }, (_, j) => (m - j) / 21);
const cost = {
  rows: n,
  cols: m,
  values: Float64Array.from({ length: n * m }, (_, k) => {
    const [i, j] = [Math.floor(k / m), k % m];
    return ((7 * i + 3 * j * j) % 11) / 10;
  }),
};
const labels = Int32Array.of(0, 0, 1, 1, 2, 2, 0, 1);
const options = { epsilon: 0.1, groupPenalty: 0.3 };

/** The objective, straight from its definition. */
function objectiveOf(plan: Float64Array, { epsilon, groupPenalty }: typeof options): number {
  let value = 0;
  plan.forEach((mass, k) => {
    value += mass * cost.values[k] + (mass > 0 ? epsilon * mass * Math.log(mass) : 0);
  });
  for (let j = 0; j < m; j++) {
    for (const label of [0, 1, 2]) {
      let sum = 0;
      for (let i = 0; i < n; i++) if (labels[i] === label) sum += plan[i * m + j];
      value += groupPenalty * Math.sqrt(sum + 1e-3);
    }
  }
  return value;
}

describe('groupLassoTransport', () => {
  it("agrees with POT's sinkhorn_lpl1_mm", () => {
    // ot.da.sinkhorn_lpl1_mm(a, labels, b, C, reg=0.1, eta=0.3, numItermax=60), POT 0.9.7.post1.
    const { plan, cost: value, status } = groupLassoTransport(a, b, cost, labels, options);
    expect(status).toBe('converged');
    expect(value).toBeCloseTo(0.2183633437519664, 7);
    expect(plan.values[1]).toBeCloseTo(0.022816926901721615, 7);
    expect(plan.values[4]).toBeCloseTo(0.004960850876056163, 7);
    expect(plan.values[5 * m]).toBeCloseTo(0.16260559460177298, 7);
    expect(plan.values[5 * m + 3]).toBeCloseTo(0.00406107206489368, 7);
  });

  it('never lets the objective rise, and ends where no small move of mass helps', () => {
    const seen: number[] = [];
    const result = groupLassoTransport(a, b, cost, labels, {
      ...options,
      onIteration: ({ regularizedCost }) => seen.push(regularizedCost),
    });
    for (let k = 1; k < seen.length; k++) expect(seen[k]).toBeLessThanOrEqual(seen[k - 1] + 1e-9);
    const best = objectiveOf(result.plan.values, options);
    expect(result.regularizedCost).toBeCloseTo(best, 10);
    expect(result.marginalError).toBeLessThan(1e-8);
    // Round a cycle of four entries both marginals stay as they are.
    for (let i = 0; i + 1 < n; i++) {
      for (let j = 0; j + 1 < m; j++) {
        const [p, q, r, s] = [i * m + j, (i + 1) * m + j + 1, i * m + j + 1, (i + 1) * m + j];
        for (const step of [1e-4, -1e-4]) {
          const plan = result.plan.values.slice();
          plan[p] += step;
          plan[q] += step;
          plan[r] -= step;
          plan[s] -= step;
          if (plan.every((mass) => mass >= 0)) {
            expect(objectiveOf(plan, options)).toBeGreaterThan(best - 1e-9);
          }
        }
      }
    }
  });

  it('is entropic transport without penalty, whatever the names of the classes', () => {
    const reference = sinkhornNewtonSparse(a, b, cost, { epsilon: 0.1 });
    const free = groupLassoTransport(a, b, cost, labels, { epsilon: 0.1, groupPenalty: 0 });
    expect(free.cost).toBeCloseTo(reference.cost, 9);
    const renamed = groupLassoTransport(
      a,
      b,
      cost,
      labels.map((label) => 7 - 5 * label),
      options,
    );
    expect(renamed.plan.values).toEqual(groupLassoTransport(a, b, cost, labels, options).plan.values);
  });

  it('ends at limits with a plan', () => {
    const result = groupLassoTransport(a, b, cost, labels, { ...options, maxIterations: 0 });
    expect(result.status).toBe('iteration-limit');
    expect(result.marginalError).toBeLessThan(1e-8);
  });

  it.each<[string, () => unknown]>([
    ['labels', () => groupLassoTransport(a, b, cost, labels.subarray(1), options)],
    ['labels', () => groupLassoTransport(a, b, cost, 'classes' as never, options)],
    ['groupPenalty', () => groupLassoTransport(a, b, cost, labels, { ...options, groupPenalty: -1 })],
    ['epsilon', () => groupLassoTransport(a, b, cost, labels, { ...options, epsilon: 0 })],
    ['tolerance', () => groupLassoTransport(a, b, cost, labels, { ...options, tolerance: -1 })],
    ['a', () => groupLassoTransport(b, b, cost, labels, options)],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
