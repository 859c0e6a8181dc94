// Sampled blocks with an inverse Hessian by a Neumann series: stocBiO, whose series is cut, and BSA, whose product has a random length.
//
// K. Ji, J. Yang, Y. Liang: Bilevel optimization: convergence analysis and enhanced design (2021);
// S. Ghadimi, M. Wang: Approximation methods for bilevel programming (2018).
import type { OptionSpecs, OptionsOf, ResolvedOptions, RunOptions, VectorLike } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import type { MultiBlockInstance } from '../block-problems/multi-block-instance.ts';
import { blockModelOf } from '../block-problems/multi-block-instance.ts';
import type { BlockOutcome, BlockSteps, MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { multiBlockOptimization } from '../block-problems/multi-block-optimization.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { blockOptions, singleOptions } from '../single/options.ts';
import { BlockSampler } from './block-sampler.ts';
import { blockCount, blockCurvature, blockSteps } from './block-state.ts';

const blockStocBioOptions = {
  ...blockOptions,
  lowerSteps: { ...singleOptions.lowerSteps, default: 5, description: 'T, steps per lower level' },
  neumannTerms: { type: 'integer', was: 'terms', min: 0, max: 100_000, default: 3, description: 'Q, factors of the series' },
} as const satisfies OptionSpecs;

/** Options of `blockStocBio`. */
export type BlockStocBioOptions = OptionsOf<typeof blockStocBioOptions> & RunOptions<MultiBlockIterate>;

const blockBsaOptions = {
  ...blockStocBioOptions,
  neumannTerms: {
    ...blockStocBioOptions.neumannTerms,
    min: 1,
    default: 10,
    description: 'Largest number of factors, exclusive',
  },
} as const satisfies OptionSpecs;

/** Options of `blockBsa`. */
export type BlockBsaOptions = OptionsOf<typeof blockBsaOptions> & RunOptions<MultiBlockIterate>;

/**
 * Every iteration sees I blocks: T stochastic steps of each lower level from where it was, the Neumann series cut after Q factors,
 * and a step of x along the mean. The only memory is that of the lower levels.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for more blocks an iteration than there are, and options out of range
 */
export function blockStocBio(problem: MultiBlockProblem, initial: VectorLike, options: BlockStocBioOptions = {}): BlockOutcome {
  return runWith(blockStocBioOptions, options, blockStocBioSteps(problem, initial, options));
}

/** The steps of `blockStocBio`. */
export function blockStocBioSteps(
  problem: MultiBlockProblem,
  initial: VectorLike,
  options: BlockStocBioOptions = {},
): BlockSteps {
  return neumannSteps(problem, initial, resolveOptions(blockStocBioOptions, options), false);
}

/**
 * As `blockStocBio`, with `v = (Q/L) Π_{q ≤ k} (I − H_q/L) ∇_y f` for k uniform on 0 … Q − 1, which is unbiased only in expectation
 * over k.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for more blocks an iteration than there are, and options out of range
 */
export function blockBsa(problem: MultiBlockProblem, initial: VectorLike, options: BlockBsaOptions = {}): BlockOutcome {
  return runWith(blockBsaOptions, options, blockBsaSteps(problem, initial, options));
}

/** The steps of `blockBsa`. */
export function blockBsaSteps(problem: MultiBlockProblem, initial: VectorLike, options: BlockBsaOptions = {}): BlockSteps {
  return neumannSteps(problem, initial, resolveOptions(blockBsaOptions, options), true);
}

function neumannSteps(
  problem: MultiBlockProblem,
  initial: VectorLike,
  settings: ResolvedOptions<typeof blockStocBioOptions>,
  isRandom: boolean,
): BlockSteps {
  const { lowerSteps, neumannTerms, batchSize, stepSize, lowerStepSize, tolerance, seed } = settings;
  return blockSteps(problem, initial, tolerance, (state) => {
    const count = blockCount(problem, settings.blocksPerIteration);
    const { problem: oracles, x } = state;
    const q = oracles.dimY;
    const sampler = new BlockSampler(oracles, seed);
    const random = new Random(seed, 4);
    const [v, term, image] = Array.from({ length: 3 }, () => new Float64Array(q));
    const direction = new Float64Array(x.length);
    let curvature = 0;

    function visit(i: number): void {
      const y = state.y.subarray(i * q, (i + 1) * q);
      const step = lowerStepSize ?? 0.2 / curvature;
      for (let t = 0; t < lowerSteps; t++) {
        oracles.gradGy(i, x, y, image, sampler.lower(i, batchSize));
        for (let j = 0; j < q; j++) y[j] -= step * image[j];
      }
      const upper = sampler.upper(i, batchSize);
      oracles.gradFy(i, x, y, term, upper);
      v.set(term);
      const factors = isRandom ? random.integer(neumannTerms) : neumannTerms;
      for (let k = 0; k < factors; k++) {
        oracles.hvpGyy(i, x, y, term, image, sampler.lower(i, batchSize));
        for (let j = 0; j < q; j++) {
          term[j] -= image[j] / curvature;
          v[j] += term[j];
        }
      }
      for (let j = 0; j < q; j++) v[j] = (isRandom ? neumannTerms * term[j] : v[j]) / curvature;
      oracles.addJvpGxy(i, x, y, v, -1 / count, direction, sampler.lower(i, batchSize));
      oracles.addGradFx?.(i, x, y, 1 / count, direction, upper);
    }

    return () => {
      curvature ||= blockCurvature(state);
      direction.fill(0);
      for (const i of sampler.blocks(count)) visit(i);
      state.step(direction, stepSize);
    };
  });
}

export const blockStocBioSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/block-stocbio',
  title: 'stocBiO on blocks',
  summary: 'Inner steps and a truncated Neumann series, on sampled blocks.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Bilevel Optimization: Convergence Analysis and Enhanced Design', arxiv: '2010.07962', year: 2021 },
  cost: 'O(I (T + Q)) \\text{ calls an iteration}',
  options: blockStocBioOptions,
  steps: (instance: MultiBlockInstance, options) =>
    blockStocBioSteps(blockModelOf(instance).problem, instance.initial, options),
});

export const blockBsaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/block-bsa',
  title: 'BSA on blocks',
  summary: 'Inner steps and a Neumann series of random length, on sampled blocks.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Approximation Methods for Bilevel Programming', arxiv: '1802.02246', year: 2018 },
  cost: 'O(I (T + Q)) \\text{ calls an iteration}',
  options: blockBsaOptions,
  steps: (instance: MultiBlockInstance, options) => blockBsaSteps(blockModelOf(instance).problem, instance.initial, options),
});
