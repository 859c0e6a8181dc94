// EGGROLL: evolution strategies whose members differ from the mean by matrices of low rank, for networks too large for dense noise.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652. The paper prints the gradient with a minus sign; its algorithm and
// this one climb along + sum F_i E_i / N.
import type { Iterate, OptionSpecs, OptionsOf, Outcome, ResolvedOptions, RunOptions, Steps } from '@infimum/core';
import { converged, defineSolver, resolveOptions, runWith } from '@infimum/core';
import { Ascent } from './ascent.ts';
import { LowRankPopulation, shapeFitness } from './low-rank-population.ts';
import { eggrollPaper } from './papers.ts';
import type { PolicySolution, PolicyTask } from './policy.ts';
import {
  checkPolicyTask,
  initialisePolicy,
  LOOK,
  meanReturn,
  playEpisodes,
  policyEnvironments,
  policyLayers,
} from './policy.ts';
import { policyProblem } from './policy-problem.ts';

const eggrollOptions = {
  pairs: { type: 'integer', min: 1, max: 1_000_000, default: 128, description: 'Pairs of opposite members per generation' },
  rank: { type: 'integer', min: 0, max: 64, default: 1, description: 'Rank of the perturbations; 0 is full, as in OpenES' },
  sigma: { type: 'number', above: 0, default: 0.2, description: 'Standard deviation of the perturbations' },
  sigmaDecay: { type: 'number', above: 0, max: 1, default: 0.999, description: 'Its factor per generation' },
  optimizer: { type: 'choice', choices: ['sgd', 'adam', 'adamw'], default: 'sgd', description: 'Optimiser for the estimate' },
  weightDecay: {
    type: 'number',
    min: 0,
    default: 0.01,
    description: 'Weight decay of adamw, per generation, times the step size',
  },
  learningRate: { type: 'number', was: 'rate', above: 0, default: 0.1, description: 'Step size' },
  learningRateDecay: {
    type: 'number',
    was: 'rateDecay',
    above: 0,
    max: 1,
    default: 0.999,
    description: 'Its factor per generation',
  },
  shaping: {
    type: 'choice',
    choices: ['zscore', 'rank', 'pair-sign', 'none'],
    default: 'zscore',
    description: 'Transformation of the fitness before it weights perturbations',
  },
  score: {
    type: 'choice',
    choices: ['gaussian', 'mean-field'],
    default: 'gaussian',
    description: 'Whether fitness weights perturbations, or scores of the density of their entries',
  },
  scale: {
    type: 'choice',
    choices: ['sqrt-population', 'mean'],
    default: 'sqrt-population',
    description: 'Whether the estimate, sigma times a mean, is multiplied by the root of the population',
  },
  noiseReuse: { type: 'integer', min: 0, default: 1, description: 'Generations that share their perturbations; 0 is all' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of everything random' },
  maxIterations: { type: 'integer', min: 0, default: 150, description: 'Generation limit' },
} as const satisfies OptionSpecs;

/** Options of `eggroll`. */
export type EggrollOptions = OptionsOf<typeof eggrollOptions> & RunOptions<EggrollIterate>;

/** The state of a generation. */
export interface EggrollIterate extends Iterate<PolicySolution> {
  /** Mean return of the unperturbed policy over 20 fixed starts. */
  readonly meanReturn: number;
  /** Episodes played so far, including those of evaluations. */
  readonly episodes: number;
}

/**
 * Learns a policy by W <- W + eta sqrt(N) sigma sum F_i E_i / N, E_i = ± A_i B_i' / sqrt(r). The forward pass of a member costs r (m + n) beyond
 * the product with W that all share, instead of m n; the estimate differs from that of full noise by O(1/r).
 *
 * @param task - environment, hidden layers, episodes a member, target
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { eggroll } from '@infimum/blackbox';
 *
 * const task = { environment: 'cart-pole', hidden: [16], episodes: 1, target: 475 } as const;
 * const { status, meanReturn } = eggroll(task, { seed: 1 });
 * console.log(status, meanReturn >= 475); // converged true
 * ```
 */
export function eggroll(task: PolicyTask, options: EggrollOptions = {}): Outcome<PolicySolution, EggrollIterate> {
  return runWith(eggrollOptions, options, eggrollSteps(task, options));
}

/** The steps of `eggroll`. */
export function* eggrollSteps(task: PolicyTask, options: EggrollOptions = {}): Steps<PolicySolution, EggrollIterate> {
  const settings = resolveOptions(eggrollOptions, options);
  checkPolicyTask(task);
  const { layers, parameters } = policyLayers(task);
  initialisePolicy(layers, settings.seed);
  const population = new LowRankPopulation(layers, {
    population: 2 * settings.pairs,
    rank: settings.rank,
    seed: settings.seed,
    score: settings.score,
  });
  const ascent = new Ascent(parameters.length, settings);
  const slopes = new Float64Array(parameters.length);
  let [episodes, reached] = [LOOK, meanReturn(task, parameters)];
  const solution = () => ({ parameters: parameters.slice(), meanReturn: reached, episodes });
  for (let iteration = 0; ; iteration++) {
    yield { iteration, meanReturn: reached, episodes, solution };
    if (reached >= task.target) return converged(solution(), `the mean return ${reached} is at least the target`);
    const { noiseReuse, pairs, sigma, sigmaDecay, scale } = settings;
    population.begin(noiseReuse === 0 ? 0 : Math.floor(iteration / noiseReuse));
    const fitness = generationFitness(task, population, settings, iteration);
    episodes += 2 * pairs * task.episodes + LOOK;
    const factor = sigma * sigmaDecay ** iteration * (scale === 'sqrt-population' ? Math.sqrt(2 * pairs) : 1);
    population.gradients(shapeFitness(fitness, settings.shaping), factor, slopes);
    ascent.step(parameters, slopes, settings.learningRate * settings.learningRateDecay ** iteration);
    reached = meanReturn(task, parameters);
  }
}

type Settings = ResolvedOptions<typeof eggrollOptions>;

/** The mean return of every member, over starts that are common to all. */
function generationFitness(
  task: PolicyTask,
  population: LowRankPopulation,
  settings: Settings,
  iteration: number,
): Float64Array {
  const count = 2 * settings.pairs;
  const members = Int32Array.from({ length: count }, (_, i) => i);
  const sigma = settings.sigma * settings.sigmaDecay ** iteration;
  const returns = new Float64Array(count);
  const dynamics = policyEnvironments[task.environment]();
  for (let episode = 0; episode < task.episodes; episode++) {
    const starts = new Float64Array(count).fill(settings.seed * 10_007 + iteration * task.episodes + episode);
    const forward = (layer: number, x: Float64Array, names: Int32Array, out: Float64Array) => {
      population.forward(layer, x, names, sigma, out);
    };
    playEpisodes(dynamics, population.layers, forward, members, starts, returns);
  }
  return returns.map((sum) => sum / task.episodes);
}

export const eggrollSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/eggroll',
  title: 'EGGROLL',
  summary: 'Evolution strategies with low-rank perturbations: a member costs little more than a shared forward pass.',
  problem: policyProblem,
  role: 'paper',
  paper: eggrollPaper,
  cost: 'O(N (m n + r (m + n))) \\text{ per layer, the first term shared}',
  options: eggrollOptions,
  steps: (task, options) => eggrollSteps(task, options),
});
