// Training in batches: what is counted and kept. The comparisons of methods on small networks are in the long tests.
import type { FiniteSum } from '@infimum/core';
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { rosenbrock } from '../objectives/test-functions.ts';
import { bySuite } from '../testing/by-suite.ts';
import { adaHessian } from './adahessian.ts';
import { adam } from './adam.ts';
import { differenceProduct } from './central-differences.ts';
import type { StochasticOptimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';
import { minimizeStochastic } from './training.ts';
import { digitsModel, networkStart } from './training-instances.ts';
import { training } from './training-problem.ts';

/** A mean of quadratics (x - c_i)' D_i (x - c_i) / 2, with and without products. */
function quadratics(withProducts: boolean): FiniteSum {
  const [terms, dimension] = [10, 4];
  const random = new Random(1);
  const centers = random.normals(new Float64Array(terms * dimension));
  const weights = random.uniforms(new Float64Array(terms * dimension)).map((value) => 1 + value);
  const all = Int32Array.from({ length: terms }, (_, i) => i);
  const mean = (indices: Int32Array, term: (k: number, j: number) => number, j: number) =>
    indices.reduce((sum, i) => sum + term(i * dimension + j, j), 0) / indices.length;
  return {
    dimension,
    terms,
    value: (x, indices = all) =>
      x.reduce((sum, _, j) => sum + mean(indices, (k) => (weights[k] * (x[j] - centers[k]) ** 2) / 2, j), 0),
    gradient: (x, out, indices = all) => {
      for (let j = 0; j < dimension; j++) out[j] = mean(indices, (k) => weights[k] * (x[j] - centers[k]), j);
    },
    ...(withProducts && {
      hessianVector: (_: Float64Array, v: Float64Array, out: Float64Array, indices: Int32Array = all) => {
        for (let j = 0; j < dimension; j++) out[j] = mean(indices, (k) => weights[k] * v[j], j);
      },
    }),
  };
}

describe('training', () => {
  it('goes through all terms in every epoch, and counts', () => {
    const objective = quadratics(true);
    const seen: number[][] = [];
    const spy: FiniteSum = {
      ...objective,
      gradient: (x, out, indices) => {
        seen.push(Array.from(indices as Int32Array));
        objective.gradient(x, out, indices);
      },
    };
    const options = { batchSize: 4, epochs: 3, seed: 5, trace: true };
    const found = minimizeStochastic(spy, new Float64Array(4), sgd(4, { learningRate: 0 }), options);
    expect(found.status).toBe('iteration-limit');
    expect(found.reason).toBe('all 3 epochs are done');
    expect(found.iterations).toBe(9);
    expect(seen.map((batch) => batch.length)).toEqual([4, 4, 2, 4, 4, 2, 4, 4, 2]);
    for (const epoch of [0, 3, 6]) {
      const terms = seen.slice(epoch, epoch + 3).flat();
      expect(terms.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(seen[0]).not.toEqual(seen[3]);
    expect(found.evaluations).toEqual({ value: 9, gradient: 9, hessianVector: 0, hessian: 0 });
    expect(found.trace?.map(({ epoch }) => epoch)[9]).toBe(3);
    expect(found.value).toBe(objective.value(found.x));
  });

  it('makes the same steps with products and with differences of gradients', () => {
    const [exact, differences] = [true, false].map((withProducts) =>
      minimizeStochastic(
        quadratics(withProducts),
        new Float64Array(4),
        adaHessian(4, { hessianEvery: 2, learningRate: 0.05 }),
        { batchSize: 4, epochs: 20 },
      ),
    );
    exact.x.forEach((value, i) => {
      expect(differences.x[i]).toBeCloseTo(value, 7);
    });
    expect(exact.evaluations.hessianVector).toBe(30);
    expect(differences.evaluations).toMatchObject({ gradient: 60 + 60, hessianVector: 0 });
  });

  it('keeps to the products of the batch that the gradient is of', async () => {
    const { objective } = await digitsModel('perceptron', 100);
    const initial = networkStart(objective.shapes, 0);
    const { evaluate: _, productThere: __, ...plain } = objective;
    const [shared, separate] = [objective, plain].map((model) =>
      minimizeStochastic(model, initial, adaHessian(objective.shapes), { batchSize: 32, epochs: 3 }),
    );
    expect(separate.x).toEqual(shared.x);
  });

  it('follows a schedule and puts the learning rate back', () => {
    const rates: number[] = [];
    const optimizer = sgd(4, { learningRate: 0.5 });
    const step = optimizer.step.bind(optimizer);
    optimizer.step = (x, g) => {
      rates.push(optimizer.learningRate);
      step(x, g);
    };
    minimizeStochastic(quadratics(true), new Float64Array(4), optimizer, {
      batchSize: 5,
      epochs: 2,
      learningRateSchedule: (k) => 1 / (k + 1),
    });
    expect(rates).toEqual([0.5, 0.25, 0.5 / 3, 0.125]);
    expect(optimizer.learningRate).toBe(0.5);
  });

  it('stops with finite parameters when it diverges', () => {
    const found = minimizeStochastic(quadratics(true), new Float64Array(4), sgd(4, { learningRate: 1e6 }), {
      batchSize: 5,
      epochs: 1000,
    });
    expect(found.status).toBe('stalled');
    expect(found.reason).toContain('smaller learning rate');
    expect(found.x.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(found.value)).toBe(true);
  });

  it('repeats itself with the same seed, and not with another', () => {
    const once = (seed: number) =>
      minimizeStochastic(quadratics(true), new Float64Array(4), adaHessian(4, { seed }), { batchSize: 3, epochs: 4, seed }).x;
    expect(once(3)).toEqual(once(3));
    expect(once(3)).not.toEqual(once(4));
  });

  it('refuses what does not fit', () => {
    const objective = quadratics(true);
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const start = new Float64Array(4);
    expect(() => minimizeStochastic(objective, new Float64Array(3), sgd(4))).toThrow(argument('initial'));
    expect(() => minimizeStochastic(objective, start, sgd(3))).toThrow(argument('optimizer'));
    expect(() => minimizeStochastic(objective, start, sgd(4), { batchSize: 0 })).toThrow(argument('batchSize'));
    expect(() => minimizeStochastic(objective, start, sgd(4), { epochs: 0.5 })).toThrow(argument('epochs'));
    expect(() => minimizeStochastic({} as FiniteSum, start, sgd(4))).toThrow(argument('objective'));
  });
});

describe('differences', () => {
  it('give products to nine digits, and zero for zero', () => {
    const f = rosenbrock(4);
    const x = Float64Array.of(0.5, -1, 2, 0.1);
    const v = Float64Array.of(1, 2, -1, 0.5);
    const [exact, found] = [new Float64Array(4), new Float64Array(4)];
    f.hessianVector(x, v, exact);
    const product = differenceProduct(f.gradient, x);
    product(v, found);
    found.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThan(1e-6 * Math.max(...exact.map(Math.abs)));
    });
    product(new Float64Array(4), found);
    expect(found).toEqual(new Float64Array(4));
  });
});

describe('simple functions', () => {
  it('that are separable do not tell AdaHessian and Adam apart by their condition', () => {
    const d = 100;
    const eigenvalues = Float64Array.from({ length: d }, (_, i) => 1e6 ** (i / (d - 1)));
    const value = (x: Float64Array) => x.reduce((sum, entry, i) => sum + (eigenvalues[i] * entry * entry) / 2, 0);
    const touches = (learningRate: number) => {
      const x = new Float64Array(d).fill(1);
      const first = value(x);
      const optimizer = adam(d, { learningRate });
      for (let step = 1; ; step++) {
        optimizer.step(
          x,
          x.map((entry, i) => eigenvalues[i] * entry),
        );
        if (value(x) < 1e-10 * first) return step;
      }
    };
    expect([1e-2, 5e-2, 0.15].map(touches)).toEqual([338, 172, 132]);
  });

  it('with a curved valley are not for AdaHessian', () => {
    const f = rosenbrock();
    const median = (create: (seed: number) => StochasticOptimizer) => {
      const values = Array.from({ length: bySuite(10, 20) }, (_, seed) => {
        const [x, g] = [Float64Array.of(-2, 2), new Float64Array(2)];
        const optimizer = create(seed);
        for (let step = 0; step < 2000; step++) {
          f.gradient(x, g);
          optimizer.step(x, g, (v, out) => f.hessianVector(x, v, out));
        }
        return f.value(x);
      });
      return values.toSorted((a, b) => a - b)[values.length >> 1];
    };
    const near = (found: number, published: number) => {
      expect(found).toBeGreaterThan(published / 2);
      expect(found).toBeLessThan(2 * published);
    };
    near(
      median((seed) => adaHessian(2, { seed })),
      5.6,
    );
    near(
      median((seed) => adaHessian(2, { learningRate: 0.5, seed })),
      1.9,
    );
    near(
      median(() => adam(2, { learningRate: 0.05 })),
      0.126,
    );
  });
});

describe('optim/training', () => {
  it('reads a perceptron from a file', () => {
    const { instanceFile } = training;
    const read = instanceFile?.parse({ ...(instanceFile.example as object), heldOut: 1 });
    expect(read?.objective.terms).toBe(3);
    expect(read?.heldOut?.accuracy?.(read.initial)).toBeLessThanOrEqual(1);
    const wrong = (labels: number[]) => () => instanceFile?.parse({ ...(instanceFile.example as object), labels });
    expect(wrong([0, 1, 1, -1])).toThrow(expect.objectContaining({ argument: 'labels', index: 3 }));
    expect(wrong([0, 1])).toThrow(expect.objectContaining({ argument: 'labels' }));
  });
});
