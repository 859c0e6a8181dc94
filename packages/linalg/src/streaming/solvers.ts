// The registered solvers of `linalg/streaming-top-eigenvector`.
import type { Paper } from '@infimum/core';
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
  ({ type: 'integer', min: 1, max: 10_000, default: rows, description: 'Rows that are kept' }) as const;

const blockPowerSolver = defineSolver({
  id: 'linalg/block-power',
  title: 'Block power method',
  summary: 'A power step a block of rows, heavy rows apart: the method for rows in random order.',
  problem: streamingProblem,
  role: 'paper',
  paper: randomOrderPaper,
  cost: 'O(d) \\text{ a row, and } (h + 7)\\,d \\text{ numbers}',
  options: {
    blocks: streamingOptions.blocks,
    heavyFactor: streamingOptions.heavyFactor,
    maxHeavy: streamingOptions.maxHeavy,
    finish: streamingOptions.finish,
    storedPrecision: streamingOptions.storedPrecision,
    oversampling: streamingOptions.oversampling,
    seed,
  },
  steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method: 'block-power' }),
});

const ladderSolver = defineSolver({
  id: 'linalg/oja-ladder',
  title: 'Ladder of Oja’s rates',
  summary: 'Oja’s rule at all powers of two at once; the smallest rate that grew enough answers. For rows in any order.',
  problem: streamingProblem,
  role: 'paper',
  paper: arbitraryOrderPaper,
  cost: 'O(d \\log n) \\text{ a row, and } (\\log_2 n + 8)\\,d \\text{ numbers}',
  options: { update: streamingOptions.update, growth: streamingOptions.growth, seed },
  steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method: 'oja-ladder' }),
});

const ojaSolver = defineSolver({
  id: 'linalg/oja',
  title: 'Oja',
  summary: 'Oja’s rule with rates that fall like 1/t: one vector and nothing else.',
  problem: streamingProblem,
  role: 'baseline',
  paper: ojaPaper,
  cost: 'O(d) \\text{ a row, and } 2\\,d \\text{ numbers}',
  options: { stepSize, seed },
  steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method: 'oja' }),
});

const krasulinaSolver = defineSolver({
  id: 'linalg/krasulina',
  title: 'Krasulina',
  summary: 'A stochastic gradient of the Rayleigh quotient, with rates that fall like 1/t.',
  problem: streamingProblem,
  role: 'baseline',
  paper: krasulinaPaper,
  cost: 'O(d) \\text{ a row, and } 2\\,d \\text{ numbers}',
  options: { stepSize, seed },
  steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method: 'krasulina' }),
});

const blockOjaSolver = defineSolver({
  id: 'linalg/block-oja',
  title: 'Block Oja',
  summary: 'Oja’s rule on mini-batches: less noise in every step, fewer normalisations.',
  problem: streamingProblem,
  role: 'baseline',
  paper: memoryLimited,
  cost: 'O(d) \\text{ a row, and } 3\\,d \\text{ numbers}',
  options: { stepSize, batchSize: streamingOptions.batchSize, seed },
  steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method: 'block-oja' }),
});

/** A solver that keeps combinations of rows. */
const sketchSolver = (
  method: Extract<StreamingMethod, 'frequent-directions' | 'incremental-pca'>,
  rowsKept: number,
  texts: { title: string; summary: string; cost: string; paper: Paper },
) =>
  defineSolver({
    id: `linalg/${method}`,
    ...texts,
    problem: streamingProblem,
    role: 'baseline',
    options: { sketchSize: sketchSize(rowsKept) },
    steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method }),
  });

/** A solver that keeps some rows, drawn at random. */
const samplingSolver = (
  method: Extract<StreamingMethod, 'row-sampling' | 'uniform-sampling'>,
  texts: { title: string; summary: string; cost: string; paper: Paper },
) =>
  defineSolver({
    id: `linalg/${method}`,
    ...texts,
    problem: streamingProblem,
    role: 'baseline',
    options: { sketchSize: sketchSize(64), seed },
    steps: ({ rows }, options) => streamingTopEigenvectorSteps(rows, { ...options, method }),
  });

/** A solver without options. */
const plainSolver = (
  method: Extract<StreamingMethod, 'longest-row' | 'covariance'>,
  texts: { title: string; summary: string; cost: string; paper: Paper },
) =>
  defineSolver({
    id: `linalg/${method}`,
    ...texts,
    problem: streamingProblem,
    role: 'baseline',
    options: {},
    steps: ({ rows }) => streamingTopEigenvectorSteps(rows, { method }),
  });

/** All streaming solvers. */
export const streamingSolvers = [
  blockPowerSolver,
  ladderSolver,
  ojaSolver,
  krasulinaSolver,
  blockOjaSolver,
  sketchSolver('frequent-directions', 10, {
    title: 'Frequent Directions',
    summary: 'A sketch that is shrunk when it is full: deterministic, with a bound for every stream and order.',
    cost: 'O(d \\ell) \\text{ a row, and } 4\\,d \\ell + 24\\,\\ell^2 \\text{ numbers}',
    paper: frequentDirectionsPaper,
  }),
  sketchSolver('incremental-pca', 10, {
    title: 'Incremental PCA',
    summary: 'A sketch that is cut off when it is full, as scikit-learn does: good in practice, without a bound.',
    cost: 'O(d \\ell) \\text{ a row, and } 4\\,d \\ell + 24\\,\\ell^2 \\text{ numbers}',
    paper: incremental,
  }),
  samplingSolver('row-sampling', {
    title: 'Row-norm sampling',
    summary: 'The top singular vector of rows that were kept in proportion to their squared norms.',
    cost: 'O(d) \\text{ a row, and } (1.25\\,s + 10)\\,d \\text{ numbers}',
    paper: monteCarlo,
  }),
  samplingSolver('uniform-sampling', {
    title: 'Uniform sampling',
    summary: 'The top singular vector of rows that were kept whatever their norm; blind for heavy rows.',
    cost: 'O(d) \\text{ a row, and } (1.25\\,s + 10)\\,d \\text{ numbers}',
    paper: monteCarlo,
  }),
  plainSolver('longest-row', {
    title: 'Longest row',
    summary: 'The row of largest norm: right when one row is nearly all there is, to measure by otherwise.',
    cost: 'O(d) \\text{ a row, and } 2\\,d \\text{ numbers}',
    paper: monteCarlo,
  }),
  plainSolver('covariance', {
    title: 'Full covariance',
    summary: 'All of A’A and its top eigenvector: exact, in the memory that the others avoid.',
    cost: 'O(d^2) \\text{ a row, and } d^2 + 45\\,d \\text{ numbers, } 5\\,d^2 \\text{ up to } d = 160',
    paper: pearson,
  }),
  randomizedSvdSolver,
] as const;
