import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { assignExperts } from './assign-experts.ts';
import { moeInstance } from './expert-instances.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';

describe('Sinkhorn routing', () => {
  it.each([
    [0.1, 0.27, 800.552],
    [0.01, 0.079, 799.0377],
    [0.002, 0.032, 799.0015],
  ])(
    'capped at temperature %d has the reference violation and dual value',
    (temperature, violation, value) => {
      const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
      const outcome = run(expertSinkhornSteps(problem, { temperature }), { maxIterations: 40 });
      expect(outcome.maxViolation).toBeLessThan(violation);
      expect(Math.abs(outcome.dualValue - value)).toBeLessThan(0.01);
    },
  );

  it('without the cap equals it for one expert a token in the limit', () => {
    const problem = { scores: moeInstance(128, 8, 4), expertsPerToken: 1 };
    const optimum = assignExperts(problem.scores, 1).affinity;
    const outcome = run(expertSinkhornSteps(problem, { temperature: 0.002, capped: false }), {
      maxIterations: 5000,
    });
    expect(outcome.dualValue - optimum).toBeGreaterThanOrEqual(-1e-9);
    expect(outcome.dualValue - optimum).toBeLessThan(0.1);
  });
});
