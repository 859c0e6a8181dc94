// RMSProp: gradients over the root of their mean square.
//
// T. Tieleman, G. Hinton: Neural networks for machine learning, lecture 6.5 (2012).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer } from './optimizer.ts';
import { trainingSolver } from './training-solver.ts';

const rmsPropOptions = {
  learningRate: { type: 'number', min: 0, default: 1e-2, description: 'Factor of the steps' },
  beta2: { type: 'number', min: 0, below: 1, default: 0.99, description: 'Memory of the mean of squares' },
  epsilon: { type: 'number', above: 0, default: 1e-8, description: 'Added to the root' },
} as const satisfies OptionSpecs;

/** Options of RMSProp. */
export type RmsPropOptions = OptionsOf<typeof rmsPropOptions>;

/**
 * RMSProp: v <- beta2 v + (1 - beta2) g², x <- x - learningRate g / (sqrt(v) + epsilon). O(d) a step.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { rmsProp } from '@infimum/optim';
 *
 * const [optimizer, x] = [rmsProp(1, { learningRate: 0.01, beta2: 0.75 }), Float64Array.of(1)];
 * optimizer.step(x, Float64Array.of(100));
 * console.log(x[0].toFixed(2)); // 0.98
 * ```
 */
export function rmsProp(parameters: ParameterShapes, options: RmsPropOptions = {}): StochasticOptimizer {
  const { learningRate, beta2, epsilon } = resolveOptions(rmsPropOptions, options);
  return defineOptimizer(parameters, {
    method: 'rmsprop',
    learningRate,
    vectors: ['square'],
    update: (x, g, rate, { square }) => {
      for (let i = 0; i < x.length; i++) {
        square[i] = beta2 * square[i] + (1 - beta2) * g[i] * g[i];
        x[i] -= (rate * g[i]) / (Math.sqrt(square[i]) + epsilon);
      }
    },
  });
}

/** RMSProp for the registry. */
export const rmsPropSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/rmsprop',
  title: 'RMSProp',
  summary: 'Gradients divided by the root of their mean square.',
  role: 'baseline',
  paper: { title: 'Neural networks for machine learning, lecture 6.5', year: 2012 },
  options: rmsPropOptions,
  create: rmsProp,
});
