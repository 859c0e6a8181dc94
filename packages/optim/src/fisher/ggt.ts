// GGT: full-matrix AdaGrad on a window of gradients, by the eigenvalues of a small matrix.
//
// N. Agarwal, B. Bullins, X. Chen, E. Hazan, K. Singh, C. Zhang, Y. Zhang: Efficient full-matrix adaptive regularization
// (arXiv 1806.02958).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';
import type { ParameterShapes, StochasticOptimizer } from '../training/optimizer.ts';
import { defineOptimizer, dimensionOf } from '../training/optimizer.ts';
import { momentum } from '../training/optimizer-options.ts';
import { trainingSolver } from '../training/training-solver.ts';
import { rowStore } from './row-store.ts';
import { precision } from './window-inverse-fisher.ts';

const ggtOptions = {
  window: {
    type: 'integer',
    min: 1,
    max: 500,
    default: 32,
    description: 'Number of stored gradients, m; a step needs the eigenvalues of a matrix of that size',
  },
  learningRate: { type: 'number', min: 0, default: 0.3, description: 'Factor of the steps' },
  beta2: { type: 'number', above: 0, max: 1, default: 0.97, description: 'Decay of a gradient’s weight per step of age' },
  epsilon: { type: 'number', min: 0, default: 1e-4, description: 'Added to the root' },
  momentum,
  precision,
} as const satisfies OptionSpecs;

/** Options of GGT. */
export type GgtOptions = OptionsOf<typeof ggtOptions>;

/**
 * GGT: u = ((G G')^(1/2) + epsilon I)^-1 g, where the columns of G are the last gradients, beta2^age of each, the newest, g,
 * included; v <- momentum v + (1 - momentum) u, x <- x - learningRate v.
 *
 * With the eigenvectors V and the roots s of the eigenvalues of the small matrix G' G, u = G V (s + epsilon)^-1 V' e for the
 * newest gradient G e: two passes over the window and O(window³) a step, and no cancellation. arXiv 1806.02958.
 *
 * @param parameters - how many, or their shapes
 * @throws {InvalidInputError} for options out of range
 *
 * @example
 * ```ts
 * import { ggt } from '@infimum/optim/fisher';
 *
 * // The first step is g / (|g| + epsilon), however long the gradient is.
 * const [optimizer, x] = [ggt(2, { momentum: 0, epsilon: 0 }), Float64Array.of(1, 1)];
 * optimizer.step(x, Float64Array.of(30, 40));
 * console.log(x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.82 0.76
 * ```
 */
export function ggt(parameters: ParameterShapes, options: GgtOptions = {}): StochasticOptimizer {
  const settings = resolveOptions(ggtOptions, options);
  const { window, learningRate, beta2, epsilon, momentum, precision } = settings;
  const d = dimensionOf(parameters);
  const store = rowStore(window, d, precision);
  const { rows } = store;
  const whole = { at: 0, width: d, from: 0 };
  const gram = new Float64Array(window * window);
  const [velocity, stored, direction] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  const [sums, weights, coefficients] = Array.from({ length: 3 }, () => new Float64Array(window));
  const numbers = { next: 0, count: 0 };

  /** Puts the gradient in the place of the oldest, and takes up its inner products. */
  const replace = (g: Float64Array, slot: number) => {
    rows.set(g, slot * d);
    // What was stored, in case it was rounded.
    for (let k = 0, at = slot * d; k < d; k++) stored[k] = rows[at + k];
    store.dots(whole, 0, window, stored, sums);
    for (let i = 0; i < window; i++) {
      gram[slot * window + i] = sums[i];
      gram[i * window + slot] = sums[i];
    }
  };
  return defineOptimizer(parameters, {
    method: 'ggt',
    learningRate,
    numbers,
    vectors: [],
    arrays: { rows, gram, velocity },
    update: (x, g, rate) => {
      const slot = numbers.next;
      replace(g, slot);
      numbers.next = (slot + 1) % window;
      numbers.count = Math.min(numbers.count + 1, window);
      for (let age = 0, weight = 1; age < window; age++, weight *= beta2) weights[(slot - age + window) % window] = weight;
      newestCoefficients({ gram, weights, slot, epsilon, count: numbers.count }, coefficients);
      direction.fill(0);
      store.combine(whole, 0, window, coefficients, direction);
      for (let i = 0; i < d; i++) {
        velocity[i] = momentum * velocity[i] + (1 - momentum) * direction[i];
        x[i] -= rate * velocity[i];
      }
    },
  });
}

/** Roots of eigenvalues below this part of the largest are rounding errors: they count as zero. */
const LEAST_ROOT = 1e-7;

/** The Gram matrix of the window, its weights, and how many of its first slots are taken. */
interface WeightedWindow {
  readonly gram: Float64Array;
  readonly weights: Float64Array;
  readonly slot: number;
  readonly epsilon: number;
  readonly count: number;
}

/** out <- W V (s + epsilon)^-1 V' e for the weighted Gram matrix W S W = V s² V' and the unit vector e of a slot. */
function newestCoefficients({ gram, weights, slot, epsilon, count: m }: WeightedWindow, out: Float64Array): void {
  const window = weights.length;
  const weighted = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) weighted[i * m + j] = gram[i * window + j] * weights[i] * weights[j];
  }
  const { values, vectors } = symmetricEigen({ rows: m, cols: m, values: weighted });
  const largest = Math.sqrt(Math.max(0, values[m - 1]));
  out.fill(0);
  for (let k = 0; k < m; k++) {
    const root = Math.sqrt(Math.max(0, values[k]));
    // The gradients have no part there.
    if (root <= LEAST_ROOT * largest) continue;
    const factor = vectors.values[slot * m + k] / (root + epsilon);
    for (let i = 0; i < m; i++) out[i] += factor * vectors.values[i * m + k];
  }
  for (let i = 0; i < m; i++) out[i] *= weights[i];
}

/** GGT for the registry. */
export const ggtSolver = /* @__PURE__ */ trainingSolver({
  id: 'optim/ggt',
  title: 'GGT',
  summary: 'Steps with the inverse root of the matrix of the latest gradients: full-matrix AdaGrad.',
  role: 'baseline',
  paper: { title: 'Efficient full-matrix adaptive regularization', arxiv: '1806.02958', year: 2018 },
  cost: 'O(m d + m^3) \\text{ per step, and a gradient}',
  options: ggtOptions,
  create: ggt,
});
