// The metrics of the wider problems: they vanish at optima that are known by other means, and notice what is wrong.
import type { Problem } from '@infimum/core';
import { parseWith } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { barycenter } from './barycenters/barycenter-problem.ts';
import { convolutionalBarycenter } from './barycenters/convolutional-barycenter.ts';
import { gromov } from './gromov/gromov-problem.ts';
import { gromovWasserstein } from './gromov/gromov-wasserstein.ts';
import { unbalancedMm } from './unbalanced/unbalanced-mm.ts';
import { unbalancedTransport } from './unbalanced/unbalanced-problem.ts';
import { unbalancedSinkhorn } from './unbalanced/unbalanced-sinkhorn.ts';

async function instanceOf<Instance, Solution extends object>(
  problem: Problem<Instance, Solution>,
  family: string,
  params: object = {},
): Promise<Instance> {
  const { generate, params: schema } = problem.families[family];
  return generate(parseWith(schema, params, 'params'), 1);
}

describe('unbalanced transport', () => {
  const { stationarity, objective } = unbalancedTransport.metrics;

  it('has the closed form of one point and one point', () => {
    // min_p 2 p + 0.5 KL(p | 1) + 2 KL(p | 1): log p = -2 / 2.5
    const one = Float64Array.of(1);
    const cost = { rows: 1, cols: 1, values: Float64Array.of(2) };
    const instance = { a: one, b: one, cost, marginalPenalty: 1, epsilon: 0.5 };
    const at = (p: number) => ({ plan: { rows: 1, cols: 1, values: Float64Array.of(p) }, cost: 2 * p, mass: p });
    const best = Math.exp(-0.8);
    expect(stationarity.compute(instance, at(best))).toBeCloseTo(0, 14);
    expect(objective.compute(instance, at(best))).toBeCloseTo(2.5 * (1 - best), 14);
    expect(objective.compute(instance, at(best + 0.1))).toBeGreaterThan(objective.compute(instance, at(best)));
    expect(stationarity.compute(instance, at(best + 0.1))).toBeGreaterThan(0.1);
  });

  it('judges the solvers, with entropy and without', async () => {
    const entropic = await instanceOf(unbalancedTransport, 'clouds', { n: 20 });
    const { epsilon, marginalPenalty } = entropic;
    const plan = unbalancedSinkhorn(entropic.a, entropic.b, entropic.cost, { epsilon, marginalPenalty });
    expect(stationarity.compute(entropic, plan)).toBeLessThan(1e-8);
    const plain = await instanceOf(unbalancedTransport, 'clouds', { n: 12, epsilon: 0 });
    const price = { marginalPenalty: plain.marginalPenalty };
    const few = unbalancedMm(plain.a, plain.b, plain.cost, { ...price, maxIterations: 5 });
    const many = unbalancedMm(plain.a, plain.b, plain.cost, { ...price, maxIterations: 20_000 });
    expect(stationarity.compute(plain, many)).toBeLessThan(1e-3);
    expect(stationarity.compute(plain, few)).toBeGreaterThan(10 * stationarity.compute(plain, many));
  });
});

describe('barycentres', () => {
  const { stationarity } = barycenter.metrics;

  it.each([false, true])('are stationary when they have converged, debiased %s', async (debiased) => {
    const instance = await instanceOf(barycenter, 'mixtures', { side: 7, debiased, epsilon: 0.02 });
    const images = Array.from({ length: 3 }, (_, k) => ({
      rows: 7,
      cols: 7,
      values: instance.histograms.values.slice(49 * k, 49 * (k + 1)),
    }));
    const options = { epsilon: 0.02, debiased };
    const early = convolutionalBarycenter(images, { ...options, maxIterations: 2 });
    const late = convolutionalBarycenter(images, options);
    expect(late.status).toBe('converged');
    expect(stationarity.compute(instance, late)).toBeLessThan(1e-7);
    expect(stationarity.compute(instance, early)).toBeGreaterThan(1e-4);
    // Debiased or not makes a difference.
    expect(stationarity.compute({ ...instance, debiased: !debiased }, late)).toBeGreaterThan(1e-4);
  });

  it('are read from files, scaled', () => {
    const { instanceFile } = barycenter;
    const instance = instanceFile?.parse({ images: [[[2, 0]], [[0, 4]]], epsilon: 0.1 });
    expect(Array.from(instance?.histograms.values ?? [])).toEqual([1, 0, 0, 1]);
    expect(() => instanceFile?.parse({ images: [[[1]], [[1, 1]]], epsilon: 0.1 })).toThrow(
      expect.objectContaining({ argument: 'images[1]' }),
    );
  });
});

describe('Gromov-Wasserstein matching', () => {
  const { distortion, marginalError } = gromov.metrics;

  it('has no distortion under the permutation that made the instance, and the sum of its definition', async () => {
    const instance = await instanceOf(gromov, 'moved', { n: 6 });
    const { first, second } = instance;
    const order = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 6 }, (_, j) => j).find((j) =>
        sorted(first.values.subarray(6 * j, 6 * j + 6)).every(
          (value, k) => value === sorted(second.values.subarray(6 * i, 6 * i + 6))[k],
        ),
      ),
    );
    const values = new Float64Array(36);
    order.forEach((j, i) => {
      values[6 * (j ?? 0) + i] = 1 / 6;
    });
    const matching = { plan: { rows: 6, cols: 6, values }, distortion: 0, marginalError: 0 };
    expect(distortion.compute(instance, matching)).toBeCloseTo(0, 14);
    expect(marginalError.compute(instance, matching)).toBeCloseTo(0, 14);

    const spread = { ...matching, plan: { rows: 6, cols: 6, values: new Float64Array(36).fill(1 / 36) } };
    let sum = 0;
    for (let i = 0; i < 6; i++)
      for (let j = 0; j < 6; j++)
        for (let k = 0; k < 6; k++)
          for (let l = 0; l < 6; l++) sum += (first.values[6 * i + k] - second.values[6 * j + l]) ** 2 / 36 / 36;
    expect(distortion.compute(instance, spread)).toBeCloseTo(sum, 12);
  });

  it('falls below that of the product plan', async () => {
    const instance = await instanceOf(gromov, 'digits');
    const { a, b } = instance;
    const found = gromovWasserstein(instance.first, instance.second, { a, b });
    const product = {
      plan: {
        rows: a.length,
        cols: b.length,
        values: Float64Array.from({ length: a.length * b.length }, (_, k) => a[Math.floor(k / b.length)] * b[k % b.length]),
      },
      distortion: 0,
      marginalError: 0,
    };
    expect(distortion.compute(instance, found)).toBeLessThan(0.5 * distortion.compute(instance, product));
    expect(distortion.compute(instance, found)).toBeCloseTo(found.distortion, 10);
  });
});

function sorted(values: Float64Array): Float64Array {
  return values.toSorted();
}
