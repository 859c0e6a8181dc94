// GRPO: policy gradients whose advantages are relative to the other answers to the same prompt. The baseline of fine-tuning by
// evolution strategies.
//
// Z. Shao et al.: DeepSeekMath (2024), arXiv 2402.03300.
import type { Random } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import type { Answers } from './answers.ts';
import { addSlope, answer, logProbability, rewardsOf } from './answers.ts';
import type { CountdownNumbers, CountdownProblem } from './countdown.ts';
import { drawCountdown, END } from './countdown.ts';
import type { TokenModel, TokenStep } from './token-model.ts';
import { stepsOf } from './token-model.ts';

/** What GRPO is run with. */
export interface GrpoOptions {
  /** Numbers of a problem; 2 by default. */
  readonly numbers?: CountdownNumbers;
  /** Prompts a batch; 32 by default. */
  readonly prompts?: number;
  /** Answers a prompt; 8 by default. */
  readonly answers?: number;
  /** Step size of Adam; 1e-3 by default. */
  readonly rate?: number;
  /** Steps on a batch; with one the ratio is 1 and nothing is clipped. */
  readonly epochs?: number;
  /** Weight of the divergence from the model at the start; 0 by default. */
  readonly divergence?: number;
}

/** Fine-tunes a model in place; `onStep` hears of the answers made so far after every batch, and ends it by true. */
export function grpo(
  model: TokenModel,
  steps: number,
  random: Random,
  options: GrpoOptions = {},
  onStep?: (step: number, answers: number) => boolean | undefined,
): void {
  const { prompts = 32, answers: group = 8, rate = 1e-3, epochs = 1, divergence = 0, numbers } = options;
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const reference = model.parameters.slice();
  for (let k = 1; k <= steps; k++) {
    const problems: CountdownProblem[] = [];
    for (let p = 0; p < prompts; p++) {
      const problem = drawCountdown(random, numbers);
      for (let i = 0; i < group; i++) problems.push(problem);
    }
    const drawn = answer(model, model.plain(), problems, random);
    const advantages = advantagesOf(rewardsOf(problems, drawn), group);
    const old = logProbabilities(drawn.steps, drawn.tokens);
    const fixed = divergence > 0 ? underReference(model, reference, drawn) : old;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const taken = epoch === 0 ? drawn.steps : again(model, drawn.steps);
      const gradient = new Float64Array(model.parameters.length);
      const slopes = grpoSlopes(taken, drawn.tokens, advantages, old, fixed, divergence);
      model.backward(taken, slopes, gradient);
      adam.step(model.parameters, gradient, -rate);
    }
    if (onStep?.(k, k * problems.length)) return;
  }
}

/** (R - mean) / (deviation + 1e-4) within every group. */
export function advantagesOf(rewards: Float64Array, group: number): Float64Array {
  const out = new Float64Array(rewards.length);
  for (let first = 0; first < rewards.length; first += group) {
    const own = rewards.subarray(first, first + group);
    const mean = own.reduce((sum, reward) => sum + reward / group, 0);
    const variance = own.reduce((sum, reward) => sum + (reward - mean) ** 2 / group, 0);
    for (let i = 0; i < group; i++) out[first + i] = (own[i] - mean) / (Math.sqrt(variance) + 1e-4);
  }
  return out;
}

/**
 * Slopes over the logits of every step of the mean over tokens of -min(ρ A, clip(ρ, 0.8, 1.2) A) + β (q / p - log(q / p) - 1), ρ the
 * ratio of chances to those that the answers were drawn by, q the chance under the reference.
 */
export function grpoSlopes(
  steps: readonly TokenStep[],
  tokens: Int32Array,
  advantages: Float64Array,
  old: Float64Array,
  reference: Float64Array,
  divergence: number,
): (Float64Array | undefined)[] {
  const length = tokens.length / advantages.length;
  return steps.map(({ logits }, t) => {
    const k = t - steps.length + length;
    if (k < 0) return undefined;
    const out = new Float64Array(logits.length);
    for (let i = 0; i < advantages.length; i++) {
      const at = i * length + k;
      // What follows the end of an answer is nothing.
      if (tokens.subarray(i * length, at).includes(END)) continue;
      const now = logProbability(logits, i, tokens[at]);
      const ratio = Math.exp(now - old[at]);
      const isClipped = advantages[i] > 0 ? ratio > 1.2 : ratio < 0.8;
      const gain = isClipped ? 0 : -ratio * advantages[i];
      const pull = divergence * (1 - Math.exp(reference[at] - now));
      addSlope(logits, i, tokens[at], (gain + pull) / tokens.length, out);
    }
    return out;
  });
}

/** Log-probability of every token of the answers. */
export function logProbabilities(steps: readonly TokenStep[], tokens: Int32Array): Float64Array {
  const length = tokens.length / steps[0].tokens.length;
  return Float64Array.from(tokens, (token, at) => {
    const { logits } = steps[steps.length - length + (at % length)];
    return logProbability(logits, Math.floor(at / length), token);
  });
}

/** The same tokens by the parameters as they are now. */
export function again(model: TokenModel, steps: readonly TokenStep[]): TokenStep[] {
  return stepsOf(
    model,
    steps.map(({ tokens }) => tokens),
  );
}

function underReference(model: TokenModel, reference: Float64Array, { steps, tokens }: Answers): Float64Array {
  const kept = model.parameters.slice();
  model.parameters.set(reference);
  const found = logProbabilities(again(model, steps), tokens);
  model.parameters.set(kept);
  return found;
}
