// The Cholesky factor of A + x x' and of A - x x' from that of A, by rotations and by hyperbolic rotations.
//
// P. Gill, G. Golub, W. Murray, M. Saunders: Methods for modifying matrix factorizations (1974).
import type { MatrixLike, VectorLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { asEntries, asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';

/**
 * The Cholesky factor of L L' + x x'. Time 2 n².
 *
 * @param factor - the result of `cholesky`
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, updateCholesky } from '@infimum/linalg/dense';
 *
 * const factor = updateCholesky(matrixFromRows([[3, 0], [0, 1]]), new Float64Array([4, 0]));
 * console.log(Array.from(factor.values).join(' ')); // 5 0 0 1
 * ```
 */
export function updateCholesky(factor: DenseMatrix, x: Float64Array): DenseMatrix {
  return rankOne(factor, x, 1);
}

/**
 * The Cholesky factor of L L' - x x'. Time 2 n². Less accurate than a new factorisation when the difference is nearly
 * singular.
 *
 * @param factor - the result of `cholesky`
 * @throws {InvalidInputError} `out-of-range` with the pivot when the difference is not positive definite
 *
 * @example
 * ```ts
 * import { downdateCholesky, matrixFromRows } from '@infimum/linalg/dense';
 *
 * const factor = downdateCholesky(matrixFromRows([[5, 0], [0, 1]]), new Float64Array([4, 0]));
 * console.log(Array.from(factor.values, (value) => value.toFixed(6)).join(' ')); // 3.000000 0.000000 0.000000 1.000000
 * ```
 */
export function downdateCholesky(factor: DenseMatrix, x: Float64Array): DenseMatrix {
  return rankOne(factor, x, -1);
}

function rankOne(factor: MatrixLike, x: VectorLike, sign: 1 | -1): DenseMatrix {
  const triangle = asSquare(factor, 'factor');
  const { rows: size } = triangle;
  const vector = asEntries(x, 'x', size);
  const l = triangle.values.slice();
  const rest = Float64Array.from(vector);
  for (let k = 0; k < size; k++) {
    const old = l[k * size + k];
    const ratio = rest[k] / old;
    const square = 1 + sign * ratio * ratio;
    if (!(square > 0)) throw fault(`leaves nothing positive definite: pivot ${k} is not positive`, 'x', 'out-of-range', k);
    const cosine = Math.sqrt(square);
    l[k * size + k] = old * cosine;
    for (let i = k + 1; i < size; i++) {
      const entry = (l[i * size + k] + sign * ratio * rest[i]) / cosine;
      l[i * size + k] = entry;
      rest[i] = cosine * rest[i] - ratio * entry;
    }
  }
  return { rows: size, cols: size, values: l };
}
