// AdaGrad: gradients over the root of the sum of all their squares so far.
//
// J. Duchi, E. Hazan, Y. Singer: Adaptive subgradient methods for online learning and stochastic optimization (2011).
import { checkNumber } from '@infimum/core';
import { defineOptimizer, type ParameterShapes, type StochasticOptimizer } from './optimizer.ts';

/** Options of AdaGrad. */
export interface AdaGradOptions {
  /** Factor of the steps; 0.1 by default. */
  readonly learningRate?: number;
  /** Is added to the root; 1e-10 by default. */
  readonly epsilon?: number;
}

/**
 * AdaGrad: s <- s + g², x <- x - learningRate g / (sqrt(s) + epsilon). Rarely seen features keep large steps. O(d) a step.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { adaGrad } from '@infimum/optim';
 *
 * const [optimizer, x] = [adaGrad(2, { learningRate: 0.1 }), Float64Array.of(1, 1)];
 * optimizer.step(x, Float64Array.of(3, 4000));
 * console.log(x.map((value) => Math.round(1000 * value)).join(' ')); // 900 900
 * ```
 */
export function adaGrad(parameters: ParameterShapes, options: AdaGradOptions = {}): StochasticOptimizer {
  const { learningRate = 0.1, epsilon = 1e-10 } = options;
  checkNumber(epsilon, 'epsilon', { above: 0 });
  return defineOptimizer(parameters, {
    method: 'adagrad',
    learningRate,
    vectors: ['sum'],
    update: (x, g, rate, { sum }) => {
      for (let i = 0; i < x.length; i++) {
        sum[i] += g[i] * g[i];
        x[i] -= (rate * g[i]) / (Math.sqrt(sum[i]) + epsilon);
      }
    },
  });
}
