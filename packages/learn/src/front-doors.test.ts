// What callers may hand over: plain, nested and typed arrays.
import { expect, it } from 'vitest';
import {
  adamRelu,
  attackRelu,
  convexReluAdmm,
  decisionValues,
  enumeratePatterns,
  fineTune,
  fitClassifier,
  fitReluClassifier,
  maxMargin,
  perceptron,
  predictClasses,
  predictClassifier,
  predictRelu,
  predictReluClassifier,
  reluAccuracy,
  samplePatterns,
  scoreClassifier,
  separability,
} from './index.ts';

const nested = [
  [1, 5],
  [2, 6],
  [1, 7],
  [6, 1],
  [7, 2],
  [8, 1],
];
const typed = { rows: 6, cols: 2, values: Float32Array.from(nested.flat()) };
const sparse = {
  rows: 6,
  cols: 2,
  rowPointers: [0, 2, 4, 6, 8, 10, 12],
  columnIndices: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
  values: nested.flat(),
};
const labels = [1, 1, 1, -1, -1, -1];

it.each([
  ['nested lists', nested],
  ['Float32 entries', typed],
  ['sparse rows in plain lists', sparse],
])('separation takes %s', (_, points) => {
  const whole = perceptron({ points: nested, labels: Int8Array.from(labels), fitIntercept: true });
  expect(perceptron({ points, labels, fitIntercept: true }, { initial: [0, 0, 0] }).weights).toEqual(whole.weights);
  expect(maxMargin({ points, labels, fitIntercept: true }).errors).toBe(0);
  expect(separability({ points, labels, fitIntercept: true }).kind).toBe('separable');
  const model = fitClassifier(points, ['oak', 'oak', 'oak', 'pine', 'pine', 'pine']);
  expect(predictClassifier(model, points)).toEqual(['oak', 'oak', 'oak', 'pine', 'pine', 'pine']);
  expect(decisionValues(model, points).values).toBeInstanceOf(Float64Array);
  expect(scoreClassifier(model, points, ['oak', 'oak', 'oak', 'pine', 'pine', 'pine'])).toBe(1);
  expect(() => perceptron({ points, labels: [1, 2, 1, 1, 1, 1], fitIntercept: true })).toThrow('labels: is 2 at index 1');
});

it('networks take nested lists', () => {
  const points = [
    [-1, 1],
    [0, 1],
    [1, 1],
  ];
  const instance = { points, targets: [1, 0, 1], loss: 'squared', beta: 1e-2 } as const;
  const network = convexReluAdmm(instance);
  expect(network.output).toBeInstanceOf(Float64Array);
  expect(predictRelu(network, points)).toHaveLength(3);
  expect(adamRelu(instance, { maxIterations: 3 }).hidden.values).toBeInstanceOf(Float64Array);
  expect(enumeratePatterns(points).count).toBe(6);
  expect(samplePatterns(points, 2, 1).rows).toBe(3);
  const attacked = attackRelu(network, points, [1, -1, 1], [0.1, 0]);
  expect(attacked.values).toHaveLength(6);
  expect(reluAccuracy(network, points, Int8Array.of(1, -1, 1))).toBeGreaterThan(0.5);
  const model = fitReluClassifier(points, ['a', 'b', 'a']);
  expect(predictReluClassifier(model, points)).toEqual(['a', 'b', 'a']);
});

it('tuning takes nested points and plain lists of classes', () => {
  const layer = { weights: { rows: 2, cols: 2, values: Float64Array.of(1, 0, 0, 1) }, bias: new Float64Array(2) };
  const [layers, options] = [[layer, layer], { rank: 2, sparsity: 0.5, steps: 20 } as const];
  const examples = { points: nested, classes: [0, 0, 0, 1, 1, 1] };
  const tuned = fineTune({ layers, train: examples, test: examples }, options);
  const same = {
    points: { rows: 6, cols: 2, values: Float64Array.from(nested.flat()) },
    classes: Uint8Array.of(0, 0, 0, 1, 1, 1),
  };
  expect(tuned.layers).toEqual(fineTune({ layers, train: same, test: same }, options).layers);
  expect(predictClasses(tuned.layers, nested)).toEqual(predictClasses(tuned.layers, same.points));
  const wrong = { points: nested, classes: [0, 0, 0.5, 1, 1, 256] };
  expect(() => fineTune({ layers, train: wrong, test: examples })).toThrow('train.classes: is 0.5 at index 2');
});
