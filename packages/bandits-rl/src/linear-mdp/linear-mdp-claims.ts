// The claims of the paper on refined regret, and the experiments that check them. It has no experiments of its own.
import type { ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim, run } from '@infimum/core';
import { linearBanditRates, linearBanditSteps, refinedRegretPaper as paper } from '../bandits/adversarial-linear.ts';
import { linearBandit, regretOf } from '../bandits/bandit-problem.ts';
import { slopeOf } from '../slope-of.ts';
import { bestFixedLoss, simplexInstance } from './linear-mdp-problem.ts';
import { episodeSteps } from './play-episodes.ts';
import type { PolicyOptimizationMethod } from './policy-optimization.ts';
import { PolicyOptimization } from './policy-optimization.ts';

/** The claims of the paper. */
export const linearMdpClaims = [
  defineClaim({
    id: 'bandits-rl/refined-regret-bandit',
    paper,
    statement:
      'Magnitude-reduced estimates give a regret of √K where the method of 2021 has K^⅔, without exploring on purpose.',
    published: 'none published as a number; in theory the exponents are 1/2 and 2/3',
    budget: 60,
    run: async (context) => banditExperiment({ rounds: [1000, 4000, 16_000, 64_000], seeds: 10 }, context),
  }),
  defineClaim({
    id: 'bandits-rl/refined-regret-mdp',
    paper,
    statement:
      'In decision processes too the regret of reduced magnitudes is below that of dilated bonuses, and grows more slowly.',
    published: 'none published as a number; in theory the exponents are 1/2 and 2/3',
    budget: 60,
    run: async (context) => mdpExperiment({ episodes: [2000, 16_000], seeds: 3 }, context),
  }),
];

/** Slopes of log regret over log K with standard errors over seeds, on the linear bandit. */
export function banditExperiment(
  { rounds, seeds }: { rounds: readonly number[]; seeds: number },
  { signal, onProgress }: ClaimContext,
): ClaimResult {
  const slopes = { reduced: [] as number[], dilated: [] as number[] };
  const last = { reduced: 0, dilated: 0 };
  let violations = 0;
  for (let seed = 0; seed < seeds; seed++) {
    onProgress?.(`seed ${seed + 1} of ${seeds}`);
    const regrets = { reduced: [] as number[], dilated: [] as number[] };
    for (const count of rounds) {
      const instance = linearBandit(16, 4, count, seed);
      for (const name of ['reduced', 'dilated'] as const) {
        signal?.throwIfAborted();
        const method = name === 'reduced' ? 'magnitude-reduced' : 'dilated-bonus';
        const learningRate = name === 'reduced' ? 2 : 1;
        const { arms, leastEstimate = 0 } = run(linearBanditSteps(instance, method, { learningRate, seed }));
        regrets[name].push(regretOf(instance, arms));
        const { regularization } = linearBanditRates(method, 16, 5, count, learningRate);
        if (name === 'reduced' && leastEstimate < -1 / Math.sqrt(regularization)) violations++;
      }
    }
    for (const name of ['reduced', 'dilated'] as const) {
      slopes[name].push(slopeOf(rounds, regrets[name].map(positive)));
      last[name] += (regrets[name].at(-1) as number) / seeds;
    }
  }
  const [own, other] = [meanAndError(slopes.reduced), meanAndError(slopes.dilated)];
  const figures = {
    slope: own.mean,
    slopeError: own.error,
    slopeOf2021: other.mean,
    slopeOf2021Error: other.error,
    ratio: last.dilated / last.reduced,
    violations,
  };
  const good = own.mean <= 0.6 && own.mean + 2 * own.error < other.mean && violations === 0;
  return {
    measured: `exponent ${own.mean.toFixed(2)} ± ${(2 * own.error).toFixed(2)} against ${other.mean.toFixed(2)} ± ${(2 * other.error).toFixed(2)}, ${figures.ratio.toFixed(1)} times less regret at the end, ${violations} estimates below the bound`,
    verdict: good ? 'reproduced' : own.mean < other.mean ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}

/** Exact regrets on the simplex process. */
function mdpExperiment(
  { episodes, seeds }: { episodes: readonly number[]; seeds: number },
  { signal, onProgress }: ClaimContext,
): ClaimResult {
  const regrets = (method: PolicyOptimizationMethod, learningRate: number) =>
    episodes.map((count) => {
      let mean = 0;
      for (let seed = 0; seed < seeds; seed++) {
        signal?.throwIfAborted();
        onProgress?.(`${method}, ${count} episodes, seed ${seed + 1}`);
        mean += mdpRegret(method, count, seed, learningRate).regret / seeds;
      }
      return mean;
    });
  const [own, other] = [regrets('magnitude-reduced', 3), regrets('dilated-bonus', 3)];
  const figures = {
    regret: own.at(-1) as number,
    regretOf2021: other.at(-1) as number,
    slope: slopeOf(episodes, own.map(positive)),
    slopeOf2021: slopeOf(episodes, other.map(positive)),
  };
  const good = figures.regret < figures.regretOf2021 && figures.slope < figures.slopeOf2021;
  return {
    measured: `regret ${figures.regret.toFixed(0)} against ${figures.regretOf2021.toFixed(0)} after ${episodes.at(-1)} episodes, exponents ${figures.slope.toFixed(2)} and ${figures.slopeOf2021.toFixed(2)}`,
    verdict: good ? 'reproduced' : figures.regret < figures.regretOf2021 ? 'partly reproduced' : 'not reproduced',
    figures,
  };
}

/** Exact regret of a method on the spec's instance, with its smallest estimate and the bound on it. */
export function mdpRegret(method: PolicyOptimizationMethod, episodes: number, seed: number, learningRate: number) {
  const instance = simplexInstance({ horizon: 3, states: 6, actions: 5, dimension: 4, episodes }, seed, 'stationary');
  const settings = { learningRate, bonus: 0.1, covariance: 'exact', rollouts: 1, bonusMode: 'exact', seed } as const;
  using learner = new PolicyOptimization(instance, episodes, method, settings);
  let expected = 0;
  run(episodeSteps(instance, learner, seed), {
    onIteration: ({ expectedLoss }) => {
      expected = expectedLoss;
    },
  });
  const bound = -instance.horizon / Math.sqrt(learner.rates.regularization);
  return { regret: expected - bestFixedLoss(instance, episodes), leastEstimate: learner.leastEstimate, bound };
}

/** A regret may be negative by luck. */
const positive = (regret: number) => Math.max(1e-9, regret);

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0 };
}
