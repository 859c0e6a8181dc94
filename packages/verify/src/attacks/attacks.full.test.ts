import { prepare, run } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { attackDirectSearchSolver } from './attack-direct-search.ts';
import { countReached, valuesAfter } from './attacks-claims.ts';
import { biodieselInstance, meanYield, simulateReactor } from './biodiesel-instance.ts';
import { cheapestPathInstance } from './cheapest-path-instance.ts';
import { coveringDirectSearchSolver } from './covering-direct-search.ts';
import { digitMixInstance } from './digit-mix-instance.ts';
import { answerSurrogate } from './network-surrogate.ts';

describe('attacks at the sizes of the specification', () => {
  it('B2: a mix of fifty digits becomes the first of them', async () => {
    const [start, early] = valuesAfter(attackDirectSearchSolver, await digitMixInstance(50, 60, 1), [1, 200], 1);
    expect(start).toBeGreaterThan(1);
    expect(early).toBeLessThan(1e-6);
  }, 600_000);

  it('B3: the reactor’s network is within 1 % of its equations, and the hybrid finds a yield of 6.7 of them within 200 evaluations', () => {
    const instance = biodieselInstance(32, 100, 1, 2);
    const [points, states] = [25, 7];
    const errors = new Float64Array(states);
    const [least, most] = [new Float64Array(states).fill(Infinity), new Float64Array(states).fill(-Infinity)];
    for (let p = 0; p < points; p++) {
      const power = p / 2;
      const truth = simulateReactor(power, 120, 100, 20).subarray(states);
      const fitted = instance.map.evaluate(Float64Array.of(120, power));
      for (const [k, value] of truth.entries()) {
        errors[k % states] += (fitted[k] - value) ** 2 / (100 * points);
        least[k % states] = Math.min(least[k % states], value);
        most[k % states] = Math.max(most[k % states], value);
      }
    }
    for (let j = 0; j < states; j++) {
      expect(Math.sqrt(errors[j])).toBeLessThanOrEqual(0.01 * (most[j] - least[j]));
    }
    for (const seed of [1, 2, 3]) {
      const stop = new AbortController();
      const steps = prepare(attackDirectSearchSolver, instance, {}, seed);
      const { x, evaluations } = run(
        steps,
        {
          signal: stop.signal,
          onIteration: (news) => void (news.evaluations.value + news.evaluations.pullBack >= 200 && stop.abort()),
        },
        (question) => answerSurrogate(instance, question),
      );
      expect(evaluations.value + evaluations.pullBack).toBeLessThanOrEqual(205);
      const [time, power] = x;
      expect(meanYield(simulateReactor(power, time, 100, 20).subarray(states))).toBeGreaterThanOrEqual(6.7);
      expect(time * power).toBeLessThanOrEqual(500 * (1 + 1e-3));
    }
  }, 600_000);

  it('B4: another path of a map of 12 x 12 costs a fifth of what direct search leaves', () => {
    for (const seed of [1, 2, 3]) {
      const instance = cheapestPathInstance(12, 64, seed);
      const [hybrid] = valuesAfter(attackDirectSearchSolver, instance, [1000], 1);
      const [direct] = valuesAfter(coveringDirectSearchSolver, instance, [1000], 1);
      expect(hybrid).toBeLessThan(direct / 5);
    }
  }, 600_000);

  it('beat direct search on larger problems', () => {
    const { reached, instances } = countReached('distance', 50, [1, 2]);
    expect(reached).toBe(instances);
  });
});
