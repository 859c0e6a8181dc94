// A method like Sophia: Newton steps with the Hessian's diagonal, clipped one by one.
//
// H. Liu, Z. Li, D. Hall, P. Liang, T. Ma: Sophia: a scalable stochastic second-order optimizer for language model
// pre-training (arXiv 2305.14342), with Hutchinson's estimate.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { Random, resolveOptions } from '@infimum/core';
import { estimateDiagonal } from './hutchinson.ts';
import type { ParameterShapes, StochasticOptimizer } from './optimizer.ts';
import { defineOptimizer } from './optimizer.ts';
import { seed, weightDecay } from './optimizer-options.ts';
import { trainingSolver } from './training-solver.ts';

const sophiaOptions = {
  learningRate: { type: 'number', min: 0, default: 1e-2, description: 'Largest step of a parameter' },
  beta1: { type: 'number', min: 0, below: 1, default: 0.965, description: 'Memory of the mean of gradients' },
  beta2: { type: 'number', min: 0, below: 1, default: 0.99, description: 'Memory of the mean of diagonals' },
  curvatureFactor: {
    type: 'number',
    min: 0,
    default: 0.01,
    description: 'Factor of the curvature before clipping: the smaller, the more parameters are clipped',
  },
  epsilon: { type: 'number', above: 0, default: 1e-12, description: 'Least divisor' },
  weightDecay,
  hessianEvery: { type: 'integer', min: 1, default: 10, description: 'Steps between estimates of curvature' },
  seed,
} as const satisfies OptionSpecs;

/** Options of Sophia. */
export type SophiaOptions = OptionsOf<typeof sophiaOptions>;

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
  const settings = resolveOptions(sophiaOptions, options);
  const { learningRate, beta1, beta2, curvatureFactor, epsilon, weightDecay, hessianEvery, seed } = settings;
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

/** Sophia for the registry. */
export const sophiaSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/sophia',
  title: 'Sophia',
  summary: 'Newton steps with the Hessian’s diagonal, estimated every ten steps and clipped per parameter.',
  role: 'baseline',
  paper: {
    title: 'Sophia: a scalable stochastic second-order optimizer for language model pre-training',
    arxiv: '2305.14342',
    year: 2023,
  },
  cost: 'O(d) \\text{ per step, a gradient, and a product with the Hessian every ten steps}',
  options: sophiaOptions,
  create: sophia,
});
