import { expect, it } from 'vitest';
import { stringClaims } from './claims.ts';

it('every claim can be ended', async () => {
  for (const claim of stringClaims) {
    const ended = async () => claim.run({ signal: AbortSignal.abort() });
    await expect(ended()).rejects.toThrow();
  }
});
