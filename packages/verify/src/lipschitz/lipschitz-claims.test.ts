import { expect, it } from 'vitest';
import { countTightness } from './lipschitz-claims.ts';

it('local Lipschitz constants keep the order of tightness', () => {
  const { disorders, exact, networks, ratio } = countTightness(20);
  expect(disorders).toBe(0);
  expect(exact).toBe(networks);
  expect(ratio).toBeLessThanOrEqual(1);
});
