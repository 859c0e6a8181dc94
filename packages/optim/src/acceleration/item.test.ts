// ITEM: its limit, and its numbers over thousands of steps.

import { norm } from '@infimum/linalg/numerics';
import { describe, expect, it } from 'vitest';
import { quadraticForm } from '../objectives/quadratic-form.ts';
import type { Method } from '../testing/acceleration-runs.ts';
import { outputs } from '../testing/acceleration-runs.ts';
import { randomQuadratic } from '../testing/convex-functions.ts';
import { item, itemCoefficients } from './item.ts';
import { tripleMomentum } from './triple-momentum.ts';

describe('ITEM', () => {
  it('becomes triple momentum', () => {
    const q = 0.01;
    let weight = 0;
    for (let k = 0; k < 400; k++) weight = itemCoefficients(weight, q).nextWeight;
    const { mixing, reach } = itemCoefficients(weight, q);
    // Triple momentum in the same form: z <- sqrt q y + (1 - sqrt q) z - g / (L sqrt q).
    expect(reach * q).toBeCloseTo(Math.sqrt(q), 12);
    expect(mixing).toBeCloseTo((1 - Math.sqrt(q)) / (1 + Math.sqrt(q)), 12);
    // In numbers: both shrink a generic quadratic by the same factor once A is large.
    const { objective, initial, lipschitz, strongConvexity, minimizer } = randomQuadratic(3);
    const distance = (x: Float64Array) => norm(x.map((value, i) => value - minimizer[i]));
    const rate = (method: Method) => {
      const path = outputs(method, objective, initial, { lipschitz, strongConvexity, count: 120 });
      return (distance(path[120]) / distance(path[60])) ** (1 / 60);
    };
    expect(rate(item)).toBeCloseTo(rate(tripleMomentum), 2);
    expect(rate(item)).toBeLessThan(0.93);
  });

  it('keeps its rate where nothing is strongly convex, and its numbers after thousands of steps', () => {
    const far = item(quadraticForm(Float64Array.of(1e-4, 1)), Float64Array.of(1, 1), {
      lipschitz: 1,
      strongConvexity: 1e-4,
      tolerance: 0,
      maxIterations: 60_000,
    });
    expect(far.x.every(Number.isFinite)).toBe(true);
    expect(norm(far.x)).toBeLessThan(1e-150);
    let weight = 0;
    for (let k = 0; k < 5000; k++) weight = itemCoefficients(weight, 0).nextWeight;
    expect(weight / 5000 ** 2).toBeCloseTo(1, 2);
  });
});
