// The gallery's pole and plate: what visitors see learnt is learnt.
import { describe, expect, test } from 'vitest';
import { HeatedPlate } from '../components/omega-learning.ts';
import { LONGEST, PoleLearner } from '../components/pole-learning.ts';

describe('a pole that learns to stand', () => {
  test('stands after 1500 trajectories', () => {
    const learner = new PoleLearner(3);
    learner.show();
    learner.learn(1500);
    expect(learner.trajectories).toBeGreaterThanOrEqual(1499);
    const last = learner.returns.slice(-10).map(([, mean]) => mean);
    expect(last.reduce((sum, mean) => sum + mean / last.length, 0)).toBeGreaterThan(150);
    for (let k = 0; k < 30; k++) learner.show();
    expect(learner.age).toBeLessThanOrEqual(LONGEST);
  }, 60_000);
});

describe('a plate whose solver learns', () => {
  test('solves every step, and the learnt factors take fewer iterations than the worst fixed one', () => {
    const plate = new HeatedPlate(1);
    const steps = process.env['INFIMUM_FULL'] ? 400 : 150;
    for (let k = 0; k < steps; k++) plate.advance();
    const [learned, ...fixed] = plate.totals;
    expect(plate.choices).toHaveLength(steps);
    expect(plate.temperature.every((u) => Number.isFinite(u) && u >= -1e-6)).toBe(true);
    expect(learned).toBeLessThan(Math.max(...fixed));
  }, 60_000);
});
