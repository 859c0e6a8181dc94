import { Random } from '@infimum/core';
import { loadBreastCancer } from '@infimum/datasets/breast-cancer';
import { loadDigits } from '@infimum/datasets/digits';
import { loadIris } from '@infimum/datasets/iris';
import { describe, expect, it } from 'vitest';
import { classProbabilities, decisionValues, fitClassifier, predictClassifier, scoreClassifier } from './fit-classifier.ts';

it('tells two digits of any labels apart; the larger label is the positive class', () => {
  const points = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 5, 6) };
  for (const labels of [
    [0, 0, 1, 1],
    ['a', 'a', 'b', 'b'],
    [7, 7, 9, 9],
  ]) {
    for (const method of ['logistic', 'svc', 'max-margin', 'smooth-perceptron'] as const) {
      const model = fitClassifier(points, labels, { method });
      expect(model.status).toBe('converged');
      expect(model.classes).toEqual([labels[0], labels[3]]);
      expect(predictClassifier(model, points)).toEqual(labels);
      expect(decisionValues(model, points).values[3]).toBeGreaterThan(0);
    }
  }
});

it('names planes that do not separate, and is right about nearly all irises', () => {
  const { features, labels } = loadIris();
  const model = fitClassifier(features, labels);
  expect(model.status).toBe('converged');
  expect(scoreClassifier(model, features, labels)).toBeGreaterThan(0.96);
  const stopped = fitClassifier(features, labels, { method: 'smooth-perceptron', maxIterations: 300 });
  expect(stopped.status).toBe('iteration-limit');
  expect(stopped.planes.map(({ separates }) => separates)).toEqual([true, false, false]);
});

it('has the widest margin between the points themselves', () => {
  const points = [
    [1, 5],
    [2, 6],
    [1, 7],
    [6, 1],
    [7, 2],
    [8, 1],
  ];
  const labels = ['oak', 'oak', 'oak', 'pine', 'pine', 'pine'];
  for (const offset of [0, 1e3, 1e6]) {
    const moved = points.map((row) => row.map((entry) => entry + offset));
    const { status, planes } = fitClassifier(moved, labels, { method: 'max-margin' });
    expect(status).toBe('converged');
    // Half the distance of (2, 6) or (1, 5) from the segment between (6, 1) and (7, 2): (1, 5)-(6, 1) is 6.403 long.
    expect(planes[0].geometricMargin).toBeCloseTo(3.1819805, 4);
  }
});

describe('a fitted logistic regression', () => {
  const { features, labels } = loadBreastCancer();

  it('is the same whatever the offset and the unit of the columns', () => {
    const plain = fitClassifier(features, labels, { tolerance: 1e-8 });
    for (const [offset, scale] of [
      [0, 1e100],
      [0, 1e-100],
      [1e3, 1],
      [1e6, 1],
    ]) {
      const values = features.values.map((value) => scale * (value + offset));
      const points = { ...features, values };
      const model = fitClassifier(points, labels, { tolerance: 1e-8 });
      expect(model.status).toBe('converged');
      const [ours, first] = [model, plain].map((m) => classProbabilities(m, m === plain ? features : points).values);
      for (let i = 0; i < ours.length; i++) expect(Math.abs(ours[i] - first[i])).toBeLessThan(1e-4);
    }
  });

  it('is stationary for the loss that it is said to minimise', () => {
    // Without scaling: Σ losses + |w|²/2, intercept free, as other programs have it at C = 1.
    const points = { ...features, values: features.values.map((value) => value / 100) };
    const { planes } = fitClassifier(points, labels, { standardize: false, tolerance: 1e-10 });
    const { weights, intercept } = planes[0];
    const gradient = Float64Array.from(weights);
    let ofIntercept = 0;
    for (let i = 0; i < points.rows; i++) {
      let score = intercept;
      for (let j = 0; j < points.cols; j++) score += weights[j] * points.values[i * points.cols + j];
      const wrong = 1 / (1 + Math.exp(-score)) - (labels[i] ? 1 : 0);
      for (let j = 0; j < points.cols; j++) gradient[j] += wrong * points.values[i * points.cols + j];
      ofIntercept += wrong;
    }
    expect(Math.max(Math.abs(ofIntercept), ...gradient.map(Math.abs))).toBeLessThan(1e-5);
  });

  it('gives chances that are calibrated, and sum to one', () => {
    const random = new Random(3);
    const rows = 4000;
    const values = random.normals(new Float64Array(3 * rows));
    const classes = Array.from({ length: rows }, (_, i) => {
      const scores = [values[3 * i], values[3 * i + 1], 0.5 * values[3 * i + 2]].map((s) => Math.exp(1.5 * s));
      const total = scores.reduce((sum, score) => sum + score, 0);
      const u = random.uniform() * total;
      return u < scores[0] ? 'a' : u < scores[0] + scores[1] ? 'b' : 'c';
    });
    const points = { rows, cols: 3, values };
    const chances = classProbabilities(fitClassifier(points, classes), points);
    // Of points with a chance near p a share of about p is of the class.
    for (const [low, high] of [
      [0.1, 0.3],
      [0.3, 0.5],
      [0.5, 0.7],
      [0.7, 0.9],
    ]) {
      let [count, right, expected] = [0, 0, 0];
      chances.values.forEach((chance, k) => {
        if (!(chance >= low && chance < high)) return;
        count++;
        expected += chance;
        if (classes[Math.floor(k / 3)] === ['a', 'b', 'c'][k % 3]) right++;
      });
      expect(Math.abs(right - expected) / count).toBeLessThan(4 * Math.sqrt(0.25 / count));
    }
    for (let i = 0; i < rows; i++)
      expect(chances.values[3 * i] + chances.values[3 * i + 1] + chances.values[3 * i + 2]).toBeCloseTo(1, 12);
  });

  it('goes through JSON', () => {
    const model = fitClassifier(features, labels);
    const read = JSON.parse(JSON.stringify(model));
    expect(predictClassifier(read, features)).toEqual(predictClassifier(model, features));
    expect(structuredClone(model).planes[0].weights).toEqual(model.planes[0].weights);
    expect(() => classProbabilities(fitClassifier(features, labels, { method: 'svc' }), features)).toThrow('logistic');
  });

  it('counts a point of weight two as two points, and sparse points as dense ones', () => {
    const points = [[0], [1], [2], [1.5]];
    const twice = [[0], [1], [2], [1.5], [1.5]];
    for (const method of ['logistic', 'svc'] as const) {
      const options = { method, standardize: false, tolerance: 1e-9 };
      const weighted = fitClassifier(points, [0, 0, 1, 0], { ...options, sampleWeights: [1, 1, 1, 2] });
      const repeated = fitClassifier(twice, [0, 0, 1, 0, 0], options);
      expect(weighted.planes[0].weights[0]).toBeCloseTo(repeated.planes[0].weights[0], 6);
      const sparse = { rows: 4, cols: 1, rowPointers: [0, 0, 1, 2, 3], columnIndices: [0, 0, 0], values: [1, 2, 1.5] };
      const thin = fitClassifier(sparse, [0, 0, 1, 0], { ...options, sampleWeights: [1, 1, 1, 2] });
      expect(thin.planes[0].intercept).toBeCloseTo(weighted.planes[0].intercept, 6);
    }
  });

  it('is as good on a half of the digits that it has not seen as others are, on classes that overlap too', () => {
    const digits = loadDigits();
    const half = digits.images.rows / 2;
    const part = (from: number) => ({ rows: 898, cols: 64, values: digits.images.values.slice(64 * from, 64 * (from + 898)) });
    const model = fitClassifier(part(0), digits.labels.slice(0, 898));
    expect(
      scoreClassifier(model, part(Math.floor(half)), digits.labels.slice(Math.floor(half), Math.floor(half) + 898)),
    ).toBeGreaterThan(0.9);
    const random = new Random(9);
    const [rows, cols] = [2000, 20];
    const classes = Array.from({ length: rows }, (_, i) => i % 5);
    const centers = Array.from({ length: 5 }, () => random.normals(new Float64Array(cols)));
    const values = random
      .normals(new Float64Array(rows * cols))
      .map((value, k) => 1.5 * value + centers[Math.floor(k / cols) % 5][k % cols]);
    const overlapping = fitClassifier({ rows, cols, values }, classes);
    expect(overlapping.status).toBe('converged');
    expect(overlapping.iterations).toBeLessThan(100);
    expect(scoreClassifier(overlapping, { rows, cols, values }, classes)).toBeGreaterThan(0.75);
  });
});

it('gives weights in the units of the data when it standardises', () => {
  const points = { rows: 4, cols: 2, values: Float64Array.of(1e6, 1, 2e6, 1.5, 1e6, 3, 2e6, 3.5) };
  const labels = [0, 0, 1, 1];
  for (const method of ['logistic', 'smooth-perceptron'] as const) {
    const model = fitClassifier(points, labels, { method, standardize: true });
    expect(model.status).toBe('converged');
    expect(predictClassifier(model, points)).toEqual(labels);
  }
});

it('refuses labels that leave nothing to learn', () => {
  const points = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
  expect(() => fitClassifier(points, [1, 1])).toThrow('only one class');
  expect(() => fitClassifier(points, [1])).toThrow('expected 2 labels');
  expect(() => fitClassifier(points, [1, Number.NaN])).toThrow('index 1');
  expect(() => predictClassifier(fitClassifier(points, [0, 1]), { rows: 1, cols: 2, values: Float64Array.of(1, 2) })).toThrow(
    'expected 1 columns',
  );
});
