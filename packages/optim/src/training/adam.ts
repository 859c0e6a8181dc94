// Adam: steps scaled by running means of gradients and of their squares; AdamW, with decay apart from the gradient.
//
// D. Kingma, J. Ba: Adam: a method for stochastic optimization (arXiv 1412.6980).
// I. Loshchilov, F. Hutter: Decoupled weight decay regularization (arXiv 1711.05101).
import type { OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer, dimensionOf } from './optimizer.ts';
import { beta1, beta2, weightDecay } from './optimizer-options.ts';
import { stepMemory } from './step-memory.ts';
import { trainingSolver } from './training-solver.ts';

const learningRate = { type: 'number', min: 0, default: 1e-3, description: 'Factor of the steps' } as const;
const epsilon = { type: 'number', min: 0, default: 1e-8, description: 'Added to the root of the mean square' } as const;

const adamOptions = { learningRate, beta1, beta2, epsilon, weightDecay } as const satisfies OptionSpecs;

const adamWOptions = {
  learningRate,
  beta1,
  beta2,
  epsilon,
  weightDecay: { type: 'number', min: 0, default: 0.01, description: 'Pull of the parameters towards zero' },
} as const satisfies OptionSpecs;

/** Options of Adam and AdamW. */
export type AdamOptions = OptionsOf<typeof adamOptions>;

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
  return adaptiveMoments('adam', parameters, resolveOptions(adamOptions, options));
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
  return adaptiveMoments('adamw', parameters, resolveOptions(adamWOptions, options));
}

function adaptiveMoments(
  method: 'adam' | 'adamw',
  parameters: ParameterShapes,
  { learningRate, beta1, beta2, epsilon, weightDecay }: ResolvedOptions<typeof adamOptions>,
): StochasticOptimizer {
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
        memory.kernels.adam(count, xAt, gradientAt, m, v, beta1, beta2, pull, shrink, rate, scale1, scale2, epsilon);
      });
    },
  });
}

/** Adam for the registry. */
export const adamSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/adam',
  title: 'Adam',
  summary: 'Steps scaled by running means of gradients and of their squares: the usual first choice.',
  role: 'baseline',
  paper: { title: 'Adam: a method for stochastic optimization', arxiv: '1412.6980', year: 2014 },
  options: adamOptions,
  create: adam,
});

/** AdamW for the registry. */
export const adamWSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/adamw',
  title: 'AdamW',
  summary: 'Adam whose weight decay is not scaled with the gradients.',
  role: 'baseline',
  paper: { title: 'Decoupled weight decay regularization', arxiv: '1711.05101', year: 2017 },
  options: adamWOptions,
  create: adamW,
});
