// Options that several methods of this package have.
import type { OptionSpecs } from '@infimum/core';

export const singleOptions = {
  lowerSteps: {
    type: 'integer',
    was: 'innerSteps',
    min: 1,
    max: 1_000_000,
    default: 10,
    description: 'Steps of the lower level per iteration',
  },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.1, description: 'Step of x' },
  lowerStepSize: { type: 'number', was: 'gamma', above: 0, description: 'Step of the lower level; 0.8/L_g by default' },
  linearStepSize: { type: 'number', was: 'nu', above: 0, description: 'Step of the linear system; 0.4/L_g by default' },
  optimizer: { type: 'choice', was: 'outer', choices: ['gradient', 'adam'], default: 'gradient', description: 'Steps of x' },
  batchSize: { type: 'integer', was: 'batch', min: 1, default: 32, description: 'Samples per call, if a level is a mean' },
  tolerance: { type: 'number', min: 0, default: 1e-6, description: 'Residuals at which to stop, relative to their terms' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the samples' },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of methods for many lower levels. */
export const blockOptions = {
  blocksPerIteration: { type: 'integer', min: 1, description: 'I, blocks per iteration; a tenth of all by default' },
  batchSize: { type: 'integer', was: 'batch', min: 1, default: 32, description: 'B, samples per block' },
  stepSize: { type: 'number', was: 'eta', above: 0, default: 0.05, description: 'Step of x' },
  lowerStepSize: { type: 'number', was: 'tau', above: 0, description: 'Step of the lower levels; 0.2/L_g by default' },
  tolerance: { type: 'number', min: 0, default: 1e-3, description: 'Exact hypergradient to stop at, over its first parts' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of blocks and samples' },
  maxIterations: { type: 'integer', min: 0, default: 20_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of methods for tasks. */
export const taskOptions = {
  tasksPerIteration: { type: 'integer', min: 1, default: 4, description: 'Tasks per iteration; all if there are fewer' },
  batchSize: { type: 'integer', was: 'batch', min: 1, default: 64, description: 'Samples per task call' },
  tolerance: { type: 'number', min: 0, default: 1e-3, description: 'Exact hypergradient to stop at, over its first parts' },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of tasks and samples' },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;
