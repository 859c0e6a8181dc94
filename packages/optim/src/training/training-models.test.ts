// The models that are trained in batches, against differences and against their definitions.
import { gradientError, hessianVectorError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { convolutionalLoss } from './convolutional-network.ts';
import { factorModelLoss } from './factor-model.ts';
import { perceptronLoss } from './multilayer-perceptron.ts';
import { digitsModel, drawClicks, factorStart, networkStart } from './training-instances.ts';
import type { TrainingModel } from './training-model.ts';

const random = new Random(5);
const inputs = { rows: 6, cols: 16, values: random.normals(new Float64Array(96)) };
const labels = Uint8Array.of(0, 2, 1, 1, 2, 0);
const log = {
  users: 3,
  items: 2,
  userOf: Int32Array.of(0, 1, 2, 0, 2, 2),
  itemOf: Int32Array.of(0, 1, 1, 1, 0, 1),
  clicked: Uint8Array.of(1, 0, 1, 1, 0, 1),
};
const models: Record<string, TrainingModel> = {
  perceptron: perceptronLoss(inputs, labels, { hidden: 5, ridge: 0.01 }),
  convolution: convolutionalLoss(inputs, labels, { channels: 2, ridge: 0.01 }),
  'convolution without pooling': convolutionalLoss(inputs, labels, { shape: [2, 8], kernel: 1, pool: 1, channels: 1 }),
  factors: factorModelLoss(log, { factors: 3, ridge: 0.01 }),
};

describe.each(Object.entries(models))('%s', (_, model) => {
  const { dimension } = model;
  const vector = (scale = 1) => random.normals(new Float64Array(dimension)).map((value) => scale * value);

  it('has the derivatives that differences find, at twenty points', () => {
    for (let trial = 0; trial < 20; trial++) {
      const x = vector(0.1 + trial / 10);
      expect(gradientError(model, x)).toBeLessThan(1e-6);
      expect(hessianVectorError(model, x, vector())).toBeLessThan(1e-6);
    }
  });

  it('gives the mean of its terms, in one pass or in several', () => {
    const [x, v] = [vector(), vector()];
    const indices = Int32Array.of(4, 0, 4, 5);
    const [whole, other, sum] = [vector(), vector(), new Float64Array(dimension)];
    const value = model.evaluate(x, whole, indices);
    const values = Array.from(indices, (index) => model.value(x, Int32Array.of(index)));
    expect(value).toBeCloseTo(
      values.reduce((total, term) => total + term / 4, 0),
      12,
    );
    expect(model.value(x, indices)).toBeCloseTo(value, 12);
    model.gradient(x, other, indices);
    expect(other).toEqual(whole);
    const each = new Float64Array(4 * dimension);
    model.sampleGradients(x, each, indices);
    for (let k = 0; k < each.length; k++) sum[k % dimension] += each[k] / 4;
    sum.forEach((entry, i) => {
      expect(entry).toBeCloseTo(whole[i], 12);
    });
    model.productThere(v, whole);
    model.hessianVector(x, v, other, indices);
    expect(other).toEqual(whole);
  });

  it('has symmetric Hessians', () => {
    const [x, v, w] = [vector(), vector(), vector()];
    const [hv, hw] = [new Float64Array(dimension), new Float64Array(dimension)];
    model.hessianVector(x, v, hv);
    model.hessianVector(x, w, hw);
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
    expect(dot(w, hv)).toBeCloseTo(dot(v, hw), 10);
  });
});

describe('values', () => {
  it('of the perceptron are those of its definition', () => {
    const model = perceptronLoss(inputs, labels, { hidden: 2, classes: 3 });
    const x = random.normals(new Float64Array(model.dimension));
    let [sum, right] = [0, 0];
    for (let sample = 0; sample < 6; sample++) {
      const hidden = [0, 1].map((unit) =>
        Math.tanh(
          inputs.values
            .subarray(16 * sample, 16 * sample + 16)
            .reduce((total, value, j) => total + value * x[16 * unit + j], x[32 + unit]),
        ),
      );
      const scores = [0, 1, 2].map((c) => x[40 + c] + x[34 + 2 * c] * hidden[0] + x[35 + 2 * c] * hidden[1]);
      const total = scores.reduce((all, score) => all + Math.exp(score), 0);
      sum += Math.log(total) - scores[labels[sample]];
      if (scores[labels[sample]] === Math.max(...scores)) right++;
    }
    expect(model.value(x)).toBeCloseTo(sum / 6, 12);
    expect(model.accuracy(x)).toBe(right / 6);
  });

  it('of the convolution are those of its definition', () => {
    const model = convolutionalLoss(inputs, labels, { channels: 1 });
    const x = random.normals(new Float64Array(model.dimension));
    const pixel = (sample: number, i: number, j: number) =>
      i < 0 || j < 0 || i > 3 || j > 3 ? 0 : inputs.values[16 * sample + 4 * i + j];
    let sum = 0;
    for (let sample = 0; sample < 6; sample++) {
      const features = [0, 0, 0, 0];
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) {
          let u = x[9];
          for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) u += x[3 * a + b] * pixel(sample, i + a - 1, j + b - 1);
          features[2 * (i >> 1) + (j >> 1)] += Math.tanh(u) / 4;
        }
      }
      const scores = [0, 1, 2].map((c) =>
        features.reduce((total, feature, f) => total + x[10 + 4 * c + f] * feature, x[22 + c]),
      );
      sum += Math.log(scores.reduce((all, score) => all + Math.exp(score), 0)) - scores[labels[sample]];
    }
    expect(model.value(x)).toBeCloseTo(sum / 6, 12);
  });

  it('of the factor model are those of its definition', () => {
    const model = factorModelLoss(log, { factors: 1 });
    const x = random.normals(new Float64Array(10));
    let sum = 0;
    for (let event = 0; event < 6; event++) {
      const [user, item] = [log.userOf[event], log.itemOf[event]];
      const score = x[user] * x[3 + item] + x[5 + user] + x[8 + item];
      sum += Math.log1p(Math.exp(log.clicked[event] ? -score : score));
    }
    expect(model.value(x)).toBeCloseTo(sum / 6, 12);
  });

  it('stay finite for huge weights', () => {
    for (const model of Object.values(models)) {
      const x = new Float64Array(model.dimension).fill(1e100);
      expect(Number.isNaN(model.value(x))).toBe(false);
    }
  });
});

describe('instances', () => {
  it('have the sizes and starts that they should have', async () => {
    const { objective, heldOut } = await digitsModel('perceptron', 1400);
    expect([objective.dimension, objective.terms, heldOut.terms]).toEqual([2410, 1400, 397]);
    expect((await digitsModel('convolutional', 20)).objective.dimension).toBe(1370);
    const x = networkStart(objective.shapes, 3);
    const variance = (from: number, to: number) =>
      x.subarray(from, to).reduce((sum, value) => sum + value * value, 0) / (to - from);
    expect(64 * variance(0, 2048)).toBeGreaterThan(0.85);
    expect(64 * variance(0, 2048)).toBeLessThan(1.15);
    expect(variance(2048, 2080)).toBe(0);
    expect(32 * variance(2080, 2400)).toBeGreaterThan(0.7);
    const factors = factorStart([[30, 8], [20, 8], [30], [20]], 1);
    expect(factors.subarray(400).every((bias) => bias === 0)).toBe(true);
  });

  it('of clicks are the published draw', () => {
    const { clicked, probabilities } = drawClicks();
    expect(clicked.reduce((sum, click) => sum + click, 0) / 36_000).toBeCloseTo(0.3015556, 7);
    let loss = 0;
    for (let event = 30_000; event < 36_000; event++) {
      const probability = probabilities[event];
      loss -= Math.log(clicked[event] ? probability : 1 - probability) / 6000;
    }
    expect(loss).toBeCloseTo(0.5084579, 7);
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => perceptronLoss(inputs, labels.slice(1))).toThrow(argument('labels'));
    expect(() => perceptronLoss(inputs, labels, { classes: 2 })).toThrow(
      expect.objectContaining({ argument: 'labels', index: 1 }),
    );
    expect(() => perceptronLoss(inputs, labels, { hidden: 0 })).toThrow(argument('hidden'));
    expect(() => perceptronLoss(inputs, labels, { ridge: -1 })).toThrow(argument('ridge'));
    const broken = { ...inputs, values: inputs.values.map((value, k) => (k === 3 ? Number.NaN : value)) };
    expect(() => perceptronLoss(broken, labels)).toThrow(argument('inputs'));
    expect(() => convolutionalLoss(inputs, labels, { shape: [3, 5] })).toThrow(argument('shape'));
    expect(() => convolutionalLoss(inputs, labels, { kernel: 2 })).toThrow(argument('kernel'));
    expect(() => convolutionalLoss(inputs, labels, { pool: 3 })).toThrow(argument('pool'));
    expect(() => factorModelLoss({ ...log, userOf: Int32Array.of(3) })).toThrow(argument('userOf'));
    expect(() => factorModelLoss({ ...log, itemOf: log.itemOf.slice(1) })).toThrow(argument('itemOf'));
    expect(() => factorModelLoss({ ...log, clicked: Uint8Array.of(1, 0, 2, 0, 0, 0) })).toThrow(
      expect.objectContaining({ argument: 'clicked', index: 2 }),
    );
    const empty = { ...log, userOf: new Int32Array(0), itemOf: new Int32Array(0), clicked: new Uint8Array(0) };
    expect(() => factorModelLoss(empty)).toThrow(argument('userOf'));
  });
});
