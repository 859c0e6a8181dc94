// The simplex method on functions with known minima, with kinks, bounds and holes.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { classicalFunction } from '../objectives/classical-functions.ts';
import { rosenbrock } from '../objectives/test-functions.ts';
import { nelderMead } from './nelder-mead.ts';

describe('nelderMead', () => {
  it.each(['beale', 'wood', 'powell-singular'] as const)('finds the minimum of %s', (name) => {
    const { objective, initial, minimum } = classicalFunction(name);
    const { value, status } = nelderMead((x) => objective.value(x), initial);
    expect(status).toBe('converged');
    expect(value - minimum).toBeLessThan(1e-9);
  });

  it('finds the valley’s end in up to eight variables', () => {
    for (const d of [2, 4, 8]) {
      const { value } = rosenbrock(d);
      const found = nelderMead(value, new Float64Array(d).fill(-0.5));
      expect(found.status).toBe('converged');
      expect(found.value).toBeLessThan(1e-8);
      expect(found.evaluations.value).toBeLessThan(20_000);
    }
  });

  it('does with kinks, with one variable, and with parts of the space missing', () => {
    const kinked = nelderMead(([a, b]) => Math.abs(a - 1) + 3 * Math.abs(b + 2), Float64Array.of(5, 5));
    expect(kinked.x[0]).toBeCloseTo(1, 6);
    expect(kinked.x[1]).toBeCloseTo(-2, 6);
    expect(nelderMead(([a]) => (a - 7) ** 2, Float64Array.of(0)).x[0]).toBeCloseTo(7, 6);
    const logs = nelderMead(([a, b]) => a - Math.log(a) + b - 2 * Math.log(b), Float64Array.of(3, 0.1));
    expect(logs.x[0]).toBeCloseTo(1, 5);
    expect(logs.x[1]).toBeCloseTo(2, 5);
  });

  it('never calls a kink a success that is above the minimum', () => {
    let successes = 0;
    for (let seed = 0; seed < 60; seed++) {
      // Σ |A (x - c)|, which is 0 at c alone.
      const random = new Random(seed);
      const d = 1 + (seed % 6);
      const rows = Array.from({ length: d + 2 }, () => random.normals(new Float64Array(d)));
      const center = random.normals(new Float64Array(d));
      const sum = (x: Float64Array) =>
        rows.reduce((total, row) => total + Math.abs(row.reduce((part, a, i) => part + a * (x[i] - center[i]), 0)), 0);
      const { status, value } = nelderMead(sum, random.normals(new Float64Array(d)));
      if (status !== 'converged') continue;
      successes++;
      expect([seed, value < 1e-5]).toEqual([seed, true]);
    }
    expect(successes).toBeGreaterThan(10);
  });

  it('keeps to bounds, and finds the best point of the box', () => {
    const { value } = rosenbrock();
    const lower = Float64Array.of(-2, -2);
    const upper = Float64Array.of(0.5, 2);
    const seen: number[] = [];
    const { x } = nelderMead(
      (at) => {
        seen.push(at[0]);
        return value(at);
      },
      Float64Array.of(3, 3),
      { lower, upper },
    );
    expect(Math.max(...seen)).toBeLessThanOrEqual(0.5);
    expect(x[0]).toBeCloseTo(0.5, 6);
    expect(x[1]).toBeCloseTo(0.25, 5);
  });

  it('tells scales and ends', () => {
    for (const s of [1e-100, 1e100]) {
      const { x, status } = nelderMead(([a, b]) => (a / s - 1) ** 2 + (b / s + 2) ** 2 + 1, Float64Array.of(3 * s, 3 * s));
      expect(status).toBe('converged');
      expect(x[0] / s).toBeCloseTo(1, 5);
    }
    const one = (x: Float64Array) => (x[0] === 2 ? 1 : Number.NaN);
    expect(nelderMead(one, Float64Array.of(2)).status).toBe('stalled');
    expect(() => nelderMead(() => Number.NaN, Float64Array.of(2))).toThrow(expect.objectContaining({ argument: 'initial' }));
    expect(() => nelderMead(one, Float64Array.of(2), { lower: 3, upper: 1 })).toThrow(
      expect.objectContaining({ argument: 'lower' }),
    );
    expect(nelderMead(([a]) => a * a, Float64Array.of(9), { maxIterations: 3 }).status).toBe('iteration-limit');
  });
});
