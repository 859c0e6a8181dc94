// The dual of the support vector machine: a quadratic in as many variables as there are samples, in a box.
//
// C. Cortes, V. Vapnik: Support-vector networks (1995); without an intercept, so that no constraint couples the variables: C.
// Hsieh et al.: A dual coordinate descent method for large-scale linear SVM (2008).
import type { MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkNumber, checkObject, fault } from '@infimum/core';
import { portableExp } from '@infimum/core/portable-math';
import { matmul, transpose } from '@infimum/linalg';
import type { BlockQuadratic } from './block-quadratic-loss.ts';
import { blockQuadratic } from './block-quadratic-loss.ts';

/** Options of the dual. */
export interface SvmDualOptions {
  /** exp(-gamma |u - v|²) as kernel, gamma > 0; without it u . v. */
  readonly gamma?: number;
}

/**
 * The dual of the support vector machine min |w|² / 2 + C sum_i max(0, 1 - y_i w . a_i): minimise
 * f(alpha) = sum_ij alpha_i alpha_j y_i y_j k(a_i, a_j) / 2 - sum_i alpha_i over 0 <= alpha <= C. The bounds are given to the
 * method; w = sum_i alpha_i y_i a_i classifies. A column of ones in the features gives an intercept.
 *
 * O(n² d) for n samples of d features, and n² numbers.
 *
 * @param features - a, samples by features
 * @param labels - y, 1 or -1 for every sample
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, other labels, a gamma that is not above
 *   0, and, without gamma, a sample without features
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { blockCoordinateDescent } from '@infimum/optim';
 * import { svmDual } from '@infimum/optim/blocks';
 *
 * const loss = svmDual(matrixFromRows([[1], [2], [-1]]), Float64Array.of(1, 1, -1));
 * const { x } = blockCoordinateDescent({ loss, lower: 0, upper: 0.4 }, { blockSize: 2 });
 * console.log(x.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.4 0 0.4
 * ```
 */
export function svmDual(features: MatrixLike, labels: VectorLike, options: SvmDualOptions = {}): BlockQuadratic {
  checkObject(options, 'options');
  const { gamma } = options;
  const table = asMatrix(features, 'features');
  const y = asVector(labels, 'labels', table.rows);
  if (gamma !== undefined) checkNumber(gamma, 'gamma', { above: 0 });
  const bad = y.findIndex((label) => label !== 1 && label !== -1);
  if (bad >= 0) throw fault(`must be 1 or -1, is ${labels[bad]} at index ${bad}`, 'labels', 'out-of-range', bad);
  const size = table.rows;
  const products = matmul(table, transpose(table)).values;
  const squares = Float64Array.from({ length: size }, (_, i) => products[i * size + i]);
  const empty = gamma === undefined ? squares.indexOf(0) : -1;
  if (empty >= 0) throw fault(`sample ${empty} has no features that are not zero`, 'features', 'out-of-range', empty);
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const product = products[i * size + j];
      const distance = squares[i] + squares[j] - 2 * product;
      const kernel = gamma === undefined ? product : portableExp(-gamma * distance);
      values[i * size + j] = y[i] * y[j] * kernel;
      values[j * size + i] = values[i * size + j];
    }
  }
  return blockQuadratic({ rows: size, cols: size, values }, new Float64Array(size).fill(1));
}
