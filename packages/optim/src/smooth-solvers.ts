// The registered solvers of `optim/smooth`.
import { defineSolver } from '@infimum/core';
import { lbfgsSteps } from './line-search/lbfgs.ts';
import { smooth } from './smooth-problem.ts';

const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-8,
  description: 'Gradient at which to stop, over 1 + the gradient at the start',
} as const;

const lbfgsSolver = defineSolver({
  id: 'optim/lbfgs',
  title: 'L-BFGS',
  summary: 'Quasi-Newton steps from the last few gradients: the usual first choice for smooth functions.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'On the limited memory BFGS method for large scale optimization', year: 1989 },
  cost: 'O(m d) \\text{ an iteration, and a gradient or two}',
  options: {
    tolerance,
    memory: {
      type: 'integer',
      min: 1,
      max: 1000,
      default: 10,
      description: 'Pairs of steps and gradient changes to remember',
    },
  },
  steps: ({ objective, initial }, options) => lbfgsSteps(objective, initial, options),
});

/** All solvers of smooth minimisation. */
export const smoothSolvers = [lbfgsSolver];
