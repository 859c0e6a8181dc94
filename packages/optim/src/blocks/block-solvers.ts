// The registered solvers of `optim/composite`.
import { defineSolver, type Paper } from '@infimum/core';
import { approxDeclines, approxSteps } from './approx.ts';
import { blockCoordinateDescentSteps } from './block-coordinate-descent.ts';
import type { BlockLeastSquares } from './block-margin-loss.ts';
import { PARTITION_RULES } from './block-partitions.ts';
import { SELECTION_DIAGONALS, SELECTION_RULES } from './block-selection.ts';
import { UPDATE_RULES } from './block-update.ts';
import { type CompositeProblem, composite } from './composite-problem.ts';
import { cyclicCoordinateDescentSteps, cyclicDeclines } from './cyclic-coordinate-descent.ts';
import { fistaSteps } from './fista.ts';
import { lassoWorkingSetSteps } from './lasso-working-set.ts';
import { proximalGradientSteps } from './proximal-gradient.ts';
import { quadraticCholeskySteps } from './quadratic-cholesky.ts';
import {
  conjugateGradientDeclines,
  quadraticConjugateGradientSteps,
} from './quadratic-conjugate-gradient.ts';
import { separableTerm } from './separable-term.ts';
import { compositeLbfgsSteps, compositeNewtonCgSteps, smoothDeclines } from './smooth-composite.ts';

/** The paper of block coordinate descent with greedy rules and messages. */
export const blockPaper: Paper = {
  title:
    "Let's make block coordinate descent converge faster: faster greedy rules, message-passing, active-set complexity, and superlinear convergence",
  arxiv: '1712.08859',
  year: 2017,
};

const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-6,
  description: 'Largest component of the least subgradient at which to stop, over that at the start',
} as const;
const blockSize = (value: number) =>
  ({ type: 'integer', min: 1, max: 10_000, default: value, description: 'Coordinates in a block' }) as const;

const blockCoordinateDescentSolver = defineSolver({
  id: 'optim/block-coordinate-descent',
  title: 'Block coordinate descent',
  summary: 'Updates the block that promises most, with all rules of choice, partition and update.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\tau^3) \\text{ an iteration, and the entries of the rows that the block touches}',
  options: {
    tolerance,
    blockSize: blockSize(5),
    partition: {
      type: 'choice',
      choices: ['variable', ...PARTITION_RULES],
      default: 'variable',
      description: 'Fixed blocks by a rule, or a block made anew in every iteration',
    },
    select: {
      type: 'choice',
      choices: ['auto', ...SELECTION_RULES],
      default: 'auto',
      description: 'How to choose the block; auto is gsd for smooth problems and gsd-q for others',
    },
    diagonal: {
      type: 'choice',
      choices: SELECTION_DIAGONALS,
      default: 'lipschitz',
      description: 'The diagonal of gsd and gsd-q',
    },
    update: {
      type: 'choice',
      choices: ['auto', ...UPDATE_RULES],
      default: 'auto',
      description: 'How to update it; auto is matrix for smooth problems and exact for others',
    },
    activeTolerance: {
      type: 'number',
      min: 0,
      default: 0,
      description: 'How near to a kink a coordinate counts as active for two-metric',
    },
    accelerate: {
      type: 'boolean',
      default: false,
      description: 'Newton steps on the support once it stands still',
    },
  },
  steps: (problem, { select, update, ...options }, { seed }) =>
    blockCoordinateDescentSteps(problem, {
      ...options,
      ...(select !== 'auto' && { select }),
      ...(update !== 'auto' && { update }),
      seed,
    }),
});

const supportNewtonSolver = defineSolver({
  id: 'optim/block-support-newton',
  title: 'Greedy blocks with Newton steps on the support',
  summary:
    'Two-metric projection on large greedy blocks, and on the whole support once it is found: superlinear.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\tau^3) \\text{ an iteration}',
  options: { tolerance, blockSize: blockSize(20) },
  steps: (problem, options) =>
    blockCoordinateDescentSteps(problem, {
      ...options,
      select: 'gsd-q',
      update: 'exact',
      accelerate: true,
    }),
});

const messagePassingSolver = defineSolver({
  id: 'optim/block-message-passing',
  title: 'Greedy forests with message passing',
  summary: 'Newton steps on large forests of the graph, chosen by the gradient, at the cost of a gradient.',
  problem: composite,
  role: 'paper',
  paper: blockPaper,
  cost: 'O(d + \\text{edges}) \\text{ an iteration}',
  options: {
    tolerance,
    select: {
      type: 'choice',
      choices: ['forest-gs', 'forest-gsl', 'forest-random', 'tree-partition'],
      default: 'forest-gs',
      description: 'How to choose the forest',
    },
  },
  declines: needsGraph,
  steps: (problem, options, { seed }) =>
    blockCoordinateDescentSteps(problem, { ...options, update: 'message', seed }),
});

const redBlackSolver = defineSolver({
  id: 'optim/red-black-gauss-seidel',
  title: 'Red-black Gauss-Seidel',
  summary: 'All nodes of one colour at once, colour after colour: the classical relaxation of graphs.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Iterative solution of large linear systems', year: 1971 },
  cost: 'O(d + \\text{edges}) \\text{ for all colours}',
  options: { tolerance },
  declines: needsGraph,
  steps: (problem, options) =>
    blockCoordinateDescentSteps(problem, { ...options, select: 'red-black', update: 'message' }),
});

const lassoWorkingSetSolver = defineSolver({
  id: 'optim/lasso-working-set',
  title: 'Lasso by working sets',
  summary:
    'Coordinate descent on few columns, until the dual gap closes: for many columns of which few matter.',
  problem: composite,
  role: 'baseline',
  paper: {
    title: 'Celer: a fast solver for the lasso with dual extrapolation',
    arxiv: '1802.07481',
    year: 2018,
  },
  cost: 'O(n d) \\text{ an iteration, and } O(n p) \\text{ a sweep over the } p \\text{ columns in the set}',
  options: {
    tolerance: {
      type: 'number',
      min: 0,
      default: 1e-9,
      description: 'Dual gap at which to stop, over the value at zero',
    },
    workingSetSize: {
      type: 'integer',
      min: 1,
      max: 100_000,
      default: 200,
      description: 'Columns of the first working set',
    },
  },
  declines: ({ loss, initial, ...term }) => {
    const { l1, lower, upper } = separableTerm(term);
    const isLasso = l1 > 0 && lower === -Infinity && upper === Infinity && 'design' in loss;
    return isLasso ? undefined : 'working sets are for least squares with l1 and without bounds';
  },
  steps: ({ loss, l1 = 0 }, options) => {
    const { design, targets } = loss as BlockLeastSquares;
    return lassoWorkingSetSteps({ design, targets, l1 }, options);
  },
});

const cyclicSolver = defineSolver({
  id: 'optim/cyclic-coordinate-descent',
  title: 'Cyclic coordinate descent',
  summary: 'One coordinate after the other with covariance updates and a strong rule, as glmnet does it.',
  problem: composite,
  role: 'baseline',
  paper: {
    title: 'Regularization paths for generalized linear models via coordinate descent',
    year: 2010,
  },
  cost: 'O(a^2) \\text{ a sweep over } a \\text{ active columns}',
  options: { tolerance },
  declines: ({ loss }) => cyclicDeclines(loss),
  steps: (problem, options) => cyclicCoordinateDescentSteps(problem, options),
});

const approxSolver = defineSolver({
  id: 'optim/approx',
  title: 'APPROX',
  summary: 'Accelerated descent on single random coordinates, with restarts.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Accelerated, parallel and proximal coordinate descent', arxiv: '1312.5799', year: 2013 },
  cost: 'O(\\text{entries}) \\text{ for } d \\text{ coordinates}',
  options: {
    tolerance,
    restart: { type: 'boolean', default: true, description: 'Start the acceleration anew when F has risen' },
  },
  declines: ({ loss }) => approxDeclines(loss),
  steps: (problem, options, { seed }) => approxSteps(problem, { ...options, seed }),
});

const proximalGradientSolver = defineSolver({
  id: 'optim/proximal-gradient',
  title: 'Proximal gradient',
  summary: 'All coordinates at once along the gradient, with back-tracking.',
  problem: composite,
  role: 'baseline',
  paper: {
    title: 'A fast iterative shrinkage-thresholding algorithm for linear inverse problems',
    year: 2009,
  },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: { tolerance },
  steps: (problem, options) => proximalGradientSteps(problem, options),
});

const fistaSolver = defineSolver({
  id: 'optim/fista',
  title: 'FISTA',
  summary: 'Accelerated proximal gradient steps with back-tracking and restarts.',
  problem: composite,
  role: 'baseline',
  paper: {
    title: 'A fast iterative shrinkage-thresholding algorithm for linear inverse problems',
    year: 2009,
  },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: {
    tolerance,
    restart: { type: 'boolean', default: true, description: 'Forget the momentum when it points uphill' },
  },
  steps: (problem, options) => fistaSteps(problem, options),
});

const conjugateGradientSolver = defineSolver({
  id: 'optim/quadratic-conjugate-gradient',
  title: 'Conjugate gradients for quadratics',
  summary:
    'The classical method for sparse quadratics without l1 and bounds, preconditioned by the diagonal.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Methods of conjugate gradients for solving linear systems', year: 1952 },
  cost: 'O(\\text{entries}) \\text{ an iteration}',
  options: { tolerance },
  declines: (problem) => conjugateGradientDeclines(problem),
  steps: (problem, options) => quadraticConjugateGradientSteps(problem, options),
});

const choleskySolver = defineSolver({
  id: 'optim/quadratic-cholesky',
  title: 'Sparse Cholesky for quadratics',
  summary:
    'Solves sparse quadratics without l1 and bounds directly, by elimination in the order of least degree.',
  problem: composite,
  role: 'baseline',
  paper: {
    title: 'Direct solutions of sparse network equations by optimally ordered triangular factorization',
    year: 1967,
  },
  cost: 'O(d w^2) \\text{ on a graph of treewidth } w',
  options: {},
  declines: (problem) => conjugateGradientDeclines(problem),
  steps: (problem) => quadraticCholeskySteps(problem),
});

const compositeLbfgsSolver = defineSolver({
  id: 'optim/composite-lbfgs',
  title: 'L-BFGS for losses of blocks',
  summary: 'Quasi-Newton steps on all coordinates at once, where there is neither l1 nor a bound.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(d) \\text{ and a gradient an iteration}',
  options: { tolerance },
  declines: (problem) => smoothDeclines(problem),
  steps: (problem, options) => compositeLbfgsSteps(problem, options),
});

const compositeNewtonCgSolver = defineSolver({
  id: 'optim/composite-newton-cg',
  title: 'Newton-CG for losses of blocks',
  summary: 'Truncated Newton steps on all coordinates at once, where there is neither l1 nor a bound.',
  problem: composite,
  role: 'baseline',
  paper: { title: 'Numerical optimization', year: 2006 },
  cost: 'O(d) \\text{ and a product with the Hessian an inner iteration}',
  options: { tolerance },
  declines: (problem) => smoothDeclines(problem),
  steps: (problem, options) => compositeNewtonCgSteps(problem, options),
});

function needsGraph({ loss }: CompositeProblem): string | undefined {
  return loss.graph ? undefined : 'needs a loss with a sparse Hessian';
}

/** All solvers of composite minimisation. */
export const compositeSolvers = [
  blockCoordinateDescentSolver,
  supportNewtonSolver,
  messagePassingSolver,
  redBlackSolver,
  lassoWorkingSetSolver,
  cyclicSolver,
  approxSolver,
  proximalGradientSolver,
  fistaSolver,
  conjugateGradientSolver,
  choleskySolver,
  compositeLbfgsSolver,
  compositeNewtonCgSolver,
];
