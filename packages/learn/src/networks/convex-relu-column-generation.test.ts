// Column generation: the optimum of enumerated patterns where they can be listed, and near the best bound where nobody can.
import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { adamRelu } from './adam-relu.ts';
import { convexReluAdmm } from './convex-relu-admm.ts';
import { convexReluColumnGeneration } from './convex-relu-column-generation.ts';
import { convexReluInterior } from './convex-relu-interior.ts';
import { boundRelu } from './relaxed-bound.ts';
import { planarRegression, plantedRegression } from './relu-families.ts';
import type { ReluInstance } from './relu-network.ts';
import { reluObjective } from './relu-network.ts';

it.each([1, 2, 3, 4])('has the optimum over all patterns of points in the plane, seed %i', (seed) => {
  const instance = planarRegression(12, seed, 0.1);
  const exact = convexReluAdmm(instance, { tolerance: 1e-8 });
  const found = convexReluColumnGeneration(instance);
  expect([exact.status, found.status, found.isProof]).toEqual(['converged', 'converged', true]);
  expect(found.value / exact.value - 1).toBeLessThan(1.01e-4);
  expect(found.value).toBeGreaterThanOrEqual(exact.lowerBound);
  expect(found.value).toBeCloseTo(reluObjective(instance, found), 12);
});

it('trains classes, and convolutions', () => {
  const random = new Random(4);
  const values = random.normals(new Float64Array(48));
  const targets = Float64Array.from({ length: 12 }, () => (random.uniform() < 0.5 ? -1 : 1));
  const instance: ReluInstance = { points: { rows: 24, cols: 2, values }, targets, loss: 'logistic', beta: 0.1, patches: 2 };
  const exact = convexReluInterior(instance, { patterns: 'exact' });
  const found = convexReluColumnGeneration(instance);
  expect([exact.status, found.status]).toEqual(['converged', 'converged']);
  expect(Math.abs(found.value / exact.value - 1)).toBeLessThan(2e-4);
});

it('is below Adam’s network on a thousand rows of twenty columns, at the best value that searches leave', () => {
  const instance = plantedRegression(1000, 20, 4, 200, 1);
  const found = convexReluColumnGeneration(instance);
  expect(found.status).toBe('converged');
  expect(found.isProof).toBe(false);
  const { value, lowerBound, searchedBound } = boundRelu(instance, found);
  expect(value).toBe(found.value);
  expect(1 - searchedBound / value).toBeLessThan(3e-4);
  expect(1 - lowerBound / value).toBeLessThan(0.32);
  expect(found.lowerBound).toBeGreaterThan(lowerBound);
  expect(value).toBeLessThanOrEqual(adamRelu(instance, { units: 20, maxIterations: 500 }).value);
});

it('refuses the hinge, which has no curvature', () => {
  const instance = { points: [[1], [-1]], targets: [1, -1], loss: 'hinge', beta: 0.1 } as const;
  expect(() => convexReluColumnGeneration(instance)).toThrow(expect.objectContaining({ argument: 'loss' }));
});
