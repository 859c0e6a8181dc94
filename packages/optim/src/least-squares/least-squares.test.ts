// Nonlinear least squares on the certified problems of NIST, and on what has a closed form.
import { gradientError, InvalidInputError, Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { nistProblems } from '../testing/nist-models.ts';
import type { Residuals } from './least-squares.ts';
import { leastSquares } from './least-squares.ts';
import { robustCost, scaleByLoss } from './robust-loss.ts';

/** Correct decimal digits of the worst parameter. */
function digits(found: Float64Array, certified: readonly number[]): number {
  return Math.min(...certified.map((value, i) => -Math.log10(Math.max(Math.abs(found[i] - value) / Math.abs(value), 1e-11))));
}

const regression = ({ y, model, starts }: (typeof nistProblems)[number]): Residuals => ({
  dimension: starts[0].length,
  count: y.length,
  residuals: (b, out) => {
    for (let i = 0; i < y.length; i++) out[i] = model(b, i) - y[i];
  },
});

describe('NIST StRD, 27 problems from two starts', () => {
  const runs = nistProblems.flatMap((problem) =>
    problem.starts.map((start) => ({ problem, found: leastSquares(regression(problem), Float64Array.from(start)) })),
  );

  it('are solved to six digits at the defaults, but for two at most', () => {
    const solved = runs.filter(({ problem, found }) => digits(found.x, problem.certified) >= 6);
    expect(runs).toHaveLength(54);
    expect(solved.length).toBeGreaterThanOrEqual(52);
  });

  it('are never called solved where they are not', () => {
    for (const { problem, found } of runs) {
      const isRight = digits(found.x, problem.certified) >= 6;
      expect([problem.name, found.status !== 'converged' || isRight]).toEqual([problem.name, true]);
      // Those of Lanczos1 are rounding.
      const excess = (2 * found.value) / problem.residualSumOfSquares - 1;
      const isSure = found.status === 'converged' && problem.name !== 'Lanczos1';
      expect(isSure ? Math.abs(excess) : 0).toBeLessThan(5e-5);
    }
  });

  it('have the certified standard deviations', () => {
    // Lanczos1 has residuals of rounding only.
    const sure = runs.filter(({ problem, found }) => found.status === 'converged' && problem.name !== 'Lanczos1');
    expect(sure.length).toBeGreaterThanOrEqual(48);
    for (const { problem, found } of sure) {
      const n = problem.certified.length;
      for (let i = 0; i < n; i++) {
        const deviation = Math.sqrt(found.covariance?.values[i * (n + 1)] as number);
        expect(deviation / problem.deviations[i]).toBeCloseTo(1, 4);
      }
    }
  });
});

describe('least squares', () => {
  const line = (slope: number, noise: readonly number[]): Residuals => ({
    dimension: 2,
    count: noise.length,
    residuals: ([a, b], out) => {
      for (let i = 0; i < noise.length; i++) out[i] = a + b * i - (1 + slope * i + noise[i]);
    },
    jacobian: (_, out) => {
      for (let i = 0; i < noise.length; i++) {
        out[2 * i] = 1;
        out[2 * i + 1] = i;
      }
    },
  });

  it.each(['levenberg-marquardt', 'dogleg'] as const)('solve linear problems at once by %s', (method) => {
    const noise = [0.1, -0.2, 0.05, 0, 0.1];
    const { x, iterations, covariance } = leastSquares(line(2, noise), new Float64Array(2), { method });
    // The normal equations by hand: n = 5, sum i = 10, sum i² = 30.
    const right = noise.map((e, i) => 1 + 2 * i + e);
    const [s0, s1] = [right.reduce((s, v) => s + v), right.reduce((s, v, i) => s + i * v, 0)];
    expect(x[0]).toBeCloseTo((30 * s0 - 10 * s1) / 50, 10);
    expect(x[1]).toBeCloseTo((5 * s1 - 10 * s0) / 50, 10);
    expect(iterations).toBeLessThan(8);
    const rest = right.reduce((s, v, i) => s + (x[0] + x[1] * i - v) ** 2, 0);
    expect(covariance?.values[0]).toBeCloseTo(((rest / 3) * 30) / 50, 10);
  });

  it('stop at bounds that hold, with the best point of the box', () => {
    const random = new Random(4);
    for (let trial = 0; trial < 20; trial++) {
      const noise = Array.from({ length: 6 }, () => random.normal());
      const problem = line(random.normal(), noise);
      const [lower, upper] = [Float64Array.of(-0.5, -0.5), Float64Array.of(0.5, 0.5)];
      const { x, status, value } = leastSquares(problem, Float64Array.of(0.1, 0.1), { lower, upper });
      expect(status).toBe('converged');
      const out = new Float64Array(6);
      let best = Infinity;
      for (let i = 0; i <= 100; i++) {
        for (let j = 0; j <= 100; j++) {
          problem.residuals(Float64Array.of(i / 100 - 0.5, j / 100 - 0.5), out);
          best = Math.min(best, robustCost('linear', 1, out));
        }
      }
      expect(value).toBeLessThanOrEqual(best + 1e-12);
      expect(Math.max(...x.map(Math.abs))).toBeLessThanOrEqual(0.5);
    }
  });

  it.each(['soft-l1', 'huber', 'cauchy', 'arctan'] as const)('leave outliers aside with %s', (loss) => {
    const noise = Array.from({ length: 20 }, (_, i) => (i % 7 === 3 ? 30 : 0.01 * Math.sin(i)));
    const options = { loss, lossScale: 0.1 } as const;
    const robust = leastSquares(line(2, noise), Float64Array.of(1, 1), options);
    const plain = leastSquares(line(2, noise), Float64Array.of(1, 1));
    expect(Math.abs(robust.x[1] - 2)).toBeLessThan(0.1);
    expect(Math.abs(plain.x[0] - 1)).toBeGreaterThan(1);
  });

  it.each(['linear', 'soft-l1', 'huber', 'cauchy', 'arctan'] as const)('have the gradient of the cost with %s', (loss) => {
    const matrix = Float64Array.of(1, 2, -1, 0.5, 3, 1);
    const residuals = (x: Float64Array) =>
      Float64Array.from({ length: 3 }, (_, i) => matrix[2 * i] * x[0] + matrix[2 * i + 1] * x[1] - i);
    const cost = {
      dimension: 2,
      value: (x: Float64Array) => robustCost(loss, 0.7, residuals(x)),
      gradient: (x: Float64Array, out: Float64Array) => {
        const [f, jacobian] = [residuals(x), matrix.slice()];
        scaleByLoss(loss, 0.7, f, jacobian);
        out.fill(0);
        for (let i = 0; i < 3; i++) for (let j = 0; j < 2; j++) out[j] += jacobian[2 * i + j] * f[i];
      },
    };
    for (const point of [Float64Array.of(0.3, 0.1), Float64Array.of(5, -3)]) {
      expect(gradientError(cost, point)).toBeLessThan(1e-8);
    }
  });

  it('do not depend on the scales of residuals and variables', () => {
    for (const [f, s] of [
      [1e150, 1],
      [1e-150, 1],
      [1, 1e100],
      [1, 1e-100],
    ]) {
      const { x, status } = leastSquares(
        {
          dimension: 2,
          count: 3,
          residuals: ([a, b], out) => out.set([10 * f * (b / s - (a / s) ** 2), f * (1 - a / s), 0.1 * f * (b / s)]),
        },
        Float64Array.of(-1.2 * s, s),
      );
      expect(status).toBe('converged');
      const plain = leastSquares(
        { dimension: 2, count: 3, residuals: ([a, b], out) => out.set([10 * (b - a * a), 1 - a, 0.1 * b]) },
        Float64Array.of(-1.2, 1),
      );
      expect(x[0] / s).toBeCloseTo(plain.x[0], 6);
    }
  });

  it('tell where they cannot go on', () => {
    const broken = (after: number): Residuals => {
      let calls = 0;
      return { dimension: 1, count: 2, residuals: ([a], out) => out.fill(calls++ < after ? (a - 3) ** 2 + 1 : Number.NaN) };
    };
    const { status, x } = leastSquares(broken(4), Float64Array.of(0));
    expect(status).toBe('stalled');
    expect(Number.isFinite(x[0])).toBe(true);
    expect(() => leastSquares(broken(0), Float64Array.of(0))).toThrow(InvalidInputError);
    const flat: Residuals = { dimension: 2, count: 1, residuals: (_, out) => out.fill(1) };
    expect(leastSquares(flat, Float64Array.of(1, 2)).status).toBe('converged');
    expect(leastSquares(flat, Float64Array.of(1, 2)).covariance).toBeUndefined();
  });

  it.each<[string, object, string]>([
    ['lower', { lower: Float64Array.of(0) }, 'lower'],
    ['crossed bounds', { lower: 1, upper: 0 }, 'lower'],
    ['a negative tolerance', { tolerance: -1 }, 'tolerance'],
    ['an unknown loss', { loss: 'l3' }, 'loss'],
    ['an unknown option', { los: 'huber' }, 'los'],
  ])('refuse %s', (_, options, argument) => {
    expect(() => leastSquares(line(1, [0, 0, 0]), new Float64Array(2), options)).toThrow(expect.objectContaining({ argument }));
  });
});
