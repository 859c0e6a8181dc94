import { loadIris } from '@infimum/datasets/iris';
import { expect, it } from 'vitest';
import { decisionValues, fitClassifier, predictClassifier, scoreClassifier } from './fit-classifier.ts';

it('tells two digits of any labels apart; the larger label is the positive class', () => {
  const points = { rows: 4, cols: 1, values: Float64Array.of(1, 2, 5, 6) };
  for (const labels of [
    [0, 0, 1, 1],
    ['a', 'a', 'b', 'b'],
    [7, 7, 9, 9],
  ]) {
    const model = fitClassifier(points, labels);
    expect(model.status).toBe('converged');
    expect(model.classes).toEqual([labels[0], labels[3]]);
    expect(predictClassifier(model, points)).toEqual(labels);
    expect(decisionValues(model, points).values[3]).toBeGreaterThan(0);
  }
});

it('names planes that do not separate, and is right about most irises all the same', () => {
  const { features, labels } = loadIris();
  const model = fitClassifier(features, labels, { standardize: true, maxIterations: 300 });
  expect(model.status).toBe('iteration-limit');
  expect(model.planes.map(({ separates }) => separates)).toEqual([true, false, false]);
  expect(scoreClassifier(model, features, labels)).toBeGreaterThan(0.6);
});

it('gives weights in the units of the data when it standardises', () => {
  const points = { rows: 4, cols: 2, values: Float64Array.of(1e6, 1, 2e6, 1.5, 1e6, 3, 2e6, 3.5) };
  const labels = [0, 0, 1, 1];
  const model = fitClassifier(points, labels, { standardize: true });
  expect(model.status).toBe('converged');
  expect(predictClassifier(model, points)).toEqual(labels);
});

it('refuses labels that leave nothing to learn', () => {
  const points = { rows: 2, cols: 1, values: Float64Array.of(1, 2) };
  expect(() => fitClassifier(points, [1, 1])).toThrow('nothing to tell apart');
  expect(() => fitClassifier(points, [1])).toThrow('expected 2 labels');
  expect(() => fitClassifier(points, [1, Number.NaN])).toThrow('index 1');
  expect(() =>
    predictClassifier(fitClassifier(points, [0, 1]), { rows: 1, cols: 2, values: Float64Array.of(1, 2) }),
  ).toThrow('expected 1 columns');
});
