// The episodes that learners in Markov games report are those that are played, at every look and at the end.
import { Random } from '@infimum/core';
import { afterEach, expect, it, vi } from 'vitest';
import { Learner } from '../normal-form/learner.ts';
import { bimatrix } from '../normal-form/normal-form-game.ts';
import { independentLearners } from './independent-learners.ts';
import { randomMarkovGame } from './markov-cce-problem.ts';
import { stageLearner } from './stage-learner.ts';
import { vLearning } from './v-learning.ts';

afterEach(() => vi.restoreAllMocks());

it.each(Object.entries({ stageLearner, vLearning }))('%s', (_, method) => {
  const game = randomMarkovGame(2, 3, [2, 2], 1);
  for (const episodes of [1, 7, 1000, 1234]) {
    // The first state of an episode is the only whole number that is drawn.
    const starts = vi.spyOn(Random.prototype, 'integer').mockClear();
    const looks: (readonly [number, number])[] = [];
    const onIteration = (look: { readonly episodes: number }) => void looks.push([look.episodes, starts.mock.calls.length]);
    const { status, reason } = method(game, { episodes, tolerance: 0, onIteration });
    expect([status, reason]).toEqual(['iteration-limit', `all ${episodes} episodes were played`]);
    expect(starts.mock.calls.length).toBe(episodes);
    for (const [reported, played] of looks) expect(reported).toBe(played);
  }
});

it.each(['hedge', 'exp3-ix'] as const)('independentLearners by %s', (rule) => {
  const lessons = vi.spyOn(Learner.prototype, 'learn');
  const stage = bimatrix(
    [
      [1, -1],
      [-1, 1],
    ],
    [
      [-1, 2],
      [1, -1],
    ],
  );
  const looks: (readonly [number, number])[] = [];
  const onIteration = ({ solution }: { solution(): { readonly count: number } }) =>
    void looks.push([solution().count, lessons.mock.calls.length]);
  const { count } = independentLearners({ stage, horizon: 3 }, { rule, tolerance: 0, maxIterations: 20, onIteration });
  expect(count).toBe(21);
  // Both players learn in each of three steps after every episode but the last.
  for (const [episodes, learnt] of looks) expect(learnt).toBe(6 * (episodes - 1));
});
