// Claims about growth are judged by the processor's time: a clock that jumps, as on a loaded machine, decides nothing.
import { expect, it, vi } from 'vitest';
import { mfacClaims } from './mfac-claims.ts';

it('mfac-linear does not look at the clock', async () => {
  let [now, jump] = [0, 1];
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    jump *= 3;
    now += jump;
    return now;
  });
  try {
    const claim = mfacClaims.find(({ id }) => id === 'optim/mfac-linear');
    const { ours = {} } = (await claim?.measure?.(77, {})) ?? {};
    for (const [figure, exponent] of Object.entries(ours)) expect(Math.abs(exponent), figure).toBeLessThan(4);
  } finally {
    clock.mockRestore();
  }
}, 300_000);
