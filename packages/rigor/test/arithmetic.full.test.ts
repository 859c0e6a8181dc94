// A million operations of every kind that takes no series, on cases of their own.
import { describe, expect, it } from 'vitest';
import * as rigor from '../src/index.ts';
import { all } from './checks.ts';

describe.each(Object.entries(all))('%s', (name, [breaches]) => {
  it('hold the truth a million times', { timeout: 900_000 }, () => {
    expect(breaches(rigor, name === 'elementary' ? 5000 : 1e6, 77)).toBe(0);
  });
});
