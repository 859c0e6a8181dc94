import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { quadraticMonomials } from '../quadrature/monomials.ts';
import { linearValue } from './approximators.ts';
import { continuousLstd } from './continuous-lstd.ts';
import { continuousTd } from './continuous-td.ts';
import type { Episode, EvaluationInstance } from './evaluation-instance.ts';
import { ornsteinUhlenbeck } from './evaluation-problem.ts';
import { testMartingale } from './increments.ts';
import { martingaleLoss } from './martingale-loss.ts';

/** dX = dW from a drawn start to time 1, which pays 3: the value of every state is 3, and the family is θ₁x² + θ₀. */
function paidAtTheEnd(count: number): EvaluationInstance {
  const random = new Random(7);
  const episodes = Array.from({ length: count }, (): Episode => {
    const times = Float64Array.of(0, 0.25, 0.5, 0.75, 1);
    const states = new Float64Array(5).fill(random.normal());
    for (let i = 1; i < 5; i++) states[i] = states[i - 1] + 0.5 * random.normal();
    return { times, states, rewards: new Float64Array(4), terminalPayoff: 3 };
  });
  return {
    episodes,
    approximator: linearValue(quadraticMonomials(1), 1),
    initialParameters: new Float64Array(2),
    discountRate: 0,
    isContinuing: false,
  };
}

describe('a payoff at the end', () => {
  it('is what the value is learned from, by every method', () => {
    const instance = paidAtTheEnd(400);
    for (const solve of [martingaleLoss, continuousLstd]) {
      const { parameters, status } = solve(instance);
      expect(status).toBe('converged');
      expect(parameters[0]).toBeCloseTo(0, 8);
      expect(parameters[1]).toBeCloseTo(3, 8);
    }
    const { parameters } = continuousTd(instance, { stepSize: 0.02 });
    expect(parameters[1]).toBeGreaterThan(1.5);
    const { means } = testMartingale(instance, [0, 3], [() => 1]);
    expect(means[0]).toBe(0);
    // Data that come one by one give the same.
    const { episodes } = instance;
    const stream = {
      *[Symbol.iterator]() {
        yield* episodes;
      },
    };
    expect(continuousLstd({ ...instance, episodes: stream }).parameters[1]).toBeCloseTo(3, 8);
  });

  it('is refused where there is no end', () => {
    const instance = { ...paidAtTheEnd(2), isContinuing: true, discountRate: 1 };
    expect(() => continuousLstd(instance)).toThrow('episodes[0].terminalPayoff');
  });
});

describe('an episode that is wrong', () => {
  const damaged = (isArray: boolean): EvaluationInstance => {
    const instance = paidAtTheEnd(3);
    const episodes = [...instance.episodes];
    episodes[2] = { ...episodes[2], rewards: Float64Array.of(0, Number.NaN, 0, 0) };
    return {
      ...instance,
      episodes: isArray
        ? episodes
        : {
            *[Symbol.iterator]() {
              yield* episodes;
            },
          },
    };
  };

  it.each([true, false])('is named by its number, in an array: %s', (isArray) => {
    for (const solve of [martingaleLoss, continuousLstd, continuousTd]) {
      expect(() => solve(damaged(isArray))).toThrow('episodes[2].rewards');
    }
  });
});

describe('the martingale test', () => {
  it('has standard errors on one excerpt, which accept the true value and refuse a wrong one', () => {
    let accepted = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const instance = ornsteinUhlenbeck(4000, 0.02, seed);
      const score = (parameters: number[]) => {
        const { means, standardErrors } = testMartingale(instance, parameters, [(_, [x]) => x * x]);
        expect(standardErrors[0]).toBeGreaterThan(0);
        return Math.abs(means[0]) / standardErrors[0];
      };
      if (score([0.4, 0.8]) < 2) accepted++;
      expect(score([0.4, 4])).toBeGreaterThan(2);
    }
    expect(accepted).toBeGreaterThanOrEqual(34);
  });
});
