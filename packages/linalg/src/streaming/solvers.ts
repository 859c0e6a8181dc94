// The registered solvers of `linalg/streaming-top-eigenvector`.
import type { OptionSpecs, Paper } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import { arbitraryOrderPaper, randomOrderPaper } from './streaming-claims.ts';
import type { StreamingMethod } from './streaming-options.ts';
import { streamingOptions } from './streaming-options.ts';
import { streamingProblem } from './streaming-problem.ts';
import { streamingTopEigenvectorSteps } from './streaming-top-eigenvector.ts';
import { randomizedSvdSolver } from './two-pass-eigenvector.ts';

const ojaPaper: Paper = { title: 'Simplified neuron model as a principal component analyzer', year: 1982 };
const krasulinaPaper: Paper = {
  title: 'The method of stochastic approximation for the determination of the least eigenvalue of a symmetrical matrix',
  year: 1969,
};
const memoryLimited: Paper = { title: 'Memory limited, streaming PCA', arxiv: '1307.0032', year: 2013 };
const frequentDirectionsPaper: Paper = {
  title: 'Frequent directions: simple and deterministic matrix sketching',
  arxiv: '1501.01711',
  year: 2016,
};
const incremental: Paper = { title: 'Incremental learning for robust visual tracking', year: 2008 };
const monteCarlo: Paper = { title: 'Fast Monte Carlo algorithms for matrices II', year: 2006 };
const pearson: Paper = { title: 'On lines and planes of closest fit to systems of points in space', year: 1901 };

const { seed, stepSize } = streamingOptions;
const sketchSize = (rows: number) =>
  ({ type: 'integer', min: 1, max: 10_000, default: rows, description: 'Number of stored rows' }) as const;

/** The solver of a method. */
const streamingSolver = <const Specs extends OptionSpecs>(
  method: StreamingMethod,
  options: Specs,
  texts: { title: string; summary: string; cost: string; paper: Paper },
  role: 'paper' | 'baseline' = 'baseline',
) =>
  defineSolver({
    id: `linalg/${method}`,
    ...texts,
    problem: streamingProblem,
    role,
    options,
    steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...(options as object), method }),
  });

const rate = { stepSize, seed };
const combinations = { sketchSize: sketchSize(10) };
const samples = { sketchSize: sketchSize(64), seed };

/** All streaming solvers. */
export const streamingSolvers = [
  streamingSolver(
    'block-power',
    {
      blocks: streamingOptions.blocks,
      heavyFactor: streamingOptions.heavyFactor,
      maxHeavy: streamingOptions.maxHeavy,
      finish: streamingOptions.finish,
      storedPrecision: streamingOptions.storedPrecision,
      oversampling: streamingOptions.oversampling,
      seed,
    },
    {
      title: 'Block power method',
      summary: 'One power step per block of rows, with heavy rows stored separately: the method for rows in random order.',
      cost: 'O(d) \\text{ per row, and } (h + 7)\\,d \\text{ numbers}',
      paper: randomOrderPaper,
    },
    'paper',
  ),
  streamingSolver(
    'oja-ladder',
    { update: streamingOptions.update, growth: streamingOptions.growth, seed },
    {
      title: 'Ladder of Oja’s rates',
      summary:
        'Oja’s rule at all powers of two at once; the smallest rate with enough growth gives the answer. For rows in any order.',
      cost: 'O(d \\log n) \\text{ per row, and } (\\log_2 n + 8)\\,d \\text{ numbers}',
      paper: arbitraryOrderPaper,
    },
    'paper',
  ),
  streamingSolver('oja', rate, {
    title: 'Oja',
    summary: 'Oja’s rule with rates that fall like 1/t: stores a single vector.',
    cost: 'O(d) \\text{ per row, and } 2\\,d \\text{ numbers}',
    paper: ojaPaper,
  }),
  streamingSolver('krasulina', rate, {
    title: 'Krasulina',
    summary: 'A stochastic gradient of the Rayleigh quotient, with rates that fall like 1/t.',
    cost: 'O(d) \\text{ per row, and } 2\\,d \\text{ numbers}',
    paper: krasulinaPaper,
  }),
  streamingSolver(
    'block-oja',
    { stepSize, batchSize: streamingOptions.batchSize, seed },
    {
      title: 'Block Oja',
      summary: 'Oja’s rule on mini-batches: less noise in every step, fewer normalisations.',
      cost: 'O(d) \\text{ per row, and } 3\\,d \\text{ numbers}',
      paper: memoryLimited,
    },
  ),
  streamingSolver('frequent-directions', combinations, {
    title: 'Frequent Directions',
    summary: 'A sketch that is shrunk when full: deterministic, with a bound for every stream and order.',
    cost: 'O(d \\ell) \\text{ per row, and } 4\\,d \\ell + 24\\,\\ell^2 \\text{ numbers}',
    paper: frequentDirectionsPaper,
  }),
  streamingSolver('incremental-pca', combinations, {
    title: 'Incremental PCA',
    summary: 'A sketch that is truncated when full, as in scikit-learn: good in practice, without a bound.',
    cost: 'O(d \\ell) \\text{ per row, and } 4\\,d \\ell + 24\\,\\ell^2 \\text{ numbers}',
    paper: incremental,
  }),
  streamingSolver('row-sampling', samples, {
    title: 'Row-norm sampling',
    summary: 'The top singular vector of rows sampled in proportion to their squared norms.',
    cost: 'O(d) \\text{ per row, and } (1.25\\,s + 10)\\,d \\text{ numbers}',
    paper: monteCarlo,
  }),
  streamingSolver('uniform-sampling', samples, {
    title: 'Uniform sampling',
    summary: 'The top singular vector of uniformly sampled rows; misses heavy rows.',
    cost: 'O(d) \\text{ per row, and } (1.25\\,s + 10)\\,d \\text{ numbers}',
    paper: monteCarlo,
  }),
  streamingSolver(
    'longest-row',
    {},
    {
      title: 'Longest row',
      summary: 'The row of largest norm: right if one row dominates, otherwise a baseline.',
      cost: 'O(d) \\text{ per row, and } 2\\,d \\text{ numbers}',
      paper: monteCarlo,
    },
  ),
  streamingSolver(
    'covariance',
    {},
    {
      title: 'Full covariance',
      summary: 'All of A’A and its top eigenvector: exact, with the memory that the others avoid.',
      cost: 'O(d^2) \\text{ per row, and } d^2 + 45\\,d \\text{ numbers, } 5\\,d^2 \\text{ up to } d = 160',
      paper: pearson,
    },
  ),
  randomizedSvdSolver,
] as const;
