// The proved ratios on every family, at size: lower confidence bounds against a bound that no algorithm exceeds.
import { describe, expect, it } from 'vitest';
import { clairvoyantOptimum } from './exact-values.ts';
import {
  decomposable,
  erdosRenyiOnline,
  miserablesMatching,
  powerLawOnline,
  randomOnline,
  triangular,
} from './online-families.ts';
import type { OnlineInstance } from './online-instance.ts';
import type { Policy } from './policies.ts';
import { simulateOnline } from './simulate-online.ts';
import { stochasticConfigurationBound } from './stochastic-configuration-dual.ts';

/** Of Ranking wherever all chances are equal, in whatever order vertices arrive; of Perturbed Greedy where they factor. */
const RANKING = 1 - Math.exp(-1);
/** Chances of at most 0.02 are taken for vanishing. */
const FAMILIES: readonly (readonly [string, () => OnlineInstance, readonly (readonly [Policy, number])[]])[] = [
  ...[10, 50, 100, 200].flatMap((n) =>
    [50, 100].flatMap((m) =>
      (['first-leaves-first', 'last-leaves-first', 'random'] as const).map(
        (order) =>
          [
            `equal triangular, n = ${n}, m = ${m}, ${order}`,
            () => triangular(n, m, order),
            [
              ['least-load', 0.613],
              ['stochastic-balance', 0.611],
              ['ranking', RANKING],
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
  ['Erdős-Rényi', () => erdosRenyiOnline(300, 30_000, 5, 0.02, 29), [['stochastic-balance', 0.611]]],
  ...[2.2, 3].map(
    (exponent) =>
      [
        `power law of exponent ${exponent}`,
        () => powerLawOnline(300, 30_000, 5, exponent, 0.02, 31),
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
      ['ranking', RANKING],
    ],
  ],
];

/** Ranking has the least room above its ratio: 0.3 % at n = 200, where a run scatters by 3.5 %. */
function runsOf(policy: Policy, { weights }: OnlineInstance): number {
  if (policy !== 'ranking') return 400;
  return weights.length > 100 ? 6000 : 2000;
}

describe('the proved ratios hold', () => {
  it.each(FAMILIES)('%s', { timeout: 3_600_000 }, (_, make, policies) => {
    const instance = make();
    // The dual bound may be above the optimum, which asks for more; at n = 200 the first rounds leave 0.2 %.
    const { value } = stochasticConfigurationBound(instance, { maxRounds: 3000, tolerance: 1e-5 });
    for (const [policy, ratio] of policies) {
      const maxRuns = runsOf(policy, instance);
      const { mean, standardError } = simulateOnline(instance, { policy, maxRuns, tolerance: 0, seed: 1 });
      // The lower end of a 99.9 % interval, one-sided.
      expect(mean - 3.09 * standardError).toBeGreaterThan(ratio * value);
    }
  });
});

describe('1 − 1/e of Ranking holds for equal chances of any size, in expectation', () => {
  // Against the best of all that know the arrivals and not the coins. Goyal, Udwani: Online Matching with Stochastic
  // Rewards: Optimal Competitive Ratio via Path Based Formulation (Operations Research 2023), theorem 1.
  it.each([1, 2, 3, 5, 10].map((m) => [m] as const))('triangular, 12 phases of %d arrivals', { timeout: 900_000 }, (m) => {
    const instance = triangular(12, m);
    const { mean, standardError } = simulateOnline(instance, { policy: 'ranking', maxRuns: 20_000, tolerance: 0, seed: 1 });
    expect(mean - 3.09 * standardError).toBeGreaterThan(RANKING * clairvoyantOptimum(instance));
  });

  it('random, of twelve vertices', { timeout: 900_000 }, () => {
    for (const [seed, chance] of [0.1, 0.3, 0.5, 0.7, 0.9, 1].entries()) {
      const instance = randomOnline(12, 16, 3, chance, chance, 100 + seed);
      const { mean, standardError } = simulateOnline(instance, { policy: 'ranking', maxRuns: 20_000, tolerance: 0, seed });
      expect(mean - 3.09 * standardError).toBeGreaterThan(RANKING * clairvoyantOptimum(instance));
    }
  });
});
