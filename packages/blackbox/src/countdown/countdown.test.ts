import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { LowRankPopulation, layersIn, shapeFitness } from '../eggroll/low-rank-population.ts';
import { accuracyOf, answer, rewardsOf } from './answers.ts';
import { countdownReward, drawAnswer, drawCountdown, promptOf, tokensOf } from './countdown.ts';
import { warmGru } from './countdown-claims.ts';
import { eggrollBatches } from './eggroll-tuning.ts';
import { advantagesOf, again, grpoBatches, grpoSlopes, logProbabilities } from './grpo.ts';
import { GruModel } from './gru-model.ts';
import type { LayerMap, TokenModel } from './token-model.ts';
import { addSlope, logProbability, stepsOf } from './token-model.ts';

const small = (seed: number) => new GruModel({ vocabulary: 16, embedding: 3, hidden: 4 }, new Random(seed));

describe('mini-countdown', () => {
  it('pays for the target made of both numbers, a little for the form', () => {
    const problem = { numbers: [3, 5], target: 15 };
    const reward = (text: string) => countdownReward(problem, tokensOf(text));
    expect(['3*5;', '5*3;', '3+5;', '5*5;', '3*5', '*35;', '3*5>'].map(reward)).toEqual([1, 1, 0.1, 0.1, 0, 0, 0]);
    expect(countdownReward({ numbers: [2, 6], target: 4 }, tokensOf('2-6;'))).toBe(0.1);
    expect(countdownReward({ numbers: [2, 6], target: 4 }, tokensOf('6-2;'))).toBe(1);
    expect(promptOf(problem)).toEqual(tokensOf('35=15>'));
    expect(promptOf({ numbers: [2, 6], target: 4 })).toEqual(tokensOf('26=04>'));
  });

  it('draws problems that have an answer, and answers of the right form', () => {
    const random = new Random(1);
    const chances = { right: 0, drawn: 2000 };
    for (let k = 0; k < chances.drawn; k++) {
      const problem = drawCountdown(random);
      const [a, b] = problem.numbers;
      const answers = [`${a}+${b};`, `${a}-${b};`, `${b}-${a};`, `${a}*${b};`].map(tokensOf);
      expect(Math.max(...answers.map((tokens) => countdownReward(problem, tokens)))).toBe(1);
      const reward = countdownReward(problem, drawAnswer(problem, random));
      expect(reward).toBeGreaterThanOrEqual(0.1);
      if (reward === 1) chances.right++;
    }
    // A third of the operators, half of the orders of differences.
    expect(chances.right / chances.drawn).toBeGreaterThan(0.24);
    expect(chances.right / chances.drawn).toBeLessThan(0.4);
  });
});

describe('mini-countdown with three numbers', () => {
  const value = (text: string) => {
    const at = (x: number, operator: string, y: number) => (operator === '+' ? x + y : operator === '-' ? x - y : x * y);
    const [x, first, y, second, z] = text;
    return at(at(Number(x), first, Number(y)), second, Number(z));
  };
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];

  it('pays for what makes the target from left to right, by trial of all answers', () => {
    const problems = [
      { numbers: [2, 3, 4], target: 20 },
      { numbers: [7, 7, 1], target: 48 },
      { numbers: [9, 9, 9], target: 729 },
      { numbers: [1, 2, 2], target: 0 },
    ];
    const all = [...'123456789'].flatMap((x) =>
      [...'123456789'].flatMap((y) =>
        [...'1479'].flatMap((z) => [...'+-*'].flatMap((f) => [...'+-*'].map((s) => `${x}${f}${y}${s}${z};`))),
      ),
    );
    for (const problem of problems) {
      const own = orders.map((order) => order.map((i) => problem.numbers[i]).join());
      for (const text of all) {
        const isRight = own.includes([text[0], text[2], text[4]].join()) && value(text) === problem.target;
        expect(countdownReward(problem, tokensOf(text))).toBe(isRight ? 1 : 0.1);
      }
    }
    // (2 + 3) · 4, and not 2 + 3 · 4.
    expect(countdownReward(problems[0], tokensOf('2+3*4;'))).toBe(1);
    expect(countdownReward({ numbers: [2, 3, 4], target: 14 }, tokensOf('2+3*4;'))).toBe(0.1);
    const bad = ['2+3*4', '2+3;', '2+3*4>', '23+*4;', '2+3*45;'];
    expect(bad.map((text) => countdownReward(problems[0], tokensOf(text)))).toEqual([0, 0, 0, 0, 0]);
    expect(countdownReward({ numbers: [2, 3], target: 5 }, tokensOf('2+3*4;'))).toBe(0);
    expect(promptOf(problems[0])).toEqual(tokensOf('234=020>'));
  });

  it('draws problems that have an answer, every order and pair of operators alike', () => {
    const random = new Random(3);
    const seen = new Map<string, number>();
    for (let k = 0; k < 2700; k++) {
      const problem = drawCountdown(random, 3);
      expect(problem.target).toBeGreaterThanOrEqual(0);
      const possible = orders.flatMap((order) => {
        const [x, y, z] = order.map((i) => problem.numbers[i]);
        return [...'+-*'].flatMap((f) => [...'+-*'].map((s) => `${x}${f}${y}${s}${z}`));
      });
      expect(possible.some((text) => value(text) === problem.target)).toBe(true);
      const answer = drawAnswer({ numbers: [1, 2, 3], target: 0 }, random);
      expect(countdownReward({ numbers: [1, 2, 3], target: 0 }, answer)).toBeGreaterThanOrEqual(0.1);
      seen.set(answer.join(), (seen.get(answer.join()) ?? 0) + 1);
    }
    expect(seen.size).toBe(54);
    const statistic = [...seen.values()].reduce((sum, n) => sum + (n - 50) ** 2 / 50, 0);
    // The 0.9999 quantile of chi-square with 53 degrees of freedom.
    expect(statistic).toBeLessThan(100);
  });

  it('is warmed up for, answered and tuned for as with two', () => {
    const model = warmGru(new Random(1), 8, 3, 2);
    const problems = Array.from({ length: 4 }, () => drawCountdown(new Random(2), 3));
    const { tokens, steps } = answer(model, model.plain(), problems, new Random(4));
    expect([tokens.length, steps.length]).toEqual([4 * 6, 13]);
    const logs = logProbabilities(steps, tokens);
    tokens.forEach((token, at) => {
      expect(logs[at]).toBe(logProbability(steps[7 + (at % 6)], Math.floor(at / 6), token));
    });
    const before = model.parameters.slice();
    const draw = (random: Random) => drawCountdown(random, 3);
    eggrollBatches(model, draw, { prompts: 2, seed: 1, sigma: 1 }).next();
    grpoBatches(model, draw, { prompts: 2, answers: 4, seed: 7 }).next();
    expect(model.parameters.every(Number.isFinite)).toBe(true);
    expect(model.parameters).toHaveLength(before.length);
  });
});

describe('the recurrent model', () => {
  it('has the parameters of its maps and biases', () => {
    const { parameters } = new GruModel({ vocabulary: 16, embedding: 24, hidden: 48 }, new Random(1));
    // Those of the specification, and biases of the embedding and of the recurrence.
    expect(parameters).toHaveLength(11_680 + 24 + 144);
  });

  it('has the slopes of differences, through time', () => {
    const model = small(2);
    const random = new Random(3);
    const texts = [0, 1, 2, 3, 4].map(() => Int32Array.from({ length: 5 }, () => random.integer(16)));
    const given = Array.from({ length: 4 }, (_, t) => Int32Array.from(texts, (text) => text[t]));
    const passes = () => stepsOf(model, given);
    const loss = () =>
      passes().reduce(
        (sum, step, t) =>
          t === 0 ? sum : sum - texts.reduce((own, text, i) => own + (i + 1) * logProbability(step, i, text[t + 1]), 0),
        0,
      );
    const steps = passes();
    const slopes = steps.map((step, t) => {
      if (t === 0) return undefined;
      const out = new Float64Array(step.logits.length);
      texts.forEach((text, i) => {
        addSlope(step, i, text[t + 1], -(i + 1), out);
      });
      return out;
    });
    const gradient = new Float64Array(model.parameters.length);
    model.backward(steps, slopes, gradient);
    for (let j = 0; j < gradient.length; j++) {
      const kept = model.parameters[j];
      model.parameters[j] = kept + 1e-5;
      const above = loss();
      model.parameters[j] = kept - 1e-5;
      const below = loss();
      model.parameters[j] = kept;
      expect(gradient[j]).toBeCloseTo((above - below) / 2e-5, 5);
    }
  });
});

describe('grpo', () => {
  it('has advantages of mean 0 and deviation 1 in every group', () => {
    const advantages = advantagesOf(Float64Array.of(1, 0, 0.1, 0.1, 0, 0, 0, 0), 4);
    expect(advantages.slice(0, 4).reduce((a, b) => a + b)).toBeCloseTo(0, 12);
    expect(Math.hypot(...advantages.slice(0, 4)) / 2).toBeCloseTo(1, 3);
    expect(advantages.slice(4)).toEqual(new Float64Array(4));
  });

  it('has the slopes of the clipped objective and of the divergence', () => {
    const model: TokenModel = small(4);
    const random = new Random(5);
    const problems = Array.from({ length: 6 }, () => drawCountdown(random));
    const drawn = answer(model, model.plain(), problems, random);
    const advantages = Float64Array.of(1, -1, 0.5, -0.5, 2, -2);
    const now = logProbabilities(drawn.steps, drawn.tokens);
    // As if drawn by, and compared with, other models: ratios on both sides of the clip.
    const old = now.map((entry, at) => entry + (at % 5) * 0.15 - 0.3);
    const reference = now.map((entry, at) => entry + (at % 3) * 0.2 - 0.2);
    const ended = (at: number) => drawn.tokens.subarray(at - (at % 4), at).includes(15);
    const objective = () => {
      const logs = logProbabilities(again(model, drawn.steps), drawn.tokens);
      return logs.reduce((sum, log, at) => {
        if (ended(at)) return sum;
        const [ratio, gain] = [Math.exp(log - old[at]), advantages[Math.floor(at / 4)]];
        const surrogate = Math.min(ratio * gain, Math.max(0.8, Math.min(1.2, ratio)) * gain);
        const apart = reference[at] - log;
        return sum + (-surrogate + 0.3 * (Math.exp(apart) - apart - 1)) / logs.length;
      }, 0);
    };
    const gradient = new Float64Array(model.parameters.length);
    const slopes = grpoSlopes(drawn.steps, drawn.tokens, advantages, old, reference, 0.3);
    model.backward(drawn.steps, slopes, gradient);
    for (let j = 0; j < gradient.length; j += 3) {
      const kept = model.parameters[j];
      model.parameters[j] = kept + 1e-5;
      const above = objective();
      model.parameters[j] = kept - 1e-5;
      const below = objective();
      model.parameters[j] = kept;
      expect(gradient[j]).toBeCloseTo((above - below) / 2e-5, 6);
    }
  });
});

describe('fine-tuning', () => {
  const start = warmGru(new Random(6), 8, 2, 150);
  const copy = () => {
    const model = new GruModel(start.sizes, new Random(0));
    model.parameters.set(start.parameters);
    return model;
  };

  it('compares members of a group with each other, by the deviation of all', () => {
    const fitness = Float64Array.of(1, 0, 5, 7);
    const deviation = Math.sqrt((2.25 ** 2 + 3.25 ** 2 + 1.75 ** 2 + 3.75 ** 2) / 4 + 1e-5);
    const shaped = shapeFitness(fitness, 'zscore', 2);
    for (const [i, excess] of [0.5, -0.5, -1, 1].entries()) expect(shaped[i]).toBeCloseTo(excess / deviation, 12);
    expect(() => shapeFitness(fitness, 'zscore', 3)).toThrow('group');
  });

  it('lets more members answer than at a time as if it were at once', () => {
    const model = copy();
    const before = start.parameters;
    const population = new LowRankPopulation(model.layers, { population: 520, rank: 1, seed: 2 });
    population.begin(1);
    const random = new Random(2, 0x636f756e);
    const drawn = Array.from({ length: 65 }, () => drawCountdown(random));
    const members = Int32Array.from({ length: 520 }, (_, i) => i);
    const problems = Array.from(members, (i) => drawn[i >> 3]);
    const map: LayerMap = (layer, x, out) => void population.forward(layer, x, members, 0.3, out);
    const fitness = shapeFitness(rewardsOf(problems, answer(model, map, problems)), 'zscore', 8);
    expect(new Set(fitness.subarray(512)).size).toBeGreaterThan(1);
    const slopes = new Float64Array(before.length);
    layersIn(slopes, model.layers).forEach(({ weights, bias }, layer) => {
      population.gradient(layer, fitness, weights, bias);
    });
    eggrollBatches(model, drawCountdown, { prompts: 65, seed: 2, sigma: 0.3 }).next();
    model.parameters.forEach((parameter, j) => {
      // The first step of Adam.
      const slope = 0.3 * Math.sqrt(520) * slopes[j];
      expect(parameter).toBeCloseTo(before[j] + (1e-2 * slope) / (Math.abs(slope) + 1e-8), 12);
    });
  });

  it('changes models by rewards alone, the same way for the same seed', () => {
    const tuned = [1, 1, 2].map((seed) => {
      const model = copy();
      const generations = eggrollBatches(model, drawCountdown, { prompts: 4, seed, sigma: 0.3 });
      expect([generations.next().value, generations.next().value]).toEqual([32, 64]);
      return model.parameters;
    });
    expect(tuned[1]).toEqual(tuned[0]);
    expect(tuned[2]).not.toEqual(tuned[0]);
    expect(tuned[0]).not.toEqual(start.parameters);
    const [one, two] = [1, 2].map((epochs) => {
      const model = copy();
      const batches = grpoBatches(model, drawCountdown, { prompts: 4, answers: 4, epochs, divergenceWeight: 0.1, seed: 7 });
      expect([batches.next().value, batches.next().value]).toEqual([16, 32]);
      return model.parameters;
    });
    expect(one).not.toEqual(two);
    expect([...one, ...two].every(Number.isFinite)).toBe(true);
    const problems = [drawCountdown(new Random(8))];
    const { accuracy, form } = accuracyOf(start, problems);
    expect(rewardsOf(problems, answer(start, start.plain(), problems))[0]).toBe(accuracy === 1 ? 1 : 0.1 * form);
  });
});
