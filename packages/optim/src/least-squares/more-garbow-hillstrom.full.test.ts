// The problems of Moré, Garbow and Hillstrom from the farthest starts.
import { expect, it } from 'vitest';
import { knownFromFar } from '../testing/more-garbow-runs.ts';

it('least squares from starts 100 times as far find the known minima, or points that are stationary, or say that they did not', () => {
  expect(knownFromFar(100)).toBeGreaterThanOrEqual(28);
});
