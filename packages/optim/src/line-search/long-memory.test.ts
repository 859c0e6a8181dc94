// Small and ill-conditioned: with a memory of five pairs a variable L-BFGS forgets nothing that matters, and `minimize` gives it that.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { minimize } from '../minimize.ts';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import { lbfgs } from './lbfgs.ts';

describe('a long memory', () => {
  it('takes few gradients whatever the condition of a quadratic', () => {
    for (const condition of [1, 1e2, 1e4, 1e6, 1e8]) {
      for (const d of [2, 8, 15, 30]) {
        const minimizer = new Random(d).normals(new Float64Array(d));
        const curvatures = Float64Array.from({ length: d }, (_, i) => condition ** (i / (d - 1)));
        const { value, gradient } = quadraticForm(
          curvatures,
          curvatures.map((c, i) => c * minimizer[i]),
        );
        const found = minimize({ value, gradient }, new Float64Array(d));
        expect([condition, d, found.status, found.method]).toEqual([condition, d, 'converged', 'lbfgs']);
        expect(found.evaluations.gradient).toBeLessThan(60 + 12 * d);
        for (let i = 0; i < d; i++) expect(Math.abs(found.x[i] - minimizer[i])).toBeLessThan(1e-5);
      }
    }
  });

  it('is what makes the difference', () => {
    const bowl = quadraticForm(Float64Array.from({ length: 15 }, (_, i) => 1e8 ** (i / 14)));
    const start = new Float64Array(15).fill(1);
    expect(lbfgs(bowl, start).evaluations.gradient).toBeGreaterThan(1000);
    expect(lbfgs(bowl, start, { memory: 75 }).evaluations.gradient).toBeLessThan(250);
  });
});
