// Answers of language models to problems of mini-countdown, greedy or drawn, and their rewards.
import type { Random } from '@infimum/core';
import type { CountdownProblem } from './countdown.ts';
import { answerLength, countdownReward, promptLength, promptOf } from './countdown.ts';
import type { LayerMap, TokenModel, TokenStep } from './token-model.ts';
import { logSum } from './token-model.ts';

/** Answers one after the other, and the steps that generated them. */
export interface Answers {
  /** `answerLength(numbers)` tokens a problem. */
  readonly tokens: Int32Array;
  /** The steps whose logits determine the answers, from the last token of the prompt on. */
  readonly steps: readonly TokenStep[];
}

/**
 * Reads the prompts and answers them.
 *
 * @param problems - all with as many numbers
 * @param random - draws tokens by their probabilities; without it the likeliest is taken, the first of equals
 */
export function answer(model: TokenModel, map: LayerMap, problems: readonly CountdownProblem[], random?: Random): Answers {
  const count = problems.length;
  const prompts = problems.map(promptOf);
  const numbers = problems[0].numbers.length;
  const [read, written] = [promptLength(numbers), answerLength(numbers)];
  const tokens = new Int32Array(count * written);
  const steps: TokenStep[] = [];
  let next = new Int32Array(count);
  for (let t = 0; t < read + written - 1; t++) {
    const given = t < read ? Int32Array.from(prompts, (prompt) => prompt[t]) : next;
    const step = model.step(map, given, steps.at(-1));
    steps.push(step);
    if (t < read - 1) continue;
    next = Int32Array.from({ length: count }, (_, i) => choose(step, i, random));
    for (let i = 0; i < count; i++) tokens[i * written + t - read + 1] = next[i];
  }
  return { tokens, steps };
}

/** The reward of every answer. */
export function rewardsOf(problems: readonly CountdownProblem[], { tokens }: Answers): Float64Array {
  const length = tokens.length / problems.length;
  return Float64Array.from(problems, (problem, i) => countdownReward(problem, tokens.subarray(i * length, (i + 1) * length)));
}

/** Shares of problems whose greedy answers are right, and have the right form. */
export function accuracyOf(model: TokenModel, problems: readonly CountdownProblem[]) {
  const rewards = rewardsOf(problems, answer(model, model.plain(), problems));
  const share = (least: number) => rewards.filter((reward) => reward >= least).length / rewards.length;
  return { accuracy: share(1), form: share(0.1) };
}

function choose({ tokens, logits }: TokenStep, i: number, random: Random | undefined): number {
  const n = logits.length / tokens.length;
  if (!random) {
    let best = 0;
    for (let v = 1; v < n; v++) if (logits[i * n + v] > logits[i * n + best]) best = v;
    return best;
  }
  const all = logSum(logits, i * n, n);
  let rest = random.uniform();
  for (let v = 0; v < n - 1; v++) {
    rest -= Math.exp(logits[i * n + v] - all);
    if (rest < 0) return v;
  }
  return n - 1;
}
