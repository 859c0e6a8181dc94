// Relaxation factors by the paper's three bandits: Tsallis-INF, the same in bins of the context, and ChebCB.
//
// M. Khodak, E. Chow, M.-F. Balcan, A. Talwalkar: Learning to relax, arXiv 2310.02246 (2023).
import type { OptionSpecs } from '@infimum/core';
import { defineSolver, resolveOptions } from '@infimum/core';
import { rangeOf } from '../bandits/bandit-problem.ts';
import { ChebCb, learningToRelaxPaper } from '../bandits/cheb-cb.ts';
import { TsallisInf } from '../bandits/tsallis-inf.ts';
import { BinnedTsallisInf } from './binned-tsallis-inf.ts';
import { defaultGrid, policySteps } from './play-relaxation.ts';
import { relaxationProblem } from './relaxation-problem.ts';

const arms = { type: 'integer', min: 1, max: 1000, default: 20, description: 'Factors of the grid from 1 to 1.95' } as const;
const seed = { type: 'integer', min: 0, default: 0, description: 'Seed of the choices' } as const;
const estimator = {
  type: 'choice',
  choices: ['importance-weighted', 'reduced-variance'],
  default: 'importance-weighted',
  description: 'Loss estimator',
} as const;

const tsallisRelaxationOptions = { arms, estimator, seed } as const satisfies OptionSpecs;

export const tsallisRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-tsallis-inf',
  title: 'Relaxation by Tsallis-INF',
  summary: 'Learns the best factor for all systems, without information about them.',
  problem: relaxationProblem,
  role: 'paper',
  paper: learningToRelaxPaper,
  cost: 'O(A) \\text{ per system, besides its iterations}',
  options: tsallisRelaxationOptions,
  steps: (instance, options) => {
    const { arms, estimator, seed } = resolveOptions(tsallisRelaxationOptions, options);
    return policySteps(instance, defaultGrid(arms), new TsallisInf(arms, { estimator, scale: 'mean' }), seed);
  },
});

const binnedRelaxationOptions = {
  arms,
  bins: { type: 'integer', min: 1, max: 1000, default: 5, description: 'Intervals of the context' },
  estimator,
  seed,
} as const satisfies OptionSpecs;

export const binnedRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-binned-tsallis-inf',
  title: 'Relaxation by Tsallis-INF in bins',
  summary: 'Learns a factor for each interval of a known number.',
  problem: relaxationProblem,
  role: 'paper',
  paper: learningToRelaxPaper,
  cost: 'O(A) \\text{ per system, besides its iterations}',
  options: binnedRelaxationOptions,
  steps: (instance, options) => {
    const { arms, bins, estimator, seed } = resolveOptions(binnedRelaxationOptions, options);
    const policy = new BinnedTsallisInf(arms, bins, rangeOf(instance.contexts), { estimator, scale: 'mean' });
    return policySteps(instance, defaultGrid(arms), policy, seed);
  },
});

const chebRelaxationOptions = {
  arms,
  degree: { type: 'integer', min: 1, max: 30, default: 6, description: 'Chebyshev polynomials of the context' },
  seed,
} as const satisfies OptionSpecs;

export const chebRelaxationSolver = /* @__PURE__ */ defineSolver({
  id: 'bandits-rl/relax-cheb-cb',
  title: 'Relaxation by ChebCB',
  summary: 'Learns the iteration count of every factor as a smooth function of a known number.',
  problem: relaxationProblem,
  role: 'paper',
  paper: learningToRelaxPaper,
  cost: 'O(A M + M^2) \\text{ per system, besides its iterations}',
  options: chebRelaxationOptions,
  steps: (instance, options) => {
    const { arms, degree, seed } = resolveOptions(chebRelaxationOptions, options);
    return policySteps(instance, defaultGrid(arms), new ChebCb(arms, { degree, interval: rangeOf(instance.contexts) }), seed);
  },
});
