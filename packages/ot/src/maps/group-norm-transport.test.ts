import { describe, expect, it } from 'vitest';
import { sinkhornNewtonSparse } from '../entropic/sinkhorn-newton-sparse.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { groupNormTransport } from './group-norm-transport.ts';

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
function objectiveOf(plan: Float64Array): number {
  let value = 0;
  plan.forEach((mass, k) => {
    value += mass * cost.values[k] + (mass > 0 ? options.epsilon * mass * Math.log(mass) : 0);
  });
  for (let j = 0; j < m; j++) {
    for (const label of [0, 1, 2]) {
      let squares = 0;
      for (let i = 0; i < n; i++) if (labels[i] === label) squares += plan[i * m + j] ** 2;
      value += options.groupPenalty * Math.sqrt(squares);
    }
  }
  return value;
}

describe('groupNormTransport', () => {
  const result = groupNormTransport(a, b, cost, labels, options);

  it("agrees with SciPy's SLSQP, and is below where POT's sinkhorn_l1l2_gl stops", () => {
    expect(result.status).toBe('converged');
    // scipy.optimize.minimize(method='SLSQP', ftol=1e-16) on the entries of the plan.
    expect(result.regularizedCost).toBeCloseTo(0.19637211028720608, 8);
    expect(result.cost).toBeCloseTo(0.24145510277106103, 4);
    expect(result.plan.values[1]).toBeCloseTo(0.014078650052550965, 4);
    expect(result.plan.values[5 * m]).toBeCloseTo(0.10648555290495282, 4);
    // ot.da.sinkhorn_l1l2_gl(a, labels, b, C, reg=0.1, eta=0.3, numItermax=2000), POT 0.9.7.post1.
    expect(result.regularizedCost).toBeLessThan(0.20224036816630972);
  });

  it('is the optimum: no exchange of mass round four entries lowers the objective', () => {
    const best = objectiveOf(result.plan.values);
    expect(result.regularizedCost).toBeCloseTo(best, 12);
    expect(result.marginalError).toBeLessThan(1e-10);
    for (let i = 0; i < n; i++) {
      for (let p = i + 1; p < n; p++) {
        for (let j = 0; j + 1 < m; j++) {
          for (const step of [1e-5, -1e-5]) {
            const plan = result.plan.values.slice();
            plan[i * m + j] += step;
            plan[p * m + j + 1] += step;
            plan[i * m + j + 1] -= step;
            plan[p * m + j] -= step;
            if (plan.every((mass) => mass >= 0)) expect(objectiveOf(plan)).toBeGreaterThan(best - 1e-9);
          }
        }
      }
    }
  });

  it('never lets the objective rise', () => {
    const seen: number[] = [];
    groupNormTransport(a, b, cost, labels, { ...options, onIteration: ({ regularizedCost }) => seen.push(regularizedCost) });
    expect(seen.length).toBeGreaterThan(3);
    for (let k = 1; k < seen.length; k++) expect(seen[k]).toBeLessThan(seen[k - 1]);
  });

  it('is entropic transport without penalty', () => {
    const free = groupNormTransport(a, b, cost, labels, { epsilon: 0.1, groupPenalty: 0 });
    expect(free.cost).toBeCloseTo(sinkhornNewtonSparse(a, b, cost, { epsilon: 0.1 }).cost, 9);
  });

  it('ends at limits with a plan and advice', () => {
    const cut = groupNormTransport(a, b, cost, labels, { ...options, maxIterations: 1 });
    expect(cut.status).toBe('iteration-limit');
    expect(cut.reason).toMatch(/raise it or epsilon/);
    expect(cut.marginalError).toBeLessThan(1e-10);
  });

  it.each<[string, () => unknown]>([
    ['labels', () => groupNormTransport(a, b, cost, labels.subarray(1), options)],
    ['groupPenalty', () => groupNormTransport(a, b, cost, labels, { ...options, groupPenalty: -1 })],
    ['epsilon', () => groupNormTransport(a, b, cost, labels, { ...options, epsilon: 0 })],
    ['a', () => groupNormTransport(b, b, cost, labels, options)],
  ])('a bad %s is named', (argument, call) => {
    expect(thrownBy(call).argument).toBe(argument);
  });
});
