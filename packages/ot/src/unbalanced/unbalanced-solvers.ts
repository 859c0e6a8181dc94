// The registered solvers of `ot/unbalanced-transport`.
import { defineSolver } from '@infimum/core';
import { unbalancedMmSteps } from './unbalanced-mm.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';
import { unbalancedSinkhornSteps } from './unbalanced-sinkhorn.ts';

const scaling = defineSolver({
  id: 'ot/unbalanced-sinkhorn',
  title: 'Unbalanced Sinkhorn',
  summary:
    'Scaling with damped updates, from which the one direction in which that is slow has been eliminated.',
  problem: unbalancedTransport,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Scaling algorithms for unbalanced transport problems', arxiv: '1607.05816', year: 2018 },
  cost: 'O(nm) \\text{ a sweep}',
  options: {
    tolerance: {
      type: 'number',
      min: 0,
      default: 1e-10,
      description: 'Change of the logarithms of the scalings at which to stop',
    },
    translation: {
      type: 'choice',
      choices: ['update', 'sweep', 'none'],
      default: 'update',
      description: 'Solve for the slow direction in every update, after every sweep, or never',
    },
  },
  declines: ({ epsilon }) => (epsilon > 0 ? undefined : 'needs an epsilon above 0'),
  steps: ({ a, b, cost, epsilon, marginalPenalty }, options) =>
    unbalancedSinkhornSteps(a, b, cost, { ...options, epsilon, marginalPenalty }),
});

const multiplicative = defineSolver({
  id: 'ot/unbalanced-mm',
  title: 'Majorisation-minimisation',
  summary: 'Multiplicative updates without entropy: the objective never rises, and plans become sparse.',
  problem: unbalancedTransport,
  variant: 'plain',
  role: 'baseline',
  paper: {
    title: 'Unbalanced optimal transport through non-negative penalized linear regression',
    arxiv: '2106.04145',
    year: 2021,
  },
  cost: 'O(nm) \\text{ an iteration}',
  options: {
    tolerance: {
      type: 'number',
      min: 0,
      default: 1e-9,
      description: 'Relative change of the plan at which to stop',
    },
  },
  declines: ({ epsilon, cost }) => {
    if (epsilon > 0) return 'is for problems without entropy: epsilon must be 0';
    return cost.values.some((value) => value < 0) ? 'needs costs that are not negative' : undefined;
  },
  steps: ({ a, b, cost, marginalPenalty }, options) =>
    unbalancedMmSteps(a, b, cost, { ...options, marginalPenalty }),
});

/** All solvers of unbalanced transport. */
export const unbalancedSolvers = [scaling, multiplicative];
