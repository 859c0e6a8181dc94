import { Random } from '@infimum/core';
import { expect, it } from 'vitest';
import { COUNTDOWN_CHARACTERS, countdownReward, drawAnswer, drawCountdown, promptOf } from '../../src/countdown/countdown.ts';
import { EggModel } from '../../src/language/egg-model.ts';
import { eggAccuracy, eggTune, eggWarmStart } from './egg-countdown.ts';

const bytesOf = (tokens: Int32Array) => Uint8Array.from(tokens, (token) => COUNTDOWN_CHARACTERS.charCodeAt(token));

/** Follows every character by another, by embedding and head alone; after the 3 an equals sign is a little likelier than a product. */
const follower = (product = 28) => {
  const model = new EggModel({ dim: 16, layers: 1 });
  const [embedding, head] = model.parameters;
  const norms = model.parameters.slice(2, 5);
  model.weights.fill(0);
  for (const { at, rows } of norms) model.weights.fill(16, at, at + rows);
  const follow = (before: string, next: string, place: number, weight: number) => {
    model.weights[embedding.at + before.charCodeAt(0) * 16 + place] = 127;
    model.weights[head.at + next.charCodeAt(0) * 16 + place] = weight;
  };
  follow('>', '3', 0, 30);
  follow('3', '*', 1, product);
  follow('3', '=', 1, 30);
  follow('*', '5', 2, 30);
  follow('=', '5', 2, 30);
  follow('5', ';', 3, 30);
  return model;
};

it('learns the form of answers by votes', () => {
  const random = new Random(5);
  const texts = Array.from({ length: 40 }, () => {
    const problem = drawCountdown(random);
    return [promptOf(problem), drawAnswer(problem, random)].map(bytesOf);
  });
  const model = new EggModel({ dim: 16, layers: 1, seed: 1 });
  const cost = () => {
    let sum = 0;
    for (const [prompt, answer] of texts) {
      sum -= model.score(Uint8Array.of(...prompt, ...answer)) - model.score(prompt);
    }
    return sum / (16 * 4 * texts.length);
  };
  const before = cost();
  eggWarmStart(model, { pairs: 96, steps: 90, seed: 1 }, 1);
  expect(cost()).toBeLessThan(before - 2);
});

it('learns from rewards alone, by steps of one, the same for the same seed', () => {
  const exam = Array.from({ length: 50 }, () => drawCountdown(new Random(4)));
  expect(eggAccuracy(follower(), exam).form).toBe(0);
  const tuned = [1, 1, 2].map((seed) => {
    const model = follower();
    const heard: number[] = [];
    eggTune(model, { pairs: 64, steps: 6, seed, begun: 0.5 }, (_, answers) => void heard.push(answers));
    expect(heard).toEqual([128, 256, 384, 512, 640, 768]);
    expect(eggAccuracy(model, exam).form).toBe(1);
    return model.weights;
  });
  expect(tuned[1]).toEqual(tuned[0]);
  expect(tuned[2]).not.toEqual(tuned[0]);
  const once = follower();
  eggTune(once, { pairs: 64, steps: 1, seed: 1, begun: 0.5 });
  const { weights } = follower();
  const moves = once.weights.map((weight, e) => weight - weights[e]);
  expect(new Set(moves)).toEqual(new Set([-1, 0, 1]));
});

it('answers greedily, as the definition does, two numbers and three', () => {
  const random = new Random(6);
  const model = follower();
  eggTune(model, { pairs: 64, steps: 6, seed: 1, begun: 0.5 });
  for (const numbers of [2, 3] as const) {
    const problems = Array.from({ length: 20 }, () => drawCountdown(random, numbers));
    const rewards = problems.map((problem) => {
      const states = model.start();
      let before = 0;
      for (const byte of bytesOf(promptOf(problem))) {
        model.step(before, states);
        before = byte;
      }
      const answer = Int32Array.from({ length: 2 * numbers }, () => {
        const logits = model.step(before, states);
        before = logits.indexOf(Math.max(...logits));
        return COUNTDOWN_CHARACTERS.indexOf(String.fromCharCode(before));
      });
      return countdownReward(problem, answer);
    });
    expect(eggAccuracy(model, problems)).toEqual({
      accuracy: rewards.filter((reward) => reward === 1).length / 20,
      form: rewards.filter((reward) => reward > 0).length / 20,
    });
  }
});

it('measures votes by those who vote, of whom there may be few', () => {
  const model = follower(22);
  const before = model.weights.slice();
  eggTune(model, { pairs: 1024, steps: 1, seed: 1, begun: 0.5 });
  const moved = model.weights.filter((weight, e) => weight !== before[e]).length / before.length;
  // By chance alone about an eighth of all weights would move in the middle of the schedule.
  expect(moved).toBeGreaterThan(0.03);
  expect(moved).toBeLessThan(0.3);
});

it('leaves weights alone where all answers are worth the same', () => {
  // Not one member of an untrained model has the form of an answer.
  const model = new EggModel({ dim: 16, layers: 1, seed: 1 });
  const before = model.weights.slice();
  eggTune(model, { pairs: 16, steps: 3, seed: 1 });
  expect(model.weights).toEqual(before);
});
