import { matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from './cost-matrix.ts';
import { randomAssignment, randomPoints } from './instances.ts';
import { sinkhorn } from './sinkhorn.ts';
import { solveTransport } from './solve-transport.ts';
import { thrownBy } from './testing/entropic-contract.ts';
import { highsOracle } from './testing/linear-program.ts';
import { partialOracle } from './testing/partial-program.ts';

const { a, b, cost } = randomPoints(6, 8, 2, 3);
const line = (values: number[]) => ({ rows: values.length, cols: 1, values: Float64Array.from(values) });

const plane = (rows: number) => ({
  rows,
  cols: 2,
  values: Float64Array.from({ length: 2 * rows }, (_, k) => Math.sin(k * k)),
});

describe('exact', () => {
  it('takes the network simplex for weights of their own', async () => {
    const oracle = await highsOracle();
    const result = solveTransport({ a, b, cost });
    expect([result.method, result.status]).toEqual(['emd', 'converged']);
    expect(result.reason).toContain('emd, because');
    expect(result.cost).toBeCloseTo(oracle({ a, b, cost }), 8);
  });

  it('takes the assignment for equal weights', async () => {
    const oracle = await highsOracle();
    const problem = randomAssignment(9, 2);
    const result = solveTransport({ cost: problem.cost });
    expect(result.method).toBe('linearAssignment');
    expect(result.cost).toBeCloseTo(oracle(problem), 8);
    expect(result.marginalError).toBeLessThan(1e-12);
    const pairing = (weights: Float64Array, potential: Float64Array = new Float64Array(0)) =>
      weights.reduce((sum, weight, i) => sum + weight * potential[i], 0);
    const dual = pairing(problem.a, result.sourcePotential) + pairing(problem.b, result.targetPotential);
    expect(dual).toBeCloseTo(result.cost, 12);
  });

  it.each(['squared-euclidean', 'euclidean', 'manhattan', { minkowski: 4 }] as const)(
    'sorts points on the line, %j',
    async (metric) => {
      const oracle = await highsOracle();
      const [x, y] = [line([3, 1, 4]), line([1, 5, 9])];
      const weights = { a: Float64Array.of(0.2, 0.3, 0.5), b: Float64Array.of(0.6, 0.3, 0.1) };
      const result = solveTransport({ x, y, metric, ...weights });
      expect(result.method).toBe('wasserstein1d');
      expect(result.cost).toBeCloseTo(oracle({ ...weights, cost: costMatrix(x, y, metric) }), 8);
    },
  );

  it('takes costs of any size', () => {
    const huge = matrixFromRows([
      [0, 2 ** 800],
      [2 ** 800, 0],
    ]);
    expect(solveTransport({ cost: huge })).toMatchObject({ method: 'emd', cost: 0, status: 'converged' });
  });
});

describe('entropic', () => {
  it.each([
    [1, 'sinkhorn'],
    [1e-3, 'sinkhornNewtonSparse'],
  ])('epsilon = %s takes %s', (epsilon, method) => {
    const result = solveTransport({ a, b, cost }, { epsilon, tolerance: 1e-9 });
    expect([result.method, result.status]).toEqual([method, 'converged']);
    const reference = sinkhorn(a, b, cost, {
      epsilon,
      domain: 'log',
      tolerance: 1e-9,
      maxIterations: 200_000,
    });
    expect(result.cost).toBeCloseTo(reference.cost, 6);
    expect(result.marginalError).toBeLessThan(1e-8);
  });

  it('stores no costs where they are too many', () => {
    const many = { rows: 6000, cols: 1, values: Float64Array.from({ length: 6000 }, (_, i) => i / 6000) };
    const result = solveTransport({ x: many, y: many }, { epsilon: 0.05, maxIterations: 0 });
    expect([result.method, result.plan, result.status]).toEqual([
      'pointCloudSinkhorn',
      undefined,
      'iteration-limit',
    ]);
    expect(result.reason).toContain('too many to store');
    const pairs = { x: plane(6000), y: plane(6000) };
    expect(solveTransport(pairs, { maxIterations: 0 })).toMatchObject({
      method: 'emdPointCloud',
      status: 'iteration-limit',
    });
  });
});

describe('partial and unbalanced', () => {
  it('mass asks for partial transport', async () => {
    const oracle = await partialOracle();
    const exact = solveTransport({ a, b, cost }, { mass: 0.4 });
    expect(exact.method).toBe('partialTransport');
    expect(exact.cost).toBeCloseTo(oracle({ a, b, cost }, 0.4), 8);
    expect(solveTransport({ a, b, cost }, { mass: 0.4, epsilon: 0.1 }).method).toBe(
      'entropicPartialTransport',
    );
  });

  it('a marginal penalty asks for unbalanced transport', () => {
    const one = matrixFromRows([[2]]);
    const exact = solveTransport({ cost: one }, { marginalPenalty: 1 });
    expect(exact.method).toBe('unbalancedMm');
    expect(exact.cost).toBeCloseTo(2 * Math.exp(-1), 7);
    const entropic = solveTransport({ cost: one }, { marginalPenalty: 1, epsilon: 0.5 });
    expect(entropic.method).toBe('unbalancedSinkhorn');
    expect(entropic.cost).toBeCloseTo(2 * Math.exp(-2 / 2.5), 9);
  });
});

it('limits and observers reach the method', () => {
  let seen = 0;
  const result = solveTransport(
    { a, b, cost },
    { epsilon: 1e-3, maxIterations: 3, trace: true, onIteration: () => seen++ },
  );
  expect([result.status, result.iterations, seen]).toEqual(['iteration-limit', 3, 4]);
  expect(result.trace?.length).toBe(4);
  expect(solveTransport({ a, b, cost }, { signal: AbortSignal.abort() }).status).toBe('aborted');
});

it.each([
  ['query', () => solveTransport({} as never)],
  ['cost', () => solveTransport({ cost: { rows: 1, cols: 1, values: Float64Array.of(Number.NaN) } })],
  ['x', () => solveTransport({ x: line([Number.NaN]), y: line([1]) })],
  ['y', () => solveTransport({ x: line([1]), y: line([]) })],
  ['y', () => solveTransport({ x: line([1]), y: { rows: 1, cols: 2, values: Float64Array.of(1, 2) } })],
  ['metric.minkowski', () => solveTransport({ x: line([1]), y: line([1]), metric: { minkowski: 0.5 } })],
  ['a', () => solveTransport({ a: b, b, cost })],
  ['b', () => solveTransport({ a, b: b.map((w) => 2 * w), cost })],
  ['metric', () => solveTransport({ x: line([1]), y: line([1]), metric: 'x' as never })],
  ['epsilon', () => solveTransport({ a, b, cost }, { epsilon: 0 })],
  ['mass', () => solveTransport({ a, b, cost }, { mass: 2 })],
  ['marginalPenalty', () => solveTransport({ a, b, cost }, { mass: 0.5, marginalPenalty: 1 })],
  ['marginalPenalty', () => solveTransport({ a, b, cost }, { marginalPenalty: -1 })],
  ['maxSeconds', () => solveTransport({ a, b, cost }, { maxSeconds: -1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument);
});
