// Lion: steps of one size, in the direction of the sign of a running mean.
//
// X. Chen et al.: Symbolic discovery of optimization algorithms (arXiv 2302.06675).
import { checkNumber } from '@infimum/core';
import {
  checkAveraging,
  defineOptimizer,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';

/** Options of Lion. */
export interface LionOptions {
  /** Size of the steps; 1e-3 by default. */
  readonly learningRate?: number;
  /** Weight of the mean against the newest gradient in the step, in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** Memory of the mean, in [0, 1); 0.99 by default. */
  readonly beta2?: number;
  /** Pull towards zero, added to the step; 0 by default. */
  readonly weightDecay?: number;
}

/**
 * Lion: x <- x - learningRate (sign(beta1 m + (1 - beta1) g) + weightDecay x), m <- beta2 m + (1 - beta2) g. O(d) a step.
 * arXiv 2302.06675.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { lion } from '@infimum/optim';
 *
 * const [optimizer, x] = [lion(3, { learningRate: 0.5 }), Float64Array.of(1, 1, 1)];
 * optimizer.step(x, Float64Array.of(7, 0, -0.001));
 * console.log(x.join(' ')); // 0.5 1 1.5
 * ```
 */
export function lion(parameters: ParameterShapes, options: LionOptions = {}): StochasticOptimizer {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.99, weightDecay = 0 } = options;
  checkAveraging(beta1, 'beta1');
  checkAveraging(beta2, 'beta2');
  checkNumber(weightDecay, 'weightDecay', { min: 0 });
  return defineOptimizer(parameters, {
    method: 'lion',
    learningRate,
    vectors: ['mean'],
    update: (x, g, rate, { mean }) => {
      for (let i = 0; i < x.length; i++) {
        const direction = Math.sign(beta1 * mean[i] + (1 - beta1) * g[i]);
        x[i] -= rate * (direction + weightDecay * x[i]);
        mean[i] = beta2 * mean[i] + (1 - beta2) * g[i];
      }
    },
  });
}
