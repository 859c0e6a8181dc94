// Minimisation with bounds: what Karush, Kuhn and Tucker ask of a solution, and what both methods agree on.
import type { Objective } from '@infimum/core';
import { Random } from '@infimum/core';
import { denseMatrix, gram } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { lbfgs } from '../line-search/lbfgs.ts';
import { logisticLoss } from '../objectives/logistic-loss.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { standardizedBreastCancer } from '../objectives/real-designs.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { lbfgsb } from './lbfgsb.ts';
import { projectedTrustRegion } from './projected-trust-region.ts';

/** The largest violation: a slope on a free coordinate, or one that points into the box. */
function violation(f: Objective, x: Float64Array, lower: Float64Array, upper: Float64Array): number {
  const g = new Float64Array(x.length);
  f.gradient(x, g);
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    expect(x[i]).toBeGreaterThanOrEqual(lower[i]);
    expect(x[i]).toBeLessThanOrEqual(upper[i]);
    if (x[i] === lower[i] && x[i] === upper[i]) continue;
    const wrong = x[i] === lower[i] ? -g[i] : x[i] === upper[i] ? g[i] : Math.abs(g[i]);
    most = Math.max(most, wrong);
  }
  return most;
}

function randomQuadratic(size: number, seed: number): Objective {
  const random = new Random(seed);
  const factor = denseMatrix(size + 5, size, random.normals(new Float64Array((size + 5) * size)));
  return quadraticForm(
    gram(factor),
    random.normals(new Float64Array(size)).map((value) => 5 * value),
  );
}

describe.each([
  ['lbfgsb', lbfgsb],
  ['projectedTrustRegion', projectedTrustRegion],
] as const)('%s', (_, method) => {
  it('solves convex quadratics in boxes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const size = 1 + (seed % 15);
      const f = randomQuadratic(size, seed);
      const random = new Random(100 + seed);
      const lower = random.normals(new Float64Array(size)).map((value) => value * 0.3 - 0.2);
      const upper = lower.map((value, i) => (i % 5 === 4 ? value : i % 3 === 2 ? Infinity : value + 0.4));
      const { x, status } = method(f, new Float64Array(size), { lower, upper });
      expect([seed, status]).toEqual([seed, 'converged']);
      expect(violation(f, x, lower, upper)).toBeLessThan(1e-7);
    }
  });

  it('solves a logistic regression with non-negative weights', async () => {
    const { design, labels } = await standardizedBreastCancer();
    const loss = logisticLoss(design, labels, { ridge: 1e-3 });
    const d = design.cols;
    const { x, status, value } = method(loss, new Float64Array(d), { lower: 0 });
    expect(status).toBe('converged');
    expect(violation(loss, x, new Float64Array(d), new Float64Array(d).fill(Infinity))).toBeLessThan(1e-7);
    expect(value).toBeGreaterThan(lbfgs(loss, new Float64Array(d)).value);
  });

  it('solves valleys, with the minimum inside, at a bound, and in many variables', () => {
    const free = method(rosenbrock(), Float64Array.of(-1.2, 1), { lower: -2, upper: 2 });
    expect(free.status).toBe('converged');
    expect(free.x[0]).toBeCloseTo(1, 6);
    const many = method(rosenbrock(50), new Float64Array(50).fill(-1), { lower: -1.5, upper: 0.8 });
    expect(many.status).toBe('converged');
    expect(violation(rosenbrock(50), many.x, new Float64Array(50).fill(-1.5), new Float64Array(50).fill(0.8))).toBeLessThan(
      1e-6,
    );
  });

  it('never asks for points outside of the box', () => {
    const f = rosenbrock();
    const inside = (x: Float64Array) => expect(Math.max(...x)).toBeLessThanOrEqual(0.5);
    const watched: Objective = {
      dimension: 2,
      value: (x) => {
        inside(x);
        return f.value(x);
      },
      gradient: (x, out) => {
        inside(x);
        f.gradient(x, out);
      },
      hessian: (x, out) => f.hessian?.(x, out),
    };
    const { x } = method(watched, Float64Array.of(7, 7), { upper: 0.5 });
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 6);
  });

  it('scales with f and x', () => {
    for (const s of [1e-150, 1e150]) {
      const f = quadraticForm(Float64Array.of(s, 9 * s), Float64Array.of(s, 18 * s));
      const { x, status } = method(f, Float64Array.of(-1, -1), { upper: Float64Array.of(0.5, Infinity) });
      expect(status).toBe('converged');
      expect(x[0]).toBe(0.5);
      expect(x[1]).toBeCloseTo(2, 6);
    }
  });

  it('ends without success where f has no minimum or no value, and refuses bounds that do not fit', () => {
    const saddle = quadraticForm(Float64Array.of(1, -1));
    expect(method(saddle, Float64Array.of(1, 1e-3), { maxIterations: 500 }).status).not.toBe('converged');
    // In a box it has one, in a corner.
    expect(Math.abs(method(saddle, Float64Array.of(1, 1e-3), { lower: -3, upper: 3 }).x[1])).toBe(3);
    const broken: Objective = { ...saddle, value: () => Number.NaN };
    expect(method(broken, Float64Array.of(1, 1)).status).toBe('stalled');
    for (const [options, argument] of [
      [{ lower: 1, upper: 0 }, 'lower'],
      [{ lower: new Float64Array(3) }, 'lower'],
      [{ upper: Float64Array.of(1, Number.NaN) }, 'upper'],
      [{ uper: 1 } as object, 'uper'],
    ] as const) {
      expect(() => method(saddle, Float64Array.of(1, 1), options)).toThrow(expect.objectContaining({ argument }));
    }
  });
});

describe('without bounds', () => {
  it('the method with bounds takes about as many gradients as the one without', () => {
    for (const f of [rosenbrock(10), randomQuadratic(12, 3)]) {
      const start = new Float64Array(f.dimension).fill(-0.7);
      const [bounded, plain] = [lbfgsb(f, start), lbfgs(f, start)];
      expect(bounded.status).toBe('converged');
      expect(bounded.evaluations.gradient).toBeLessThan(1.5 * plain.evaluations.gradient + 10);
    }
  });
});
