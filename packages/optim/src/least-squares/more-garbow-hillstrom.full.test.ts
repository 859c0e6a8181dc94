// The problems of Moré, Garbow and Hillstrom from far starts. Settings were chosen on the usual ones; these were looked at afterwards.
import { expect, it } from 'vitest';
import { knownFromFar } from '../testing/more-garbow-runs.ts';

it.each([10, 100])(
  'least squares from starts %i times as far find the known minima, or points that are stationary, or say that they did not',
  (factor) => {
    expect(knownFromFar(factor)).toBeGreaterThanOrEqual(28);
  },
);
