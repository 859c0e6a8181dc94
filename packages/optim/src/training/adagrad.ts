// AdaGrad: gradients over the root of the sum of all their squares so far.
//
// J. Duchi, E. Hazan, Y. Singer: Adaptive subgradient methods for online learning and stochastic optimization (2011).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkObject, resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer } from './optimizer.ts';
import { trainingSolver } from './training-solver.ts';

const adaGradOptions = {
  learningRate: { type: 'number', min: 0, default: 0.1, description: 'Factor of the steps' },
  epsilon: { type: 'number', above: 0, default: 1e-10, description: 'Added to the root' },
} as const satisfies OptionSpecs;

/** Options of AdaGrad. */
export type AdaGradOptions = OptionsOf<typeof adaGradOptions>;

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
  checkObject(options, 'options');

  const { learningRate, epsilon } = resolveOptions(adaGradOptions, options);
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

/** AdaGrad for the registry. */
export const adaGradSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/adagrad',
  title: 'AdaGrad',
  summary: 'Gradients divided by the root of the sum of all squares: good for rare features.',
  role: 'baseline',
  paper: { title: 'Adaptive subgradient methods for online learning and stochastic optimization', year: 2011 },
  options: adaGradOptions,
  create: adaGrad,
});
