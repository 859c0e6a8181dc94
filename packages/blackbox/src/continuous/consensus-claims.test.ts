import { expect, it } from 'vitest';
import { canyonRuns, consensusClaims, medianCosine } from './consensus-claims.ts';

it('consensus crosses the canyon and gradients do not', () => {
  const { swarm, hops, narrow, descent } = canyonRuns(4);
  expect(swarm).toBeGreaterThanOrEqual(3);
  expect(hops).toBeGreaterThanOrEqual(3);
  expect(narrow).toBe(0);
  expect(descent).toBe(0);
});

it('hops go along gradients', async () => {
  expect(medianCosine(1000, 10, 20)).toBeGreaterThanOrEqual(0.99);
  const { verdict } = await consensusClaims[1].run({});
  expect(verdict).toBe('reproduced');
});
