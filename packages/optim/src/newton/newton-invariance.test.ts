// Gradient-normalised Newton against itself: in other coordinates, in other units, and with other linear algebra.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { randomAffineEquations } from '../objectives/equation-systems.ts';
import type { DenseApproximation, DiagonalApproximation, LowRankApproximation } from '../objectives/hessian-approximation.ts';
import { logSumExp } from '../objectives/log-sum-exp.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { subsampledHessian } from '../objectives/subsampled-hessian.ts';
import { symmetricUniforms } from '../objectives/symmetric-uniforms.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { audit, counts, expectCounts, path, saddle, smoothedMaximum } from '../testing/newton-runs.ts';
import { cubicNewton } from './cubic-newton.ts';
import { estimateGamma } from './estimate-gamma.ts';
import { gradientNormalizedNewton } from './gradient-normalized-newton.ts';

const rosenbrockStart = Float64Array.of(-2, 2);

describe('theorems', () => {
  it('a change of coordinates, with the metric, changes nothing else', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const size = initial.length;
    const random = new Random(4);
    const factors = random.uniforms(new Float64Array(size)).map((u) => 0.2 + 3 * u);
    const shear = random.normals(new Float64Array(size)).map((z) => z / 3);
    // x = S y with S = diag(factors) (I + e_1 shear').
    const apply = (y: Float64Array) => {
      const extra = y.reduce((sum, value, i) => sum + value * shear[i], 0);
      return y.map((value, i) => factors[i] * (value + (i === 0 ? extra : 0)));
    };
    const applyTransposed = (g: Float64Array) => {
      const first = factors[0] * g[0];
      return g.map((value, i) => factors[i] * value + shear[i] * first);
    };
    const inverse = (x: Float64Array) => {
      const y = x.map((value, i) => value / factors[i]);
      const sum = y.reduce((total, value, i) => total + value * shear[i], 0);
      y[0] -= sum / (1 + shear[0]);
      return y;
    };
    const columns = (matrix: Float64Array) => {
      const half = new Float64Array(size * size);
      for (let i = 0; i < size; i++) half.set(applyTransposed(matrix.slice(i * size, (i + 1) * size)), i * size);
      const result = new Float64Array(size * size);
      for (let j = 0; j < size; j++) {
        applyTransposed(Float64Array.from({ length: size }, (_, i) => half[i * size + j])).forEach((value, i) => {
          result[i * size + j] = value;
        });
      }
      return result;
    };
    const hessian = new Float64Array(size * size);
    const gradient = new Float64Array(size);
    const moved: Objective = {
      dimension: size,
      value: (y) => objective.value(apply(y)),
      gradient: (y, out) => {
        objective.gradient(apply(y), gradient);
        out.set(applyTransposed(gradient));
      },
      hessian: (y, out) => {
        objective.hessian(apply(y), hessian);
        out.set(columns(hessian));
      },
    };
    const options = { tolerance: 0, targetValue: minimum + 1e-6 };
    const points = path(objective, initial, { ...options, metric });
    const others = path(moved, inverse(initial), { ...options, metric: { ...metric, values: columns(metric.values) } });
    expect(others).toHaveLength(points.length);
    points.forEach((point, k) => {
      apply(others[k]).forEach((value, i) => {
        expect(Math.abs(value - point[i])).toBeLessThan(1e-8);
      });
    });
  });

  it('a multiple of f changes nothing', () => {
    const scaled = (factor: number): Objective => ({
      dimension: 2,
      value: (x) => factor * rosenbrock().value(x),
      gradient: (x, out) => {
        rosenbrock().gradient(x, out);
        out.set(out.map((value) => factor * value));
      },
      hessian: (x, out) => {
        rosenbrock().hessian(x, out);
        out.set(out.map((value) => factor * value));
      },
    });
    const points = path(scaled(1), rosenbrockStart, { tolerance: 0 }, 45);
    for (const factor of [1e-6, 1234.5]) {
      path(scaled(factor), rosenbrockStart, { tolerance: 0 }, 45).forEach((point, k) => {
        expect(Math.abs(point[0] - points[k][0]) + Math.abs(point[1] - points[k][1])).toBeLessThan(1e-8);
      });
    }
  });

  it('all ways to solve the systems take the same path', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const options = { tolerance: 0, targetValue: minimum + 1e-8, metric };
    const points = path(objective, initial, options);
    const eigen = path(objective, initial, { ...options, factorization: 'eigen' });
    expectSamePath(eigen, points);
    expectSamePath(path(objective, initial, { ...options, factorization: 'tridiagonal' }), points);
    const { hessianVector: product } = objective;
    const iterative = path(objective, initial, { ...options, hessian: { kind: 'product', product } });
    expect(Math.abs(iterative.length - points.length)).toBeLessThanOrEqual(2);

    // Fewer terms than variables: the weighted Gauss-Newton matrix has low rank.
    const next = mulberry32(9);
    const a = { rows: 12, cols: 40, values: symmetricUniforms(next, 480) };
    const b = symmetricUniforms(next, 12);
    const few = logSumExp(a, b, { smoothing: 0.5 });
    const start = new Float64Array(40).fill(0.5);
    const lowRank: LowRankApproximation = {
      kind: 'low-rank',
      rank: 12,
      terms: (x, vectors, weights) => {
        vectors.set(a.values);
        const powers = b.map((offset, i) => {
          const row = a.values.subarray(i * 40, (i + 1) * 40);
          return Math.exp((row.reduce((sum, value, j) => sum + value * x[j], 0) - offset) / 0.5);
        });
        const total = powers.reduce((sum, value) => sum + value, 0);
        weights.set(powers.map((value) => value / total / 0.5));
      },
    };
    const dense = path(few, start, { hessian: few.weightedGaussNewton }, 30);
    expectSamePath(path(few, start, { hessian: lowRank }, 30), dense);
  });

  it('starts on a ridge and ends in a minimum', () => {
    const outcome = gradientNormalizedNewton(saddle, Float64Array.of(0.1, 1), { tolerance: 4e-10, trace: true });
    expectCounts(counts(outcome), [7, 9]);
    const { failedFactorizations } = outcome.trace?.at(-1) ?? {};
    expect(failedFactorizations).toBe(1);
    expect(outcome.x[0]).toBeCloseTo(1, 9);
    expect(outcome.x[1]).toBeCloseTo(0, 9);
    expect(outcome.gradientNorm).toBeLessThan(1e-9);
    audit(outcome, { convex: false });
  });
});

function expectSamePath(found: Float64Array[], expected: Float64Array[]): void {
  expect(found).toHaveLength(expected.length);
  const errors = expected.map((point, k) => Math.max(...point.map((value, i) => Math.abs(found[k][i] - value))));
  expect(Math.max(...errors)).toBeLessThan(1e-8);
}

describe('other forms of approximations', () => {
  it('a diagonal equals the same matrix written out, with all diagonal metrics', () => {
    const eigenvalues = Float64Array.of(1, 5, 30);
    const separable: Objective = {
      dimension: 3,
      value: (x) => x.reduce((sum, value, i) => sum + value ** 4 / 4 + (eigenvalues[i] * value ** 2) / 2, 0),
      gradient: (x, out) => out.set(x.map((value, i) => value ** 3 + eigenvalues[i] * value)),
      hessian: (x, out) => {
        out.fill(0);
        for (let i = 0; i < 3; i++) out[4 * i] = 3 * x[i] ** 2 + eigenvalues[i];
      },
    };
    const hessian: DiagonalApproximation = {
      kind: 'diagonal',
      diagonal: (x, out) => out.set(x.map((value, i) => 3 * value ** 2 + eigenvalues[i])),
    };
    const initial = Float64Array.of(3, -2, 5);
    for (const metric of ['identity', Float64Array.of(2, 0.5, 7)] as const) {
      expectSamePath(path(separable, initial, { metric, hessian }), path(separable, initial, { metric }));
    }
    const metric: DenseMatrix = { rows: 3, cols: 3, values: Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 1) };
    expect(() => path(separable, initial, { metric, hessian })).toThrow(
      expect.objectContaining({ argument: 'hessian', code: 'unsupported' }),
    );
    const concave: DiagonalApproximation = { kind: 'diagonal', diagonal: (_, out) => out.fill(-1e3) };
    const outcome = gradientNormalizedNewton(separable, initial, { hessian: concave, trace: true });
    expect(outcome.trace?.at(-1)?.failedFactorizations).toBeGreaterThan(0);
    expect(outcome.value).toBeLessThan(separable.value(initial));
  });

  it('an outer product of the gradient equals the same matrix of rank one, for every step and model', () => {
    const affine = randomAffineEquations(30, 12, 2);
    const equations = nonlinearEquations(affine.system, { power: 4 });
    const initial = new Float64Array(12).fill(1);
    const lowRank: LowRankApproximation = {
      kind: 'low-rank',
      rank: 1,
      terms: (x, vectors, weights) => {
        equations.gradient(x, vectors);
        weights[0] = equations.fisher.weight(x);
      },
    };
    const dense: DenseApproximation = {
      kind: 'dense',
      matrix: (x, out) => {
        const slope = new Float64Array(12);
        equations.gradient(x, slope);
        for (let k = 0; k < 144; k++) {
          out[k] = equations.fisher.weight(x) * slope[Math.floor(k / 12)] * slope[k % 12];
        }
      },
    };
    for (const metric of ['identity', affine.metric] as const) {
      const points = path(equations, initial, { metric, hessian: dense }, 20);
      expectSamePath(path(equations, initial, { metric, hessian: lowRank }, 20), points);
      expectSamePath(path(equations, initial, { metric, hessian: equations.fisher }, 20), points);
      const [first, second] = [dense, equations.fisher].map((hessian) =>
        cubicNewton(equations, initial, { metric, hessian, maxIterations: 10 }),
      );
      first.x.forEach((value, i) => {
        expect(second.x[i]).toBeCloseTo(value, 6);
      });
      const [estimate, same] = [dense, equations.fisher].map((hessian) =>
        estimateGamma(equations, initial, { metric, hessian, directions: 5, points: 50 }),
      );
      expect(Math.abs(same / estimate - 1)).toBeLessThan(1e-9);
    }
  });

  it('the Hessian of a sample is a function of the point, unbiased, and enough to converge', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-2 });
    const x = new Random(1).normals(new Float64Array(31));
    const v = new Random(2).normals(new Float64Array(31));
    const [once, again, exact] = Array.from({ length: 3 }, () => new Float64Array(31));
    const sampled = subsampledHessian(loss, { samples: 100, seed: 3 });
    sampled.product(x, v, once);
    sampled.product(v, v, again);
    sampled.product(x, v, again);
    expect(again).toEqual(once);
    loss.hessianVector(x, v, exact);
    const mean = new Float64Array(31);
    for (let seed = 0; seed < 400; seed++) {
      subsampledHessian(loss, { samples: 100, seed }).product(x, v, again);
      again.forEach((value, i) => {
        mean[i] += value / 400;
      });
    }
    const error = Math.hypot(...mean.map((value, i) => value - exact[i])) / Math.hypot(...exact);
    const single = Math.hypot(...once.map((value, i) => value - exact[i])) / Math.hypot(...exact);
    expect(error).toBeLessThan(single / 5);

    const run = () => gradientNormalizedNewton(loss, new Float64Array(31), { hessian: sampled, tolerance: 1e-6 });
    const outcome = run();
    expect(outcome.status).toBe('converged');
    expect(run().x).toEqual(outcome.x);
    const { status } = gradientNormalizedNewton(loss, new Float64Array(31), {
      hessian: subsampledHessian(loss),
      tolerance: 1e-6,
    });
    expect(status).toBe('converged');
    expect(() => subsampledHessian(loss, { samples: 0 })).toThrow(expect.objectContaining({ argument: 'samples' }));
    expect(() => subsampledHessian({ ...loss, hessianVector: undefined })).toThrow(
      expect.objectContaining({ argument: 'sum' }),
    );
  });
});
