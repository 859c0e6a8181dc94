// Baselines in discrete time: least squares of temporal differences with a discount a step, and descent on
// the mean-square TD error, which is correct only for systems without noise.
//
// S. Bradtke, A. Barto: Linear least-squares algorithms for temporal difference learning (1996); L. Baird: Residual algorithms (1995).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver } from '@infimum/core';
import { continuousLstdSteps } from './continuous-lstd.ts';
import { evaluationProblem } from './evaluation-problem.ts';
import { martingaleLossSteps } from './martingale-loss.ts';

const discreteLstdOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Relative violation of the equations that counts as solved',
  },
} as const satisfies OptionSpecs;

export const discreteLstdSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/discrete-lstd',
  title: 'LSTD',
  summary: 'Least-squares temporal differences with the discount e^(-βΔ) per step, as in discrete time.',
  problem: evaluationProblem,
  variant: 'discrete',
  role: 'baseline',
  paper: { title: 'Linear least-squares algorithms for temporal difference learning', year: 1996 },
  cost: 'O(L^2) \\text{ per step}',
  options: discreteLstdOptions,
  declines: ({ approximator }) => (approximator.isLinear ? undefined : 'the family is not linear'),
  steps: (instance, { tolerance = discreteLstdOptions.tolerance.default }) =>
    continuousLstdSteps(instance, { tolerance, discountForm: 'discrete' }),
});

const meanSquareOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-9,
    description: 'Step of the parameters, relative to 1 + their norm, at which to stop',
  },
} as const satisfies OptionSpecs;

export const meanSquareSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/mean-square-td',
  title: 'Mean-square TD error',
  summary: 'The minimiser of the squared TD errors, which flattens the value function under noise.',
  problem: evaluationProblem,
  variant: 'loss',
  role: 'baseline',
  paper: { title: 'Residual algorithms: reinforcement learning with function approximation', year: 1995 },
  cost: 'O(N L^2) \\text{ per pass}',
  options: meanSquareOptions,
  steps: (instance, { tolerance = meanSquareOptions.tolerance.default }) =>
    martingaleLossSteps(instance, { tolerance, loss: 'mean-square' }),
});
