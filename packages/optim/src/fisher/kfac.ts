// K-FAC: natural gradient steps with a Fisher matrix that is a Kronecker product in every layer.
//
// J. Martens, R. Grosse: Optimizing neural networks with Kronecker-factored approximate curvature (arXiv 1503.05671).
import type { OptionSpecs, OptionsOf, Paper } from '@infimum/core';
import { allocateVector, checkFunction, fault, Random, resolveOptions } from '@infimum/core';
import type { StochasticOptimizer } from '../training/optimizer.ts';
import { defineOptimizer, dimensionOf } from '../training/optimizer.ts';
import { momentum } from '../training/optimizer-options.ts';
import { drawGradients } from '../training/training-model.ts';
import { trainingSolver } from '../training/training-solver.ts';
import type { InverseFisher } from './inverse-fisher.ts';
import { addMoments, areDenseLayers, invertMoments, layerMoments } from './kronecker-inverse.ts';

/** The paper of K-FAC. */
export const kfacPaper: Paper = {
  title: 'Optimizing neural networks with Kronecker-factored approximate curvature',
  arxiv: '1503.05671',
  year: 2015,
};

const kfacOptions = {
  sampleGradients: {
    type: 'value',
    check: checkSampleGradients,
    required: true,
    description: 'Writes per-sample gradients at x, one per row; their number follows from the length of `out`',
  },
  samples: { type: 'integer', min: 1, default: 64, description: 'Number of sample gradients requested at a time' },
  momentsEvery: { type: 'integer', min: 1, default: 10, description: 'Steps between updates' },
  beta2: { type: 'number', min: 0, below: 1, default: 0.9, description: 'Memory of the second moments between updates' },
  learningRate: { type: 'number', min: 0, default: 0.1, description: 'Factor of the steps' },
  momentum,
  damping: {
    type: 'number',
    above: 0,
    default: 1e-2,
    description: 'Added to the diagonal of the Fisher matrix, as the product of the shifts of its factors',
  },
} as const satisfies OptionSpecs;

/** Options of K-FAC. */
export type KfacOptions = OptionsOf<typeof kfacOptions>;

function checkSampleGradients(value: unknown, argument: string): asserts value is (x: Float64Array, out: Float64Array) => void {
  if (typeof value === 'function') return;
  throw fault('expected a function of x and out', argument, 'type');
}

/**
 * K-FAC for perceptrons: u = F^-1 g with F = S (x) A in every layer, from running means of the second moments A of the
 * layers' inputs and S of the derivatives at their outputs; v <- momentum v + (1 - momentum) u, x <- x - learningRate v.
 * The moments are those of gradients with respect to the labels that are given: the empirical Fisher matrix.
 *
 * O(d (inputs + outputs)) a step, and the gradients of samples and cubes of the layers' sizes every `momentsEvery` steps.
 * arXiv 1503.05671.
 *
 * @param shapes - weights (outputs by inputs) and biases (outputs) of one dense layer after the other
 * @throws {InvalidInputError} for other shapes and for options out of range
 *
 * @example
 * ```ts
 * import { kfac } from '@infimum/optim/fisher';
 *
 * // One output and one input: inputs 2 and 0 with derivatives 1, so that S = 1 and A = [[2, 1], [1, 1]].
 * const sampleGradients = (_: Float64Array, out: Float64Array) => out.set([2, 1, 0, 1]);
 * const optimizer = kfac([[1, 1], [1]], { sampleGradients, samples: 2, momentum: 0, learningRate: 1, damping: 1e-12 });
 * const x = Float64Array.of(0, 0);
 * optimizer.step(x, Float64Array.of(1, 1));
 * console.log(x.map((value) => Math.abs(Math.round(1000 * value))).join(' ')); // 0 1000
 * ```
 */
export function kfac(shapes: readonly (readonly number[])[], options: KfacOptions): StochasticOptimizer {
  const settings = resolveOptions(kfacOptions, options);
  const { sampleGradients, samples, momentsEvery, beta2, learningRate, momentum, damping } = settings;
  const d = dimensionOf(shapes);
  const layers = layerMoments(shapes);
  const gradients = { rows: samples, cols: d, values: allocateVector(samples * d, 'samples') };
  const direction = new Float64Array(d);
  const numbers = { steps: 0 };
  let inverse: InverseFisher | undefined;
  return defineOptimizer(shapes, {
    method: 'kfac',
    learningRate,
    numbers,
    vectors: ['velocity'],
    arrays: Object.fromEntries(
      layers.flatMap(({ ofInputs, ofOutputs }, k) => [
        [`inputs ${k}`, ofInputs],
        [`outputs ${k}`, ofOutputs],
      ]),
    ),
    restored: () => {
      inverse = numbers.steps > 0 ? invertMoments(layers, d, damping, 'gradients') : undefined;
    },
    update: (x, g, rate, { velocity }) => {
      if (numbers.steps % momentsEvery === 0) {
        sampleGradients(x, gradients.values);
        // The first moments are taken as they are.
        const memory = numbers.steps === 0 ? 0 : beta2;
        for (const layer of layers) {
          for (const moments of [layer.ofInputs, layer.ofOutputs])
            for (let k = 0; k < moments.length; k++) moments[k] *= memory;
          addMoments(layer, gradients, (1 - memory) / samples);
        }
        inverse = invertMoments(layers, d, damping, 'gradients');
      }
      numbers.steps++;
      inverse?.multiply(g, direction);
      for (let i = 0; i < d; i++) {
        velocity[i] = momentum * velocity[i] + (1 - momentum) * direction[i];
        x[i] -= rate * velocity[i];
      }
    },
  });
}

/** K-FAC for the registry. */
export const kfacSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/kfac',
  title: 'K-FAC',
  summary: 'Natural gradient steps with a Fisher matrix that is a Kronecker product in every dense layer.',
  role: 'baseline',
  paper: kfacPaper,
  cost: 'O(d (n_{in} + n_{out})) \\text{ per step, a gradient, and gradients of samples and cubes of layers every ten steps}',
  options: kfacOptions,
  declines: ({ shapes }) => (areDenseLayers(shapes) ? undefined : 'its parameters are not those of dense layers'),
  create: (shapes, options, { objective, seed }) => {
    checkFunction(objective.sampleGradients, 'objective.sampleGradients');
    const random = new Random(seed).split(1);
    const sampleGradients = (x: Float64Array, out: Float64Array) => drawGradients(objective, x, out, random);
    return kfac(shapes, { ...options, sampleGradients });
  },
});
