// Consensus hopping: sample around the last consensus, hop to the new one. The form of CBO that is an implicit gradient step.
//
// K. Riedl, T. Klock, C. Geldhauser, M. Fornasier: Gradient is all you need? (2023), arXiv 2306.09778.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps } from '@infimum/core';
import { defineSolver, resolveOptions, runWith } from '@infimum/core';
import { weightedMean } from '../weighted-mean.ts';
import type { BestPoint, BlackBox, Questions } from './black-box.ts';
import { answersOf, maxEvaluations, randomOf, Search, seed } from './black-box.ts';
import { gibbsWeights } from './consensus.ts';
import { continuous } from './continuous-problem.ts';
import { consensusPaper } from './papers.ts';

const consensusHoppingOptions = {
  population: { type: 'integer', min: 1, max: 10_000_000, default: 100, description: 'Samples per hop' },
  sigma: {
    type: 'number',
    above: 0,
    default: 0.7,
    description: 'Standard deviation of the samples, in scales of the instance',
  },
  alpha: { type: 'number', above: 0, default: 100, description: 'Inverse temperature of the weights' },
  decay: { type: 'number', above: 0, max: 1, default: 0.5, description: 'Factor for the deviation when hops gain nothing' },
  every: { type: 'integer', min: 1, default: 60, description: 'Hops without a better point before that' },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `consensusHopping`. */
export type ConsensusHoppingOptions = OptionsOf<typeof consensusHoppingOptions> & LimitOptions<Questions<HoppingSolution>>;

/** The best point and the last consensus point. */
export interface HoppingSolution extends BestPoint {
  /** The last consensus. */
  consensus: Float64Array;
}

/**
 * Hops x <- sum X_i exp(-alpha f(X_i)) / sum exp(-alpha f(X_i)), X_i ~ N(x, sigma² I): for many samples the step
 * argmin f + |. - x|² / (2 tau), tau = alpha sigma². Wide hops cross barriers that stop gradient descent. By default the deviation is halved
 * after 60 hops without improvement, so that the run converges; `decay: 1` is the fixed one of the paper's theorem.
 *
 * @throws {InvalidInputError} naming the argument or option at fault
 *
 * @example
 * ```ts
 * import { canyonBlackBox, consensusHopping } from '@infimum/blackbox';
 *
 * const { status } = consensusHopping(canyonBlackBox(), { sigma: 1.4, population: 200, seed: 1 });
 * console.log(status); // converged
 * ```
 */
export function consensusHopping(
  blackBox: BlackBox,
  options: ConsensusHoppingOptions = {},
): Outcome<HoppingSolution, Questions<HoppingSolution>> {
  return runWith(consensusHoppingOptions, options, consensusHoppingSteps(blackBox, options), answersOf(blackBox));
}

/** The steps of `consensusHopping`. */
export function* consensusHoppingSteps(
  blackBox: BlackBox,
  options: ConsensusHoppingOptions = {},
): Steps<HoppingSolution, Questions<HoppingSolution>, Float64Array> {
  const { population, alpha, decay, every, ...settings } = resolveOptions(consensusHoppingOptions, options);
  const search = new Search(blackBox, settings.maxEvaluations);
  const random = randomOf(settings.seed);
  const d = search.dimension;
  const consensus = search.start.slice();
  const points = new Float64Array(population * d);
  const weights = new Float64Array(population);
  let sigma = settings.sigma;
  let [least, idle] = [Infinity, 0];
  const solution = () => ({ ...search.solution(), consensus: search.toPoints(consensus) });
  for (;;) {
    random.normals(points);
    for (let i = 0; i < points.length; i++) points[i] = consensus[i % d] + sigma * points[i];
    search.keepInside(points, population);
    const values = yield* search.ask(points, population, solution);
    if (gibbsWeights(values, alpha, weights) > 0) weightedMean(points, weights, consensus);
    const end = search.end(solution);
    if (end) return end;
    const { value } = search.solution();
    idle = value < least ? 0 : idle + 1;
    least = value;
    if (idle < every) continue;
    sigma *= decay;
    idle = 0;
  }
}

export const consensusHoppingSolver = /* @__PURE__ */ defineSolver({
  id: 'blackbox/consensus-hopping',
  title: 'Consensus hopping',
  summary: 'Hops to the weighted mean of samples around the last point: an implicit gradient step that crosses barriers.',
  problem: continuous,
  role: 'paper',
  paper: consensusPaper,
  cost: 'N \\text{ evaluations and } O(N d) \\text{ per hop}',
  options: consensusHoppingOptions,
  steps: (instance, options) => consensusHoppingSteps(instance, options),
});
