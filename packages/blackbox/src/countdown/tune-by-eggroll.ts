// Fine-tuning of a language model by EGGROLL: members of a population answer greedily, in groups that share a prompt.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import { Random } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import { LowRankPopulation, shapeFitness } from '../eggroll/low-rank-population.ts';
import { answer, rewardsOf } from './answers.ts';
import type { CountdownNumbers } from './countdown.ts';
import { drawCountdown } from './countdown.ts';
import type { TokenModel } from './token-model.ts';

/** What the population is. */
export interface TuningOptions {
  /** Members, a multiple of the group. */
  readonly population: number;
  /** Members that share a prompt; 8 by default, four pairs. */
  readonly group?: number;
  /** Deviation of the perturbations; 0.02 by default, far below what policies begin with. */
  readonly sigma?: number;
  /** Rank of the perturbations; 1 by default. */
  readonly rank?: number;
  /** Step size of Adam; 1e-2 by default. */
  readonly rate?: number;
  /** Numbers of a problem; 2 by default. */
  readonly numbers?: CountdownNumbers;
  readonly seed: number;
}

/** Members that answer at a time: what they leave in memory does not grow with the population. */
const TOGETHER = 512;

/** Fine-tunes a model in place; `onStep` hears of the answers made so far after every step, and ends it by true. */
export function tuneByEggroll(
  model: TokenModel,
  steps: number,
  { population: count, group = 8, sigma = 0.02, rank = 1, rate = 1e-2, numbers, seed }: TuningOptions,
  onStep?: (step: number, answers: number) => boolean | undefined,
): void {
  const random = new Random(seed, 0x636f756e);
  const population = new LowRankPopulation(model.layers, { population: count, rank, seed });
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const gradient = new Float64Array(model.parameters.length);
  const own = model.view(gradient);
  for (let k = 1; k <= steps; k++) {
    population.begin(k);
    const drawn = Array.from({ length: count / group }, () => drawCountdown(random, numbers));
    const rewards = new Float64Array(count);
    for (let first = 0; first < count; first += TOGETHER) {
      const members = Int32Array.from({ length: Math.min(TOGETHER, count - first) }, (_, i) => first + i);
      const problems = Array.from(members, (i) => drawn[Math.floor(i / group)]);
      const made = answer(model, (layer, x, out) => void population.forward(layer, x, members, sigma, out), problems);
      rewards.set(rewardsOf(problems, made), first);
    }
    const fitness = shapeFitness(rewards, 'zscore', group);
    own.forEach(({ weights, bias }, layer) => {
      population.gradient(layer, fitness, weights, bias);
    });
    const scale = sigma * Math.sqrt(count);
    for (let j = 0; j < gradient.length; j++) gradient[j] *= scale;
    adam.step(model.parameters, gradient, rate);
    if (onStep?.(k, k * count)) return;
  }
}
