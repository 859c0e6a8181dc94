// GGT: full-matrix AdaGrad on a window of gradients, by the eigenvalues of a small matrix.
//
// N. Agarwal, B. Bullins, X. Chen, E. Hazan, K. Singh, C. Zhang, Y. Zhang: Efficient full-matrix adaptive regularization
// (arXiv 1806.02958).
import { checkInteger, checkNumber } from '@infimum/core';
import { symmetricEigen } from '@infimum/linalg';
import {
  checkAveraging,
  defineOptimizer,
  dimensionOf,
  type ParameterShapes,
  type StochasticOptimizer,
} from '../training/optimizer.ts';
import { rowStore } from './row-store.ts';

/** Options of GGT. */
export interface GgtOptions {
  /** Gradients that are kept; 32 by default. */
  readonly window?: number;
  /** Factor of the steps; 0.3 by default. */
  readonly learningRate?: number;
  /** A gradient counts this factor less for every step that it is old, in (0, 1]; 0.97 by default. */
  readonly beta2?: number;
  /** Is added to the root; 1e-4 by default. */
  readonly epsilon?: number;
  /** Weight of the last steps in the next, in [0, 1); 0.9 by default. */
  readonly momentum?: number;
  /** How gradients are stored; sums are made in 64 bits anyway. `float64` by default. */
  readonly precision?: 'float64' | 'float32';
}

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
 * import { ggt } from '@infimum/optim';
 *
 * // The first step is g / (|g| + epsilon), however long the gradient is.
 * const [optimizer, x] = [ggt(2, { momentum: 0, epsilon: 0 }), Float64Array.of(1, 1)];
 * optimizer.step(x, Float64Array.of(30, 40));
 * console.log(x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.82 0.76
 * ```
 */
export function ggt(parameters: ParameterShapes, options: GgtOptions = {}): StochasticOptimizer {
  const { window = 32, learningRate = 0.3, beta2 = 0.97, epsilon = 1e-4 } = options;
  const { momentum = 0.9, precision = 'float64' } = options;
  checkInteger(window, 'window', { min: 1 });
  checkNumber(beta2, 'beta2', { above: 0, max: 1 });
  checkNumber(epsilon, 'epsilon', { min: 0 });
  checkAveraging(momentum, 'momentum');
  const d = dimensionOf(parameters);
  const store = rowStore(window, d, precision);
  const { rows } = store;
  const whole = { at: 0, width: d, from: 0 };
  const gram = new Float64Array(window * window);
  const [velocity, stored, direction] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
  const [sums, weights, coefficients] = Array.from({ length: 3 }, () => new Float64Array(window));
  const numbers = { next: 0 };

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
      for (let age = 0, weight = 1; age < window; age++, weight *= beta2)
        weights[(slot - age + window) % window] = weight;
      newestCoefficients(gram, weights, slot, epsilon, coefficients);
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

/** out <- W V (s + epsilon)^-1 V' e for the weighted Gram matrix W S W = V s² V' and the unit vector e of a slot. */
function newestCoefficients(
  gram: Float64Array,
  weights: Float64Array,
  slot: number,
  epsilon: number,
  out: Float64Array,
): void {
  const m = weights.length;
  const weighted = Float64Array.from(gram, (value, k) => value * weights[Math.floor(k / m)] * weights[k % m]);
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
