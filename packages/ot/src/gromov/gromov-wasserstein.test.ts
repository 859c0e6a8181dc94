import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { costMatrix } from '../cost-matrix.ts';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { highsOracle } from '../testing/linear-program.ts';
import { distortionByDefinition, gradientByDefinition } from '../testing/matched-distances.ts';
import { goldenDistance, goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { entropicGromovWasserstein } from './entropic-gromov-wasserstein.ts';
import { gromovWasserstein } from './gromov-wasserstein.ts';

const first = goldenMatrix('squareX');
const second = goldenMatrix('squareY');
const a = goldenVector('a');
const b = goldenVector('b');
const cost = goldenMatrix('cost');
const directed = [goldenMatrix('directedX'), goldenMatrix('directedY')] as const;
const kernels = [goldenMatrix('kernelX'), goldenMatrix('kernelY')] as const;

function expectPlan({ values }: DenseMatrix, name: string, digits: number) {
  goldenMatrix(name, 0).values.forEach((mass, k) => {
    expect(values[k]).toBeCloseTo(mass, digits);
  });
}

describe('conditional gradients', () => {
  it('find the plans of POT', () => {
    const plain = gromovWasserstein(first, second, { a, b });
    expect(plain.status).toBe('converged');
    expectPlan(plain.plan, 'gromov', 7);
    const fused = gromovWasserstein(first, second, { a, b, cost, alpha: 0.4 });
    expectPlan(fused.plan, 'fusedGromov', 7);
  });

  it('find the plans of POT between directed spaces, with the Kullback-Leibler loss, and from a plan', () => {
    const started = gromovWasserstein(first, second, { a, b, initial: goldenMatrix('start') });
    const found = [
      [gromovWasserstein(...directed, { a, b }), 'gromovDirected'],
      [gromovWasserstein(...kernels, { a, b, loss: 'kl' }), 'gromovKl'],
      [gromovWasserstein(...directed, { a, b, loss: 'kl' }), 'gromovDirectedKl'],
      [started, 'gromovStarted'],
    ] as const;
    for (const [{ status, distortion, plan }, name] of found) {
      expect(status).toBe('converged');
      expect(distortion).toBeCloseTo(goldenDistance(name), 8);
      expectPlan(plan, name, 6);
    }
    // Another start, another stationary point.
    expect(started.distortion).not.toBeCloseTo(gromovWasserstein(first, second, { a, b }).distortion, 3);
  });

  it.each([
    ['square', directed, undefined],
    ['kl', kernels, undefined],
    ['kl', directed, cost],
  ] as const)('%s: no linear program beats the plan', async (loss, spaces, between) => {
    const oracle = await highsOracle();
    const fused = between ? { cost: between, alpha: 0.6 } : {};
    const { plan, distortion } = gromovWasserstein(...spaces, { a, b, loss, ...fused });
    expect(distortion).toBeCloseTo(distortionByDefinition(...spaces, plan, { loss, ...fused }), 10);
    const gradient = gradientByDefinition(...spaces, plan, { loss, ...fused });
    const along = gradient.values.reduce((sum, g, k) => sum + g * plan.values[k], 0);
    expect(along).toBeLessThanOrEqual(oracle({ a, b, cost: gradient }) + 1e-7);
  });

  it('match a directed cycle with its rotation, not with its reversal', () => {
    const cycle = (step: number) => ({
      rows: 5,
      cols: 5,
      values: Float64Array.from({ length: 25 }, (_, k) => (((k % 5) - Math.floor(k / 5)) * step + 10) % 5),
    });
    const turned = { rows: 5, cols: 5, values: new Float64Array(25) };
    for (let i = 0; i < 5; i++) turned.values[i * 5 + ((i + 2) % 5)] = 0.2;
    const near = { ...turned, values: turned.values.map((mass) => 0.9 * mass + 0.1 / 25) };
    expect(gromovWasserstein(cycle(1), cycle(1), { initial: near }).distortion).toBeCloseTo(0, 9);
    expect(gromovWasserstein(cycle(1), cycle(-1), { initial: near }).distortion).toBeLessThan(8);
  });

  it('report the distortion of the definition, and lower it with every step', () => {
    const { plan, distortion, trace = [] } = gromovWasserstein(first, second, { a, b, trace: true });
    expect(distortion).toBeCloseTo(distortionByDefinition(first, second, plan), 10);
    trace.slice(1).forEach((row, k) => {
      expect(row.distortion).toBeLessThanOrEqual(trace[k].distortion + 1e-12);
    });
  });

  it('match a space with its permutation', () => {
    const points = { rows: 6, cols: 2, values: Float64Array.of(0, 0, 1, 0, 3, 1, 0, 5, 2, 2, 7, 1) };
    const order = [3, 1, 5, 0, 4, 2];
    const permuted = {
      ...points,
      values: Float64Array.from(order.flatMap((i) => [...points.values.subarray(2 * i, 2 * i + 2)])),
    };
    const space = (p: DenseMatrix) => costMatrix(p, p, 'euclidean');
    const { plan, distortion } = gromovWasserstein(space(points), space(permuted));
    expect(distortion).toBeCloseTo(0, 12);
    order.forEach((i, j) => {
      expect(plan.values[i * 6 + j]).toBeCloseTo(1 / 6, 10);
    });
  });

  it('without a Gromov-Wasserstein term is plain transport', () => {
    const fused = gromovWasserstein(first, second, { a, b, cost, alpha: 0 });
    expect(fused.distortion).toBeCloseTo(emd(a, b, cost).cost, 10);
  });

  it('one point against many, zero weights', () => {
    const point = { rows: 1, cols: 1, values: Float64Array.of(0) };
    const { distortion } = gromovWasserstein(point, second, { a: Float64Array.of(1), b });
    expect(distortion).toBeCloseTo(
      second.values.reduce((sum, value, k) => sum + value ** 2 * b[Math.floor(k / 7)] * b[k % 7], 0),
      10,
    );
    const weights = Float64Array.of(0.5, 0.5, 0);
    const path = { rows: 3, cols: 3, values: Float64Array.of(0, 1, 9, 1, 0, 9, 9, 9, 0) };
    expect(entropicGromovWasserstein(path, path, { a: weights, b: weights, epsilon: 1 }).plan.values[8]).toBe(0);
  });
});

describe('entropic', () => {
  it('finds the plans of POT', () => {
    const plain = entropicGromovWasserstein(first, second, { a, b, epsilon: 1 });
    expect(plain.status).toBe('converged');
    expectPlan(plain.plan, 'entropicGromov', 6);
    const fused = entropicGromovWasserstein(first, second, { a, b, cost, alpha: 0.4, epsilon: 1 });
    expectPlan(fused.plan, 'entropicFusedGromov', 6);
    const kl = entropicGromovWasserstein(...kernels, { a, b, loss: 'kl', epsilon: 0.1 });
    expectPlan(kl.plan, 'entropicGromovKl', 6);
    const one = entropicGromovWasserstein(...directed, { a, b, epsilon: 1 });
    expectPlan(one.plan, 'entropicGromovDirected', 6);
    const again = entropicGromovWasserstein(first, second, { a, b, epsilon: 1, initial: plain.plan });
    expect(again.iterations).toBeLessThan(plain.iterations);
  });

  it('reports the distortion of the definition', () => {
    const options = { a, b, epsilon: 1, tolerance: 1e-11 };
    const { plan, distortion } = entropicGromovWasserstein(first, second, options);
    expect(distortion).toBeCloseTo(distortionByDefinition(first, second, plan), 10);
  });
});

it.each([
  ['first', () => gromovWasserstein({ rows: 1, cols: 2, values: Float64Array.of(0, 1) }, second)],
  ['first', () => gromovWasserstein({ ...first, values: first.values.map((d) => -d) }, second, { loss: 'kl' })],
  ['second', () => gromovWasserstein(first, second, { loss: 'kl' })],
  ['loss', () => gromovWasserstein(first, second, { loss: 'l1' as never })],
  ['initial', () => gromovWasserstein(first, second, { initial: first })],
  ['initial', () => gromovWasserstein(first, second, { initial: cost })],
  ['initial', () => gromovWasserstein(first, second, { initial: { ...cost, values: cost.values.map((c) => -c) } })],
  ['second', () => gromovWasserstein(first, cost)],
  ['a', () => gromovWasserstein(first, second, { a: b })],
  ['b', () => gromovWasserstein(first, second, { a, b: b.map((w) => 2 * w) })],
  ['alpha', () => gromovWasserstein(first, second, { alpha: 0.5 })],
  ['alpha', () => gromovWasserstein(first, second, { cost, alpha: 1.5 })],
  ['cost', () => gromovWasserstein(first, second, { cost: first })],
  ['tolerance', () => gromovWasserstein(first, second, { tolerance: -1 })],
  ['epsilon', () => entropicGromovWasserstein(first, second, { epsilon: 0 })],
  ['options', () => gromovWasserstein(first, second, null as never)],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
