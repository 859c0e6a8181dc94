// The optimisers that AdaHessian is measured against, by their definitions, and what all of them share.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { adaGrad } from './adagrad.ts';
import { adaHessian } from './adahessian.ts';
import { adam, adamW } from './adam.ts';
import { lion } from './lion.ts';
import type { StochasticOptimizer } from './optimizer.ts';
import { rmsProp } from './rmsprop.ts';
import { sgd } from './sgd.ts';
import { sophia } from './sophia.ts';

const D = 7;
const gradients = Array.from({ length: 12 }, (_, seed) => new Random(seed).normals(new Float64Array(D)));
const curvature = Float64Array.from({ length: D }, (_, i) => i - 1);
const product = (v: Float64Array, out: Float64Array) => {
  for (let i = 0; i < D; i++) out[i] = curvature[i] * v[i];
};

/** Where an optimiser ends that sees these gradients, and where a rule ends that is told all gradients so far. */
function ends(optimizer: StochasticOptimizer, rule: (x: number, seen: number[], i: number) => number) {
  const [x, y] = [new Float64Array(D).fill(0.5), new Float64Array(D).fill(0.5)];
  gradients.forEach((g, step) => {
    optimizer.step(x, g, product);
    for (let i = 0; i < D; i++)
      y[i] = rule(
        y[i],
        gradients.slice(0, step + 1).map((seen) => seen[i]),
        i,
      );
  });
  return [x, y] as const;
}

/** The running mean with this memory, from zero. */
const average = (values: readonly number[], beta: number) =>
  values.reduce((mean, value) => beta * mean + (1 - beta) * value, 0);
const squares = (values: readonly number[]) => values.map((value) => value * value);

describe.each<[string, StochasticOptimizer, (x: number, seen: number[], i: number) => number]>([
  ['sgd', sgd(D, { learningRate: 0.1, momentum: 0.8 }), (x, seen) => x - 0.1 * seen.reduce((sum, g) => 0.8 * sum + g, 0)],
  [
    'adam',
    adam(D, { learningRate: 0.1 }),
    (x, seen) => {
      const [mean, square] = [average(seen, 0.9), average(squares(seen), 0.999)];
      const corrected = mean / (1 - 0.9 ** seen.length);
      return x - (0.1 * corrected) / (Math.sqrt(square / (1 - 0.999 ** seen.length)) + 1e-8);
    },
  ],
  [
    'adamW',
    adamW(D, { learningRate: 0.1, weightDecay: 0.2 }),
    (x, seen) => {
      const corrected = average(seen, 0.9) / (1 - 0.9 ** seen.length);
      const square = average(squares(seen), 0.999) / (1 - 0.999 ** seen.length);
      return x * (1 - 0.02) - (0.1 * corrected) / (Math.sqrt(square) + 1e-8);
    },
  ],
  [
    'rmsProp',
    rmsProp(D, { learningRate: 0.1, beta2: 0.9 }),
    (x, seen) => x - (0.1 * (seen.at(-1) as number)) / (Math.sqrt(average(squares(seen), 0.9)) + 1e-8),
  ],
  [
    'adaGrad',
    adaGrad(D),
    (x, seen) => x - (0.1 * (seen.at(-1) as number)) / (Math.sqrt(squares(seen).reduce((a, b) => a + b)) + 1e-10),
  ],
  [
    'lion',
    lion(D, { weightDecay: 0.5 }),
    (x, seen) => {
      const newest = 0.9 * average(seen.slice(0, -1), 0.99) + 0.1 * (seen.at(-1) as number);
      return x - 1e-3 * (Math.sign(newest) + 0.5 * x);
    },
  ],
  [
    'sophia',
    sophia(D, { hessianEvery: 4, curvatureFactor: 1, weightDecay: 0.1 }),
    (x, seen, i) => {
      const estimates = Math.ceil(seen.length / 4);
      const h = curvature[i] * (1 - 0.99 ** estimates);
      const step = average(seen, 0.965) / Math.max(h, 1e-12);
      return x * (1 - 0.001) - 0.01 * Math.min(1, Math.max(-1, step));
    },
  ],
])('%s', (_, optimizer, rule) => {
  it('makes the steps of its definition', () => {
    const [x, y] = ends(optimizer, rule);
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(y[i], 12);
    });
  });
});

const creators: Record<string, () => StochasticOptimizer> = {
  sgd: () => sgd(D),
  adam: () => adam(D),
  adamW: () => adamW(D),
  rmsProp: () => rmsProp(D),
  adaGrad: () => adaGrad(D),
  lion: () => lion(D),
  sophia: () => sophia(D, { hessianEvery: 3 }),
  adaHessian: () => adaHessian(D),
};

describe.each(Object.entries(creators))('%s', (_, create) => {
  it('goes on from what was serialised, bit for bit', () => {
    const [one, two] = [create(), create()];
    const x = new Float64Array(D).fill(1);
    for (const g of gradients) one.step(x, g, product);
    const saved = one.serialize();
    const y = x.slice();
    for (const g of gradients) one.step(x, g, product);
    two.restore(saved);
    for (const g of gradients) two.step(y, g, product);
    expect(y).toEqual(x);
  });

  it('stands still where there is no gradient, and at a rate of zero', () => {
    const optimizer = create();
    optimizer.learningRate = 0;
    const x = new Float64Array(D).fill(1);
    for (const g of gradients) optimizer.step(x, g, product);
    expect(x).toEqual(new Float64Array(D).fill(1));
    const still = new Float64Array(D).fill(0);
    create().step(still, new Float64Array(D), product);
    expect(still.every((value) => value === 0)).toBe(true);
  });
});

describe('what is out of range', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => sgd(D, { momentum: 1 })).toThrow(argument('momentum'));
    expect(() => sgd(D, { weightDecay: -1 })).toThrow(argument('weightDecay'));
    expect(() => adam(D, { learningRate: Number.NaN })).toThrow(argument('learningRate'));
    expect(() => adam(D, { beta1: 1 })).toThrow(argument('beta1'));
    expect(() => adamW(D, { beta2: 1 })).toThrow(argument('beta2'));
    expect(() => adamW(D, { epsilon: -1 })).toThrow(argument('epsilon'));
    expect(() => rmsProp(D, { epsilon: 0 })).toThrow(argument('epsilon'));
    expect(() => adaGrad(D, { epsilon: 0 })).toThrow(argument('epsilon'));
    expect(() => lion(D, { beta1: 2 })).toThrow(argument('beta1'));
    expect(() => sophia(D, { curvatureFactor: -1 })).toThrow(argument('curvatureFactor'));
    expect(() => sophia(D, { hessianEvery: 0 })).toThrow(argument('hessianEvery'));
    expect(() => adam(1.5)).toThrow(argument('parameters'));
  });
});
