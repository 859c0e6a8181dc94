import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { expectCapped, expectUncapped } from '../testing/sinkhorn-routing.ts';
import { assignExperts } from './assign-experts.ts';
import { moeInstance } from './expert-instances.ts';
import { expertSinkhornSteps } from './expert-sinkhorn.ts';

describe('Sinkhorn routing', { timeout: 60_000 }, () => {
  it.each([
    [0.1, 0.266, 800.552],
    [0.01, 0.078, 799.0377],
    [0.002, 0.031, 799.0015],
  ])('capped at temperature %d has the violation %d of the reference', (temperature, violation, dualValue) =>
    expectCapped([512, 16, 2, 1], temperature, violation, dualValue),
  );

  it('without the cap is off by what tokens would take twice', () => expectUncapped([512, 16, 2, 1]));

  it('without the cap equals it for one expert a token in the limit', () => {
    const problem = { scores: moeInstance(128, 8, 4), expertsPerToken: 1 };
    const optimum = assignExperts(problem.scores, 1).affinity;
    const outcome = run(expertSinkhornSteps(problem, { temperature: 0.002, capped: false }), { maxIterations: 5000 });
    expect(outcome.dualValue - optimum).toBeGreaterThanOrEqual(-1e-9);
    expect(outcome.dualValue - optimum).toBeLessThan(0.1);
  });
});
