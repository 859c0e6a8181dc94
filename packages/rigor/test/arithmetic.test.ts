// The arithmetic against whole numbers: a breach is a result that does not hold the truth.
import { describe, expect, it } from 'vitest';
import * as rigor from '../src/index.ts';
import { all } from './checks.ts';

describe.each(Object.entries(all))('%s', (_, [breaches, share]) => {
  it('hold the truth', () => {
    expect(breaches(rigor, Math.round(share * (share === 1 ? 1e6 : 1e5)))).toBe(0);
  });
});
