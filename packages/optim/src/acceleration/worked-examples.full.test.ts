// Iterations to a tolerance of the methods that need the most.
import { expect, it } from 'vitest';
import { iterationsToDistance } from '../testing/acceleration-runs.ts';

it.each([
  ['gradient descent', 161_390],
  ['long gradient descent', 82_375],
] as const)('iterations to a relative distance of 1e-8, %s: %i', (name, expected) => {
  expect(Math.abs(iterationsToDistance(name) - expected)).toBeLessThanOrEqual(1);
});
