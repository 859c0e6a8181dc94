// Plays the rounds of a bandit with a policy.
import type { Steps } from '@infimum/core';
import { Random, stalled } from '@infimum/core';
import type { BanditInstance, BanditIterate, BanditPlay } from './bandit-problem.ts';
import type { Policy } from './policy.ts';
import { drawArm } from './policy.ts';

/** Rounds between two iterates. */
const BLOCK = 50;

/** Lets a policy play all rounds; the loss of a choice is known before the next. */
export function* playSteps(
  { rewards, contexts }: BanditInstance,
  policy: Policy,
  seed: number,
): Steps<BanditPlay, BanditIterate> {
  const random = new Random(seed);
  const { rows: rounds, cols: count } = rewards;
  const available = Int32Array.from({ length: count }, (_, a) => a);
  const arms = new Int32Array(rounds);
  const probabilities = new Float64Array(rounds);
  const weights = new Float64Array(count);
  const width = contexts?.cols ?? 1;
  const context = new Float64Array(width).fill(1);
  let total = 0;
  let played = 0;
  const solution = (): BanditPlay => ({ arms: arms.slice(0, played), probabilities: probabilities.slice(0, played) });
  for (;;) {
    yield { iteration: played, reward: played > 0 ? total / played : 0, solution };
    if (played === rounds) return stalled(solution(), `all ${rounds} rounds were played`);
    for (const end = Math.min(rounds, played + (played === 0 ? 1 : BLOCK)); played < end; played++) {
      if (contexts) for (let i = 0; i < width; i++) context[i] = contexts.values[played * width + i];
      policy.weigh(context, available, weights);
      const arm = drawArm(weights, count, random.uniform());
      const reward = rewards.values[played * count + arm];
      policy.chosen?.(arm);
      policy.learn(context, arm, weights[arm], 1 - reward);
      arms[played] = arm;
      probabilities[played] = weights[arm];
      total += reward;
    }
  }
}
