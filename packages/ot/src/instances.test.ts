import { mulberry32 } from '@infimum/core/reference-generators';
import { describe, expect, it } from 'vitest';
import { costMatrix } from './cost-matrix.ts';
import { gaussianCloudPoints, gaussianClouds, gridMixtures, randomAssignment, randomPoints } from './instances.ts';
import { asTransport, total } from './transport.ts';

describe('mulberry32', () => {
  it('gives the published numbers', () => {
    const random = mulberry32(42);
    expect([random(), random(), random(), random()]).toEqual([
      0.6011037519201636, 0.44829055899754167, 0.8524657934904099, 0.6697340414393693,
    ]);
  });
});

describe('the instances', () => {
  it.each([
    ['assignment', () => randomAssignment(20, 1)],
    ['grid, l2', () => gridMixtures(9, 1, 'l2')],
    ['grid, l1', () => gridMixtures(9, 1, 'l1')],
    ['clouds', () => gaussianClouds(30, 1)],
    ['points', () => randomPoints(20, 30, 3, 1)],
    ['points, most weights zero', () => randomPoints(20, 30, 3, 1, { zeroShare: 0.9 })],
    ['points, all weights but one zero', () => randomPoints(20, 30, 3, 1, { zeroShare: 1 })],
  ])('of kind %s are valid, have mass 1 and are the same for the same seed', (_, generate) => {
    const problem = generate();
    expect(asTransport(problem).a).toBe(problem.a);
    expect(total(problem.a)).toBeCloseTo(1, 14);
    expect(total(problem.b)).toBeCloseTo(1, 14);
    expect(generate()).toEqual(problem);
  });

  it('of assignment draw their costs row by row', () => {
    const { cost, a } = randomAssignment(2, 42);
    expect([...cost.values]).toEqual([0.6011037519201636, 0.44829055899754167, 0.8524657934904099, 0.6697340414393693]);
    expect([...a]).toEqual([0.5, 0.5]);
  });

  it('of clouds have the largest costs of the reference', () => {
    for (const [n, seed, most] of [
      [200, 4, 45.386193665815],
      [500, 1, 70.343954773905],
    ]) {
      const { x, y } = gaussianCloudPoints(n, seed);
      const costs = costMatrix(x, y).values;
      expect(costs.reduce((a, b) => Math.max(a, b))).toBeCloseTo(most, 11);
      const scaled = gaussianClouds(n, seed).cost.values;
      expect(scaled.reduce((a, b) => Math.max(a, b))).toBeCloseTo(1, 15);
      expect(scaled[7] * most).toBeCloseTo(costs[7], 12);
    }
  });

  it('of grids have costs up to 1 and a floor of mass everywhere', () => {
    for (const metric of ['l1', 'l2'] as const) {
      const { a, cost } = gridMixtures(10, 3, metric);
      expect(cost.values.reduce((x, y) => Math.max(x, y))).toBeCloseTo(1, 15);
      const least = a.reduce((x, y) => Math.min(x, y));
      const most = a.reduce((x, y) => Math.max(x, y));
      expect(most / least).toBeGreaterThan(20);
      expect(most / least).toBeLessThanOrEqual(101 + 1e-9);
    }
  });

  it('of points have the asked share of zero weights', () => {
    const { a } = randomPoints(4000, 2, 2, 1, { zeroShare: 0.25 });
    expect(a.filter((weight) => weight === 0).length / 4000).toBeCloseTo(0.25, 1);
    expect(randomPoints(4000, 2, 2, 1).a.every((weight) => weight > 0)).toBe(true);
  });
});
