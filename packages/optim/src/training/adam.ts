// Adam: steps scaled by running means of gradients and of their squares; AdamW, with decay apart from the gradient.
//
// D. Kingma, J. Ba: Adam: a method for stochastic optimization (arXiv 1412.6980).
// I. Loshchilov, F. Hutter: Decoupled weight decay regularization (arXiv 1711.05101).
import { checkNumber } from '@infimum/core';
import {
  checkAveraging,
  defineOptimizer,
  dimensionOf,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';
import { stepMemory } from './step-memory.ts';

/** Options of Adam and AdamW. */
export interface AdamOptions {
  /** Factor of the steps; 1e-3 by default. */
  readonly learningRate?: number;
  /** Memory of the mean of gradients, in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** Memory of the mean of squares, in [0, 1); 0.999 by default. */
  readonly beta2?: number;
  /** Is added to the root of the mean square; 1e-8 by default. */
  readonly epsilon?: number;
  /** Pull towards zero: added to the gradient by Adam, to the step by AdamW; 0 and 0.01 by default. */
  readonly weightDecay?: number;
}

/**
 * Adam: x <- x - learningRate m̂ / (sqrt(v̂) + epsilon) with the running means m of g and v of g², freed of their bias
 * towards zero. O(d) a step. arXiv 1412.6980.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { adam } from '@infimum/optim';
 *
 * const [optimizer, x] = [adam(1, { learningRate: 0.1 }), Float64Array.of(1)];
 * for (let step = 0; step < 2; step++) optimizer.step(x, Float64Array.of(100 * x[0]));
 * console.log(x[0].toFixed(2)); // 0.80
 * ```
 */
export function adam(parameters: ParameterShapes, options: AdamOptions = {}): StochasticOptimizer {
  return adaptiveMoments('adam', parameters, { weightDecay: 0, ...options });
}

/**
 * AdamW: Adam with x <- (1 - learningRate weightDecay) x before the step, instead of a decay that is scaled with the
 * gradients. O(d) a step. arXiv 1711.05101.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { adamW } from '@infimum/optim';
 *
 * const [optimizer, x] = [adamW(1, { learningRate: 0.1, weightDecay: 0.5 }), Float64Array.of(1)];
 * optimizer.step(x, Float64Array.of(0));
 * console.log(x[0]); // 0.95
 * ```
 */
export function adamW(parameters: ParameterShapes, options: AdamOptions = {}): StochasticOptimizer {
  return adaptiveMoments('adamw', parameters, { weightDecay: 0.01, ...options });
}

function adaptiveMoments(
  method: 'adam' | 'adamw',
  parameters: ParameterShapes,
  { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions,
): StochasticOptimizer {
  checkAveraging(beta1, 'beta1');
  checkAveraging(beta2, 'beta2');
  checkNumber(epsilon, 'epsilon', { min: 0 });
  checkNumber(weightDecay, 'weightDecay', { min: 0 });
  const numbers = { power1: 1, power2: 1 };
  const memory = stepMemory(dimensionOf(parameters), 2);
  const [pull, decoupled] = method === 'adam' ? [weightDecay, 0] : [0, weightDecay];
  return defineOptimizer(parameters, {
    method,
    learningRate,
    numbers,
    vectors: ['mean', 'square'],
    memory,
    update: (x, gradient, rate, { mean, square }) => {
      numbers.power1 *= beta1;
      numbers.power2 *= beta2;
      const [scale1, scale2] = [1 / (1 - numbers.power1), 1 / (1 - numbers.power2)];
      const shrink = 1 - rate * decoupled;
      memory.inPieces(x, gradient, (count, first, xAt, gradientAt) => {
        const [m, v] = [mean.byteOffset + 8 * first, square.byteOffset + 8 * first];
        memory.kernels.adam(
          count,
          xAt,
          gradientAt,
          m,
          v,
          beta1,
          beta2,
          pull,
          shrink,
          rate,
          scale1,
          scale2,
          epsilon,
        );
      });
    },
  });
}
