// The experiments on larger problems.
import { describe, expect, it } from 'vitest';
import { countReached } from './attacks-claims.ts';

describe('the experiments', () => {
  it('beat direct search on larger problems', () => {
    const { reached, instances } = countReached('distance', 50, [1, 2]);
    expect(reached).toBe(instances);
  });
});
