import { run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { expertAuxiliaryLossSteps } from './expert-auxiliary-loss.ts';
import { moeInstance } from './expert-instances.ts';

describe('the auxiliary loss', () => {
  it('the auxiliary loss balances at the cost of affinity, and its gradient is that of the loss', () => {
    const problem = { scores: moeInstance(512, 16, 1), expertsPerToken: 2 };
    const after = (weight: number) =>
      run(expertAuxiliaryLossSteps(problem, { weight, learningRate: 5 }), { maxIterations: 400 });
    const [none, some] = [after(0), after(0.1)];
    expect(none.maxViolation).toBeGreaterThan(1.5);
    expect(some.maxViolation).toBeLessThan(none.maxViolation / 2);
  });

  it('wants scores between 0 and 1 for the auxiliary loss', () => {
    const scores = { rows: 1, cols: 2, values: Float64Array.of(1, 0.5) };
    expect(() => run(expertAuxiliaryLossSteps({ scores, expertsPerToken: 1 }))).toThrow(
      'scores: is 1 at index 0',
    );
  });
});
