// The claims about bilevel optimisation under unbounded smoothness: which methods fail, which do not, and how errors fall.
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import { norm } from '@infimum/linalg/numerics';
import { toyInstance } from '../models/bilevel-optimization.ts';
import { modelOf } from '../models/instance.ts';
import { unboundedPaper } from '../papers.ts';
import { boRep } from './bo-rep.ts';
import { maSoba } from './soba.ts';

/** The mean of |∇Φ| over the last iterations, infinite if the run diverged. */
function tail(
  method: typeof boRep | typeof maSoba,
  options: object,
  { noise, offset, seed, maxIterations, last }: Record<'noise' | 'offset' | 'seed' | 'maxIterations' | 'last', number>,
): number {
  const instance = toyInstance('cosh', { size: 5, offset, noise, noiseSeed: seed });
  const { problem, hyperObjective } = modelOf(instance);
  let [sum, count] = [0, 0];
  const { status } = method(problem, instance.initial, {
    ...options,
    batchSize: 1,
    tolerance: 0,
    seed,
    maxIterations,
    onIteration: ({ iteration, solution }) => {
      if (iteration <= maxIterations - last) return;
      sum += norm(hyperObjective?.(solution().x).gradient ?? new Float64Array(1));
      count++;
    },
  });
  return status === 'stalled' ? Infinity : sum / count;
}

/** Steps of MA-SOBA over four decades. */
export const RIVAL_STEPS = [1e-1, 1e-2, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5];

/** The mean gradient norm over the last fifth of a run with noise. */
export function noisyTail(method: typeof boRep | typeof maSoba, stepSize: number, seed: number, iterations: number): number {
  const options = { linearStepSize: 0.1, lowerStepSize: 0.2, stepSize };
  return tail(method, options, { noise: 1, offset: 10, seed, maxIterations: iterations, last: Math.floor(iterations / 5) });
}

/** The mean over a run of BO-REP by the theory's schedule for so many iterations. */
export function scheduledMean(plannedIterations: number, seed: number, iterations = plannedIterations): number {
  const options = { schedule: 'theory', plannedIterations, refineSteps: 1000 };
  return tail(boRep, options, { noise: 1, offset: 3, seed, maxIterations: iterations, last: iterations });
}

/** The claims of the paper. */
export const unboundedClaims = [
  defineClaim({
    id: 'bilevel/bo-rep-unbounded',
    paper: unboundedPaper,
    statement: 'Under unbounded smoothness, BO-REP converges where methods without normalisation fail at most step sizes.',
    published: 'higher accuracy than MAML, ANIL, stocBiO, TTSA, SABA and MA-SOBA in three text tasks; figures of networks',
    budget: 60,
    null: 'MA-SOBA, at a step of 0.001, in the place of BO-REP',
    limit: 'one landscape that grows exponentially stands for all; the text tasks are not run',
    bars: [
      {
        figure: 'share of the gradient that is left',
        atMost: 0.01,
        scale: 'log',
        source: 'the statement: it converges, to a hundredth of the start',
      },
      { figure: 'share of MA-SOBA’s steps that leave more', atLeast: 0.5, source: 'the statement: they fail at most steps' },
    ],
    measure: (seed) => {
      const instance = toyInstance('cosh', { size: 5, offset: 10, noise: 1, noiseSeed: seed });
      const first = norm(modelOf(instance).hyperObjective?.(instance.initial.x).gradient ?? new Float64Array(1));
      const rivals = RIVAL_STEPS.map((stepSize) => noisyTail(maSoba, stepSize, seed, 4000) / first);
      const figures = (share: number) => ({
        'share of the gradient that is left': Math.min(share, 1e6),
        'share of MA-SOBA’s steps that leave more': rivals.filter((other) => !(other <= 0.01)).length / rivals.length,
      });
      return { ours: figures(noisyTail(boRep, 0.02, seed, 4000) / first), null: figures(rivals[2]) };
    },
  }),
  defineClaim({
    id: 'bilevel/bo-rep-rate',
    paper: unboundedPaper,
    statement: 'A hyper-gradient of ε takes Õ(ε^−4) calls.',
    published: 'Õ(ε^−4), a theorem: a mean of K^(−1/4)',
    budget: 120,
    null: 'steps for a plan of ten iterations, which leave the same floor at every length',
    bars: [{ figure: 'exponent of the mean in the iterations', atMost: -0.25, source: 'theorem: −1/4, but for logarithms' }],
    measure: (seed) => {
      const lengths = [1000, 5000, 25_000];
      const figure = (means: number[]) => ({ 'exponent of the mean in the iterations': powerExponent(lengths, means) });
      const means = lengths.map((length) => scheduledMean(length, seed));
      const kept = lengths.map((length) => scheduledMean(10, seed, length));
      return {
        ours: { ...figure(means), ...Object.fromEntries(lengths.map((K, k) => [`mean@${K}`, means[k]])) },
        null: figure(kept),
      };
    },
  }),
];
