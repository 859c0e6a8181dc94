// BSA on sampled blocks: inner steps, and a Neumann series of random length.
//
// S. Ghadimi, M. Wang: Approximation methods for bilevel programming (2018).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps } from '@infimum/core';
import { defineSolver, Random, resolveOptions, runWith } from '@infimum/core';
import { BlockSampler } from './block-sampler.ts';
import { BlockState, blockCount, blockCurvature, guardedBlocks } from './block-state.ts';
import type { MultiBlockInstance } from './multi-block-instance.ts';
import { blockModelOf } from './multi-block-instance.ts';
import type { MultiBlockIterate, MultiBlockSolution } from './multi-block-optimization.ts';
import { multiBlockOptimization } from './multi-block-optimization.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';

const blockBsaOptions = {
  blocksPerIteration: {
    type: 'integer',
    min: 1,
    description: 'I, blocks an iteration; a tenth of all by default',
  },
  batchSize: { type: 'integer', was: 'batch', min: 1, default: 32, description: 'B, samples of a block' },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.05, description: 'Step of x' },
  lowerStepSize: {
    type: 'number',
    was: 'tau',
    above: 0,
    description: 'Step of the lower levels; 0.2/L_g by default',
  },
  lowerSteps: {
    type: 'integer',
    was: 'innerSteps',
    min: 1,
    max: 1_000_000,
    default: 5,
    description: 'T, steps of a lower level',
  },
  neumannTerms: {
    type: 'integer',
    was: 'terms',
    min: 1,
    max: 100_000,
    default: 10,
    description: 'Largest number of factors, exclusive',
  },
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-3,
    description:
      'Exact hyper-gradient at which to stop, over the mean size of the blocks’ parts at the start',
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of blocks and samples' },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `blockBsa`. */
export type BlockBsaOptions = OptionsOf<typeof blockBsaOptions> & RunOptions<MultiBlockIterate>;

/**
 * Every iteration sees I blocks: T stochastic steps of each lower level from where it was, the Neumann series with a random number of factors, which is unbiased only in expectation over it, and a step of x along the
 * mean. No memory but the lower levels.
 *
 * @param problem - m blocks
 * @param initial - start, p numbers; lower levels start at zero
 * @throws {InvalidInputError} for more blocks an iteration than there are, and options out of range
 */
export function blockBsa(
  problem: MultiBlockProblem,
  initial: Float64Array,
  options: BlockBsaOptions = {},
): Outcome<MultiBlockSolution, MultiBlockIterate> {
  return runWith(blockBsaOptions, options, blockBsaSteps(problem, initial, options));
}

/** The steps of `blockBsa`. */
function* blockBsaSteps(
  problem: MultiBlockProblem,
  x0: Float64Array,
  options: BlockBsaOptions = {},
): Steps<MultiBlockSolution, MultiBlockIterate> {
  const { lowerSteps, neumannTerms, batchSize, stepSize, lowerStepSize, tolerance, seed, ...rest } =
    resolveOptions(blockBsaOptions, options);
  const state = new BlockState(problem, x0);
  const count = blockCount(problem, rest.blocksPerIteration);
  return yield* guardedBlocks(state, steps());

  function* steps(): Steps<MultiBlockSolution, MultiBlockIterate> {
    const { problem: oracles, x } = state;
    const q = oracles.dimY;
    const sampler = new BlockSampler(oracles, seed);
    const random = new Random(seed, 4);
    const [v, term, image] = Array.from({ length: 3 }, () => new Float64Array(q));
    const direction = new Float64Array(x.length);
    let curvature = 0;
    for (let iteration = 0; ; iteration++) {
      yield state.iterate(iteration);
      const done = yield* state.success(iteration, tolerance);
      if (done) return done;
      curvature ||= blockCurvature(state);
      direction.fill(0);
      for (const i of sampler.blocks(count)) visit(i);
      state.step(direction, stepSize);
    }

    function visit(i: number): void {
      const y = state.y.subarray(i * q, (i + 1) * q);
      const step = lowerStepSize ?? 0.2 / curvature;
      for (let t = 0; t < lowerSteps; t++) {
        oracles.gradGy(i, x, y, image, sampler.lower(i, batchSize));
        for (let j = 0; j < q; j++) y[j] -= step * image[j];
      }
      const upper = sampler.upper(i, batchSize);
      const length = 1 / curvature;
      oracles.gradFy(i, x, y, term, upper);
      // Q uniform on 0 … terms − 1: (terms/L) Π_{q ≤ Q} (I − H_q/L) ∇_y f.
      const factors = random.integer(neumannTerms);
      for (let k = 0; k < factors; k++) {
        oracles.hvpGyy(i, x, y, term, image, sampler.lower(i, batchSize));
        for (let j = 0; j < q; j++) term[j] -= length * image[j];
      }
      for (let j = 0; j < q; j++) v[j] = neumannTerms * length * term[j];
      oracles.addJvpGxy(i, x, y, v, -1 / count, direction, sampler.lower(i, batchSize));
      oracles.addGradFx?.(i, x, y, 1 / count, direction, upper);
    }
  }
}

export const blockBsaSolver = /* @__PURE__ */ defineSolver({
  id: 'bilevel/block-bsa',
  title: 'BSA on blocks',
  summary: 'Inner steps and a Neumann series of random length, on sampled blocks.',
  problem: multiBlockOptimization,
  role: 'baseline',
  paper: { title: 'Approximation Methods for Bilevel Programming', arxiv: '1802.02246', year: 2018 },
  cost: 'O(I (T + Q)) \\text{ calls an iteration}',
  options: blockBsaOptions,
  steps: (instance: MultiBlockInstance, options) =>
    blockBsaSteps(blockModelOf(instance).problem, instance.x0, options),
});
