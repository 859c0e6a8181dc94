// The smoothed maximum of affine functions.
import type { DenseLike, MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkNumber, checkObject } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { mulberry32 } from '@infimum/core/reference-generators';
import { dot } from '@infimum/linalg/numerics';
import { checkedOracle } from './checked-oracle.ts';
import { createDesign } from './design.ts';
import type { DenseApproximation } from './hessian-approximation.ts';
import { symmetricUniforms } from './symmetric-uniforms.ts';
import type { TestFunction } from './test-functions.ts';
import { valueWithGradient } from './value-with-gradient.ts';

/** The smoothed maximum with its derivatives, and an approximation of its Hessian. */
export interface LogSumExp extends TestFunction {
  /**
   * The weighted Gauss-Newton matrix A' diag(pi) A / mu, which leaves out - g g' / mu: it is above the Hessian, and equal
   * to it where the gradient vanishes.
   */
  readonly weightedGaussNewton: DenseApproximation;
}

/** Options of the smoothed maximum. */
export interface LogSumExpOptions {
  /** The smoothing mu, above 0: f exceeds the maximum by at most mu log m; 1 by default. */
  readonly smoothing?: number;
}

/**
 * The smoothed maximum f(x) = mu log sum_i exp((a_i . x - b_i) / mu), convex; its gradient is A'pi, where pi are the
 * softmax weights of the m terms. Its Hessian is (A' diag(pi) A - g g') / mu.
 *
 * A value costs one product with A, a gradient one more, a Hessian O(m d²).
 *
 * @param a - A, m x d
 * @param b - m numbers
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and a smoothing that is not positive
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { logSumExp } from '@infimum/optim';
 *
 * const largest = logSumExp(matrixFromRows([[1], [-1]]), new Float64Array(2), { smoothing: 0.01 }); // about |x|
 * console.log(largest.value(Float64Array.of(3)).toFixed(6)); // 3.000000
 * ```
 */
export function logSumExp(a: MatrixLike, b: VectorLike, options: LogSumExpOptions = {}): LogSumExp {
  checkObject(options, 'options');
  const { smoothing = 1 } = options;
  const matrix = asMatrix(a, 'a');
  const shifts = asVector(b, 'b', matrix.rows);
  checkNumber(smoothing, 'smoothing', { above: 0 });
  const { rows, cols } = matrix;
  const design = createDesign(matrix, 'a');
  const weights = new Float64Array(rows); // pi
  const scaled = new Float64Array(rows);
  const along = new Float64Array(rows);
  const slope = new Float64Array(cols);
  const complete = (out: Float64Array) => design.multiplyTransposed(weights, out);
  const { value, gradient, visit } = valueWithGradient(cols, {
    evaluate: (x, out) => {
      design.multiply(x, weights);
      if (!x.every(Number.isFinite)) alongInfinity(matrix, x, weights);
      let largest = -Infinity;
      for (let i = 0; i < rows; i++) {
        weights[i] = (weights[i] - shifts[i]) / smoothing;
        if (weights[i] > largest) largest = weights[i];
      }
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        weights[i] = weights[i] === largest ? 1 : portableExp(weights[i] - largest);
        sum += weights[i];
      }
      for (let i = 0; i < rows; i++) weights[i] /= sum;
      if (out) complete(out);
      return smoothing * (largest + portableLog(sum));
    },
    complete,
  });
  const gaussNewton = (x: Float64Array, out: Float64Array) => {
    visit(x);
    for (let i = 0; i < rows; i++) scaled[i] = weights[i] / smoothing;
    design.weightedGram(scaled, out);
  };

  return checkedOracle({
    dimension: cols,
    value,
    gradient,
    hessian: (x, out) => {
      gaussNewton(x, out);
      gradient(x, slope);
      for (let i = 0; i < cols; i++) {
        const factor = slope[i] / smoothing;
        for (let j = 0; j < cols; j++) out[i * cols + j] -= factor * slope[j];
      }
    },
    hessianVector: (x, v, out) => {
      visit(x);
      design.multiply(v, along);
      const mean = dot(weights, along);
      for (let i = 0; i < rows; i++) along[i] = (weights[i] * (along[i] - mean)) / smoothing;
      design.multiplyTransposed(along, out);
    },
    weightedGaussNewton: { kind: 'dense', matrix: gaussNewton },
  });
}

/** A x where an entry of x is infinite, which a zero of A does not see. */
function alongInfinity({ rows, cols, values }: DenseLike, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    out[i] = 0;
    for (let j = 0; j < cols; j++) if (values[i * cols + j] !== 0) out[i] += values[i * cols + j] * x[j];
  }
}

/** Sizes and smoothing of a random instance. */
export interface LogSumExpSizes {
  readonly terms: number;
  readonly n: number;
  readonly smoothing: number;
}

/** A random instance whose minimum is at 0, with its A and b; and the A before the gradient there was taken off. */
export function randomLogSumExp({ terms, n, smoothing }: LogSumExpSizes, seed: number) {
  const next = mulberry32(seed);
  const a = { rows: terms, cols: n, values: symmetricUniforms(next, terms * n) };
  const b = symmetricUniforms(next, terms);
  const slope = new Float64Array(n);
  logSumExp(a, b, { smoothing }).gradient(new Float64Array(n), slope);
  const shifted = { ...a, values: a.values.map((value, k) => value - slope[k % n]) };
  return { objective: logSumExp(shifted, b, { smoothing }), a: shifted, b, unshifted: a };
}
