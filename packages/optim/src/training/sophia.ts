// A method like Sophia: Newton steps with the Hessian's diagonal, clipped one by one.
//
// H. Liu, Z. Li, D. Hall, P. Liang, T. Ma: Sophia: a scalable stochastic second-order optimizer for language model
// pre-training (arXiv 2305.14342), with Hutchinson's estimate.
import { checkInteger, checkNumber, Random } from '@infimum/core';
import { estimateDiagonal } from './hutchinson.ts';
import {
  checkAveraging,
  defineOptimizer,
  type ParameterShapes,
  type StochasticOptimizer,
} from './optimizer.ts';

/** Options of Sophia. */
export interface SophiaOptions {
  /** Largest step of a parameter; 1e-2 by default. */
  readonly learningRate?: number;
  /** Memory of the mean of gradients, in [0, 1); 0.965 by default. */
  readonly beta1?: number;
  /** Memory of the mean of diagonals, in [0, 1); 0.99 by default. */
  readonly beta2?: number;
  /** Factor of the curvature: the smaller, the more parameters are clipped; 0.01 by default. */
  readonly curvatureFactor?: number;
  /** Least divisor; 1e-12 by default. */
  readonly epsilon?: number;
  /** Pull towards zero, before the step; 0 by default. */
  readonly weightDecay?: number;
  /** A new diagonal is estimated every so many steps; 10 by default. */
  readonly hessianEvery?: number;
  /** Seed of the random signs; 0 by default. */
  readonly seed?: number;
}

/**
 * Sophia: x <- x - learningRate clip(m / max(curvatureFactor h, epsilon)), clipped to [-1, 1], with running means m of
 * gradients and h of Hutchinson's signed estimates of the Hessian's diagonal. One product every `hessianEvery` steps, O(d)
 * a step. arXiv 2305.14342.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { sophia } from '@infimum/optim';
 *
 * const [optimizer, x] = [sophia(2, { learningRate: 0.1 }), Float64Array.of(1, 1)];
 * optimizer.step(x, Float64Array.of(x[0], 100 * x[1]), (v, out) => out.set([v[0], 100 * v[1]]));
 * console.log(x.join(' ')); // 0.9 0.9
 * ```
 */
export function sophia(parameters: ParameterShapes, options: SophiaOptions = {}): StochasticOptimizer {
  const {
    learningRate = 1e-2,
    beta1 = 0.965,
    beta2 = 0.99,
    curvatureFactor = 0.01,
    epsilon = 1e-12,
  } = options;
  const { weightDecay = 0, hessianEvery = 10, seed = 0 } = options;
  checkAveraging(beta1, 'beta1');
  checkAveraging(beta2, 'beta2');
  checkNumber(curvatureFactor, 'curvatureFactor', { min: 0 });
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(weightDecay, 'weightDecay', { min: 0 });
  checkInteger(hessianEvery, 'hessianEvery', { min: 1 });
  const numbers = { steps: 0, position: 0 };
  const random = new Random(seed);
  const optimizer = defineOptimizer(parameters, {
    method: 'sophia',
    learningRate,
    numbers,
    vectors: ['mean', 'diagonal'],
    needsProducts: true,
    update: (x, g, rate, { mean, diagonal }, hessianVector) => {
      if (numbers.steps % hessianEvery === 0) {
        random.position = numbers.position;
        estimateDiagonal(hessianVector, fresh, { estimator: 'signed', samples: 1, random, room });
        numbers.position = random.position;
        for (let i = 0; i < x.length; i++) {
          if (Number.isFinite(fresh[i])) diagonal[i] = beta2 * diagonal[i] + (1 - beta2) * fresh[i];
        }
      }
      numbers.steps++;
      for (let i = 0; i < x.length; i++) {
        mean[i] = beta1 * mean[i] + (1 - beta1) * g[i];
        const step = mean[i] / Math.max(curvatureFactor * diagonal[i], epsilon);
        x[i] = (1 - rate * weightDecay) * x[i] - rate * Math.min(1, Math.max(-1, step));
      }
    },
  });
  const room = [new Float64Array(optimizer.dimension), new Float64Array(optimizer.dimension)] as const;
  const fresh = new Float64Array(optimizer.dimension);
  return optimizer;
}
