// Fine-tuning of a language model by EGGROLL: members of a population answer greedily, in groups that share a prompt.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652.
import type { Iterate, OptionSpecs, OptionsOf, Steps } from '@infimum/core';
import { defineSolver, fault, Random, resolveOptions } from '@infimum/core';
import { Ascent } from '../eggroll/ascent.ts';
import { LowRankPopulation, shapeFitness } from '../eggroll/low-rank-population.ts';
import { eggrollPaper } from '../eggroll/papers.ts';
import { answer, rewardsOf } from './answers.ts';
import type { DrawProblem } from './countdown.ts';
import type { CountdownSolution, CountdownTask } from './countdown-problem.ts';
import { countdown, tuningSteps } from './countdown-problem.ts';
import type { TokenModel } from './token-model.ts';

const tuningOptions = {
  prompts: { type: 'integer', min: 1, max: 100_000, default: 256, description: 'Prompts a generation' },
  answers: { type: 'integer', min: 2, max: 1000, default: 8, description: 'Members that answer a prompt, in pairs' },
  sigma: { type: 'number', above: 0, default: 0.02, description: 'Deviation of the perturbations' },
  rank: { type: 'integer', min: 0, max: 64, default: 1, description: 'Rank of the perturbations; 0 is full, as in OpenES' },
  learningRate: { type: 'number', above: 0, default: 1e-2, description: 'Step size of Adam' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 200, description: 'Generations' },
} as const satisfies OptionSpecs;

/** Members that answer at a time: memory does not grow with the population. */
const TOGETHER = 512;

/**
 * The steps of evolution strategies of low rank on a language model: every member answers a prompt by the likeliest tokens, its fitness is
 * its reward less the mean of the members that share the prompt, over the deviation of all, and Adam climbs along sigma sum F_i E_i /
 * sqrt(N). Only rewards are seen. An iterate a generation, which costs a pass of N = prompts times answers members.
 */
export function* eggrollTuningSteps(
  task: CountdownTask,
  options: OptionsOf<typeof tuningOptions> = {},
): Steps<CountdownSolution, Iterate<CountdownSolution>> {
  const settings = resolveOptions(tuningOptions, options);
  if (settings.answers % 2 > 0) throw fault('must be even', 'answers', 'out-of-range');
  return yield* tuningSteps(task, (model, draw) => eggrollBatches(model, draw, settings));
}

/** Tunes a model in place; yields how many answers it has made after every generation. */
export function* eggrollBatches(
  model: TokenModel,
  draw: DrawProblem,
  options: OptionsOf<typeof tuningOptions> = {},
): Generator<number, never> {
  const { prompts, answers: group, sigma, rank, learningRate, seed } = resolveOptions(tuningOptions, options);
  const count = prompts * group;
  const random = new Random(seed, 0x636f756e);
  const population = new LowRankPopulation(model.layers, { population: count, rank, seed });
  const adam = new Ascent(model.parameters.length, { optimizer: 'adam' });
  const gradient = new Float64Array(model.parameters.length);
  for (let k = 1; ; k++) {
    population.begin(k);
    const drawn = Array.from({ length: prompts }, () => draw(random));
    const rewards = new Float64Array(count);
    for (let first = 0; first < count; first += TOGETHER) {
      const members = Int32Array.from({ length: Math.min(TOGETHER, count - first) }, (_, i) => first + i);
      const problems = Array.from(members, (i) => drawn[Math.floor(i / group)]);
      const made = answer(model, (layer, x, out) => void population.forward(layer, x, members, sigma, out), problems);
      rewards.set(rewardsOf(problems, made), first);
    }
    population.gradients(shapeFitness(rewards, 'zscore', group), sigma * Math.sqrt(count), gradient);
    adam.step(model.parameters, gradient, learningRate);
    yield k * count;
  }
}

export const eggrollTuningSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/eggroll-tuning',
  title: 'EGGROLL for language models',
  summary: 'Tunes a language model by the rewards of perturbed copies that answer greedily: no slopes, no draws of tokens.',
  problem: countdown,
  role: 'paper',
  paper: eggrollPaper,
  cost: 'O(N l (w + r (m + n))) \\text{ a generation, for } N \\text{ answers of } l \\text{ tokens and } w \\text{ weights}',
  options: tuningOptions,
  steps: (task, options) => eggrollTuningSteps(task, options),
});
