// The methods that gradient-normalised Newton is measured against, each by its published counts or its own theory.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { gram, symmetricEigen } from '@infimum/linalg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lbfgs } from '../line-search/lbfgs.ts';
import { newtonCg } from '../line-search/newton-cg.ts';
import { randomAffineEquations, rosenbrockEquations } from '../objectives/equation-systems.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { nonlinearEquations } from '../objectives/nonlinear-equations.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { counts, expectCounts, quartic, saddle, smoothedMaximum, toGap } from '../testing/newton-runs.ts';
import { backtrackingGradient } from './backtracking-gradient.ts';
import { cubicNewton } from './cubic-newton.ts';
import { minimizeModel } from './region-model.ts';
import { superUniversalNewton } from './super-universal-newton.ts';
import { trustRegionNewton } from './trust-region-newton.ts';

const rosenbrockStart = Float64Array.of(-2, 2);

describe('Newton-CG', () => {
  it('pauses where conjugate gradients take long, at the point where they began', () => {
    // f = Σ i² x_i² / 2 - x_i in 2000 variables: 2^17 / 2000 products lie between two pauses.
    const size = 2000;
    let products = 0;
    const weight = (i: number) => (i + 1) ** 2;
    const objective: Objective = {
      dimension: size,
      value: (x) => x.reduce((sum, entry, i) => sum + (weight(i) * entry * entry) / 2 - entry, 0),
      gradient: (x, out) => out.set(x.map((entry, i) => weight(i) * entry - 1)),
      hessianVector: (_, v, out) => {
        products++;
        for (let i = 0; i < size; i++) out[i] = weight(i) * v[i];
      },
    };
    const seen: number[] = [];
    const places = new Set<string>();
    const { status, x } = newtonCg(objective, new Float64Array(size), {
      onIteration: ({ solution }) => {
        seen.push(products);
        places.add(solution().x.slice(0, 3).join());
      },
    });
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1, 5);
    expect(Math.max(...seen.slice(1).map((count, k) => count - seen[k]))).toBeLessThanOrEqual(66);
    expect(products).toBeGreaterThan(500);
    expect(places.size).toBeLessThan(seen.length - 3);
  });
});

describe('super-universal Newton', () => {
  it.each([
    [1, 74, 151],
    [0.5, 97, 194],
    [0, 84, 165],
  ])('takes its published counts on Rosenbrock’s valley, alpha = %f', (gradientPower, iterations, factorizations) => {
    const outcome = superUniversalNewton(rosenbrock(), rosenbrockStart, { ...toGap(0), gradientPower });
    expectCounts(counts(outcome), [iterations, factorizations]);
  });

  it('keeps to its test at every step', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const { trace = [] } = superUniversalNewton(objective, initial, { ...toGap(minimum), metric, gradientPower: 2 / 3 });
    for (let k = 1; k < trace.length; k++) {
      // By convexity f(x) - f(x + T) >= g(x + T) . (-T).
      const owed = trace[k].dualNorm ** 2 / (4 * trace[k].lambda);
      expect(trace[k - 1].value - trace[k].value).toBeGreaterThanOrEqual(owed - 1e-14);
    }
  });

  it('refuses options out of range', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    expect(() => superUniversalNewton(quartic, Float64Array.of(1), { gradientPower: 2 })).toThrow(argument('gradientPower'));
    expect(() => superUniversalNewton(quartic, Float64Array.of(1), { initialFactor: 0 })).toThrow(argument('initialFactor'));
  });
});

describe('gradient method with backtracking', () => {
  it('takes its published counts in the metric and without', async () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('large');
    expectCounts(counts(backtrackingGradient(objective, initial, { ...toGap(minimum), metric })), [25]);
    expectCounts(counts(backtrackingGradient(objective, initial, toGap(minimum))), [61]);
    const affine = randomAffineEquations(50, 100, 11);
    const equations = nonlinearEquations(affine.system, { power: 4 });
    const ones = new Float64Array(100).fill(1);
    expectCounts(counts(backtrackingGradient(equations, ones, { ...toGap(0), metric: affine.metric })), [23]);
    expectCounts(counts(backtrackingGradient(equations, ones, toGap(0))), [53]);
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    const least = 0.0598294718818;
    const outcome = backtrackingGradient(loss, new Float64Array(31), toGap(least));
    expectCounts(counts(outcome), [268]);
    for (const [iteration, gap] of [
      [10, 6.5e-3],
      [20, 1.5e-3],
      [60, 1.15e-4],
    ]) {
      expect(Math.abs(((outcome.trace?.[iteration].value ?? 0) - least) / gap - 1)).toBeLessThan(0.01);
    }
  });

  it.each([
    [2, 6852],
    [3, 4331],
    [4, 2892],
    [5, 2132],
    [8, 1141],
  ])('takes its published counts on Rosenbrock’s equations, p = %i', (power, iterations) => {
    const objective = nonlinearEquations(rosenbrockEquations(), { power });
    expectCounts(counts(backtrackingGradient(objective, rosenbrockStart, toGap(0))), [iterations]);
  });

  it('needs more than 3000 steps for a sharp maximum', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    const { status } = backtrackingGradient(objective, initial, { ...toGap(minimum, 3000), metric });
    expect(status).toBe('iteration-limit');
  });
});

describe('cubic Newton', () => {
  it('takes the step that the cubic model asks for: its length is the root', () => {
    // f = |x|³ / 3 in one variable from 1 with M = 4: H = 2, g = 1, (2 + 2 r) r = 1.
    const cube: Objective = {
      dimension: 1,
      value: ([x]) => Math.abs(x) ** 3 / 3,
      gradient: ([x], out) => out.set([x * Math.abs(x)]),
      hessian: ([x], out) => out.set([2 * Math.abs(x)]),
    };
    const { trace = [] } = cubicNewton(cube, Float64Array.of(1), { initialConstant: 4, maxIterations: 1, trace: true });
    expect(trace[1].stepNorm).toBeCloseTo((Math.sqrt(3) - 1) / 2, 7);
  });

  it('decreases f by M |T|³ / 12 at least, and ends where L-BFGS does', () => {
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    for (const factorization of ['cholesky', 'eigen'] as const) {
      const outcome = cubicNewton(objective, initial, { ...toGap(minimum), metric, factorization });
      const [iterations] = counts(outcome);
      expect(iterations).toBeLessThan(60);
      const { trace = [] } = outcome;
      for (let k = 1; k < trace.length; k++) {
        // lambda = M r / 2
        const owed = (trace[k].lambda * trace[k].stepNorm ** 2) / 6;
        expect(trace[k - 1].value - trace[k].value).toBeGreaterThan(owed - 1e-14);
      }
    }
    const { x, status } = cubicNewton(rosenbrock(10), new Float64Array(10).fill(-1.2), { tolerance: 1e-10 });
    expect(status).toBe('converged');
    const other = lbfgs(rosenbrock(10), new Float64Array(10).fill(-1.2), { tolerance: 1e-12 });
    expect(Math.abs(rosenbrock(10).value(x) - other.value)).toBeLessThan(1e-12);
    expect(() => cubicNewton(quartic, Float64Array.of(1), { initialConstant: 0 })).toThrow(
      expect.objectContaining({ argument: 'initialConstant' }),
    );
  });
});

describe('trust-region Newton', () => {
  it('minimises its model globally: no point of the ball is lower', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.boolean(), (seed, hard) => {
        const random = new Random(seed);
        const values = random.normals(new Float64Array(4)).sort();
        const slope = random.normals(new Float64Array(4));
        if (hard) slope[0] = 0;
        const [size] = random.uniforms(new Float64Array(1));
        const radius = 0.1 + 3 * size;
        const model = (y: Float64Array) => y.reduce((sum, value, k) => sum + value * (slope[k] + (values[k] * value) / 2), 0);
        const y = new Float64Array(4);
        const lambda = minimizeModel(values, slope, radius, y);
        expect(Math.hypot(...y)).toBeLessThan(radius * (1 + 1e-8));
        expect(lambda).toBeGreaterThanOrEqual(Math.max(0, -values[0]) - 1e-12);
        const best = model(y);
        const point = new Float64Array(4);
        let least = Infinity;
        for (let trial = 0; trial < 300; trial++) {
          random.normals(point);
          const [share] = random.uniforms(new Float64Array(1));
          const length = Math.hypot(...point);
          const scale = (trial % 2 === 0 ? 1 : share) * radius;
          least = Math.min(least, model(point.map((value) => (value * scale) / length)));
        }
        expect(least).toBeGreaterThan(best - 1e-7);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a saddle point that it starts on the ridge of', () => {
    const { x, status } = trustRegionNewton(saddle, Float64Array.of(0, 1), { tolerance: 1e-10 });
    expect(status).toBe('converged');
    expect(Math.abs(x[0])).toBeCloseTo(1, 8);
  });

  it('follows Rosenbrock’s valley, and finds the minima of losses', async () => {
    const valley = trustRegionNewton(rosenbrock(), rosenbrockStart, { tolerance: 1e-10 });
    expect(valley.status).toBe('converged');
    expect(valley.iterations).toBeLessThan(40);
    const { objective, initial, metric, minimum } = smoothedMaximum('sharp');
    expect(trustRegionNewton(objective, initial, { ...toGap(minimum), metric }).status).toBe('converged');
    const { design, labels } = await standardizedBreastCancer();
    const { value } = trustRegionNewton(logisticLoss(design, labels, { ridge: 1e-3 }), new Float64Array(31), {
      tolerance: 1e-10,
    });
    expect(value).toBeCloseTo(0.0598294718818, 12);
  });

  it('takes an approximation that is written out, and refuses others', () => {
    const objective = nonlinearEquations(rosenbrockEquations());
    const run = (hessian: never) => trustRegionNewton(objective, rosenbrockStart, { hessian });
    expect(run(objective.gaussNewton as never).status).toBe('converged');
    expect(() => run(objective.fisher as never)).toThrow(expect.objectContaining({ argument: 'hessian' }));
    const { hessian: _, ...rest } = quartic;
    expect(() => trustRegionNewton(rest, Float64Array.of(1))).toThrow(expect.objectContaining({ argument: 'hessian' }));
    expect(() => trustRegionNewton(quartic, Float64Array.of(1), { initialRadius: 0 })).toThrow(
      expect.objectContaining({ argument: 'initialRadius' }),
    );
    expect(() => trustRegionNewton(quartic, Float64Array.of(1), { maxRadius: 0.5 })).toThrow(
      expect.objectContaining({ argument: 'maxRadius' }),
    );
  });
});

describe('Newton-CG', () => {
  it('solves a quadratic, with as many products as there are different eigenvalues', () => {
    const random = new Random(3);
    const a = gram({ rows: 12, cols: 8, values: random.normals(new Float64Array(96)) });
    const b = random.normals(new Float64Array(8));
    const { x, status } = newtonCg(quadraticForm(a, b), new Float64Array(8), { tolerance: 1e-12 });
    expect(status).toBe('converged');
    const { values, vectors } = symmetricEigen(a);
    x.forEach((value, i) => {
      let exact = 0;
      for (let k = 0; k < 8; k++) {
        const along = b.reduce((sum, entry, j) => sum + entry * vectors.values[j * 8 + k], 0);
        exact += (vectors.values[i * 8 + k] * along) / values[k];
      }
      expect(value).toBeCloseTo(exact, 7);
    });
  });

  it('converges superlinearly on losses, with Hessians or products', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    const { value, evaluations } = newtonCg(loss, new Float64Array(31), { tolerance: 1e-10 });
    expect(value).toBeCloseTo(0.0598294718818, 12);
    expect(evaluations.gradient).toBeLessThan(20);
    const { hessianVector: _, ...written } = loss;
    const other = newtonCg(written, new Float64Array(31), { tolerance: 1e-10 });
    expect(other.value).toBeCloseTo(value, 13);
    expect(other.evaluations.hessian).toBe(other.iterations);
  });

  it('gets through regions of negative curvature', () => {
    const { x, status } = newtonCg(saddle, Float64Array.of(0.1, 1), { tolerance: 1e-10 });
    expect(status).toBe('converged');
    expect(x[0]).toBeCloseTo(1, 8);
    expect(newtonCg(rosenbrock(), rosenbrockStart, { tolerance: 1e-9 }).status).toBe('converged');
  });

  it('refuses functions without second derivatives', () => {
    const { dimension, value, gradient } = quartic;
    expect(() => newtonCg({ dimension, value, gradient }, Float64Array.of(1))).toThrow(
      expect.objectContaining({ argument: 'objective' }),
    );
  });
});
