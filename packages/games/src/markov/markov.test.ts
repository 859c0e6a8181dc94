import { InvalidInputError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import type { NormalFormGame } from '../normal-form/normal-form-game.ts';
import { bimatrix } from '../normal-form/normal-form-game.ts';
import { boundFailures } from '../testing/bound-failures.ts';
import { backwardNash } from './backward-nash.ts';
import { markovCce } from './markov-cce.ts';
import { randomMarkovGame, referenceMarkovGame } from './markov-cce-problem.ts';
import { markovGap, policyValues, repeatedGame } from './markov-game.ts';
import { kibitzerGame, kibitzerReduction, nashReduction } from './nash-reduction.ts';
import { repeatedNash } from './repeated-nash.ts';
import { markovGameOf, shapleyGame } from './sparse-cce-problem.ts';
import { learnersTable } from './sparse-claims.ts';
import type { SparseMixture } from './sparse-mixture.ts';
import { markovMixture, sparseCceGap } from './sparse-mixture.ts';
import { vLearning } from './v-learning.ts';

const general = referenceMarkovGame([0.9, 0.6, 0.6, 0.8, 0.5, 0.7, 0.8, 0.2], [0, 0.3, 0.2, 0.8, 0.9, 0, 0.4, 0.8]);
const opposed = referenceMarkovGame([0.9, 0.1, 0.3, 0.6, 0.2, 0.8, 0.7, 0.4]);

describe('backward induction', () => {
  it('has the welfare of the reference', () => {
    for (const [horizon, expected] of [
      [1, [1.6, 1.128846]],
      [2, [3.2, 2.509534]],
      [3, [4.8, 4.008432]],
    ] as const) {
      const { values, status } = markovCce({ ...general, horizon });
      expect(status).toBe('converged');
      for (const s of [0, 1]) expect(values[0][s] + values[1][s]).toBeCloseTo(expected[s], 6);
    }
  });

  it('has the Nash values of the reference', () => {
    const { values } = backwardNash(opposed);
    expect(values[0][0]).toBeCloseTo(1.427845, 6);
    expect(values[0][1]).toBeCloseTo(1.522091, 6);
  });

  it('is an equilibrium of random games, of all concepts', () => {
    for (let seed = 1; seed <= 4; seed++) {
      const game = randomMarkovGame(3, 3, [2, 3], seed);
      expect(backwardNash(game).gap).toBeLessThan(1e-9);
      const { policy } = markovCce(game, { concept: 'correlated', objective: 'fair' });
      expect(markovGap(game, policy, 'correlated')).toBeLessThan(1e-9);
      expect(markovGap(game, policy)).toBeLessThan(1e-9);
    }
    expect(markovCce(randomMarkovGame(2, 2, [2, 2, 2], 1)).status).toBe('converged');
  });

  it('agrees with plain sums over trajectories', () => {
    const game = randomMarkovGame(2, 2, [2, 2], 3);
    const uniform = new Float64Array(2 * 2 * 4).fill(0.25);
    let expected = 0;
    for (let a = 0; a < 4; a++) {
      expected += game.rewards[0][a] / 4;
      for (let s = 0; s < 2; s++) {
        for (let b = 0; b < 4; b++) expected += (game.transitions[a * 2 + s] * game.rewards[0][8 + s * 4 + b]) / 16;
      }
    }
    expect(policyValues(game, uniform)[0][0]).toBeCloseTo(expected, 12);
  });
});

it('V-learning earns nearly the value of a zero-sum game, and its estimates are optimistic', () => {
  // Rewards run from 0.1 to 0.9: scaled to [0, 1], a return of 1.4278 is (1.4278 - 0.3) / 0.8.
  const value = (1.427845 - 0.3) / 0.8;
  const { returns, estimates } = vLearning(opposed, { episodes: 20_000, tolerance: 0, initialState: 0, seed: 1 });
  expect(Math.abs(returns[0] - value)).toBeLessThan(0.1);
  expect(estimates[0][0]).toBeGreaterThan(value - 0.05);
  const few = vLearning(opposed, { episodes: 2000, tolerance: 0, initialState: 0, seed: 1 });
  expect(few.estimates[0][0]).toBeGreaterThan(estimates[0][0]);
}, 30_000);

const prisoners: NormalFormGame = bimatrix(
  [
    [0.6, 0],
    [1, 0.2],
  ],
  [
    [0.6, 1],
    [0, 0.2],
  ],
);

describe('gaps of sparse mixtures', () => {
  it('are (H - 1) / 2H against an opponent who repeats itself, with a divergence of ln 2', () => {
    for (const horizon of [1, 3, 6]) {
      const game = repeatedGame(
        bimatrix(
          [
            [1, 0],
            [0, 1],
          ],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        horizon,
      );
      const second = Float64Array.from({ length: 4 * horizon }, (_, k) => (k < 2 * horizon ? 1 - (k % 2) : k % 2));
      const mixture = markovMixture(game, [new Float64Array(4 * horizon).fill(0.5), second], 2);
      expect(sparseCceGap(game, mixture).gap).toBeCloseTo((horizon - 1) / (2 * horizon), 12);
      const sampled = sparseCceGap(game, mixture, { method: 'aggregator', samples: 50 });
      expect(sampled.perPlayer[0]).toBeCloseTo((horizon - 1) / (2 * horizon), 12);
      expect(sampled.divergence).toBeCloseTo(Math.LN2 / 2, 10); // the mean over the players; the second one sees nothing
      expect(sparseCceGap(game, mixture, { method: 'markov' }).gap).toBeCloseTo(0, 12);
    }
  });

  it('of grim triggers are 0.4 / H, though every step has a regret of 0.4; the kibitzer gains 0.4', () => {
    // Anybody who has seen a defection defects.
    const trigger = (cells: number): SparseMixture => ({
      count: 1,
      markov: false,
      strategies: (_, __, ___, history) => {
        const isPeace = history.every((a) => Math.floor(a / cells) === 0);
        const move = isPeace ? Float64Array.of(1, 0) : Float64Array.of(0, 1);
        return cells === 1 ? [move, move] : [move, move, Float64Array.of(1, 0, 0, 0)];
      },
    });
    for (const horizon of [1, 2, 6]) {
      expect(sparseCceGap(repeatedGame(prisoners, horizon), trigger(1)).gap).toBeCloseTo(0.4 / horizon, 10);
      const kibitzed = repeatedGame(kibitzerGame(prisoners), Math.min(horizon, 3));
      expect(sparseCceGap(kibitzed, trigger(4)).perPlayer[2]).toBeCloseTo(0.4, 10);
    }
    const { extract } = kibitzerReduction(prisoners, { horizon: 10 });
    const { mean, bound } = extract(trigger(4), { samples: 5 });
    expect(mean).toBeCloseTo(0.4, 10);
    expect(mean).toBeLessThanOrEqual(bound + 1e-12);
  });

  it('are the same by enumeration and by the aggregator in repeated games of Markov policies', () => {
    const game = markovGameOf({ stage: shapleyGame(), horizon: 4 });
    const tables = [1, 2].map((k) => {
      const table = Float64Array.from({ length: 3 * 4 * 3 }, (_, c) => 1 + ((c * 7 * k) % 5));
      for (let c = 0; c < table.length; c += 3) {
        const sum = table[c] + table[c + 1] + table[c + 2];
        for (let l = 0; l < 3; l++) table[c + l] /= sum;
      }
      return table;
    });
    const mixture = markovMixture(game, tables, 3);
    const exact = sparseCceGap(game, mixture);
    const sampled = sparseCceGap(game, mixture, { method: 'aggregator', samples: 4000 });
    const markov = sparseCceGap(game, mixture, { method: 'markov' });
    for (const i of [0, 1]) {
      expect(Math.abs(exact.perPlayer[i] - sampled.perPlayer[i])).toBeLessThan(5 * sampled.standardError + 1e-3);
      expect(exact.perPlayer[i]).toBeGreaterThanOrEqual(markov.perPlayer[i] - 1e-12);
    }
    expect(sampled.divergence).toBeLessThan(Math.log(3));
  });

  it('vanish for a Nash equilibrium that is repeated', () => {
    const instance = { stage: shapleyGame(), horizon: 3 };
    const { tables, count } = repeatedNash(instance);
    const game = markovGameOf(instance);
    expect(sparseCceGap(game, markovMixture(game, tables, count)).gap).toBeCloseTo(0, 12);
    const { extract } = nashReduction(instance.stage, { horizon: 3 });
    expect(extract(markovMixture(game, tables, count)).achieved).toBeLessThan(1e-12);
  });

  it('are refused where they cannot be computed', () => {
    const game = randomMarkovGame(2, 2, [2, 2], 1);
    const mixture = markovMixture(game, [new Float64Array(8).fill(0.5), new Float64Array(8).fill(0.5)], 1);
    expect(() => sparseCceGap(game, mixture, { method: 'aggregator' })).toThrow(InvalidInputError);
    expect(sparseCceGap(game, mixture).gap).toBeGreaterThan(0);
    expect(() => markovMixture(game, [new Float64Array(3), new Float64Array(8)], 1)).toThrow(InvalidInputError);
  });
});

it('the table of the reference: Markov gains vanish, those of the aggregator do not', () => {
  const { markov, aggregator, divergence } = learnersTable(100, 100, process.env['INFIMUM_FULL'] ? 30 : 10, 1);
  expect(Math.abs(markov - 0.1)).toBeLessThan(0.05);
  expect(Math.abs(aggregator - 0.325)).toBeLessThan(0.07);
  expect(divergence).toBeLessThanOrEqual(Math.log(100));
}, 30_000);

it('the bound of the extraction holds on random mixtures', () => {
  expect(boundFailures(6, 8, 20).failures).toBe(0);
}, 30_000);
