import { expect, it } from 'vitest';
import { canyonRun, consensusClaims, medianCosines } from './consensus-claims.ts';

it('consensus crosses the canyon and gradients do not', () => {
  const runs = [0, 1, 2, 3].map(canyonRun);
  const count = (name: keyof (typeof runs)[0]) => runs.reduce((sum, run) => sum + run[name], 0);
  expect(count('swarm')).toBeGreaterThanOrEqual(3);
  expect(count('hops')).toBeGreaterThanOrEqual(3);
  expect(count('narrow')).toBe(0);
  expect(count('descent')).toBe(0);
});

it('hops go along gradients', async () => {
  expect(medianCosines(1000, 10, 20, 5).hops).toBeGreaterThanOrEqual(0.99);
  const { verdict, null: chance, figures } = await consensusClaims[1].run({});
  expect(['reproduced', 'not reproduced', 'inconclusive']).toContain(verdict);
  expect(chance?.verdict).not.toBe('reproduced');
  expect(Object.values(figures).every(Number.isFinite)).toBe(true);
});
