import { csrToDense } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { partialOracle } from '../testing/partial-program.ts';
import { goldenMatrix, goldenVector } from '../testing/pot-golden.ts';
import { entropicPartialTransport, partialTransport } from './partial-transport.ts';

const a = goldenVector('a');
const b = goldenVector('heavy');
const cost = goldenMatrix('cost');

describe('exact', () => {
  it('the cost is that of the linear program, negative costs included', async () => {
    const oracle = await partialOracle();
    for (const shift of [0, -2]) {
      const shifted = { ...cost, values: cost.values.map((c) => c + shift) };
      for (const mass of [0.05, 0.3, 0.6, 0.9]) {
        const result = partialTransport(a, b, shifted, { mass });
        expect(result.status).toBe('converged');
        expect(result.cost).toBeCloseTo(oracle({ a, b, cost: shifted }, mass), 8);
        const { values, cols } = csrToDense(result.plan);
        const sums = a.map((_, i) => values.subarray(i * cols, (i + 1) * cols).reduce((s, v) => s + v, 0));
        expect(sums.reduce((s, v) => s + v, 0)).toBeCloseTo(mass, 12);
        sums.forEach((sum, i) => {
          expect(sum).toBeLessThanOrEqual(a[i] + 1e-12);
        });
      }
    }
  });

  it('the plan is that of POT', () => {
    const plan = csrToDense(partialTransport(a, b, cost, { mass: 0.6 }).plan);
    goldenMatrix('partial').values.forEach((mass, k) => {
      expect(plan.values[k]).toBeCloseTo(mass, 10);
    });
  });

  it('no mass costs nothing, all of it is plain transport', () => {
    expect(partialTransport(a, b, cost, { mass: 0 }).cost).toBe(0);
    const balanced = goldenVector('b');
    const all = balanced.reduce((sum, weight) => sum + weight, 0);
    expect(partialTransport(a, balanced, cost, { mass: Math.min(1, all) }).cost).toBeCloseTo(emd(a, balanced, cost).cost, 10);
  });
});

describe('entropic', () => {
  it('the plan is that of POT', () => {
    const result = entropicPartialTransport(a, b, cost, { epsilon: 0.3, mass: 0.6 });
    expect(result.status).toBe('converged');
    goldenMatrix('partialEntropic').values.forEach((mass, k) => {
      expect(result.plan.values[k]).toBeCloseTo(mass, 7);
    });
  });

  it('tends to the exact cost as epsilon vanishes', () => {
    const exact = partialTransport(a, b, cost, { mass: 0.6 }).cost;
    const { cost: entropic, mass } = entropicPartialTransport(a, b, cost, { epsilon: 0.005, mass: 0.6 });
    expect(entropic).toBeCloseTo(exact, 2);
    expect(mass).toBeCloseTo(0.6, 10);
  });

  it('zero weights and single points work', () => {
    const weights = Float64Array.of(1, 0);
    const square = { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 0) };
    const { plan } = entropicPartialTransport(weights, weights, square, { epsilon: 0.1, mass: 0.5 });
    expect(Array.from(plan.values)).toEqual([expect.closeTo(0.5, 12), 0, 0, 0]);
  });
});

it.each([
  ['mass', () => partialTransport(a, b, cost, { mass: 1.2 })],
  ['mass', () => partialTransport(a, b, cost, { mass: -0.1 })],
  ['mass', () => entropicPartialTransport(a, b, cost, { mass: 0, epsilon: 1 })],
  ['epsilon', () => entropicPartialTransport(a, b, cost, { mass: 0.5, epsilon: 0 })],
  ['a', () => partialTransport(b, b, cost, { mass: 0.5 })],
  ['cost', () => partialTransport(a, b, { ...cost, values: cost.values.map(() => Infinity) }, { mass: 0.5 })],
])('a bad %s is named', (argument, call) => {
  expect(thrownBy(call).argument).toBe(argument);
});
