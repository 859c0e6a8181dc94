// Stochastic gradient descent, with momentum.
//
// H. Robbins, S. Monro: A stochastic approximation method (1951); B. Polyak (1964) for the momentum.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer } from './optimizer.ts';
import { momentum, weightDecay } from './optimizer-options.ts';
import { trainingSolver } from './training-solver.ts';

const sgdOptions = {
  learningRate: { type: 'number', min: 0, default: 0.1, description: 'Factor of the steps' },
  momentum,
  weightDecay,
} as const satisfies OptionSpecs;

/** Options of stochastic gradient descent. */
export type SgdOptions = OptionsOf<typeof sgdOptions>;

/**
 * Stochastic gradient descent: m <- momentum m + g, x <- x - learningRate m. O(d) a step.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { sgd } from '@infimum/optim';
 *
 * const [optimizer, x] = [sgd(1, { learningRate: 0.1 }), Float64Array.of(1)];
 * for (let step = 0; step < 2; step++) optimizer.step(x, Float64Array.of(x[0]));
 * console.log(x[0].toFixed(2)); // 0.72
 * ```
 */
export function sgd(parameters: ParameterShapes, options: SgdOptions = {}): StochasticOptimizer {
  const { learningRate, momentum, weightDecay } = resolveOptions(sgdOptions, options);
  return defineOptimizer(parameters, {
    method: 'sgd',
    learningRate,
    vectors: ['mean'],
    update: (x, g, rate, { mean }) => {
      for (let i = 0; i < x.length; i++) {
        mean[i] = momentum * mean[i] + g[i] + weightDecay * x[i];
        x[i] -= rate * mean[i];
      }
    },
  });
}

/** Stochastic gradient descent for the registry. */
export const sgdSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/sgd',
  title: 'Gradient descent with momentum',
  summary: 'Steps along a running sum of gradients: the cheapest method, and good when its rate is tuned.',
  role: 'baseline',
  paper: { title: 'Some methods of speeding up the convergence of iteration methods', year: 1964 },
  options: sgdOptions,
  create: sgd,
});
