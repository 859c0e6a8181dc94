// Convex training against another program: optima by CVXPY and Clarabel, from bench/convex_golden.py, which draws the instances and
// finds the patterns by itself.
import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it, vi } from 'vitest';
import { ReluProgram } from './convex-program.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluInterior } from './convex-relu-interior.ts';
import { convexReluRbcd } from './convex-relu-rbcd.ts';
import { plantedRegression } from './relu-families.ts';
import type { ReluInstance, ReluLoss } from './relu-network.ts';

function drawn(n: number, d: number, seed: number, beta: number, loss: ReluLoss): ReluInstance {
  const next = mulberry32(seed);
  const normal = () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  };
  const values = Float64Array.from({ length: n * d }, normal);
  const y = Float64Array.from({ length: n }, normal);
  const targets = loss === 'squared' ? y : y.map((value) => (value >= 0 ? 1 : -1));
  return { points: { rows: n, cols: d, values }, targets, loss, beta };
}

/** n, d, seed, beta, loss, patterns, optimum; those of more than twelve points are among the long tests. */
const all = [
  [6, 2, 1, 0.1, 'squared', 12, 2.4768000956],
  [12, 2, 3, 0.1, 'squared', 24, 4.114655921],
  [10, 2, 2, 0.01, 'squared', 20, 0.6725425756],
  [10, 2, 4, 0.001, 'squared', 20, 0.5017865148],
  [20, 2, 5, 0.01, 'squared', 40, 1.6718814342],
  [30, 2, 6, 0.1, 'squared', 60, 10.4240496791],
  [60, 2, 7, 0.05, 'squared', 120, 20.1859312206],
  [8, 3, 8, 0.1, 'squared', 58, 0.4421352153],
  [12, 3, 9, 0.03, 'squared', 134, 0.6959085353],
  [12, 2, 10, 0.1, 'logistic', 24, 4.4923967515],
  [20, 2, 11, 0.05, 'logistic', 40, 4.9609127103],
  [12, 2, 12, 0.02, 'hinge', 24, 0.3838023192],
  [20, 2, 13, 0.01, 'hinge', 40, 0.4594740673],
] as const;
const optima = all.filter(([n]) => n <= 12 || process.env['INFIMUM_FULL']);

describe.each(optima)('%d points in %d dimensions, seed %d, beta %d, %s', (n, d, seed, beta, loss, count, optimum) => {
  const instance = drawn(n, d, seed, beta, loss);

  it('has Clarabel’s optimum by ADMM, with a proof over all patterns to a millionth', () => {
    const { status, value, lowerBound, isProof, patterns } = convexReluAdmm(instance);
    expect(status).toBe('converged');
    expect([isProof, patterns]).toEqual([true, count]);
    expect(Math.abs(value / optimum - 1)).toBeLessThan(1e-5);
    expect(value - lowerBound).toBeLessThanOrEqual(1e-6 * value);
    expect(value).toBeGreaterThanOrEqual(optimum * (1 - 1e-7));
    expect(lowerBound).toBeLessThanOrEqual(optimum * (1 + 1e-7));
  });

  it('has it by the interior-point method', () => {
    const { status, value, lowerBound, iterations } = convexReluInterior(instance);
    expect(status).toBe('converged');
    expect(iterations).toBeLessThanOrEqual(30);
    expect(Math.abs(value / optimum - 1)).toBeLessThan(1e-5);
    expect(lowerBound).toBeLessThanOrEqual(optimum * (1 + 1e-7));
  });
});

it('a small penalty ends at a proof of a millionth, by ADMM with the interior-point method beside it', () => {
  for (let seed = 21; seed <= 24; seed++) {
    const { status, isProof } = convexReluAdmm(drawn(20, 2, seed, 1e-4, 'squared'), { maxIterations: 1000 });
    expect([status, isProof], `seed ${seed}`).toEqual(['converged', true]);
  }
});

it.each(['squared', 'logistic'] as const)(
  'penalties of 1e-5 end at proofs of a millionth by the interior-point method, %s',
  (loss) => {
    for (let seed = 21; seed <= 30; seed++) {
      const { status, isProof } = convexReluInterior(drawn(20, 2, seed, 1e-5, loss));
      expect([status, isProof], `seed ${seed}`).toEqual(['converged', true]);
    }
  },
);

it('a block step of RBCD costs passes over the samples whose number does not depend on them', () => {
  const spies = [vi.spyOn(ReluProgram.prototype, 'heights'), vi.spyOn(ReluProgram.prototype, 'addTransposed')];
  const steps = vi.spyOn(ReluProgram.prototype, 'dualPoint');
  const sizes = [50, 100, 200, 400, 800];
  const costs = sizes.map((n) => {
    for (const spy of [...spies, steps]) spy.mockClear();
    convexReluRbcd(plantedRegression(n, 5, 4, 0.1, 3), { patternCount: 10, maxIterations: 5, tolerance: 0 });
    const passes = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    return (passes / steps.mock.calls.length) * n * 5;
  });
  vi.restoreAllMocks();
  const [x, y] = [sizes.map(Math.log), costs.map(Math.log)];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(x), mean(y)];
  const exponent =
    x.reduce((sum, value, i) => sum + (value - a) * (y[i] - b), 0) / x.reduce((sum, value) => sum + (value - a) ** 2, 0);
  expect(exponent).toBeGreaterThan(0.9);
  expect(exponent).toBeLessThan(1.1);
});
