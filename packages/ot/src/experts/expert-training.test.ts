import { describe, expect, it } from 'vitest';
import { quickOrFull } from '../testing/quick-or-full.ts';
import type { TrainingOptions } from './expert-training.ts';
import { trainExperts } from './expert-training.ts';

const sizes = { experts: 8, expertsPerToken: 2, tokens: quickOrFull(128, 256), steps: 200 };
const train = (options: Partial<TrainingOptions> = {}) => trainExperts({ ...sizes, ...options }, 1);

const load = (sizes.tokens * sizes.expertsPerToken) / sizes.experts;

/** What the noise of one batch leaves to every rule that does not see the batch first. */
const floor = Math.sqrt((1 - sizes.expertsPerToken / sizes.experts) / load) * Math.sqrt(2 * Math.log(sizes.experts));

const decaying = [
  { schedule: 'square-root', stepSize: 0.03 },
  { schedule: 'harmonic', stepSize: 0.1 },
  { update: 'proportional', schedule: 'square-root' },
  { update: 'proportional', schedule: 'harmonic' },
] as const;

describe('training', { timeout: 60_000 }, () => {
  it('learns, and a balancer or a loss brings the loads together', () => {
    const start = train({ steps: 4 });
    const greedy = train();
    const punished = train({ auxiliaryWeight: 0.1 });
    expect(greedy.loss).toBeLessThan(0.7 * start.loss);
    expect(greedy.maxViolation).toBeGreaterThan(2 * floor);
    expect(punished.maxViolation).toBeLessThan(greedy.maxViolation / 2);
    expect(greedy.path).toBe(0);
  });

  it.each(decaying)('comes within 1.5 times the noise of a batch with steps that shrink: %j', (balancer) => {
    expect(train({ balancer }).maxViolation).toBeLessThan(1.5 * floor);
  });

  it('goes to and fro with constant steps, and settles with those that shrink', () => {
    const stepSize = 0.02;
    const constant = train({ balancer: { stepSize } });
    // Nearly every bias moves by the whole step in every one of the last fifty steps, and comes nowhere.
    expect(constant.path).toBeGreaterThan(0.8 * 50 * stepSize);
    expect(constant.drift).toBeLessThan(3 * stepSize);
    const settled = train({ balancer: { schedule: 'square-root', stepSize } });
    expect(settled.path).toBeLessThan(constant.path / 8);
    expect(settled.maxViolation).toBeLessThan(constant.maxViolation);
  });

  it('balances batches that are seen first below the noise, by the coordinate dual or by experts that choose', () => {
    const dual = train({ balancer: { method: 'coordinate-dual' } });
    expect(dual.maxViolation).toBeLessThan(floor / 4);
    const choice = train({ balancer: 'expert-choice' });
    expect(choice.maxViolation).toBe(0);
    // Tokens that no expert has chosen are predicted as zero.
    expect(choice.loss).toBeGreaterThan(1.1 * dual.loss);
  });

  it('repeats itself for the same seed, and only for that', () => {
    const steps = 20;
    expect(train({ steps })).toEqual(train({ steps }));
    expect(trainExperts({ ...sizes, steps }, 2)).not.toEqual(train({ steps }));
  });
});
