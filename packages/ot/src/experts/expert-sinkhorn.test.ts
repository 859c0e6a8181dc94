import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { assignExperts } from './assign-experts.ts';
import { moeInstance } from './expert-instances.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';

describe('Sinkhorn routing', { timeout: 60_000 }, () => {
  it.each([
    [512, 16, 2, 1, 0.1, 0.266, 800.552],
    [512, 16, 2, 1, 0.01, 0.078, 799.0377],
    [512, 16, 2, 1, 0.002, 0.031, 799.0015],
    [2048, 64, 6, 3, 0.1, 0.302, undefined],
    [2048, 64, 6, 3, 0.01, 0.042, undefined],
    [2048, 64, 6, 3, 0.002, 0.021, undefined],
  ])(
    'capped on %i x %i, K = %i, seed %i at temperature %d has the violation %d of the reference',
    (T, E, expertsPerToken, seed, temperature, violation, dualValue) => {
      const problem = { scores: moeInstance(T, E, seed), expertsPerToken };
      const outcome = run(expertSinkhornSteps(problem, { temperature }), { maxIterations: 40 });
      expect(Math.abs(outcome.maxViolation - violation)).toBeLessThan(1e-3);
      if (dualValue) expect(Math.abs(outcome.dualValue - dualValue)).toBeLessThan(0.01);
    },
  );

  it('without the cap is off by what tokens would take twice', () => {
    for (const [T, E, expertsPerToken, seed] of [
      [512, 16, 2, 1],
      [2048, 64, 6, 3],
    ]) {
      const problem = { scores: moeInstance(T, E, seed), expertsPerToken };
      const violations = [0.1, 0.01].map(
        (temperature) =>
          run(expertSinkhornSteps(problem, { temperature, capped: false }), { maxIterations: 300 })
            .maxViolation,
      );
      for (const violation of violations) {
        expect(violation).toBeGreaterThan(0.2);
        expect(violation).toBeLessThan(2.3);
      }
      // Lower temperatures do not help, as they do with the cap.
      expect(violations[1]).toBeGreaterThan(violations[0]);
    }
  });

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
