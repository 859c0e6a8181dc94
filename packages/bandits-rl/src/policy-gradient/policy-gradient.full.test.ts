// Long statistics of policy gradients.
import { describe, expect, it } from 'vitest';
import { nHarpg } from './harpg.ts';
import { nPgIgt } from './n-pg-igt.ts';
import { cartPoleReturn } from './policy-claims.ts';

describe('four seeds of the methods', () => {
  it('hold the pole', () => {
    const igt = [1, 2, 3, 4].map((seed) =>
      cartPoleReturn((instance, own) => nPgIgt(instance, { seed: own, batchSize: 5 }).parameters, seed),
    );
    const harpg = [1, 2, 3, 4].map((seed) =>
      cartPoleReturn((instance, own) => nHarpg(instance, { seed: own, batchSize: 5 }).parameters, seed),
    );
    expect(Math.min(...igt)).toBeGreaterThan(180);
    expect(Math.min(...harpg)).toBeGreaterThan(150);
  });
});
