// Weights of points: as good as repeated points, whatever the method.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { batchPerceptron } from './batch-perceptron.ts';
import { fitClassifier, scoreClassifier } from './fit-classifier.ts';
import { iterationBound } from './iteration-bound.ts';
import { lbfgsLogistic } from './lbfgs-logistic.ts';
import { logisticGradientDescent } from './lr-gd.ts';
import { maxMargin } from './max-margin.ts';
import { normalizedGradientDescent } from './normalized-gd.ts';
import { normalizedBatchPerceptron, normalizedLogisticDescent } from './normalized-lr-gd.ts';
import { perceptron } from './perceptron.ts';
import { separatedSphere } from './separable-families.ts';
import type { SeparableInstance } from './signed-rows.ts';

/** Points with whole weights, and the same points as often as they weigh. */
function twins(seed: number, count: number): [SeparableInstance, SeparableInstance] {
  const random = new Random(seed);
  const plain = separatedSphere(count, 4, 0.05, seed);
  const { points, labels } = plain;
  const weights = Float64Array.from({ length: points.rows }, () => 1 + random.integer(4));
  const rows = Array.from(weights, (weight, i) => new Array<number>(weight).fill(i)).flat();
  const values = Float64Array.from(rows.flatMap((i) => Array.from(points.values.subarray(4 * i, 4 * i + 4))));
  const repeated = { rows: rows.length, cols: 4, values };
  return [
    { ...plain, sampleWeights: weights },
    { ...plain, points: repeated, labels: Int8Array.from(rows, (i) => labels[i]) },
  ];
}

describe('sample weights', () => {
  const methods = {
    'lr-gd': (instance: SeparableInstance) => logisticGradientDescent(instance, { stepSize: 3 }),
    'lr-gd with its own step': (instance: SeparableInstance) => logisticGradientDescent(instance),
    'normalized-lr-gd': (instance: SeparableInstance) => normalizedLogisticDescent(instance, { stepSize: 3 }),
    'batch-perceptron': (instance: SeparableInstance) => batchPerceptron(instance),
    'normalized-batch-perceptron': (instance: SeparableInstance) => normalizedBatchPerceptron(instance),
    'normalized-gd': (instance: SeparableInstance) => normalizedGradientDescent(instance),
    'lbfgs-logistic': (instance: SeparableInstance) => lbfgsLogistic(instance),
  };

  it.each(Object.entries(methods))('%s does what it does with repeated points', (_, method) => {
    for (const seed of [1, 2, 3]) {
      const [weighted, repeated] = twins(seed, 40);
      const [a, b] = [method(weighted), method(repeated)];
      expect(a.iterations).toBe(b.iterations);
      expect(a.status).toBe('converged');
      const scale = Math.hypot(...a.weights) / Math.hypot(...b.weights);
      a.weights.forEach((value, j) => {
        expect(value).toBeCloseTo(scale * b.weights[j], 9);
      });
    }
  });

  it('the perceptron adds a point by its weight', () => {
    const points = { rows: 2, cols: 2, values: Float64Array.of(1, 0, -1, 1) };
    const instance = { points, labels: Int8Array.of(1, 1), fitIntercept: false };
    // Weights of mean 1: 1.5 (1, 0) + 0.5 (-1, 1) = (1, 0.5) has (-1, 1) wrong; 0.5 of it more, twice, and (1, 0) is on the plane.
    let h = [0, 0];
    const add = (factor: number, x: number, y: number) => {
      h = [h[0] + factor * x, h[1] + factor * y];
    };
    let updates = 0;
    for (let wrong = true; wrong; ) {
      wrong = false;
      if (!(h[0] > 0)) [wrong, updates] = [true, updates + (add(1.5, 1, 0) ?? 1)];
      if (!(h[1] - h[0] > 0)) [wrong, updates] = [true, updates + (add(0.5, -1, 1) ?? 1)];
    }
    const found = perceptron({ ...instance, sampleWeights: Float64Array.of(3, 1) });
    expect(found.updates).toBe(updates);
    expect(found.weights[1] / found.weights[0]).toBeCloseTo(h[1] / h[0], 12);
  });

  it('keeps the bound with n over the least weight, and does not move the widest margin', () => {
    for (const seed of [4, 5, 6, 7]) {
      const [weighted] = twins(seed, 60);
      const { sampleWeights, ...plain } = weighted;
      const { margin } = maxMargin(weighted);
      expect(margin).toBe(maxMargin(plain).margin);
      const weights = sampleWeights as Float64Array;
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      const count = Math.ceil(weights.length / (Math.min(...weights) / mean));
      for (const stepSize of [0.3, 3, 300]) {
        const { iterations } = normalizedLogisticDescent(weighted, { stepSize });
        expect(iterations).toBeLessThanOrEqual(iterationBound('normalized-lr-gd', { count, radius: 1, margin, stepSize }));
      }
    }
  });

  it('balanced classes count alike', () => {
    const points = { rows: 5, cols: 1, values: Float64Array.of(1, 2, 3, 4, 9) };
    const labels = ['a', 'a', 'a', 'a', 'b'];
    const once = { method: 'lr-gd', maxIterations: 1 } as const;
    const balanced = fitClassifier(points, labels, { ...once, balanced: true });
    const weighted = fitClassifier(points, labels, { ...once, sampleWeights: Float64Array.of(1, 1, 1, 1, 4) });
    expect(weighted.planes[0].weights[0]).toBeCloseTo(balanced.planes[0].weights[0], 12);
    const ended = fitClassifier(points, labels, { method: 'lr-gd', balanced: true });
    expect(scoreClassifier(ended, points, labels)).toBe(1);
  });

  it('are refused where they are no weights, or would change nothing', () => {
    const points = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
    for (const sampleWeights of [Float64Array.of(1), Float64Array.of(1, 0), Float64Array.of(1, Number.NaN)]) {
      expect(() => fitClassifier(points, [0, 1], { method: 'lr-gd', sampleWeights })).toThrow(
        expect.objectContaining({ argument: 'sampleWeights' }),
      );
    }
    expect(() => fitClassifier(points, [0, 1], { method: 'max-margin', sampleWeights: Float64Array.of(1, 1) })).toThrow(
      expect.objectContaining({ argument: 'sampleWeights', code: 'unsupported' }),
    );
  });
});
