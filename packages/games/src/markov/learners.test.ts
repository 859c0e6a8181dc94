import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { banditGains, drawn, Learner } from '../normal-form/learner.ts';
import { noRegret } from '../normal-form/no-regret.ts';
import { bestResponses, bimatrix } from '../normal-form/normal-form-game.ts';
import { zeroSum } from '../normal-form/zero-sum.ts';
import { independentLearners } from './independent-learners.ts';
import { randomMarkovGame } from './markov-cce-problem.ts';
import { markovGap } from './markov-game.ts';
import { kibitzerGame } from './nash-reduction.ts';
import { stageLearner } from './stage-learner.ts';

describe('bandit feedback', () => {
  it('is estimated with a small bias towards exploration', () => {
    const strategy = Float64Array.of(0.2, 0.8);
    expect([...banditGains(strategy, 0, 0.25, 0.1)]).toEqual([-0.75 / 0.25, 0]);
    // E[lhat_a] = p_a loss_a / (p_a + rate / 2).
    const losses = [0.3, 0.9];
    const mean = losses.map((loss, a) => -strategy[a] * banditGains(strategy, a, 1 - loss, 0.1)[a]);
    mean.forEach((value, a) => {
      expect(value).toBeCloseTo((strategy[a] * losses[a]) / (strategy[a] + 0.05), 12);
    });
  });

  it('has a regret of at most the theorem’s in the mean', () => {
    // Neu (2015), Theorem 1: 2 sqrt(2 T A ln A) and a term in 1/delta; losses of a fixed sequence.
    const [rounds, count] = [4000, 4];
    const rate = Math.sqrt((2 * Math.log(count)) / (count * rounds));
    const random = new Random(3);
    const learner = new Learner(count, 'exp3-ix', rate);
    const sums = new Float64Array(count);
    let suffered = 0;
    for (let t = 0; t < rounds; t++) {
      const losses = Array.from({ length: count }, (_, a) => (random.uniform() < 0.5 - 0.1 * (a === 2 ? 1 : 0) ? 1 : 0));
      const choice = drawn(learner.strategy, random);
      suffered += losses[choice];
      for (let a = 0; a < count; a++) sums[a] += losses[a];
      learner.learn(banditGains(learner.strategy, choice, 1 - losses[choice], rate), 0);
    }
    const regret = suffered - Math.min(...sums);
    expect(regret).toBeLessThan(2 * Math.sqrt(2 * rounds * count * Math.log(count)) + 100);
    expect(regret).toBeLessThan(0.1 * rounds * 0.75); // what choosing at random would regret
  });

  it('finds an approximate equilibrium of a repeated game', () => {
    const stage = bimatrix(
      [
        [2, 0],
        [0, 1],
      ],
      [
        [1, 0],
        [0, 2],
      ],
    );
    const { status, strategies } = independentLearners({ stage, horizon: 3 }, { rule: 'exp3-ix', seed: 2 });
    expect(status).toBe('converged');
    expect(bestResponses(stage, strategies).regret).toBeLessThanOrEqual(0.05);
  });
});

describe('optimistic gradients', () => {
  it('come to the value of a zero-sum game, in the last round too', () => {
    const game = bimatrix([
      [0.2, -1, 0.7],
      [-0.5, 0.9, -0.1],
      [0.1, 0.3, -0.8],
    ]);
    const { status, strategies } = noRegret(game, { rule: 'optimistic-gradient', tolerance: 1e-3 });
    expect(status).toBe('converged');
    expect(bestResponses(game, strategies).payoffs[0]).toBeCloseTo(zeroSum(game).payoffs[0], 2);
    const learners = [new Learner(2, 'optimistic-gradient', 0.1), new Learner(2, 'optimistic-gradient', 0.1)];
    const [a, b] = [
      [2, -1, -1, 1],
      [-2, 1, 1, -1],
    ];
    for (let t = 0; t < 4000; t++) {
      const [x, y] = learners.map(({ strategy }) => strategy);
      learners[0].learn(Float64Array.of(a[0] * y[0] + a[1] * y[1], a[2] * y[0] + a[3] * y[1]), 0);
      learners[1].learn(Float64Array.of(b[0] * x[0] + b[2] * x[1], b[1] * x[0] + b[3] * x[1]), 0);
    }
    for (const { strategy } of learners) expect(strategy[0]).toBeCloseTo(0.4, 6);
  });
});

describe('stages of bandits', () => {
  it('end at a coarse correlated equilibrium whose gap falls with the episodes', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const game = randomMarkovGame(2, 3, [2, 2], seed);
      const found = stageLearner(game, { seed });
      expect(found.status).toBe('converged');
      expect(markovGap(game, found.policy)).toBeLessThanOrEqual(0.1);
    }
    const game = randomMarkovGame(3, 2, [2, 3], 7);
    const [few, many] = [900, 120_000].map((episodes) => stageLearner(game, { episodes, tolerance: 0, seed: 1 }));
    expect(many.gap).toBeLessThan(few.gap);
    expect(many.gap).toBeLessThan(0.05);
    expect(many.status).toBe('iteration-limit');
  });

  it('reach a state that only one joint choice in four leads to, step after step', () => {
    // State 1 is kept by joint choice 3 alone; everything else leads to state 0, from where 3 leads back.
    const transitions = Float64Array.from([0, 1].flatMap(() => [0, 1, 2, 3].flatMap((a) => (a === 3 ? [0, 1] : [1, 0]))));
    const reward = Float64Array.of(0, 0, 0, 0, 1, 0, 0, 0.5);
    const game = { states: 2, horizon: 4, actions: [2, 2], rewards: [reward, reward], transitions, stationary: true };
    const { policy } = stageLearner(game, { episodes: 20_000, tolerance: 0, seed: 3 });
    // In the last step of state 1 joint choice 0 is best for both, and was learned.
    expect(policy[(3 * 2 + 1) * 4]).toBeGreaterThan(0.5);
  });
});

it('payoffs of the kibitzer’s game in [0, 1] are half as far apart', () => {
  const game = bimatrix(
    [
      [0.6, 0],
      [1, 0.2],
    ],
    [
      [0.6, 1],
      [0, 0.2],
    ],
  );
  const [plain, scaled] = [kibitzerGame(game), kibitzerGame(game, { rescale01: true })];
  for (const i of [0, 1, 2]) {
    plain.payoffs[i].forEach((value, cell) => {
      expect(scaled.payoffs[i][cell]).toBeCloseTo((1 + value) / 2, 14);
    });
  }
});
