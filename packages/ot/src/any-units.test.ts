// No result depends on the units of masses and costs but by them, and no weight is too small.
import { describe, expect, it } from 'vitest';
import { linearAssignment } from './assignment/linear-assignment.ts';
import { entropicBarycenter } from './barycenters/barycenter.ts';
import { costMatrix } from './cost-matrix.ts';
import { acceleratedSinkhorn } from './entropic/accelerated-sinkhorn.ts';
import { andersonSinkhorn } from './entropic/anderson-sinkhorn.ts';
import { dualLbfgs } from './entropic/dual-lbfgs.ts';
import { epsilonScaling } from './entropic/epsilon-scaling.ts';
import { greenkhorn } from './entropic/greenkhorn.ts';
import { overrelaxedSinkhorn } from './entropic/overrelaxed-sinkhorn.ts';
import { sinkhorn } from './entropic/sinkhorn.ts';
import { sinkhornBatch } from './entropic/sinkhorn-batch.ts';
import { sinkhornNewtonDense } from './entropic/sinkhorn-newton-dense.ts';
import { sinkhornNewtonShift } from './entropic/sinkhorn-newton-shift.ts';
import { sinkhornNewtonSparse } from './entropic/sinkhorn-newton-sparse.ts';
import { stochasticTransport } from './entropic/stochastic-transport.ts';
import { emd } from './exact/network-simplex.ts';
import { squaredEuclideanFactors } from './geometry/cost-factors.ts';
import { gridSinkhorn } from './geometry/grid-sinkhorn.ts';
import { lowRankSinkhorn } from './geometry/low-rank-sinkhorn.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { sinkhornDivergence } from './geometry/sinkhorn-divergence.ts';
import { bell, intervalCost } from './hard-transport.ts';
import { randomPoints } from './instances.ts';
import { groupNormTransport } from './maps/group-norm-transport.ts';
import { transportMap } from './maps/transport-map.ts';
import { marginalErrorOf } from './plan-metrics.ts';
import { solveTransport } from './solve-transport.ts';
import { thrownBy } from './testing/entropic-contract.ts';
import type { Transport } from './transport.ts';
import { total } from './transport.ts';
import { transport } from './transport-problem.ts';

type Solve = (
  problem: Transport,
  options: { epsilon: number; tolerance?: number; maxIterations?: number },
) => {
  readonly status: string;
  readonly plan?: { readonly values: Float64Array };
  readonly cost: number;
  readonly marginalError?: number;
};

const entropic: Record<string, Solve> = {
  sinkhorn: ({ a, b, cost }, options) => sinkhorn(a, b, cost, options),
  'sinkhorn in the log domain': ({ a, b, cost }, options) => sinkhorn(a, b, cost, { ...options, domain: 'log' }),
  epsilonScaling: ({ a, b, cost }, options) => epsilonScaling(a, b, cost, options),
  greenkhorn: ({ a, b, cost }, options) => greenkhorn(a, b, cost, options),
  overrelaxedSinkhorn: ({ a, b, cost }, options) => overrelaxedSinkhorn(a, b, cost, options),
  acceleratedSinkhorn: ({ a, b, cost }, options) => acceleratedSinkhorn(a, b, cost, options),
  andersonSinkhorn: ({ a, b, cost }, options) => andersonSinkhorn(a, b, cost, options),
  dualLbfgs: ({ a, b, cost }, options) => dualLbfgs(a, b, cost, options),
  sinkhornNewtonSparse: ({ a, b, cost }, options) => sinkhornNewtonSparse(a, b, cost, options),
  'sinkhornNewtonSparse of the paper': ({ a, b, cost }, options) =>
    sinkhornNewtonSparse(a, b, cost, { ...options, continuation: false }),
  sinkhornNewtonShift: ({ a, b, cost }, options) => sinkhornNewtonShift(a, b, cost, options),
  sinkhornNewtonDense: ({ a, b, cost }, options) => sinkhornNewtonDense(a, b, cost, options),
  stochasticTransport: ({ a, b, cost }, options) => stochasticTransport(a, b, cost, options),
  solveTransport: (problem, options) => solveTransport(problem.a, problem.b, problem.cost, { ...options, plan: 'dense' }),
};

const exact: Record<string, Solve> = {
  emd: ({ a, b, cost }) => emd(a, b, cost),
  'solveTransport, exact': (problem) => solveTransport(problem.a, problem.b, problem.cost),
};

function scaled({ a, b, cost }: Transport, mass: number, unit: number): Transport {
  return {
    a: a.map((weight) => weight * mass),
    b: b.map((weight) => weight * mass),
    cost: { ...cost, values: cost.values.map((value) => value * unit) },
  };
}

describe('masses and costs scaled by powers of two', () => {
  const problem = randomPoints(12, 15, 2, 5, { zeroShare: 0.1 });
  const epsilon = 0.03;
  it.each(Object.entries({ ...entropic, ...exact }))('%s: no bit but the scale', (_, solve) => {
    const limit = { maxIterations: 60 };
    const plain = solve(problem, { epsilon, ...limit });
    for (const [mass, unit] of [
      [2 ** 200, 1],
      [2 ** -200, 1],
      [1, 2 ** 200],
      [1, 2 ** -200],
      [2 ** -200, 2 ** 200],
    ]) {
      const other = solve(scaled(problem, mass, unit), { epsilon: epsilon * unit, ...limit });
      expect(other.status).toBe(plain.status);
      expect(other.plan?.values).toEqual(plain.plan?.values.map((value) => value * mass));
      expect(other.cost).toBe(plain.cost * mass * unit);
    }
  });

  it('linearAssignment too', () => {
    const square = randomPoints(9, 9, 2, 5).cost;
    const plain = linearAssignment(square);
    for (const unit of [2 ** 200, 2 ** -200]) {
      const other = linearAssignment({ ...square, values: square.values.map((value) => value * unit) });
      expect(other.columnOfRow).toEqual(plain.columnOfRow);
      expect(other.cost).toBe(plain.cost * unit);
    }
  });
});

it('says what an option is called, and names what is missing', () => {
  const { a, b, cost } = randomPoints(3, 3, 2, 1);
  const call = (options?: unknown) => thrownBy(() => sinkhorn(a, b, cost, options as { epsilon: number }));
  expect(call()).toMatchObject({ argument: 'epsilon', code: 'missing' });
  expect(call({ reg: 1 })).toMatchObject({ argument: 'reg', code: 'unknown' });
  expect(call({ epsilon: 1e308 })).toMatchObject({ argument: 'epsilon', code: 'out-of-range' });
  expect(call({ epsilon: 1, initial: 3 })).toMatchObject({ argument: 'initial', code: 'type' });
  expect(call({ epsilon: 1, initial: { source: 3, target: a } })).toMatchObject({ argument: 'initial.source' });
  expect(thrownBy(() => sinkhorn(undefined as never, b, cost, { epsilon: 1 }))).toMatchObject({ argument: 'a' });
});

it("measures the entropic cost with the solver's own epsilon", () => {
  const problem = { ...randomPoints(6, 7, 2, 2), epsilon: 0.1 };
  const compute = transport.metrics['entropicCost'].compute;
  const { regularizedCost, ...plan } = sinkhorn(problem.a, problem.b, problem.cost, { epsilon: 0.5, tolerance: 1e-12 });
  expect(compute(problem, plan)).toBeCloseTo(regularizedCost, 9);
});

it('holds the gauge of costs that were not reduced before, and refuses it where it would be ignored', () => {
  const { a, b, cost } = randomPoints(7, 9, 2, 4);
  const shifted = { ...cost, values: cost.values.map((value, k) => value + 3 + (k % 9)) };
  const options = { epsilon: 0.05, gauge: 'augment', continuation: false } as const;
  for (const mass of [1, 8]) {
    const { status, sourcePotential, targetPotential } = sinkhornNewtonSparse(
      a.map((weight) => mass * weight),
      b.map((weight) => mass * weight),
      shifted,
      options,
    );
    expect(status).toBe('converged');
    expect(Math.abs(total(sourcePotential) - total(targetPotential))).toBeLessThan(1e-12);
  }
  const refused = thrownBy(() => sinkhornNewtonSparse(a, b, cost, { epsilon: 0.05, gauge: 'augment' }));
  expect(refused).toMatchObject({ argument: 'gauge', code: 'unsupported' });
});

describe('tolerances are relative to the mass', () => {
  const problem = randomPoints(10, 12, 2, 8);
  it.each(Object.entries(entropic))('%s', (_, solve) => {
    for (const mass of [1e-10, 1e-6, 1e6]) {
      const instance = scaled(problem, mass, 1);
      const { status, plan } = solve(instance, { epsilon: 0.1, tolerance: 1e-8 });
      expect(status).toBe('converged');
      const values = plan?.values ?? new Float64Array(120);
      const error = marginalErrorOf({ rows: 10, cols: 12, values }, instance.a, instance.b);
      expect(error).toBeLessThan(1.01e-8 * total(instance.a));
    }
  });

  it('of grids, clouds, batches and barycentres as well', () => {
    for (const mass of [1e-10, 1e6]) {
      const image = (...values: number[]) => ({ rows: 1, cols: 3, values: Float64Array.from(values, (v) => mass * v) });
      const grid = gridSinkhorn(image(0.5, 0.25, 0.25), image(0.25, 0.25, 0.5), { epsilon: 0.1 });
      expect(grid.status).toBe('converged');
      expect(grid.marginalError).toBeLessThan(1.01e-9 * mass);
      const x = { rows: 3, cols: 1, values: Float64Array.of(0, 0.4, 1) };
      const weights = Float64Array.of(mass, mass, 2 * mass);
      const cloud = pointCloudSinkhorn(x, x, { epsilon: 0.1, a: weights, b: weights.toReversed() });
      expect(cloud.status).toBe('converged');
      expect(cloud.marginalError).toBeLessThan(4.04e-6 * mass);
      const rows = (values: Float64Array) => ({ rows: 1, cols: 3, values });
      const cost = { count: 1, rows: 3, cols: 3, values: costMatrix(x, x).values };
      const batch = sinkhornBatch({ a: rows(weights), b: rows(weights.toReversed()), cost }, { epsilon: 0.1 });
      expect(batch.status).toBe('converged');
      expect(batch.marginalErrors[0]).toBeLessThan(5e-9 * mass);
      const histograms = { rows: 2, cols: 3, values: Float64Array.of(mass, mass, 2 * mass, 2 * mass, mass, mass) };
      const { status, barycenter } = entropicBarycenter(histograms, costMatrix(x, x), { epsilon: 0.1 });
      expect(status).toBe('converged');
      expect(total(barycenter) / mass).toBeCloseTo(4, 7);
    }
  });
});

describe('histograms whose weights underflow', () => {
  const narrow = { a: bell(50, 10, 1), b: bell(50, 30, 4), cost: intervalCost(50) };
  const three = (weight: number): Transport => ({
    a: new Float64Array(3).fill(weight),
    b: new Float64Array(3).fill(weight),
    cost: intervalCost(3),
  });
  const robust = Object.entries(entropic).filter(([name]) => !/stochastic|accelerated|Dense/.test(name));
  it.each(robust)('%s', (_, solve) => {
    const { status, plan } = solve(narrow, { epsilon: 1e-3, tolerance: 1e-6 });
    expect(status).toBe('converged');
    const values = plan?.values ?? new Float64Array(2500);
    expect(marginalErrorOf({ rows: 50, cols: 50, values }, narrow.a, narrow.b)).toBeLessThan(1.01e-6);
    for (const weight of [1e-305, 1e-30]) {
      const small = three(weight);
      const solved = solve(small, { epsilon: 0.1, tolerance: 1e-6 });
      expect(solved.status).toBe('converged');
      const all = solved.plan?.values ?? new Float64Array(9);
      expect(marginalErrorOf({ rows: 3, cols: 3, values: all }, small.a, small.b)).toBeLessThan(3.1e-6 * weight);
    }
  });

  it('at the epsilon that left an empty plan', () => {
    const problem = { a: bell(100, 20, 2), b: bell(100, 60, 6), cost: intervalCost(100) };
    const { status, plan, regularizedCost, dualValue } = sinkhornNewtonSparse(problem.a, problem.b, problem.cost, {
      epsilon: 1e-4,
    });
    expect(status).toBe('converged');
    expect(total(plan.values)).toBeCloseTo(1, 9);
    expect(regularizedCost).toBeCloseTo(dualValue, 9);
  });

  it.each([sinkhornNewtonSparse, andersonSinkhorn, sinkhorn])(
    'fits the weights that iterations leave out: finite potentials, and the form of the optimum: %o',
    (solve) => {
      const epsilon = 0.05;
      const a = Float64Array.of(0.5, 1e-20, 0.25, 3e-310, 0.25, 0);
      const b = Float64Array.of(1e-200, 0.5, 1e-30, 0.5, 0, 5e-324);
      const cost = intervalCost(6);
      const { plan, sourcePotential: x, targetPotential: y, status } = solve(a, b, cost, { epsilon });
      expect(status).toBe('converged');
      for (let i = 0; i < 6; i++) {
        expect(x[i] > -Infinity).toBe(a[i] > 0);
        expect(y[i] > -Infinity).toBe(b[i] > 0);
        const row = plan.values.subarray(6 * i, 6 * i + 6);
        if (a[i] > 1e-300) expect(total(row) / a[i]).toBeCloseTo(1, 7);
        for (let j = 0; j < 6; j++) {
          const gibbs = a[i] > 0 && b[j] > 0 ? Math.exp((x[i] + y[j] - cost.values[6 * i + j]) / epsilon) : 0;
          expect(Math.abs(row[j] - gibbs)).toBeLessThan(1e-9 * gibbs + 2 * Number.MIN_VALUE);
        }
      }
      const again = sinkhornNewtonSparse(a, b, cost, { epsilon, initial: { source: x, target: y } });
      expect(again.status).toBe('converged');
    },
  );

  it('what stands on entropic plans', () => {
    const points = { rows: 50, cols: 1, values: Float64Array.from({ length: 50 }, (_, i) => i / 49) };
    const { a, b, cost } = narrow;
    const divergence = sinkhornDivergence(points, points, { epsilon: 1e-2, a, b });
    expect(divergence.status).toBe('converged');
    expect(divergence.divergence).toBeCloseTo((20 / 49) ** 2 + (3 / 49) ** 2, 2);
    const map = transportMap(points, points, { method: 'entropic', epsilon: 1e-2, a, b });
    expect(map.status).toBe('converged');
    const at = map.map({ rows: 1, cols: 1, values: Float64Array.of(10 / 49) }).values[0];
    expect(at).toBeCloseTo(30 / 49, 2);
    const labels = Int32Array.from({ length: 50 }, (_, i) => i % 2);
    const grouped = groupNormTransport(a, b, cost, labels, { epsilon: 1e-2, groupPenalty: 1e-3, tolerance: 1e-6 });
    expect(total(grouped.plan.values)).toBeCloseTo(1, 6);
    expect(grouped.status).toBe('converged');
    const low = lowRankSinkhorn(a, b, squaredEuclideanFactors(points, points), { rank: 4, tolerance: 1e-4 });
    expect(Number.isFinite(low.cost)).toBe(true);
    expect(low.status).toBe('converged');
  });
});
