import { describe, expect, it } from 'vitest';
import { trainExperts } from './expert-training.ts';

describe('training', () => {
  it('learns, and a balancer brings the loads together', () => {
    const sizes = { experts: 8, expertsPerToken: 2, tokens: 128 };
    const start = trainExperts({ ...sizes, steps: 4 }, 1);
    const greedy = trainExperts({ ...sizes, steps: 300 }, 1);
    const balanced = trainExperts({ ...sizes, steps: 300, balancer: { step: 5e-3 } }, 1);
    const punished = trainExperts({ ...sizes, steps: 300, auxiliaryWeight: 0.1 }, 1);
    expect(greedy.loss).toBeLessThan(0.7 * start.loss);
    expect(balanced.maxViolation).toBeLessThan(0.8 * greedy.maxViolation);
    expect(punished.maxViolation).toBeLessThan(0.8 * greedy.maxViolation);
  });
});
