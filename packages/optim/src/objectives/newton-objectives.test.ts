// The objectives that second-order methods are measured on, against differences, definitions and known minima.
import type { Objective } from '@infimum/core';
import { gradientError, hessianVectorError, Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { csrFromDense } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affineEquations, chebyshevChain, rosenbrockEquations } from './equation-systems.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { logBarrier } from './log-barrier.ts';
import { logSumExp, randomLogSumExp } from './log-sum-exp.ts';
import { logisticLoss } from './logistic-loss.ts';
import { nonlinearEquations, realPower } from './nonlinear-equations.ts';
import { powerChain } from './power-chain.ts';
import { standardizedBreastCancer, standardizedIris } from './real-designs.ts';
import { softmaxLoss } from './softmax-loss.ts';
import { symmetricUniforms } from './symmetric-uniforms.ts';

const random = new Random(5);
const matrix = (rows: number, cols: number): DenseMatrix => ({
  rows,
  cols,
  values: random.normals(new Float64Array(rows * cols)),
});
const [a, small] = [matrix(9, 4), matrix(9, 4)];
small.values.forEach((value, k) => {
  small.values[k] = value / 20;
});
const b = random.normals(new Float64Array(9));
const species = Uint8Array.of(0, 1, 2, 1, 0, 2, 2, 1, 0);

const objectives: Record<string, Objective> = {
  'log-sum-exp': logSumExp(a, b, { smoothing: 0.7 }),
  barrier: logBarrier(small),
  logistic: logisticLoss(
    a,
    Float64Array.from(species, (label) => (label > 0 ? 1 : -1)),
  ),
  softmax: softmaxLoss(a, species, { ridge: 0.1 }),
  'sparse softmax': softmaxLoss(csrFromDense(a), species, { ridge: 0.1 }),
  'affine equations': nonlinearEquations(affineEquations(a, b), { power: 4 }),
  'affine equations, p = 2.5': nonlinearEquations(affineEquations(a, b), { power: 2.5 }),
  'rosenbrock equations': nonlinearEquations(rosenbrockEquations(), { power: 3 }),
  'chebyshev chain': nonlinearEquations(chebyshevChain(5), { power: 4 }),
  'chebyshev squares': nonlinearEquations(chebyshevChain(5)),
  'power chain': powerChain(5, 3.5),
};
const point = (length: number) =>
  fc
    .array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: length, maxLength: length })
    .map((values) => Float64Array.from(values));

/** The Hessian as the differences of gradients see it, through the library's check of products. */
function productsOf(objective: Objective): Objective {
  const { dimension } = objective;
  const hessian = new Float64Array(dimension * dimension);
  return {
    ...objective,
    hessianVector: (x, v, out) => {
      objective.hessian?.(x, hessian);
      for (let i = 0; i < dimension; i++) {
        out[i] = v.reduce((sum, value, j) => sum + hessian[i * dimension + j] * value, 0);
      }
    },
  };
}

function written({ matrix: write }: DenseApproximation, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length ** 2);
  write(x, out);
  return out;
}

describe.each(Object.entries(objectives))('%s', (_, objective) => {
  it('has the derivatives that differences find', () => {
    fc.assert(
      fc.property(point(objective.dimension), point(objective.dimension), (x, v) => {
        v[0] += 2;
        expect(gradientError(objective, x)).toBeLessThan(1e-6);
        expect(hessianVectorError(productsOf(objective), x, v)).toBeLessThan(1e-5);
        if (objective.hessianVector) expect(hessianVectorError(objective, x, v)).toBeLessThan(1e-5);
      }),
      { numRuns: 25 },
    );
  });
});

describe('what is computed once for a point', () => {
  it('is not mixed up when points take turns', () => {
    for (const objective of Object.values(objectives)) {
      const [x, y] = [1, 2].map((seed) => new Random(seed).uniforms(new Float64Array(objective.dimension)).map((u) => u / 3));
      const [alone, taken] = [new Float64Array(x.length), new Float64Array(x.length)];
      objective.gradient(x, alone);
      const value = objective.value(x);
      objective.value(y);
      objective.gradient(x, taken);
      expect(taken).toEqual(alone);
      objective.gradient(y, taken);
      expect(objective.value(x)).toBe(value);
    }
  });
});

describe('the smoothed maximum at infinity', () => {
  it('has the gradient of the largest term, shared where several are', () => {
    const identity = logSumExp(
      [
        [1, 0],
        [0, 1],
      ],
      [0, 0],
    );
    for (const [x, slope] of [
      [
        [Infinity, 1],
        [1, 0],
      ],
      [
        [-Infinity, 1],
        [0, 1],
      ],
      [
        [Infinity, Infinity],
        [0.5, 0.5],
      ],
    ]) {
      const out = new Float64Array(2);
      identity.gradient(Float64Array.from(x), out);
      expect([...out]).toEqual(slope);
    }
  });
});

describe('approximations', () => {
  it('of the smoothed maximum leave out the outer product of the gradient', () => {
    const objective = logSumExp(a, b, { smoothing: 0.5 });
    const x = Float64Array.of(0.2, -0.4, 0.1, 1);
    const [hessian, slope] = [new Float64Array(16), new Float64Array(4)];
    objective.hessian(x, hessian);
    objective.gradient(x, slope);
    written(objective.weightedGaussNewton, x).forEach((value, k) => {
      expect(value).toBeCloseTo(hessian[k] + 2 * slope[k >> 2] * slope[k & 3], 10);
    });
  });

  it('of classifiers average the outer products of the gradients of samples', () => {
    const labels = Float64Array.from(species, (label) => (label > 0 ? 1 : -1));
    for (const loss of [logisticLoss(a, labels, { ridge: 0.1 }), softmaxLoss(a, species, { ridge: 0.1 })]) {
      const { dimension } = loss;
      const x = new Random(2).normals(new Float64Array(dimension));
      const expected = new Float64Array(dimension * dimension);
      const slope = new Float64Array(dimension);
      for (let i = 0; i < 9; i++) {
        loss.gradient(x, slope, Int32Array.of(i));
        slope.forEach((_, j) => {
          slope[j] -= 0.1 * x[j];
        });
        for (let k = 0; k < expected.length; k++) {
          expected[k] += (slope[Math.floor(k / dimension)] * slope[k % dimension]) / 9;
        }
      }
      written(loss.fisher, x).forEach((value, k) => {
        const ridge = k % (dimension + 1) === 0 ? 0.1 : 0;
        expect(value).toBeCloseTo(expected[k] + ridge, 12);
      });
    }
  });

  it('of equations add up: Gauss-Newton is the Fisher term and J’J, and the Hessian where u is affine', () => {
    const system = affineEquations(a, b);
    const objective = nonlinearEquations(system, { power: 4 });
    const x = Float64Array.of(0.2, -0.4, 0.1, 1);
    const hessian = new Float64Array(16);
    objective.hessian?.(x, hessian);
    const gaussNewton = written(objective.gaussNewton, x);
    const gradient = new Float64Array(4);
    objective.gradient(x, gradient);
    const weight = objective.fisher.weight(x);
    const residual = new Float64Array(9);
    system.residual(x, residual);
    const square = residual.reduce((sum, value) => sum + value * value, 0);
    gaussNewton.forEach((value, k) => {
      expect(value).toBeCloseTo(hessian[k], 10);
      let product = 0;
      for (let i = 0; i < 9; i++) product += a.values[i * 4 + (k >> 2)] * a.values[i * 4 + (k & 3)];
      expect(value).toBeCloseTo(square * product + weight * gradient[k >> 2] * gradient[k & 3], 9);
    });
  });
});

describe('known values', () => {
  it('of the generator', () => {
    const first = (seed: number) => Array.from({ length: 3 }, mulberry32(seed));
    const known: Record<number, number[]> = {
      1: [0.6270739406, 0.0027357212, 0.52744704],
      5: [0.6897749109, 0.7727432733, 0.2197630103],
      7: [0.0117047532, 0.0619582576, 0.9769076328],
      11: [0.5115870486, 0.5299464082, 0.6081185641],
    };
    for (const [seed, expected] of Object.entries(known)) {
      first(Number(seed)).forEach((value, k) => {
        expect(value).toBeCloseTo(expected[k], 9);
      });
    }
  });

  it('of random smoothed maxima, whose minimum is at zero', () => {
    const { objective } = randomLogSumExp({ terms: 150, n: 50, smoothing: 0.1 }, 7);
    const slope = new Float64Array(50);
    objective.gradient(new Float64Array(50), slope);
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-14);
    expect(objective.value(new Float64Array(50))).toBeCloseTo(1.1778084718, 9);
    expect(objective.value(new Float64Array(50).fill(1))).toBeCloseTo(9.0842944422, 9);
    const large = randomLogSumExp({ terms: 300, n: 100, smoothing: 1 }, 7).objective;
    const drop = large.value(new Float64Array(100).fill(1)) - large.value(new Float64Array(100));
    expect(drop).toBeCloseTo(11.020736838, 8);
  });

  it('of real data: losses at zero are those of guessing', async () => {
    const iris = await standardizedIris();
    const loss = softmaxLoss(iris.design, iris.labels, { ridge: 1e-3 });
    expect(loss.dimension).toBe(15);
    expect(loss.value(new Float64Array(15))).toBeCloseTo(Math.log(3), 14);
    const tumours = await standardizedBreastCancer();
    const logistic = logisticLoss(tumours.design, tumours.labels, { ridge: 1e-3 });
    expect(logistic.value(new Float64Array(31))).toBeCloseTo(Math.LN2, 14);
  });

  it('of the barrier: infinite outside and on the boundary', () => {
    const barrier = logBarrier({ rows: 2, cols: 1, values: Float64Array.of(1, -0.5) });
    expect(barrier.value(Float64Array.of(1))).toBe(Infinity);
    expect(barrier.value(Float64Array.of(-3))).toBe(Infinity);
    expect(barrier.value(Float64Array.of(-0.5))).toBeCloseTo(-Math.log(1.5 * 0.75), 14);
  });

  it('of the power chain, whose minimum is a staircase', () => {
    const chain = powerChain(6, 2.5);
    const x = Float64Array.of(6, 5, 4, 3, 2, 1);
    const slope = new Float64Array(6);
    chain.gradient(x, slope);
    expect(Math.max(...slope.map(Math.abs))).toBeLessThan(1e-14);
    expect(chain.value(x)).toBeCloseTo((-6 * 1.5) / 2.5, 13);
  });

  it('of powers', () => {
    for (const [r, q] of [
      [3, 2.5],
      [0.2, 0.3],
      [7, -1.5],
      [2, 7],
      [2, -3],
    ]) {
      expect(realPower(r, q)).toBeCloseTo(r ** q, 12);
    }
    expect(realPower(0, 0)).toBe(1);
    expect(realPower(0, 0.5)).toBe(0);
  });
});

describe('batches of softmax', () => {
  it('are means of their samples, also when they are longer than the data', () => {
    const loss = softmaxLoss(a, species, { classes: 4 });
    const x = new Random(8).normals(new Float64Array(16));
    const indices = Int32Array.from({ length: 20 }, (_, k) => (k * 5) % 9);
    const mean = indices.reduce((sum, index) => sum + loss.value(x, Int32Array.of(index)) / 20, 0);
    expect(loss.value(x, indices)).toBeCloseTo(mean, 12);
    const batch: Objective = {
      dimension: 16,
      value: (at) => loss.value(at, indices),
      gradient: (at, out) => loss.gradient(at, out, indices),
      hessianVector: (at, v, out) => loss.hessianVector(at, v, out, indices),
    };
    expect(gradientError(batch, x)).toBeLessThan(1e-8);
    expect(hessianVectorError(batch, x, symmetricUniforms(mulberry32(1), 16))).toBeLessThan(1e-8);
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => logSumExp(a, b.slice(1))).toThrow(argument('b'));
    expect(() => logSumExp(a, b, { smoothing: 0 })).toThrow(argument('smoothing'));
    expect(() => logBarrier({ ...a, values: a.values.slice(1) })).toThrow(argument('a'));
    expect(() => softmaxLoss(a, species.slice(1))).toThrow(argument('labels'));
    expect(() => softmaxLoss(a, species, { classes: 2 })).toThrow(argument('labels'));
    expect(() =>
      softmaxLoss(
        a,
        species.map((label, k) => (k === 3 ? 9 : label)),
        { classes: 3 },
      ),
    ).toThrow(expect.objectContaining({ argument: 'labels', index: 3 }));
    expect(() => nonlinearEquations(chebyshevChain(3), { power: 1 })).toThrow(argument('power'));
    expect(() => nonlinearEquations({} as never)).toThrow(argument('system'));
    expect(() => affineEquations(a, b.slice(2))).toThrow(argument('b'));
    expect(() => chebyshevChain(0)).toThrow(argument('dimension'));
    expect(() => powerChain(3, 1)).toThrow(argument('power'));
  });
});
