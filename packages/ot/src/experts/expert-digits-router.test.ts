import { loadDigits } from '@infimum/datasets/digits';
import { describe, expect, it } from 'vitest';
import { assignmentOracle } from '../testing/assignment-program.ts';
import { assignExperts } from './assign-experts.ts';
import { digitsRouterScores } from './expert-digits-router.ts';
import { topKRoute } from './expert-routing.ts';

describe('gate scores of a router trained on real digits', () => {
  const all = digitsRouterScores(loadDigits(), { experts: 16, expertsPerToken: 2, epochs: 3 }, 1);

  it('are probabilities, the same for the same seed, and favour few experts', () => {
    expect(all.values.every((score) => score > 0 && score < 1)).toBe(true);
    const again = digitsRouterScores(loadDigits(), { experts: 16, expertsPerToken: 2, epochs: 3 }, 1);
    expect(again.values).toEqual(all.values);
    const { loads } = topKRoute(all, 2);
    expect(Math.max(...loads) / ((2 * 1797) / 16)).toBeGreaterThan(2);
  });

  it('have the same optimum by the coordinate dual, shortest paths and HiGHS', async () => {
    const lp = await assignmentOracle();
    const scores = { rows: 240, cols: 16, values: all.values.slice(0, 240 * 16) };
    const optimum = lp({ scores, expertsPerToken: 2 });
    for (const method of ['coordinate-dual', 'shortest-paths'] as const) {
      const { affinity, dualValue } = assignExperts(scores, 2, { method });
      expect(affinity).toBeCloseTo(optimum, 6);
      expect(dualValue).toBeCloseTo(optimum, 6);
    }
    const { affinity, dualValue, loads } = assignExperts(all, 2);
    expect(dualValue - affinity).toBeLessThan(1e-9);
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
  });

  it('are balanced nearly by auxiliary-loss-free steps', () => {
    const outcome = assignExperts(all, 2, {
      method: 'alf-lb',
      alfLb: { update: 'proportional', schedule: 'harmonic' },
      maxIterations: 2000,
    });
    expect(outcome.maxViolation).toBeLessThan(0.05);
    expect(outcome.dualValue / assignExperts(all, 2).affinity - 1).toBeLessThan(1e-3);
  });
});
