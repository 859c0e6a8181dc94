// The registered solvers of `ot/gromov-wasserstein`.
import { defineSolver } from '@infimum/core';
import { entropicGromovWassersteinSteps } from './entropic-gromov-wasserstein.ts';
import { gromov } from './gromov-problem.ts';
import { gromovWassersteinSteps } from './gromov-wasserstein.ts';

const tolerance = (what: string) => ({ type: 'number', min: 0, default: 1e-9, description: what }) as const;

const conditionalGradients = defineSolver({
  id: 'ot/gromov-wasserstein',
  title: 'Conditional gradients',
  summary:
    'Exact plans for the linearised problem, one after the other, with an exact line search between them.',
  problem: gromov,
  variant: 'exact',
  role: 'baseline',
  paper: {
    title: 'Optimal transport for structured data with application on graphs',
    arxiv: '1805.09114',
    year: 2019,
  },
  cost: 'O(nm (n + m)) \\text{ and an exact plan an iteration}',
  options: {
    tolerance: tolerance('Gap of the linearisation, relative to the distortion, at which to stop'),
  },
  steps: ({ first, second, a, b }, options) => gromovWassersteinSteps(first, second, { ...options, a, b }),
});

const entropicProjections = defineSolver({
  id: 'ot/entropic-gromov-wasserstein',
  title: 'Entropic Gromov-Wasserstein',
  summary:
    'Entropic plans for the linearised problem, one after the other: smoother, and less bound to the start.',
  problem: gromov,
  variant: 'entropic',
  role: 'baseline',
  paper: { title: 'Gromov-Wasserstein averaging of kernel and distance matrices', year: 2016 },
  cost: 'O(nm (n + m)) \\text{ and an entropic plan an iteration}',
  options: { tolerance: tolerance('Change of the plan at which to stop') },
  steps: ({ first, second, a, b, epsilon }, options) =>
    entropicGromovWassersteinSteps(first, second, { ...options, a, b, epsilon }),
});

/** All solvers of Gromov-Wasserstein matching. */
export const gromovSolvers = [conditionalGradients, entropicProjections];
