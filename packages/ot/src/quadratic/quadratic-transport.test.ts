import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emd } from '../exact/network-simplex.ts';
import { gaussianClouds, gridMixtures, randomAssignment, randomPoints } from '../instances.ts';
import { thrownBy } from '../testing/entropic-contract.ts';
import { distanceFromOptimum, expectConvergedOnHistograms, expectOptimalOnBells } from '../testing/quadratic-optimum.ts';
import { quickOrFull } from '../testing/quick-or-full.ts';
import { quadraticTransport } from './quadratic-transport.ts';

describe('quadratically regularised transport', () => {
  it('two points each: P_11 = 1/4 + 1 / (2 gamma) until the plan is a vertex', () => {
    const half = Float64Array.of(0.5, 0.5);
    const cost = { rows: 2, cols: 2, values: Float64Array.of(0, 1, 1, 0) };
    for (const gamma of [100, 10, 3, 2.1]) {
      const { dense } = distanceFromOptimum({ a: half, b: half, cost }, gamma);
      expect(dense[0]).toBeCloseTo(0.25 + 1 / (2 * gamma), 10);
    }
    expect(distanceFromOptimum({ a: half, b: half, cost }, 1.9).plan.values).toEqual(Float64Array.of(0.5, 0.5));
  });

  it('meets the conditions of the optimum for all shapes, with zero weights, over six decades of gamma', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 9999 }),
        fc.constantFrom(100, 1, 1e-2, 1e-4),
        (n, m, seed, gamma) => {
          const result = distanceFromOptimum(randomPoints(n, m, 2, seed, { zeroShare: 0.2 }), gamma);
          expect(result.status).toBe('converged');
          expect(result.error).toBeLessThan(1e-9);
          expect(Math.abs(result.regularizedCost - result.dualValue)).toBeLessThan(1e-8);
        },
      ),
      { numRuns: quickOrFull(80, 150) },
    );
  });

  it.each([
    ['random assignment', randomAssignment(80, 1)],
    ['clouds', gaussianClouds(80, 1)],
    ['images', gridMixtures(9, 1, 'l2')],
    ['images with Manhattan costs, which have ties', gridMixtures(9, 1, 'l1')],
  ])('meets them on %s, and tends to the linear programme', (_, problem) => {
    const exact = emd(problem.a, problem.b, problem.cost).cost;
    let previous = Infinity;
    for (const gamma of [10, 1, 0.1, 0.01]) {
      const result = distanceFromOptimum(problem, gamma);
      expect(result.status).toBe('converged');
      expect(result.error).toBeLessThan(1e-9);
      // The optimal vertex would cost gamma / 2 times its squares more, which is at most gamma / 2 max(b).
      expect(result.cost).toBeGreaterThan(exact - 1e-9);
      expect(result.cost - exact).toBeLessThan((gamma / 2) * Math.max(...problem.b) + 1e-9);
      expect(result.cost).toBeLessThan(previous + 1e-9);
      previous = result.cost;
    }
  });

  it.each([
    [50, 10, 1, 30, 4],
    [50, 25, 5, 30, 5],
  ])('meets them on bells of %i places, whose plans fall apart into pieces', expectOptimalOnBells);

  it('meets them on random histograms of all kinds, of masses of any size', () => {
    for (let k = 0; k < 10; k++) expectConvergedOnHistograms(k);
  });

  it('keeps its digits where costs are huge against gamma', () => {
    const { a, b, cost } = randomAssignment(12, 2);
    const far = { ...cost, values: cost.values.map((value) => Math.round(value * 1e6) + 2 ** 30) };
    const { status, marginalError, cost: value } = quadraticTransport(a, b, far, { gamma: 1e-6 });
    expect(status).toBe('converged');
    expect(marginalError).toBeLessThanOrEqual(1e-9);
    expect(value).toBeCloseTo(emd(a, b, far).cost, 0);
  });

  it('says what to change at a limit', () => {
    const { a, b, cost } = randomAssignment(12, 2);
    const { status, reason, plan } = quadraticTransport(a, b, cost, { gamma: 1e-6, maxIterations: 5 });
    expect(status).toBe('iteration-limit');
    expect(reason).toMatch(/marginal error of .*raise/);
    expect(plan.values.every(Number.isFinite)).toBe(true);
  });

  it('names what is wrong', () => {
    const { a, b, cost } = randomAssignment(3, 2);
    expect(thrownBy(() => quadraticTransport(a, b, cost, { gamma: 0 })).argument).toBe('gamma');
    expect(thrownBy(() => quadraticTransport(a, b, cost, { gamma: 1, tolerance: -1 })).argument).toBe('tolerance');
    const bad = a.slice();
    bad[1] = Number.NaN;
    expect(thrownBy(() => quadraticTransport(bad, b, cost, { gamma: 1 })).argument).toBe('a');
  });
});
