// The features of a quadratic value function: all x_i x_j with i <= j, in the order of the rows of a triangle.
import { checkInteger } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';

/** Features that a value function is a linear combination of, with their gradients. */
export interface Features {
  /** How many. */
  readonly count: number;
  /** φ(x) into out, of length count. */
  value(x: Float64Array, out: Float64Array): void;
  /** φ of `count` states one after the other, from state `from` on: feature k of the i-th to out[k · stride + i]. For speed alone. */
  values?(states: Float64Array, from: number, count: number, out: Float64Array, stride: number): void;
  /** The gradient of weights·φ at x into out, of length n. */
  gradient(x: Float64Array, weights: Float64Array, out: Float64Array): void;
}

/**
 * The n(n+1)/2 monomials of degree two of n coordinates: with them xᵀPx has the weights P_ii and 2 P_ij.
 *
 * @param n - number of coordinates
 *
 * @example
 * ```ts
 * import { quadraticMonomials } from '@infimum/bandits-rl';
 *
 * const values = new Float64Array(3);
 * quadraticMonomials(2).value(Float64Array.of(2, 3), values);
 * console.log(values.join(' ')); // 4 6 9
 * ```
 */
export function quadraticMonomials(n: number): Features {
  checkInteger(n, 'n', { min: 1, max: 100_000 });
  const count = (n * (n + 1)) / 2;
  return {
    count,
    value(x, out) {
      let at = 0;
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) out[at++] = x[i] * x[j];
    },
    values(states, from, steps, out, stride) {
      let row = 0;
      for (let i = 0; i < n; i++) {
        for (let j = i; j < n; j++) {
          for (let k = 0, at = from * n; k < steps; k++, at += n) out[row + k] = states[at + i] * states[at + j];
          row += stride;
        }
      }
    },
    gradient(x, weights, out) {
      out.fill(0, 0, n);
      let at = 0;
      for (let i = 0; i < n; i++) {
        for (let j = i; j < n; j++, at++) {
          out[i] += weights[at] * x[j];
          out[j] += weights[at] * x[i];
        }
      }
    },
  };
}

/** The weights of xᵀPx. */
export function weightsOf({ rows, values }: DenseMatrix): Float64Array {
  const weights = new Float64Array((rows * (rows + 1)) / 2);
  let at = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) weights[at++] = (i === j ? 1 : 2) * values[i * rows + j];
  }
  return weights;
}

/** The symmetric P of weights. */
export function matrixOf(weights: Float64Array, n: number): DenseMatrix {
  const values = new Float64Array(n * n);
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++, at++) {
      values[i * n + j] = i === j ? weights[at] : weights[at] / 2;
      values[j * n + i] = values[i * n + j];
    }
  }
  return { rows: n, cols: n, values };
}
