// Fits whose answers are known: certified ones, linear ones with known errors, and simulated ones.
import { Random } from '@infimum/core';
import { denseMatrix } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { bySuite } from '../testing/by-suite.ts';
import { curveFit } from './curve-fit.ts';

describe('curveFit', () => {
  it('gives the weighted mean and its error', () => {
    const y = Float64Array.of(1, 2, 4);
    const sigma = Float64Array.of(1, 2, 0.5);
    const weights = [1, 0.25, 4];
    const mean = (1 * 1 + 0.25 * 2 + 4 * 4) / 5.25;
    const constant = (_: number, [c]: Float64Array) => c;
    const t = new Float64Array(3);
    const known = curveFit(constant, t, y, Float64Array.of(0), { sigma, absoluteSigma: true });
    expect(known.x[0]).toBeCloseTo(mean, 10);
    expect(known.standardErrors?.[0]).toBeCloseTo(1 / Math.sqrt(5.25), 10);
    const chi = weights.reduce((sum, w, i) => sum + w * (y[i] - mean) ** 2, 0);
    const relative = curveFit(constant, t, y, Float64Array.of(0), { sigma });
    expect(relative.standardErrors?.[0]).toBeCloseTo(Math.sqrt(chi / 2 / 5.25), 10);
  });

  it('has errors as large as simulated ones', () => {
    const random = new Random(8);
    const t = Float64Array.from({ length: 40 }, (_, i) => i / 10);
    let [sum, reported] = [0, 0];
    const trials = bySuite(60, 200);
    for (let trial = 0; trial < trials; trial++) {
      const y = t.map((time) => 3 * Math.exp(-0.7 * time) + 0.05 * random.normal());
      const { x, standardErrors } = curveFit((time, [a, k]) => a * Math.exp(-k * time), t, y, Float64Array.of(1, 1));
      sum += (x[1] - 0.7) ** 2;
      reported += (standardErrors as Float64Array)[1] ** 2;
    }
    expect(Math.sqrt(sum / reported)).toBeGreaterThan(0.8);
    expect(Math.sqrt(sum / reported)).toBeLessThan(1.25);
  });

  it('takes points of several coordinates, and bounds', () => {
    const points = denseMatrix(6, 2, Float64Array.of(0, 0, 1, 0, 0, 1, 1, 1, 2, 1, 1, 2));
    const y = Float64Array.from({ length: 6 }, (_, i) => 1 + 2 * points.values[2 * i] - points.values[2 * i + 1]);
    const plane = ([a, b]: Float64Array, [p, q, r]: Float64Array) => p + q * a + r * b;
    expect(curveFit(plane, points, y, new Float64Array(3)).x.map((entry) => Math.round(entry * 1e6) / 1e6)).toEqual(
      Float64Array.of(1, 2, -1),
    );
    expect(curveFit(plane, points, y, new Float64Array(3), { upper: 1.5 }).x[1]).toBe(1.5);
  });

  it('refuses what does not fit', () => {
    const line = (t: number, [a]: Float64Array) => a * t;
    const t = Float64Array.of(1, 2);
    expect(() => curveFit(line, t, Float64Array.of(1), Float64Array.of(1))).toThrow(expect.objectContaining({ argument: 'y' }));
    expect(() => curveFit(line, t, t, Float64Array.of(1), { sigma: Float64Array.of(1, 0) })).toThrow(
      expect.objectContaining({ argument: 'sigma', index: 1 }),
    );
    expect(() => curveFit(line, Float64Array.of(1, Number.NaN), t, Float64Array.of(1))).toThrow(
      expect.objectContaining({ argument: 't' }),
    );
  });
});
