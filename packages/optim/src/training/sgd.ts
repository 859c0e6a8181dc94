// Stochastic gradient descent, with momentum.
//
// H. Robbins, S. Monro: A stochastic approximation method (1951); B. Polyak (1964) for the momentum.
import { checkNumber } from '@infimum/core';
import {
  checkAveraging,
  defineOptimizer,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';

/** Options of stochastic gradient descent. */
export interface SgdOptions {
  /** Factor of the steps; 0.1 by default. */
  readonly learningRate?: number;
  /** Share of the last step that is kept, in [0, 1); 0.9 by default. */
  readonly momentum?: number;
  /** Factor of the pull x towards zero that is added to the gradient; 0 by default. */
  readonly weightDecay?: number;
}

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
  const { learningRate = 0.1, momentum = 0.9, weightDecay = 0 } = options;
  checkAveraging(momentum, 'momentum');
  checkNumber(weightDecay, 'weightDecay', { min: 0 });
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
