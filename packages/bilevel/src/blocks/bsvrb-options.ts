// Options of BSVRB, which `bsvrb` and `bsvrbOn` share.
import type { OptionSpecs, OptionsOf, RunOptions } from '@infimum/core';
import type { MultiBlockIterate } from '../block-problems/multi-block-optimization.ts';
import { blockOptions } from '../single/options.ts';

/** Options of `bsvrb`. */
export const bsvrbOptions = {
  variant: {
    type: 'choice',
    was: 'version',
    choices: [1, 2],
    default: 2,
    description: '1: Hessian trackers and Cholesky solves, for few lower variables; 2: Hessian products',
  },
  tracker: {
    type: 'choice',
    choices: ['block', 'msvr', 'ema', 'none'],
    default: 'block',
    description:
      'block: corrected by the block’s own last visit; msvr: the paper’s, every block moves in every iteration; ema: only moving averages; none: plain samples',
  },
  blocksPerIteration: blockOptions.blocksPerIteration,
  batchSize: blockOptions.batchSize,
  stepSize: {
    type: 'number',
    was: 'eta',
    above: 0,
    description:
      'Step size of x; by default chosen from the initial curvatures so that lower levels keep up, and reduced if x still diverges',
  },
  lowerStepSize: blockOptions.lowerStepSize,
  linearStepSize: { type: 'number', was: 'tauV', above: 0, description: 'Linear step of version 2; lowerStepSize by default' },
  trackerWeight: { type: 'number', was: 'alpha', above: 0, max: 1, default: 0.1, description: 'α, forgetting of trackers' },
  hypergradientWeight: {
    type: 'number',
    was: 'beta',
    above: 0,
    max: 1,
    default: 0.01,
    description: 'β, forgetting rate of the hyper-gradient tracker',
  },
  correctionFactor: { type: 'number', was: 'gamma', min: 0, description: 'γ of msvr; (m − I)/(I(1 − α)) + (1 − α) by default' },
  minCurvature: { type: 'number', was: 'lowerBound', above: 0, description: 'Least tracked eigenvalue; L_g/1000 by default' },
  maxCurvature: { type: 'number', was: 'upperBound', above: 0, description: 'Largest; 10 L_g by default' },
  maxLinearNorm: { type: 'number', was: 'vRadius', above: 0, description: 'Largest |v_i| of variant 2; none by default' },
  lazy: {
    type: 'boolean',
    default: true,
    description:
      'Whether msvr updates unvisited blocks lazily, at their next visit: an iteration then costs the same for any number of blocks',
  },
  schedule: {
    type: 'choice',
    choices: ['constant', 'theory'],
    default: 'constant',
    description:
      'theory, for f = plannedIterations/300: stepSize 0.1 f^(−1/3), lowerStepSize 0.2 f^(−1/3), trackerWeight 0.3 f^(−2/3), hypergradientWeight 0.1 f^(−2/3)',
  },
  plannedIterations: { type: 'integer', was: 'horizon', min: 1, default: 3000, description: 'Iterations of theory’s schedule' },
  tolerance: blockOptions.tolerance,
  seed: blockOptions.seed,
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `bsvrb`. */
export type BsvrbOptions = OptionsOf<typeof bsvrbOptions> & RunOptions<MultiBlockIterate>;
