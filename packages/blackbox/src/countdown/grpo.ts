// GRPO: policy gradients whose advantages are relative to the other answers to the same prompt.
//
// Z. Shao et al.: DeepSeekMath (2024), arXiv 2402.03300.
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import type { Answers } from './answers.ts';
import { answer, rewardsOf } from './answers.ts';
import type { CountdownProblem, DrawProblem } from './countdown.ts';
import { END } from './countdown.ts';
import type { CountdownSolution, CountdownTask } from './countdown-problem.ts';
import { countdown, tuningSteps } from './countdown-problem.ts';
import type { TokenModel, TokenStep } from './token-model.ts';
import { addSlope, logProbability, stepsOf } from './token-model.ts';

const grpoOptions = {
  prompts: { type: 'integer', min: 1, max: 100_000, default: 32, description: 'Prompts a batch' },
  answers: { type: 'integer', min: 2, max: 100_000, default: 8, description: 'Answers to a prompt, which are compared' },
  learningRate: { type: 'number', above: 0, default: 1e-3, description: 'Step size of Adam' },
  epochs: { type: 'integer', min: 1, default: 1, description: 'Steps on a batch; with one nothing is clipped' },
  divergenceWeight: { type: 'number', min: 0, default: 0, description: 'Weight of the divergence from the model at the start' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 400, description: 'Batches' },
} as const satisfies OptionSpecs;

/**
 * The steps of group relative policy optimization: answers are drawn to every prompt, A = (R - mean) / deviation of their rewards, and Adam
 * climbs along the slopes of the mean over tokens of min(ρ A, clip(ρ, 0.8, 1.2) A), ρ the ratio of chances to those that the answers were
 * drawn by, less the divergence. An iterate a batch, which costs three passes of prompts times answers through the model.
 */
export function* grpoSteps(
  task: CountdownTask,
  options: OptionsOf<typeof grpoOptions> = {},
): Steps<CountdownSolution, Iterate<CountdownSolution>> {
  const settings = resolveOptions(grpoOptions, options);
  return yield* tuningSteps(task, (model, draw) => grpoBatches(model, draw, settings));
}

/** Tunes a model in place; yields how many answers it has made after every batch. */
export function* grpoBatches(
  model: TokenModel,
  draw: DrawProblem,
  options: OptionsOf<typeof grpoOptions> = {},
): Generator<number, never> {
  const { prompts, answers: group, learningRate, epochs, divergenceWeight, seed } = resolveOptions(grpoOptions, options);
  const random = new Random(seed, 0x6772706f);
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const reference = model.parameters.slice();
  for (let made = prompts * group; ; made += prompts * group) {
    const problems = Array.from({ length: prompts }, (): CountdownProblem[] => Array(group).fill(draw(random))).flat();
    const drawn = answer(model, model.plain(), problems, random);
    const advantages = advantagesOf(rewardsOf(problems, drawn), group);
    const old = logProbabilities(drawn.steps, drawn.tokens);
    const fixed = divergenceWeight > 0 ? underReference(model, reference, drawn) : old;
    for (let epoch = 0; epoch < epochs; epoch++) {
      const taken = epoch === 0 ? drawn.steps : again(model, drawn.steps);
      const gradient = new Float64Array(model.parameters.length);
      const slopes = grpoSlopes(taken, drawn.tokens, advantages, old, fixed, divergenceWeight);
      model.backward(taken, slopes, gradient);
      adam.step(model.parameters, gradient, -learningRate);
    }
    yield made;
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
  divergenceWeight: number,
): (Float64Array | undefined)[] {
  const length = tokens.length / advantages.length;
  return steps.map((step, t) => {
    const k = t - steps.length + length;
    if (k < 0) return undefined;
    const out = new Float64Array(step.logits.length);
    for (let i = 0; i < advantages.length; i++) {
      const at = i * length + k;
      // What follows the end of an answer is nothing.
      if (tokens.subarray(i * length, at).includes(END)) continue;
      const now = logProbability(step, i, tokens[at]);
      const ratio = Math.exp(now - old[at]);
      const isClipped = advantages[i] > 0 ? ratio > 1.2 : ratio < 0.8;
      const gain = isClipped ? 0 : -ratio * advantages[i];
      const pull = divergenceWeight * (1 - Math.exp(reference[at] - now));
      addSlope(step, i, tokens[at], (gain + pull) / tokens.length, out);
    }
    return out;
  });
}

/** Log-probability of every token of the answers. */
export function logProbabilities(steps: readonly TokenStep[], tokens: Int32Array): Float64Array {
  const length = tokens.length / steps[0].tokens.length;
  return Float64Array.from(tokens, (token, at) => {
    return logProbability(steps[steps.length - length + (at % length)], Math.floor(at / length), token);
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

export const grpoSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/grpo',
  title: 'GRPO',
  summary: 'Policy gradients whose advantages are relative to the other answers to the same prompt.',
  problem: countdown,
  role: 'baseline',
  paper: { title: 'DeepSeekMath: mathematical reasoning in open language models', year: 2024, arxiv: '2402.03300' },
  cost: 'O(N l w) \\text{ a batch of } N \\text{ answers of } l \\text{ tokens, for } w \\text{ weights}',
  options: grpoOptions,
  steps: (task, options) => grpoSteps(task, options),
});
