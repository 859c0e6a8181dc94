// The claims of the paper on quadrature in integral reinforcement learning, and the experiments that check them.
import { defineClaim, Random } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import type { ControlInstance } from './control-instance.ts';
import { nonlinearSystem, thirdOrderSystem } from './control-problem.ts';
import type { IntegralReinforcementOptions } from './integral-rl.ts';
import { integralReinforcement } from './integral-rl.ts';

const paper = {
  title: 'The Impact of Computation in Integral Reinforcement Learning for Continuous-Time Control',
  arxiv: '2402.17375',
  year: 2024,
};

/** |ω - ω*| at the end of policy iteration. */
export function finalError(instance: ControlInstance, options: IntegralReinforcementOptions): number {
  const { weights } = integralReinforcement(instance, options);
  return Math.hypot(...weights.map((weight, i) => weight - instance.optimum[i]));
}

/** The exponent in the number of intervals at which the error falls. */
export function errorExponent(instance: ControlInstance, options: IntegralReinforcementOptions, samples = SAMPLES): number {
  return powerExponent(
    samples.map((count) => count - 1),
    samples.map((count) => finalError(instance, { ...options, samples: count, windowStart: 'trajectory' })),
  );
}

const SAMPLES: readonly number[] = [5, 7, 9, 11, 13, 15];

/** Both coordinates from 1/2 to 3/2: around the paper's start, which is (1, 1). */
function startedAnew(instance: ControlInstance, seed: number): ControlInstance {
  const random = new Random(seed);
  return { ...instance, initialState: instance.initialState.map((value) => value * (0.5 + random.uniform())) };
}

/** Kernels, and the exponents of the theorem. */
const KERNELS = [
  ['matern12', 1],
  ['matern32', 2],
  ['matern52', 3],
  ['matern72', 4],
] as const;

const exponentOf = (order: number) => `exponent in N of the error, smoothness ${order}`;

/** The claims of the paper. */
export const controlClaims = [
  defineClaim({
    id: 'bandits-rl/quadrature-rates',
    paper,
    statement:
      'The error of the learnt value function is O(N⁻²) with the trapezoidal rule and O(N⁻⁴) with Bayesian quadrature of smoothness 4.',
    published: 'slopes of -2 and -4; with 15 samples the errors 1.05e-5 and 4.98e-7 on the nonlinear system',
    budget: 30,
    null: 'the trapezoidal rule in both places',
    bars: [
      {
        figure: 'exponent in N of the error, trapezoidal',
        atMost: -1.5,
        source: 'theorem: -2; the next slower order is -1, and the bar is half-way',
      },
      { figure: exponentOf(4), atMost: -4, source: 'theorem' },
    ],
    measure: (seed) => {
      const instance = startedAnew(nonlinearSystem(), seed);
      const [trapezoidal, bayesian] = (['trapezoidal', 'bayesian'] as const).map((quadrature) =>
        errorExponent(instance, { quadrature }),
      );
      const figures = (other: number) => ({ 'exponent in N of the error, trapezoidal': trapezoidal, [exponentOf(4)]: other });
      return { ours: figures(bayesian), null: figures(trapezoidal) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/quadrature-smoothness',
    paper,
    statement: 'With kernels of smoothness b the error of the learnt value function is O(N⁻ᵇ).',
    published: 'a theorem; experiments for b = 4',
    budget: 30,
    null: 'the smoothness 1 in all places',
    bars: KERNELS.map(([, order]) => ({ figure: exponentOf(order), atMost: -order, source: 'theorem' })),
    measure: (seed) => {
      const instance = startedAnew(nonlinearSystem(), seed);
      const exponents = KERNELS.map(([kernel]) => errorExponent(instance, { kernel }));
      const figures = (of: (k: number) => number) =>
        Object.fromEntries(KERNELS.map(([, order], k) => [exponentOf(order), of(k)]));
      return { ours: figures((k) => exponents[k]), null: figures(() => exponents[0]) };
    },
  }),
  defineClaim({
    id: 'bandits-rl/quadrature-linear',
    paper,
    statement: 'With as few as five samples per window, Bayesian quadrature learns a better regulator of a linear system.',
    published: '|P - P*| of 5.7e-5 against 1.18e-3 with five samples',
    budget: 30,
    null: 'the trapezoidal rule with one sample more',
    bars: [
      {
        figure: 'error over that of the trapezoidal rule',
        atMost: 0.1,
        scale: 'log',
        source: 'the paper: 0.048, within a factor of two',
      },
    ],
    measure: (seed) => {
      const instance = startedAnew(thirdOrderSystem(), seed);
      const error = (quadrature: 'bayesian' | 'trapezoidal', samples: number) =>
        finalError(instance, { quadrature, samples, windowStart: 'trajectory' });
      const [ours, theirs, others] = [error('bayesian', 5), error('trapezoidal', 5), error('trapezoidal', 6)];
      const name = 'error over that of the trapezoidal rule';
      return { ours: { [name]: ours / theirs, Bayesian: ours, trapezoidal: theirs }, null: { [name]: others / theirs } };
    },
  }),
];
