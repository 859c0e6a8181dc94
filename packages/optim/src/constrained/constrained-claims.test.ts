import { expect, it } from 'vitest';
import { constrainedClaims } from './constrained-claims.ts';

const [, rates] = constrainedClaims;

it(`${rates.id} is reproduced`, async () => {
  expect((await rates.run({})).verdict).toBe('reproduced');
});
