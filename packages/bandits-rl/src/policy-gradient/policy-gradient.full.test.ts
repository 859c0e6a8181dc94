// Long statistics of policy gradients.
import { describe, expect, it } from 'vitest';
import { nHarpg } from './harpg.ts';
import { nPgIgt } from './n-pg-igt.ts';
import { cartPoleReturns } from './policy-claims.ts';

describe('four seeds of the methods', () => {
  it('hold the pole', () => {
    const igt = cartPoleReturns((instance, seed) => nPgIgt(instance, { seed, batchSize: 5 }).parameters, 4);
    const harpg = cartPoleReturns((instance, seed) => nHarpg(instance, { seed, batchSize: 5 }).parameters, 4);
    expect(Math.min(...igt)).toBeGreaterThan(180);
    expect(Math.min(...harpg)).toBeGreaterThan(150);
  });
});
