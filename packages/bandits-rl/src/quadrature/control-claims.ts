// The claims of the paper on quadrature in integral reinforcement learning, and the experiments that check them.
import type { ClaimContext } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { slopeOf } from '../slope-of.ts';
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

/** Slope of the logarithm of the error against that of the number of intervals, by least squares. */
export function errorSlope(
  instance: ControlInstance,
  quadrature: 'bayesian' | 'trapezoidal',
  samples: readonly number[],
  { signal, onProgress }: ClaimContext = {},
): { slope: number; errors: number[] } {
  const errors = samples.map((count) => {
    signal?.throwIfAborted();
    onProgress?.(`${quadrature}, ${count} samples`);
    return finalError(instance, { quadrature, samples: count, windowStart: 'trajectory' });
  });
  const slope = slopeOf(
    samples.map((count) => count - 1),
    errors,
  );
  return { slope, errors };
}

const SAMPLES = [5, 7, 9, 11, 13, 15];

/** The claims of the paper. */
export const controlClaims = [
  defineClaim({
    id: 'bandits-rl/quadrature-rates',
    paper,
    statement:
      'The learnt value function is off by O(N⁻²) with the trapezoidal rule and by O(N⁻⁴) with Bayesian quadrature of smoothness 4.',
    published: 'slopes of -2 and -4; with 15 samples the errors 1.05e-5 and 4.98e-7 on the nonlinear system',
    budget: 30,
    run: async (context) => {
      const instance = nonlinearSystem();
      const trapezoidal = errorSlope(instance, 'trapezoidal', SAMPLES, context);
      const bayesian = errorSlope(instance, 'bayesian', SAMPLES, context);
      const ratio = bayesian.errors[5] / trapezoidal.errors[5];
      const holds = Math.abs(trapezoidal.slope + 2) <= 0.1 && bayesian.slope <= -4;
      return {
        measured: `slopes of ${trapezoidal.slope.toFixed(2)} and ${bayesian.slope.toFixed(2)}; errors ${trapezoidal.errors[5].toExponential(2)} and ${bayesian.errors[5].toExponential(2)} with 15 samples`,
        verdict: holds ? 'reproduced' : 'not reproduced',
        figures: { trapezoidalSlope: trapezoidal.slope, bayesianSlope: bayesian.slope, ratio },
      };
    },
  }),
  defineClaim({
    id: 'bandits-rl/quadrature-linear',
    paper,
    statement: 'With as few as five samples a window Bayesian quadrature learns a better regulator of a linear system.',
    published: '|P - P*| of 5.7e-5 against 1.18e-3 with five samples',
    budget: 30,
    run: async () => {
      const instance = thirdOrderSystem();
      const trapezoidal = finalError(instance, { quadrature: 'trapezoidal', samples: 5, windowStart: 'trajectory' });
      const bayesian = finalError(instance, { quadrature: 'bayesian', samples: 5, windowStart: 'trajectory' });
      return {
        measured: `weights off by ${bayesian.toExponential(2)} against ${trapezoidal.toExponential(2)}`,
        verdict: bayesian <= 0.1 * trapezoidal ? 'reproduced' : 'not reproduced',
        figures: { bayesian, trapezoidal, ratio: bayesian / trapezoidal },
      };
    },
  }),
];
