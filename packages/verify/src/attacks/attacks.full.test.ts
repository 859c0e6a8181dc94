import { describe, expect, it } from 'vitest';
import { attackDirectSearchSolver } from './attack-direct-search.ts';
import { valuesAfter } from './attacks-claims.ts';
import { cheapestPathInstance } from './cheapest-path-instance.ts';
import { coveringDirectSearchSolver } from './covering-direct-search.ts';
import { digitMixInstance } from './digit-mix-instance.ts';

describe('attacks at the sizes of the specification', () => {
  it('B2: a mix of fifty digits becomes the first of them', async () => {
    const [start, early] = valuesAfter(
      attackDirectSearchSolver,
      await digitMixInstance(50, 60, 1),
      [1, 200],
      1,
    );
    expect(start).toBeGreaterThan(1);
    expect(early).toBeLessThan(1e-6);
  }, 600_000);

  it('B4: another path of a map of 12 x 12 costs a fifth of what direct search leaves', () => {
    for (const seed of [1, 2, 3]) {
      const instance = cheapestPathInstance(12, 64, seed);
      const [hybrid] = valuesAfter(attackDirectSearchSolver, instance, [1000], 1);
      const [direct] = valuesAfter(coveringDirectSearchSolver, instance, [1000], 1);
      expect(hybrid).toBeLessThan(direct / 5);
    }
  }, 600_000);
});
