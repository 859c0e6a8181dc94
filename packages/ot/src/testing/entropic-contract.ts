// What every solver of the entropic problem must do, checked against closed forms and the optimality conditions.
import type { RunReport } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { matrixFromRows } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntropicPlan, SinkhornIterate } from '../entropic/state/normalized-problem.ts';
import type { InitialPotentials } from '../initial-potentials.ts';
import { randomAssignment, randomPoints } from '../instances.ts';
import type { Transport } from '../transport.ts';

/** A solver of the entropic problem, called with epsilon and a tolerance. */
export type EntropicSolve = (
  problem: Transport,
  options: {
    readonly epsilon: number;
    readonly tolerance: number;
    readonly threads?: number;
    readonly initial?: InitialPotentials;
    readonly maxIterations?: number;
  },
) => EntropicPlan & RunReport<SinkhornIterate>;

const threeByThree: Transport = {
  a: Float64Array.of(0.5, 0.3, 0.2),
  b: Float64Array.of(0.2, 0.3, 0.5),
  cost: matrixFromRows([
    [0, 1, 4],
    [1, 0, 1],
    [4, 1, 0],
  ]),
};

/** Small problems of every shape, some weights zero. */
const problems = fc
  .record({ n: fc.integer({ min: 1, max: 7 }), m: fc.integer({ min: 1, max: 7 }), salt: fc.integer({ min: 0, max: 1e6 }) })
  .map(({ n, m, salt }): Transport => {
    const draw = (k: number) => Math.abs(Math.sin(78.233 * (k + 1) + salt));
    const weights = (length: number, shift: number) => {
      const values = Float64Array.from({ length }, (_, k) => (draw(k + shift) < 0.15 ? 0 : draw(k + shift)));
      values[0] = 0.3;
      const mass = values.reduce((sum, value) => sum + value, 0);
      return values.map((value) => value / mass);
    };
    const values = Float64Array.from({ length: n * m }, (_, k) => draw(k + 1000) - 0.3);
    return { a: weights(n, 0), b: weights(m, 100), cost: { rows: n, cols: m, values } };
  });

/** Declares the tests. */
export function describeEntropicSolver(name: string, solve: EntropicSolve): void {
  describe(`${name}: worked examples`, () => {
    it('two points each: P_11 = 1/2 / (1 + exp(-1 / epsilon))', () => {
      const half = Float64Array.of(0.5, 0.5);
      const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
      for (const eta of [1, 10]) {
        const { plan } = solve({ a: half, b: half, cost }, { epsilon: 1 / eta, tolerance: 1e-12 });
        expect(plan.values[0]).toBeCloseTo(0.5 / (1 + Math.exp(-eta)), 12);
      }
    });

    it('three points each', () => {
      const { cost, plan, regularizedCost } = solve(threeByThree, { epsilon: 1, tolerance: 1e-12 });
      expect(cost).toBeCloseTo(0.814388122765, 10);
      expect(regularizedCost).toBeCloseTo(-0.972682065904, 10);
      expect(plan.values[2]).toBeCloseTo(0.08966510128, 10);
    });

    it('random assignment, n = 50', () => {
      const result = solve(randomAssignment(50, 7), { epsilon: 0.01, tolerance: 1e-11 });
      expect(result.status).toBe('converged');
      expect(result.cost).toBeCloseTo(0.030038943752703, 10);
      expect(result.dualValue).toBeCloseTo(-0.017477991043738, 10);
    });
  });

  it(`${name}: the plan is a Gibbs plan with the right marginals, for all shapes and with zero weights`, () => {
    fc.assert(
      fc.property(problems, fc.constantFrom(1, 0.1), (problem, epsilon) => {
        const result = solve(problem, { epsilon, tolerance: 1e-11 });
        expect(result.status).toBe('converged');
        expectGibbs(problem, result, epsilon);
      }),
      { numRuns: 40 },
    );
  });

  it(`${name}: rows far from the others and masses other than one`, () => {
    const problem = {
      a: threeByThree.a.map((weight) => 8 * weight),
      b: threeByThree.b.map((weight) => 8 * weight),
      cost: { ...threeByThree.cost, values: threeByThree.cost.values.map((c, k) => c + (k < 3 ? 4096 : 0)) },
    };
    const result = solve(problem, { epsilon: 0.5, tolerance: 1e-10 });
    expect(result.status).toBe('converged');
    expectGibbs(problem, result, 0.5);
  });

  it(`${name}: an epsilon too small for plain numbers gives no NaN`, () => {
    const options = { epsilon: 1e-7, tolerance: 1e-9, maxIterations: 3000 };
    const { plan, marginalError } = solve(randomAssignment(12, 5), options);
    expect(plan.values.every((mass) => mass >= 0 && mass <= 1)).toBe(true);
    expect(marginalError).toBeLessThan(2);
  });

  it(`${name}: threads do not change a bit`, () => {
    const [one, two] = [1, 2].map((threads) => solve(randomAssignment(150, 3), { epsilon: 0.05, tolerance: 1e-6, threads }));
    expect(two.plan.values).toEqual(one.plan.values);
    expect(two.iterations).toBe(one.iterations);
  });

  it(`${name}: its own result is where it may start, empty rows and columns included`, () => {
    const problem = randomPoints(12, 15, 2, 6, { zeroShare: 0.3 });
    expect(problem.a.includes(0) && problem.b.includes(0)).toBe(true);
    const options = { epsilon: 0.1, tolerance: 1e-10 };
    const cold = solve(problem, options);
    const { sourcePotential: source, targetPotential: target } = cold;
    expect(source.includes(-Infinity)).toBe(true);
    const warm = solve(problem, { ...options, initial: { source, target } });
    expect(warm.status).toBe('converged');
    expect(warm.iterations).toBeLessThanOrEqual(cold.iterations);
    expectGibbs(problem, warm, 0.1);
    const full = problem.a.findIndex((weight) => weight > 0);
    for (const bad of [-Infinity, Infinity, Number.NaN]) {
      const wrong = source.map((value, i) => (i === full ? bad : value));
      const error = thrownBy(() => solve(problem, { ...options, initial: { source: wrong, target } }));
      expect([error.argument, error.index]).toEqual(['initial.source', full]);
    }
  });

  it.each([
    ['NaN in a', { a: Float64Array.of(0.5, Number.NaN, 0.5) }, 'a'],
    ['a negative weight', { b: Float64Array.of(0.5, 0.7, -0.2) }, 'b'],
    ['masses that differ', { b: Float64Array.of(0.2, 0.3, 0.6) }, 'b'],
    [
      'an infinite cost',
      {
        cost: matrixFromRows([
          [0, 1, 4],
          [1, 0, Infinity],
          [4, 1, 0],
        ]),
      },
      'cost',
    ],
  ])(`${name}: %s is named`, (_, change, argument) => {
    const error = thrownBy(() => solve({ ...threeByThree, ...change }, { epsilon: 1, tolerance: 1e-9 }));
    expect(error.argument).toBe(argument);
  });

  it.each([
    [{ epsilon: 0, tolerance: 1e-9 }, 'epsilon'],
    [{ epsilon: Number.NaN, tolerance: 1e-9 }, 'epsilon'],
    [{ epsilon: 1, tolerance: -1 }, 'tolerance'],
    [{ epsilon: 1, tolerance: 1e-9, threads: 0 }, 'threads'],
  ])(`${name}: options %j are rejected`, (options, argument) => {
    expect(thrownBy(() => solve(threeByThree, options)).argument).toBe(argument);
  });
}

/** Marginals and the form exp((x_i + y_j - C_ij) / epsilon) together prove that a plan is the optimum. */
function expectGibbs({ a, b, cost }: Transport, result: EntropicPlan, epsilon: number): void {
  const { plan, sourcePotential: x, targetPotential: y } = result;
  const total = a.reduce((sum, weight) => sum + weight, 0);
  let error = 0;
  const columns = b.map((weight) => -weight);
  for (let i = 0; i < a.length; i++) {
    let row = -a[i];
    for (let j = 0; j < b.length; j++) {
      const mass = plan.values[i * b.length + j];
      const gibbs = a[i] === 0 || b[j] === 0 ? 0 : Math.exp((x[i] + y[j] - cost.values[i * b.length + j]) / epsilon);
      expect(Math.abs(mass - gibbs)).toBeLessThan(1e-10 * total);
      row += mass;
      columns[j] += mass;
    }
    error += Math.abs(row);
  }
  error += columns.reduce((sum, value) => sum + Math.abs(value), 0);
  expect(error).toBeLessThan(2e-10 * total);
}

/** The error that a call throws. */
export function thrownBy(call: () => unknown): InvalidInputError {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
