// RMSProp: gradients over the root of their mean square.
//
// T. Tieleman, G. Hinton: Neural networks for machine learning, lecture 6.5 (2012).
import { checkNumber } from '@infimum/core';
import {
  checkAveraging,
  defineOptimizer,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';

/** Options of RMSProp. */
export interface RmsPropOptions {
  /** Factor of the steps; 1e-2 by default. */
  readonly learningRate?: number;
  /** Memory of the mean of squares, in [0, 1); 0.99 by default. */
  readonly beta2?: number;
  /** Is added to the root; 1e-8 by default. */
  readonly epsilon?: number;
}

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
  const { learningRate = 1e-2, beta2 = 0.99, epsilon = 1e-8 } = options;
  checkAveraging(beta2, 'beta2');
  checkNumber(epsilon, 'epsilon', { above: 0 });
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
