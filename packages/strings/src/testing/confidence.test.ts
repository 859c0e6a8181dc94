import { expect, it } from 'vitest';
import { clopperPearson } from './confidence.ts';

it.each([
  // No failures: 1 - (α/2)^(1/n), the rule of three.
  [0, 10, 0.95, 0, 1 - 0.025 ** (1 / 10)],
  [10, 10, 0.95, 0.025 ** (1 / 10), 1],
  // Tables of the F distribution.
  [1, 10, 0.95, 0.002529, 0.445016],
  [5, 100, 0.95, 0.016432, 0.112835],
])('%i of %i at %f', (failures, trials, confidence, lower, upper) => {
  const bounds = clopperPearson(failures, trials, confidence);
  expect(bounds.lower).toBeCloseTo(lower, 5);
  expect(bounds.upper).toBeCloseTo(upper, 5);
});
