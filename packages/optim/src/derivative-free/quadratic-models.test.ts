// Quadratic models of values: known minima, few calls, and no success at kinks that are no minima.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { ClassicalName } from '../objectives/classical-functions.ts';
import { CLASSICAL_NAMES, classicalFunction } from '../objectives/classical-functions.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { nelderMead } from './nelder-mead.ts';
import { quadraticModels } from './quadratic-models.ts';

describe('quadratic models', () => {
  it.each(CLASSICAL_NAMES.map((name): [ClassicalName] => [name]))('find a minimum of %s', (name) => {
    const { objective, initial, minimum } = classicalFunction(name);
    const found = quadraticModels((x) => objective.value(x), initial);
    expect(found.status).toBe('converged');
    // Freudenstein and Roth's function has a second minimum, and others have many.
    const slope = new Float64Array(initial.length);
    objective.gradient(found.x, slope);
    const size = Math.max(1, ...found.x.map(Math.abs));
    expect(Math.hypot(...slope) / Math.max(1, Math.abs(found.value)) / size).toBeLessThan(1e-4);
    if (!['freudenstein-roth', 'rastrigin'].includes(name)) {
      expect(found.value - minimum).toBeLessThan(1e-4);
    }
  });

  it('take fewer values than simplices, whatever the condition', () => {
    for (const d of [2, 4, 8, 12]) {
      const random = new Random(d);
      const minimizer = random.normals(new Float64Array(d));
      for (const condition of [1, 1e2, 1e4]) {
        const bowl = (x: Float64Array) =>
          x.reduce((sum, entry, i) => sum + condition ** (i / (d - 1)) * (entry - minimizer[i]) ** 2, 0);
        const found = quadraticModels(bowl, new Float64Array(d));
        expect(found.status).toBe('converged');
        expect(found.evaluations.value).toBeLessThan(60 * d);
        expect(found.evaluations.value).toBeLessThan(nelderMead(bowl, new Float64Array(d)).evaluations.value);
        for (let i = 0; i < d; i++) expect(Math.abs(found.x[i] - minimizer[i])).toBeLessThan(1e-4);
      }
    }
    const valley = quadraticModels((x) => rosenbrock(5).value(x), [-1.2, 1, -1.2, 1, -1.2]);
    expect(valley.evaluations.value).toBeLessThan(1000);
  });

  it('never call a kink a success that is above the minimum', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      const d = 2 + (seed % 5);
      const at = random.normals(new Float64Array(d));
      const rows = Array.from({ length: d }, () => random.normals(new Float64Array(d)));
      const residual = (x: Float64Array) =>
        rows.map((row) => Math.abs(row.reduce((sum, entry, i) => sum + entry * (x[i] - at[i]), 0)));
      for (const f of [
        (x: Float64Array) => residual(x).reduce((sum, entry) => sum + entry, 0),
        (x: Float64Array) => Math.max(...residual(x)),
        (x: Float64Array) => x.reduce((sum, entry, i) => sum + Math.abs(entry - at[i]), 0),
      ]) {
        const found = quadraticModels(f, new Float64Array(d), { maxIterations: 3000 });
        expect([seed, found.status !== 'converged' || found.value < 1e-5]).toEqual([seed, true]);
      }
    }
  });

  it('stay within bounds, and stop on faces and at corners', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new Random(seed);
      const d = 1 + (seed % 6);
      const target = random.normals(new Float64Array(d));
      const lower = Float64Array.from({ length: d }, () => random.normal() - 0.5);
      const upper = lower.map((least) => least + random.uniform());
      const f = (x: Float64Array) => x.reduce((sum, entry, i) => sum + (1 + i) * (entry - target[i]) ** 2, 0);
      const found = quadraticModels(f, new Float64Array(d), { lower, upper });
      expect(found.status).toBe('converged');
      for (let i = 0; i < d; i++) {
        expect(found.x[i]).toBeCloseTo(Math.min(Math.max(target[i], lower[i]), upper[i]), 4);
      }
    }
    expect(quadraticModels(([x]) => x, [5], { lower: 2, upper: 2 }).x[0]).toBe(2);
  });

  it('refuse a start without a value, and end where there is no lower bound', () => {
    expect(() => quadraticModels(() => Number.NaN, [1])).toThrow(expect.objectContaining({ argument: 'initial' }));
    expect(quadraticModels(([x]) => -x, [1], { maxIterations: 500 }).status).not.toBe('converged');
    expect(quadraticModels(() => 7, [1, 2]).status).toBe('converged');
  });
});
