import { run } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { csrToDense, matrixFromRows } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from './cost-matrix.ts';
import { andersonSinkhorn } from './entropic/anderson-sinkhorn.ts';
import { sinkhorn, sinkhornSteps } from './entropic/sinkhorn.ts';
import { sinkhornNewtonSparse, sinkhornNewtonSparseSteps } from './entropic/sinkhorn-newton-sparse.ts';
import type { MethodChoice } from './entropic/sweeps-or-newton.ts';
import { sweepsOrNewton } from './entropic/sweeps-or-newton.ts';
import { gridSinkhorn } from './geometry/grid-sinkhorn.ts';
import { pointCloudSinkhorn } from './geometry/point-cloud-sinkhorn.ts';
import { bell, intervalCost } from './hard-transport.ts';
import { randomAssignment, randomPoints } from './instances.ts';
import { solvePointTransport, solveTransport } from './solve-transport.ts';
import { thrownBy } from './testing/entropic-contract.ts';
import { highsOracle } from './testing/linear-program.ts';
import { partialOracle } from './testing/partial-program.ts';
import type { Transport } from './transport.ts';
import { transportGradient } from './transport-gradient.ts';

const { a, b, cost } = randomPoints(6, 8, 2, 3);
const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
const line = (values: number[]) => ({ rows: values.length, cols: 1, values: Float64Array.from(values) });

const plane = (rows: number) => ({ rows, cols: 2, values: Float64Array.from({ length: 2 * rows }, (_, k) => Math.sin(k * k)) });

describe('exact', () => {
  it('takes the network simplex for weights of their own', async () => {
    const oracle = await highsOracle();
    const result = solveTransport(a, b, cost);
    expect([result.method, result.status]).toEqual(['emd', 'converged']);
    expect(result.reason).toContain('emd, because');
    expect(result.cost).toBeCloseTo(oracle({ a, b, cost }), 8);
  });

  it('takes the assignment for equal weights', async () => {
    const oracle = await highsOracle();
    const problem = randomAssignment(9, 2);
    const result = solveTransport(problem.a, problem.b, problem.cost);
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
      const result = solvePointTransport(x, y, { metric, ...weights });
      expect(result.method).toBe('wasserstein1d');
      expect(result.cost).toBeCloseTo(oracle({ ...weights, cost: costMatrix(x, y, metric) }), 8);
    },
  );

  it('takes costs of any size', () => {
    const huge = matrixFromRows([
      [0, 2 ** 800],
      [2 ** 800, 0],
    ]);
    expect(solveTransport([0.5, 0.5], [0.5, 0.5], huge)).toMatchObject({ method: 'emd', cost: 0, status: 'converged' });
  });
});

describe('entropic', () => {
  it.each([
    [1, 'andersonSinkhorn'],
    [1e-3, 'andersonSinkhorn'],
    [1e-4, 'sinkhornNewtonSparse'],
  ])('epsilon = %s takes %s', (epsilon, method) => {
    const result = solveTransport(a, b, cost, { epsilon, tolerance: 1e-9 });
    expect([result.method, result.status]).toEqual([method, 'converged']);
    const reference = sinkhorn(a, b, cost, { epsilon, domain: 'log', tolerance: 1e-9, maxIterations: 200_000 });
    expect(result.cost).toBeCloseTo(reference.cost, 6);
    expect(result.marginalError).toBeLessThan(1e-8);
  });

  it('stores no costs where they are too many', () => {
    const many = { rows: 6000, cols: 1, values: Float64Array.from({ length: 6000 }, (_, i) => i / 6000) };
    // One point in a hundred has weight, so that little is computed.
    const few = Float64Array.from({ length: 6000 }, (_, i) => (i % 100 === 0 ? 1 / 60 : 0));
    const weights = { a: few, b: few };
    const result = solvePointTransport(many, many, { ...weights, epsilon: 0.05, maxIterations: 0 });
    expect([result.method, result.plan, result.status]).toEqual(['pointCloudSinkhorn', undefined, 'iteration-limit']);
    expect(result.reason).toContain('too many to store');
    expect(solvePointTransport(plane(6000), plane(6000), { maxIterations: 0 })).toMatchObject({
      method: 'emdPointCloud',
      status: 'iteration-limit',
    });
  }, 60_000);
});

describe('the tolerance', () => {
  it.each([
    [1e-9, 0.1, 'andersonSinkhorn'],
    [1e-9, 0.001, 'sinkhornNewtonSparse'],
    [1e-3, 0.03, 'andersonSinkhorn'],
  ])('%s at epsilon = %s takes %s', (tolerance, epsilon, method) => {
    const problem = randomPoints(20, 30, 2, 8);
    const result = solveTransport(problem.a, problem.b, problem.cost, { epsilon, tolerance });
    expect([result.method, result.status]).toEqual([method, 'converged']);
    expect(result.marginalError).toBeLessThan(1.1 * tolerance);
    expect(result.reason).toContain(`the tolerance is ${tolerance}`);
  });

  it('is 1e-9 where nothing is said, for stored costs and for clouds', () => {
    for (const result of [
      solveTransport(a, b, cost, { epsilon: 0.05 }),
      solvePointTransport(plane(9), plane(7), { epsilon: 0.05, maxBytes: 0 }),
    ]) {
      expect(result.status).toBe('converged');
      expect(result.marginalError).toBeLessThan(1.1e-9);
    }
  });

  it('is met by Newton steps where sweeps take too long', () => {
    // Two far groups whose masses hardly differ: what one sweep passes between them is next to nothing.
    const [n, epsilon] = [6, 0.01];
    const far = {
      rows: n,
      cols: n,
      values: Float64Array.from({ length: n * n }, (_, k) => (Math.floor(k / n) < 3 === k % n < 3 ? 0.001 * (k % 5) : 0.9)),
    };
    const uneven = Float64Array.of(0.1666, 0.1666, 0.1666, 0.1667, 0.1667, 0.1668);
    const even = new Float64Array(n).fill(1 / n);
    const result = solveTransport(uneven, even, far, { epsilon });
    expect([result.method, result.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    expect(result.reason).toMatch(/after \d+ sweeps .*, Newton steps are fewer/);
    const reference = sinkhorn(uneven, even, far, { epsilon, domain: 'log', maxIterations: 3e6, tolerance: 1e-8 });
    expect(Math.abs(result.cost - reference.cost)).toBeLessThan(1e-6);
  });
});

describe('the form of the plan', () => {
  const dense = (form?: 'dense' | 'sparse' | 'none', epsilon?: number) =>
    solveTransport(a, b, cost, { ...(form && { plan: form }), ...(epsilon && { epsilon }) });

  it('sparse leaves out no more than the tolerance', () => {
    const whole = dense(undefined, 0.002).plan as DenseMatrix;
    const { plan, cost: value } = dense('sparse', 0.002);
    const kept = plan as CsrMatrix;
    expect(kept.values.length).toBeLessThan(whole.values.length / 2);
    expect(sumOf(whole.values) - sumOf(kept.values)).toBeLessThan(1e-9);
    expect(value).toBe(dense(undefined, 0.002).cost);
    const written = csrToDense(kept).values;
    written.forEach((mass, k) => {
      if (mass > 0) expect(mass).toBe(whole.values[k]);
    });
  });

  it('dense and none, of exact and entropic plans', () => {
    expect((dense('dense').plan as DenseMatrix).values).toEqual(csrToDense(dense().plan as CsrMatrix).values);
    expect(dense('sparse').plan).toEqual(dense().plan);
    expect('plan' in dense('none')).toBe(false);
    // Without a plan costs are summed in another order.
    const { status, cost: value } = dense('none', 0.1);
    expect(status).toBe('converged');
    expect(Math.abs(value / dense('dense', 0.1).cost - 1)).toBeLessThan(1e-14);
  });
});

describe('sweeps or Newton steps', () => {
  const options = { tolerance: 1e-9, threads: 1 };
  const drive = (problem: Transport, epsilon: number) => {
    const choice: MethodChoice = { method: 'andersonSinkhorn', seen: '' };
    const outcome = run(sweepsOrNewton(problem, { ...options, epsilon }, choice), { maxIterations: 50_000 });
    return { ...outcome, ...choice };
  };

  it('stays with sweeps that were foretold to be few, and leaves those that were not', () => {
    const few = drive(randomPoints(20, 30, 2, 8), 0.2);
    expect([few.method, few.status]).toEqual(['andersonSinkhorn', 'converged']);
    const slow = drive(randomAssignment(60, 2), 0.007);
    expect([slow.method, slow.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    expect(slow.seen).toMatch(/^after \d+ sweeps .*, Newton steps are fewer$/);
    const many = drive(randomPoints(20, 30, 2, 8), 1e-3);
    expect([many.method, many.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    // The trial, and no more than Newton's method takes by itself.
    const alone = run(sinkhornNewtonSparseSteps(randomPoints(20, 30, 2, 8), { epsilon: 1e-3, tolerance: 1e-9 }), {});
    expect(many.iterations).toBeLessThanOrEqual(alone.iterations + 22);
  });

  it('stays with sweeps where parts of the plan exchange mass, after some at larger epsilons', () => {
    // Two groups, every other place, with so much of the mass in the first.
    const n = 400;
    const weights = (left: number) => Float64Array.from({ length: n }, (_, i) => ((i % 2 === 0 ? left : 1 - left) * 2) / n);
    const places = line(Array.from({ length: n }, (_, i) => (i % 2) + 0.05 * Math.sin(i)));
    const parts = { a: weights(0.7), b: weights(0.3), cost: costMatrix(places, places) };
    const solved = drive(parts, 1 / 300);
    expect([solved.method, solved.status]).toEqual(['andersonSinkhorn', 'converged']);
    const { a, b, cost } = parts;
    const alone = andersonSinkhorn(a, b, cost, { epsilon: 1 / 300, tolerance: 1e-9, maxIterations: 1000 });
    expect(2 * solved.iterations).toBeLessThan(alone.iterations);
    expect(Math.abs(solved.cost - sinkhornNewtonSparse(a, b, cost, { epsilon: 1 / 300 }).cost)).toBeLessThan(1e-7);
  });

  it('leaves sweeps that have no end in sight for Newton steps from where they are', () => {
    const random = drive(randomAssignment(100, 7202), 0.003);
    expect([random.method, random.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    expect(random.seen).toMatch(/^after 4\d sweeps .*, Newton steps are fewer$/);
    // No stages of falling epsilon follow.
    expect(random.iterations).toBeLessThan(65);
  });

  it('sweeps on what is kept of huge kernels in which few entries matter', () => {
    const huge = randomAssignment(1450, 1);
    const solved = drive(huge, 0.001);
    expect([solved.method, solved.status]).toEqual(['sinkhornNewtonSparse', 'converged']);
    expect(solved.seen).toBe('after sweeps at larger epsilons only few entries matter');
    expect(solved.iterations).toBeLessThan(40);
    const full = { ...huge, cost: { ...huge.cost, values: huge.cost.values.map((c) => 0.1 * c) } };
    expect(drive(full, 0.001).method).toBe('andersonSinkhorn');
  });

  it('begins with Newton steps beyond 1500 epsilons, where nothing is given to begin with', () => {
    const far = randomPoints(30, 30, 2, 1);
    const solved = drive(far, 1e-4);
    expect([solved.method, solved.status, solved.seen]).toEqual([
      'sinkhornNewtonSparse',
      'converged',
      'lowering epsilon in stages is better there',
    ]);
  });

  it('numbers the iterations of both without a gap', () => {
    let last = -1;
    const choice: MethodChoice = { method: 'andersonSinkhorn', seen: '' };
    const steps = sweepsOrNewton(randomPoints(9, 9, 2, 1), { ...options, epsilon: 1e-3 }, choice);
    run(steps, { onIteration: ({ iteration }) => expect(iteration).toBe(++last) });
    expect(last).toBeGreaterThan(20);
  });

  it('takes smooth histograms at the cost of the better one', () => {
    const n = 120;
    const smooth = { a: bell(n, 24, 6), b: bell(n, 72, 12), cost: intervalCost(n) };
    const solved = drive(smooth, 1e-3);
    expect(solved.status).toBe('converged');
    const sweeps = run(sinkhornSteps(smooth, { ...options, epsilon: 1e-3 }), {}).iterations;
    const newton = run(sinkhornNewtonSparseSteps(smooth, { ...options, epsilon: 1e-3 }), {}).iterations;
    expect(solved.iterations).toBeLessThanOrEqual(Math.min(sweeps, newton + 60));
  });
});

describe('a start', () => {
  const restart = ({ sourcePotential, targetPotential }: ReturnType<typeof solveTransport>) => ({
    source: sourcePotential as Float64Array,
    target: targetPotential as Float64Array,
  });
  const problem = randomPoints(20, 30, 2, 8, { zeroShare: 0.2 });

  it.each([
    ['exact', {}],
    ['easy', { epsilon: 0.1 }],
    ['hard', { epsilon: 1e-4 }],
  ])('at the answer ends at once, %s', (_, options) => {
    const cold = solveTransport(problem.a, problem.b, problem.cost, options);
    const warm = solveTransport(problem.a, problem.b, problem.cost, { ...options, initial: restart(cold) });
    expect(warm.status).toBe('converged');
    // What is solved in a few sweeps needs no Newton steps.
    expect([cold.method, 'andersonSinkhorn']).toContain(warm.method);
    expect(warm.iterations).toBeLessThanOrEqual(Math.max(2, cold.iterations / 2));
    expect(warm.cost).toBeCloseTo(cold.cost, 8);
  });

  it('does for images and clouds too', () => {
    const shade = { rows: 1, cols: 4, values: Float64Array.of(0.5, 0, 0.25, 0.25) };
    const turned = { ...shade, values: shade.values.toReversed() };
    const cold = gridSinkhorn(shade, turned, { epsilon: 0.001 });
    const found = { source: cold.sourcePotential, target: cold.targetPotential };
    const warm = gridSinkhorn(shade, turned, { epsilon: 0.001, initial: found });
    expect([warm.status, warm.iterations < cold.iterations / 2]).toEqual(['converged', true]);
    const [x, y] = [plane(30), plane(20)];
    const start = pointCloudSinkhorn(x, y, { epsilon: 0.2, tolerance: 1e-9 });
    const initial = { source: start.sourcePotential, target: start.targetPotential };
    const again = pointCloudSinkhorn(x, y, { epsilon: 0.2, tolerance: 1e-9, initial });
    expect([again.status, again.iterations < start.iterations / 2]).toEqual(['converged', true]);
    expect(again.cost).toBeCloseTo(start.cost, 8);
  });
});

describe('partial and unbalanced', () => {
  it('mass asks for partial transport', async () => {
    const oracle = await partialOracle();
    const exact = solveTransport(a, b, cost, { mass: 0.4 });
    expect(exact.method).toBe('partialTransport');
    expect(exact.cost).toBeCloseTo(oracle({ a, b, cost }, 0.4), 8);
    expect(solveTransport(a, b, cost, { mass: 0.4, epsilon: 0.1 }).method).toBe('entropicPartialTransport');
  });

  it('a marginal penalty asks for unbalanced transport', () => {
    const one = matrixFromRows([[2]]);
    const exact = solveTransport([1], [1], one, { marginalPenalty: 1 });
    expect(exact.method).toBe('unbalancedMm');
    expect(exact.cost).toBeCloseTo(2 * Math.exp(-1), 7);
    const entropic = solveTransport([1], [1], one, { marginalPenalty: 1, epsilon: 0.5 });
    expect(entropic.method).toBe('unbalancedSinkhorn');
    expect(entropic.cost).toBeCloseTo(2 * Math.exp(-2 / 2.5), 9);
  });
});

it('limits and observers reach the method', () => {
  let seen = 0;
  const result = solveTransport(a, b, cost, { epsilon: 1e-3, maxIterations: 3, trace: true, onIteration: () => seen++ });
  expect([result.status, result.iterations, seen]).toEqual(['iteration-limit', 3, 4]);
  expect(result.trace?.length).toBe(4);
  expect(solveTransport(a, b, cost, { signal: AbortSignal.abort() }).status).toBe('aborted');
});

it.each([
  ['cost', () => solveTransport([1], [1], {} as never)],
  ['tolerance', () => solveTransport(a, b, cost, { epsilon: 1, tolerance: -1 })],
  ['plan', () => solveTransport(a, b, cost, { plan: 'csr' as never })],
  ['initial.source', () => solveTransport(a, b, cost, { initial: { source: b, target: a } })],
  ['mass', () => solvePointTransport(plane(6000), plane(6000), { mass: 0.5 })],
  ['marginalPenalty', () => solvePointTransport(plane(6000), plane(6000), { marginalPenalty: 1 })],
  ['cost', () => solveTransport([1], [1], [[Number.NaN]])],
  ['x', () => solvePointTransport(line([Number.NaN]), line([1]))],
  ['y', () => solvePointTransport(line([1]), line([]))],
  ['y', () => solvePointTransport([[1]], [[1, 2]])],
  ['metric.minkowski', () => solvePointTransport([[1]], [[1]], { metric: { minkowski: 0.5 } })],
  ['a', () => solveTransport(b, b, cost)],
  [
    'b',
    () =>
      solveTransport(
        a,
        b.map((w) => 2 * w),
        cost,
      ),
  ],
  ['metric', () => solvePointTransport([[1]], [[1]], { metric: 'x' as never })],
  ['epsilon', () => solveTransport(a, b, cost, { epsilon: 0 })],
  ['mass', () => solveTransport(a, b, cost, { mass: 2 })],
  ['marginalPenalty', () => solveTransport(a, b, cost, { mass: 0.5, marginalPenalty: 1 })],
  ['marginalPenalty', () => solveTransport(a, b, cost, { marginalPenalty: -1 })],
  ['maxSeconds', () => solveTransport(a, b, cost, { maxSeconds: -1 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toMatch(argument);
});

it('hands on what the methods know, in types that gradients take', () => {
  const problem = randomPoints(8, 9, 2, 3);
  const dense = solveTransport(problem.a, problem.b, problem.cost, { epsilon: 0.1, plan: 'dense' });
  expect(transportGradient(dense).cost).toBe(dense.plan);
  expect(dense.regularizedCost).toBeCloseTo(dense.dualValue ?? Number.NaN, 8);
  expect(dense.epsilon).toBe(0.1);
  const sparse = solveTransport(problem.a, problem.b, problem.cost, { plan: 'sparse' });
  expect(transportGradient(sparse).cost.rowPointers.length).toBe(9);
  const { mass } = solveTransport(problem.a, problem.b, problem.cost, { epsilon: 0.1, marginalPenalty: 0.5 });
  expect(mass).toBeGreaterThan(0);
});

describe('weights in single precision', () => {
  const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
  const [a, b] = [Float32Array.of(0.1, 0.9), Float32Array.of(0.3, 0.7)];

  it.each([
    ['both sides', { a, b }],
    ['targets', { a: Float64Array.of(0.1, 0.9), b }],
    ['sources', { a, b: Float64Array.of(0.3, 0.7) }],
  ])('%s: have one mass, up to their rounding', (_, { a, b }) => {
    for (const options of [{}, { epsilon: 0.1 }]) {
      const { status, cost: value, marginalError } = solveTransport(a, b, cost, options);
      expect(status).toBe('converged');
      expect(marginalError).toBeLessThanOrEqual(1e-9);
      if (!('epsilon' in options)) expect(value).toBeCloseTo(0.2, 6);
    }
    expect(solvePointTransport([[0], [1]], [[0], [1]], { a }).status).toBe('converged');
    expect(solvePointTransport([[0], [1]], [[0], [1]], { b }).status).toBe('converged');
  });

  it('that differ by more are refused', () => {
    expect(thrownBy(() => solveTransport(a, Float32Array.of(0.3, 0.8), cost)).argument).toBe('b');
    expect(thrownBy(() => solveTransport(Float32Array.of(Number.NaN, 1), b, cost)).argument).toBe('a');
  });
});
