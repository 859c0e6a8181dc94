// The registered solvers of acceleration: gradient descent, momentum and its optimal forms.
import { defineSolver } from '@infimum/core';
import {
  CONJUGATIONS,
  nonlinearConjugateGradientSteps,
} from '../line-search/nonlinear-conjugate-gradient.ts';
import { type SmoothProblem, smooth } from '../smooth-problem.ts';
import { gradientDescentSteps } from './gradient-descent.ts';
import { heavyBallSteps } from './heavy-ball.ts';
import { itemSteps } from './item.ts';
import { nesterovConvexSteps } from './nesterov-convex.ts';
import { nesterovStronglyConvexSteps } from './nesterov-strongly-convex.ts';
import { ogmSteps } from './ogm.ts';
import { tripleMomentumSteps } from './triple-momentum.ts';

const tolerance = {
  type: 'number',
  min: 0,
  default: 1e-8,
  description: 'Gradient at which to stop, over 1 + the gradient at the start',
} as const;

const options = { tolerance } as const;

const cost = 'O(d) \\text{ an iteration, and a gradient}';

const needsStrongConvexity = ({ strongConvexity = 0 }: SmoothProblem) =>
  strongConvexity > 0 ? undefined : 'the function is not known to be strongly convex';

const needsConvexity = ({ strongConvexity }: SmoothProblem) =>
  strongConvexity === undefined ? 'the function is not known to be convex' : undefined;

/** What methods for strongly convex functions are told; `declines` has seen that it is there. */
const constants = ({ lipschitz, strongConvexity = 0 }: SmoothProblem) => ({ lipschitz, strongConvexity });

const gradientDescentSolver = defineSolver({
  id: 'optim/gradient-descent',
  title: 'Gradient descent',
  summary: 'Steps of constant length along the gradient: what everything faster is compared with.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Méthode générale pour la résolution des systèmes d’équations simultanées', year: 1847 },
  cost,
  options: {
    tolerance,
    step: {
      type: 'choice',
      choices: ['1/L', '2/(L+mu)'],
      default: '1/L',
      description: 'Length of the steps; the longer ones where f is known to be convex',
    },
  },
  steps: ({ objective, initial, lipschitz, strongConvexity }, { tolerance, step }) =>
    gradientDescentSteps(objective, initial, {
      tolerance,
      lipschitz,
      strongConvexity,
      step: strongConvexity === undefined ? '1/L' : step,
    }),
});

const heavyBallSolver = defineSolver({
  id: 'optim/heavy-ball',
  title: 'Heavy ball',
  summary:
    'Gradient steps and a share of the last step: fastest on quadratics, and not to be trusted elsewhere.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Some methods of speeding up the convergence of iteration methods', year: 1964 },
  cost,
  options,
  declines: needsStrongConvexity,
  steps: (instance, { tolerance }) =>
    heavyBallSteps(instance.objective, instance.initial, { tolerance, ...constants(instance) }),
});

const nesterovStronglyConvexSolver = defineSolver({
  id: 'optim/nesterov-strongly-convex',
  title: 'Nesterov’s method, strongly convex',
  summary: 'Momentum whose gradient is taken where it leads: safe and fast when mu is known.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Introductory lectures on convex optimization', year: 2004 },
  cost,
  options,
  declines: needsStrongConvexity,
  steps: (instance, { tolerance }) =>
    nesterovStronglyConvexSteps(instance.objective, instance.initial, { tolerance, ...constants(instance) }),
});

const nesterovConvexSolver = defineSolver({
  id: 'optim/nesterov-convex',
  title: 'Nesterov’s method, convex',
  summary: 'Momentum that grows until a restart: for convex functions, without any constant if need be.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title: 'A method of solving a convex programming problem with convergence rate O(1/k²)',
    year: 1983,
  },
  cost,
  options: {
    tolerance,
    growth: {
      type: 'choice',
      choices: ['nesterov', 'k/(k+3)'],
      default: 'nesterov',
      description: 'How momentum grows with the iterations',
    },
    restart: {
      type: 'choice',
      choices: ['none', 'gradient', 'function'],
      default: 'gradient',
      description: 'Drop momentum never, when it points uphill, or when the value rises',
    },
  },
  declines: needsConvexity,
  steps: ({ objective, initial, lipschitz }, chosen) =>
    nesterovConvexSteps(objective, initial, { ...chosen, lipschitz }),
});

const tripleMomentumSolver = defineSolver({
  id: 'optim/triple-momentum',
  title: 'Triple momentum',
  summary:
    'Momentum, look-ahead and an output ahead of both: the best known rate for strongly convex functions.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title:
      'The fastest known globally convergent first-order method for minimizing strongly convex functions',
    year: 2018,
  },
  cost,
  options,
  declines: needsStrongConvexity,
  steps: (instance, { tolerance }) =>
    tripleMomentumSteps(instance.objective, instance.initial, { tolerance, ...constants(instance) }),
});

const itemSolver = defineSolver({
  id: 'optim/item',
  title: 'ITEM',
  summary: 'The information-theoretic exact method: no other promises to come closer to the minimiser.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title: 'An optimal gradient method for smooth strongly convex minimization',
    arxiv: '2101.09741',
    year: 2023,
  },
  cost,
  options,
  declines: needsConvexity,
  steps: (instance, { tolerance }) =>
    itemSteps(instance.objective, instance.initial, { tolerance, ...constants(instance) }),
});

const ogmSolver = defineSolver({
  id: 'optim/ogm',
  title: 'Optimised gradient method',
  summary: 'Half of the gap that Nesterov’s method promises for convex functions.',
  problem: smooth,
  role: 'baseline',
  paper: {
    title: 'Optimized first-order methods for smooth convex minimization',
    arxiv: '1406.5468',
    year: 2016,
  },
  cost,
  options: {
    tolerance,
    restart: {
      type: 'choice',
      choices: ['none', 'gradient'],
      default: 'gradient',
      description: 'Drop momentum never, or when the iterates move uphill',
    },
  },
  declines: needsConvexity,
  steps: ({ objective, initial, lipschitz }, chosen) =>
    ogmSteps(objective, initial, { ...chosen, lipschitz }),
});

const conjugateGradientSolver = defineSolver({
  id: 'optim/nonlinear-conjugate-gradient',
  title: 'Nonlinear conjugate gradients',
  summary:
    'Directions that remember the last one, and a line search: no constants, and five vectors of memory.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'Function minimization by conjugate gradients', year: 1964 },
  cost: 'O(d) \\text{ an iteration, and two gradients or so}',
  options: {
    tolerance,
    conjugation: {
      type: 'choice',
      choices: CONJUGATIONS,
      default: 'hestenes-stiefel',
      description: 'How the share of the last direction is computed',
    },
  },
  steps: ({ objective, initial }, chosen) => nonlinearConjugateGradientSteps(objective, initial, chosen),
});

/** The solvers of acceleration. */
export const accelerationSolvers = [
  gradientDescentSolver,
  heavyBallSolver,
  nesterovStronglyConvexSolver,
  nesterovConvexSolver,
  tripleMomentumSolver,
  itemSolver,
  ogmSolver,
  conjugateGradientSolver,
];
