// The registered methods of second order, and the gradient methods that share their metric.
import { defineSolver, InvalidInputError, type Paper } from '@infimum/core';
import { newtonCgSteps } from '../line-search/newton-cg.ts';
import { type SmoothProblem, smooth } from '../smooth-problem.ts';
import { backtrackingGradientSteps } from './backtracking-gradient.ts';
import { cubicNewtonSteps } from './cubic-newton.ts';
import { gradientNormalizedNewtonSteps } from './gradient-normalized-newton.ts';
import type { HessianChoice } from './shifted-system.ts';
import { superUniversalNewtonSteps } from './super-universal-newton.ts';
import { trustRegionNewtonSteps } from './trust-region-newton.ts';

/** The paper of gradient-normalised steps. */
export const gradientNormalizedPaper: Paper = {
  title: 'Gradient-normalized smoothness for optimization with approximate Hessians',
  arxiv: '2506.13710',
  year: 2025,
};

const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-8,
  description: 'Dual norm of the gradient at which to stop, over 1 + that at the start',
} as const;
const metric = {
  type: 'choice',
  choices: ['instance', 'identity'],
  default: 'instance',
  description: 'Metric: the instance’s own where it has one, or Euclid’s',
} as const;
const hessian = {
  type: 'choice',
  choices: ['exact', 'gauss-newton', 'fisher', 'none'],
  default: 'exact',
  description: 'Matrix that stands for the Hessian; approximations where the instance has them',
} as const;
const factorization = {
  type: 'choice',
  choices: ['cholesky', 'eigen', 'tridiagonal'],
  default: 'cholesky',
  description: 'Factor for every trial, or once for all trials with the same Hessian',
} as const;
const initialGamma = {
  type: 'number',
  above: 0,
  default: 1,
  description: 'Radius of the first trial',
} as const;

const metricOf = ({ metric = 'identity' }: SmoothProblem, choice: 'instance' | 'identity') =>
  choice === 'instance' ? metric : choice;

function hessianOf({ approximations = {} }: SmoothProblem, name: string): HessianChoice {
  if (name === 'exact' || name === 'none') return name;
  const found = approximations[name];
  if (found) return found;
  const problem = `the instance has no approximation '${name}', it has ${Object.keys(approximations).join(', ') || 'none'}`;
  throw new InvalidInputError(problem, { argument: 'hessian', code: 'unsupported' });
}

const needsCurvature = ({ objective }: SmoothProblem) =>
  objective.hessian || objective.hessianVector
    ? undefined
    : 'the function has no Hessian and no products with it';

/** Eigenvalues of more rows take minutes. */
const MOST_EIGENVALUES = 1000;

const needsSmallHessian = ({ objective }: SmoothProblem) =>
  objective.hessian && objective.dimension <= MOST_EIGENVALUES
    ? undefined
    : `needs a Hessian that is written out, of at most ${MOST_EIGENVALUES} rows`;

const gradientNormalizedNewtonSolver = defineSolver({
  id: 'optim/gradient-normalized-newton',
  title: 'Gradient-normalised Newton',
  summary:
    'Newton steps within the radius in which the gradient is nearly linear: no constants to know, approximate Hessians welcome.',
  problem: smooth,
  role: 'paper',
  paper: gradientNormalizedPaper,
  cost: 'O(d^3) \\text{ for a trial, of which there are two an iteration at most on average}',
  options: {
    tolerance,
    hessian,
    metric,
    factorization,
    initialGamma,
    extrapolation: {
      type: 'number',
      min: 0,
      max: 10,
      default: 0,
      description: 'Share of every step to try once more; 0 for the method as published',
    },
  },
  declines: needsCurvature,
  steps: (instance, { hessian, metric, ...options }) =>
    gradientNormalizedNewtonSteps(instance.objective, instance.initial, {
      ...options,
      hessian: hessianOf(instance, hessian),
      metric: metricOf(instance, metric),
    }),
});

const gradientNormalizedGradientSolver = defineSolver({
  id: 'optim/gradient-normalized-gradient',
  title: 'Gradient-normalised gradient method',
  summary:
    'Gradient steps of a length that a search keeps within the radius in which the gradient is nearly constant.',
  problem: smooth,
  role: 'paper',
  paper: gradientNormalizedPaper,
  cost: 'O(d) \\text{ an iteration, } O(d^2) \\text{ with a dense metric, a gradient and about two values}',
  options: { tolerance, metric, initialGamma },
  steps: (instance, { metric, ...options }) =>
    gradientNormalizedNewtonSteps(instance.objective, instance.initial, {
      ...options,
      hessian: 'none',
      metric: metricOf(instance, metric),
    }),
});

const superUniversalNewtonSolver = defineSolver({
  id: 'optim/super-universal-newton',
  title: 'Super-universal Newton',
  summary: 'Newton steps with a multiple of a power of the gradient’s norm, adapted by a factor of four.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Super-universal regularized Newton method', arxiv: '2208.05888', year: 2022 },
  cost: 'O(d^3) \\text{ and a gradient for a trial, of which there are about two an iteration}',
  options: {
    tolerance,
    alpha: { type: 'number', min: 0, max: 1, default: 1, description: 'Power of the gradient’s norm' },
    hessian,
    metric,
    factorization,
  },
  declines: needsCurvature,
  steps: (instance, { hessian, metric, ...options }) =>
    superUniversalNewtonSteps(instance.objective, instance.initial, {
      ...options,
      hessian: hessianOf(instance, hessian),
      metric: metricOf(instance, metric),
    }),
});

const cubicNewtonSolver = defineSolver({
  id: 'optim/cubic-newton',
  title: 'Cubic Newton',
  summary:
    'Steps to the minimum of a cubic model whose constant is adapted: the classical global Newton method.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Cubic regularization of Newton method and its global performance', year: 2006 },
  cost: 'O(d^3) \\text{ a factorisation, about eight an iteration}',
  options: { tolerance, hessian, metric, factorization },
  declines: needsCurvature,
  steps: (instance, { hessian, metric, ...options }) =>
    cubicNewtonSteps(instance.objective, instance.initial, {
      ...options,
      hessian: hessianOf(instance, hessian),
      metric: metricOf(instance, metric),
    }),
});

const trustRegionNewtonSolver = defineSolver({
  id: 'optim/trust-region-newton',
  title: 'Trust-region Newton',
  summary:
    'Steps to the exact minimum of the quadratic model in a ball: leaves saddle points, needs no convexity.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Trust region methods', year: 2000 },
  cost: 'O(9 d^3) \\text{ an iteration}',
  options: {
    tolerance,
    metric,
    initialRadius: {
      type: 'number',
      above: 0,
      max: 1000,
      default: 1,
      description: 'Radius of the first ball',
    },
  },
  declines: needsSmallHessian,
  steps: (instance, { metric, ...options }) =>
    trustRegionNewtonSteps(instance.objective, instance.initial, {
      ...options,
      metric: metricOf(instance, metric),
    }),
});

const newtonCgSolver = defineSolver({
  id: 'optim/newton-cg',
  title: 'Newton-CG',
  summary: 'Newton steps by truncated conjugate gradients with a line search: for many variables.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'A survey of truncated-Newton methods', year: 2000 },
  cost: 'O(d) \\text{ and a product with the Hessian for an inner iteration}',
  options: { tolerance },
  declines: needsCurvature,
  steps: ({ objective, initial }, options) => newtonCgSteps(objective, initial, options),
});

const backtrackingGradientSolver = defineSolver({
  id: 'optim/backtracking-gradient',
  title: 'Gradient method with backtracking',
  summary: 'Gradient steps in a metric, with a Lipschitz constant that is found on the way.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title: 'Minimization of functions having Lipschitz continuous first partial derivatives',
    year: 1966,
  },
  cost: 'O(d) \\text{ an iteration, } O(d^2) \\text{ with a dense metric, a gradient and about two values}',
  options: { tolerance, metric },
  steps: (instance, { metric, ...options }) =>
    backtrackingGradientSteps(instance.objective, instance.initial, {
      ...options,
      metric: metricOf(instance, metric),
    }),
});

/** Gradient-normalised methods and what they are measured against. */
export const newtonSolvers = [
  gradientNormalizedNewtonSolver,
  gradientNormalizedGradientSolver,
  superUniversalNewtonSolver,
  cubicNewtonSolver,
  trustRegionNewtonSolver,
  newtonCgSolver,
  backtrackingGradientSolver,
];
