// The proved ratios on every family, at size: lower confidence bounds against a bound that no algorithm exceeds.
import { describe, expect, it } from 'vitest';
import { decomposable, miserablesMatching, randomOnline, triangular } from './online-families.ts';
import type { OnlineInstance } from './online-instance.ts';
import type { Policy } from './policies.ts';
import { simulateOnline } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

const RANKING = 1 - Math.exp(-1);
/** Chances of at most 0.02 are taken for vanishing. */
const FAMILIES: readonly (readonly [string, () => OnlineInstance, readonly (readonly [Policy, number])[]])[] =
  [
    ...[10, 50, 100, 200].flatMap((n) =>
      (n > 100 ? [50] : [50, 100]).flatMap((m) =>
        (['first-leaves-first', 'last-leaves-first', 'random'] as const).map(
          (order) =>
            [
              `equal triangular, n = ${n}, m = ${m}, ${order}`,
              () => triangular(n, m, order),
              [
                ['least-load', 0.613],
                ['stochastic-balance', 0.611],
                // At n = 200 the dual bound is n but for 0.4 %, and Ranking's share of it within the noise of 1 − 1/e.
                ...(n > 100 ? [] : ([['ranking', RANKING]] as const)),
              ],
            ] as const,
        ),
      ),
    ),
    ...[10, 50, 150].map(
      (n) =>
        [
          `unequal triangular, n = ${n}, m = 75`,
          () => triangular(n, 75, 'last-leaves-first', false, n),
          [['stochastic-balance', 0.611]],
        ] as const,
    ),
    ...[0, 1, 2].map(
      (skew) =>
        [
          `random of skew ${skew}`,
          () => randomOnline(300, 30_000, 5, 0, 0.02, 11 + skew, skew),
          [['stochastic-balance', 0.611]],
        ] as const,
    ),
    [
      'equal random',
      () => randomOnline(300, 15_000, 5, 0.02, 0.02, 17),
      [
        ['least-load', 0.613],
        ['ranking', RANKING],
      ],
    ],
    [
      'decomposable',
      () => decomposable(300, 60_000, 5, 0.02, 19),
      [
        ['perturbed-greedy', RANKING],
        ['stochastic-balance', 0.611],
      ],
    ],
    [
      'Les Miserables',
      () => miserablesMatching(100, 0.02, 23),
      [
        ['least-load', 0.613],
        ['stochastic-balance', 0.611],
      ],
    ],
  ];

describe('the proved ratios hold', () => {
  it.each(FAMILIES)('%s', { timeout: 900_000 }, (_, make, policies) => {
    const instance = make();
    const { value } = stochasticConfigurationBound(instance);
    for (const [policy, ratio] of policies) {
      // Its ratio leaves Ranking the least room.
      const runs = policy === 'ranking' ? 2000 : 400;
      const { mean, standardError } = simulateOnline(instance, { policy, runs, tolerance: 0, seed: 1 });
      // The lower end of a 99.9 % interval, one-sided; the dual bound may be above the optimum, which asks for more.
      expect(mean - 3.09 * standardError).toBeGreaterThan(ratio * value);
    }
  });
});
