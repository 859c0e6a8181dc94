// Gradient-normalised Newton on worked examples, its options, and how it ends.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { cholesky, gram, solveCholesky } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chebyshevChain, randomAffineEquations } from '../objectives/equation-systems.ts';
import type { LowRankApproximation } from '../objectives/hessian-approximation.ts';
import { logBarrier } from '../objectives/log-barrier.ts';

import { nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { createMetric } from '../smooth/metric.ts';
import { counts, path, quartic, smoothedMaximum, toGap } from '../testing/newton-runs.ts';
import { gradientNormalizedNewton } from './gradient-normalized-newton.ts';
import { LowRankSystem } from './low-rank-system.ts';

const rosenbrockStart = Float64Array.of(-2, 2);

describe('worked examples', () => {
  it('a quartic', () => {
    const { trace = [] } = gradientNormalizedNewton(quartic, Float64Array.of(1), { maxIterations: 4, trace: true });
    const values = [0.25, 0.0791015625, 0.0193974396529, 0.0041647769178, 0.0008715522526];
    trace.forEach(({ value }, k) => {
      expect(value).toBeCloseTo(values[k], 12);
    });
    expect(trace.map(({ gamma }) => gamma)).toEqual([0, 1, 2, 4, 4]);
    expect(trace[1].lambda).toBe(1);
  });

  it('Rosenbrock’s valley', () => {
    const { trace = [] } = gradientNormalizedNewton(rosenbrock(), rosenbrockStart, { maxIterations: 4, trace: true });
    const values = [409, 87.403, 10.5689, 6.21462, 5.9259];
    trace.forEach(({ value }, k) => {
      expect(Math.abs(value / values[k] - 1)).toBeLessThan(1e-5);
    });
    expect(trace.slice(1).map(({ gamma }) => 2 * gamma)).toEqual([2, 4, 8, 2]);
  });

  it('a quadratic with its Hessian: the radius doubles, and steps have a closed form', () => {
    const eigenvalues = Float64Array.of(1, 5, 30);
    const points = path(quadraticForm(eigenvalues), Float64Array.of(1, -2, 3), {}, 5);
    const { trace = [] } = gradientNormalizedNewton(quadraticForm(eigenvalues), Float64Array.of(1, -2, 3), {
      maxIterations: 5,
      trace: true,
    });
    for (let k = 1; k < trace.length; k++) {
      expect(trace[k].gamma).toBe(2 ** (k - 1));
      expect(trace[k].factorizations).toBe(k);
      const { lambda } = trace[k];
      points[k].forEach((value, i) => {
        expect(value).toBeCloseTo((lambda / (eigenvalues[i] + lambda)) * points[k - 1][i], 13);
      });
    }
  });

  it('low-rank systems equal dense ones to rounding', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 4 }), (seed, rank) => {
        const random = new Random(seed);
        const size = 6;
        const vectors = random.normals(new Float64Array(rank * size));
        const weights = random.uniforms(new Float64Array(rank));
        const root: DenseMatrix = { rows: 8, cols: size, values: random.normals(new Float64Array(8 * size)) };
        const b = gram(root);
        for (let i = 0; i < size; i++) b.values[i * size + i] += 0.1;
        const lambda = 0.1 + random.uniforms(new Float64Array(1))[0];
        const dense = { ...b, values: b.values.map((value) => lambda * value) };
        for (let k = 0; k < rank; k++) {
          for (let e = 0; e < size * size; e++) {
            dense.values[e] += weights[k] * vectors[k * size + Math.floor(e / size)] * vectors[k * size + (e % size)];
          }
        }
        const right = random.normals(new Float64Array(size));
        const expected = solveCholesky(cholesky(dense), right);
        using metric = createMetric(b, size);
        const terms: LowRankApproximation['terms'] = (_, u, w) => {
          u.set(vectors);
          w.set(weights);
        };
        using system = new LowRankSystem(size, metric, { rank, terms });
        system.prepare(right);
        expect(system.factor(lambda)).toBe(true);
        const [raised, out] = [new Float64Array(size), new Float64Array(size)];
        metric.solve(right, raised);
        system.solve(right, raised, out);
        const largest = Math.max(...expected.map(Math.abs));
        out.forEach((value, i) => {
          expect(Math.abs(value - expected[i])).toBeLessThan(1e-11 * largest);
        });
      }),
      { numRuns: 50 },
    );
  });
});

describe('options and ends', () => {
  it('an old Hessian costs iterations and spares Hessians', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('large');
    const options = { ...toGap(minimum), metric };
    const fresh = gradientNormalizedNewton(objective, initial, options);
    const lazy = gradientNormalizedNewton(objective, initial, { ...options, hessianEvery: 3 });
    expect(lazy.status).toBe('converged');
    expect(lazy.evaluations.hessian).toBe(Math.ceil(lazy.iterations / 3));
    expect(lazy.evaluations.hessian).toBeLessThan(fresh.evaluations.hessian);
  });

  it('one decomposition serves all trials with a Hessian', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const outcome = gradientNormalizedNewton(objective, initial, { ...toGap(minimum), metric, factorization: 'eigen' });
    const [iterations, factorizations] = counts(outcome);
    expect(factorizations).toBe(iterations);
    expect(outcome.evaluations.value).toBeGreaterThan(1.5 * iterations);
  });

  it('going further after each step saves a third of the iterations, and f never rises', () => {
    const affine = randomAffineEquations(50, 100, 11);
    const runs = [
      { objective: nonlinearEquations(chebyshevChain(50), { power: 4 }), metric: 'identity' as const },
      { objective: nonlinearEquations(affine.system, { power: 4 }), metric: affine.metric },
    ];
    for (const { objective, metric } of runs) {
      const initial = Float64Array.from({ length: objective.dimension }, mulberry32(5));
      const plain = gradientNormalizedNewton(objective, initial, { ...toGap(0), metric });
      const further = gradientNormalizedNewton(objective, initial, { ...toGap(0), metric, extrapolation: 1 });
      expect(further.status).toBe('converged');
      expect(further.iterations).toBeLessThan(plain.iterations / 1.5);
      expect(further.evaluations.value).toBeLessThan(plain.evaluations.value);
      const { trace = [] } = further;
      for (let k = 1; k < trace.length; k++) {
        expect(trace[k].value).toBeLessThanOrEqual(trace[k - 1].value);
      }
    }
  });

  it('large problems are solved by products alone', () => {
    const size = 3000;
    const { status, evaluations } = gradientNormalizedNewton(rosenbrock(size), new Float64Array(size).fill(0.9), {
      tolerance: 1e-6,
    });
    expect(status).toBe('converged');
    expect(evaluations.hessian).toBe(0);
    expect(evaluations.hessianVector).toBeGreaterThan(0);
  });

  it('an ill-conditioned quadratic is solved to the accuracy of its gradient', () => {
    const random = new Random(1);
    const root = { rows: 20, cols: 20, values: random.normals(new Float64Array(400)) };
    const a = gram(root);
    for (let i = 0; i < 20; i++) a.values[i * 21] += 1e8 * (i < 10 ? 1 : 0);
    const { x, status } = gradientNormalizedNewton(quadraticForm(a, new Float64Array(20).fill(1)), new Float64Array(20), {
      tolerance: 1e-9,
    });
    expect(status).toBe('converged');
    const exact = solveCholesky(cholesky(a), new Float64Array(20).fill(1));
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(exact[i], 7);
    });
  });

  it('says how it ended', () => {
    const run = (objective: Objective, x: Float64Array, options = {}) => gradientNormalizedNewton(objective, x, options);
    expect(run(quartic, Float64Array.of(0)).iterations).toBe(0);
    const nowhere: Objective = { ...quartic, value: () => Infinity };
    expect(run(nowhere, Float64Array.of(1)).reason).toMatch(/not finite/);
    const deceptive: Objective = { ...quartic, gradient: ([x], out) => out.set([-(x ** 3)]) };
    const failed = run(deceptive, Float64Array.of(1));
    expect(failed.status).toBe('stalled');
    expect(failed.reason).toMatch(/none of 40 trials/);
    expect(failed.x[0]).toBe(1);
    expect(run(quartic, Float64Array.of(1), { maxIterations: 2 }).status).toBe('iteration-limit');
    expect(run(quartic, Float64Array.of(1), { targetValue: 0.03 }).reason).toMatch(/value is at most/);
    const broken: Objective = { ...quartic, gradient: ([x], out) => out.set([x < 1 ? Number.NaN : x ** 3]) };
    expect(run(broken, Float64Array.of(1)).status).toBe('stalled');
  });

  it('bears gradients whose squares over- or underflow', () => {
    const bowl = quadraticForm(Float64Array.of(1, 4));
    for (const scale of [1e-200, 1e-160, 1e160, 1e200]) {
      const scaled: Objective = {
        dimension: 2,
        value: (x) => scale * bowl.value(x),
        gradient: (x, out) => {
          bowl.gradient(x, out);
          out.set(out.map((value) => scale * value));
        },
        hessian: (x, out) => {
          bowl.hessian(x, out);
          out.set(out.map((value) => scale * value));
        },
      };
      const { x } = gradientNormalizedNewton(scaled, Float64Array.of(3e4, -1), { tolerance: 0, maxIterations: 90 });
      expect(Math.abs(x[0])).toBeLessThan(1e-3);
    }
  });

  it('comes back from outside of the domain', () => {
    const barrier = logBarrier({ rows: 2, cols: 1, values: Float64Array.of(1, -1) });
    const { x, status } = gradientNormalizedNewton(barrier, Float64Array.of(0.999), { initialRadius: 1e6, tolerance: 1e-13 });
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(0, 8);
  });

  it('refuses what does not fit', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const run = (options: object, objective: Objective = quartic) =>
      gradientNormalizedNewton(objective, Float64Array.of(1), options);
    expect(() => gradientNormalizedNewton(quartic, Float64Array.of(1, 2))).toThrow(argument('initial'));
    expect(() => gradientNormalizedNewton(quartic, Float64Array.of(Number.NaN))).toThrow(argument('initial'));
    for (const [name, values] of Object.entries({
      tolerance: [-1],
      initialRadius: [0, -1, Number.NaN],
      minRadius: [0],
      growth: [1],
      shrink: [0, 1],
      maxTrials: [0, 1.5],
      hessianEvery: [0],
      extrapolation: [-1, Infinity],
      targetValue: [Number.NaN],
      factorization: ['lu'],
      hessian: ['fisher', { kind: 'dense' }],
      radiusRule: [1],
    })) {
      for (const value of values) expect(() => run({ [name]: value })).toThrow(argument(name));
    }
    expect(() => run({ metric: Float64Array.of(0) })).toThrow(argument('metric'));
    expect(() => run({ metric: Float64Array.of(1, 1) })).toThrow(argument('metric'));
    expect(() => run({ metric: { rows: 1, cols: 1, values: Float64Array.of(-1) } })).toThrow(argument('metric'));
    expect(() => run({ metric: { rows: 2, cols: 2, values: new Float64Array(4) } })).toThrow(argument('metric'));
    expect(() => run({ radiusRule: () => 0 })).toThrow(argument('radiusRule'));
    const { dimension, value, gradient } = quartic;
    expect(() => run({}, { dimension, value, gradient })).toThrow(argument('hessian'));
    expect(() => run({ hessian: { kind: 'low-rank', rank: 0, terms: () => {} } })).toThrow(argument('hessian.rank'));
  });
});
