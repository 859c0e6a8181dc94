// Lion: steps of constant size, in the direction of the sign of a running mean.
//
// X. Chen et al.: Symbolic discovery of optimization algorithms (arXiv 2302.06675).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer } from './optimizer.ts';
import { beta1, weightDecay } from './optimizer-options.ts';
import { trainingSolver } from './training-solver.ts';

const lionOptions = {
  learningRate: { type: 'number', min: 0, default: 1e-3, description: 'Size of the steps' },
  beta1,
  beta2: { type: 'number', min: 0, below: 1, default: 0.99, description: 'Memory of the stored mean of gradients' },
  weightDecay,
} as const satisfies OptionSpecs;

/** Options of Lion. */
export type LionOptions = OptionsOf<typeof lionOptions>;

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
  const { learningRate, beta1, beta2, weightDecay } = resolveOptions(lionOptions, options);
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

/** Lion for the registry. */
export const lionSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/lion',
  title: 'Lion',
  summary: 'Steps of equal size, by the sign of a running mean.',
  role: 'baseline',
  paper: { title: 'Symbolic discovery of optimization algorithms', arxiv: '2302.06675', year: 2023 },
  options: lionOptions,
  create: lion,
});
