// The principal square root and logarithm of a matrix.
//
// E. Denman, A. Beavers: The matrix sign function and computations in systems (1976); A. Al-Mohy, N. Higham: Improved inverse scaling and squaring
// algorithms for the matrix logarithm (2012), with a fixed order.
import type { MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { addMatrices } from '../dense/arithmetic.ts';
import { identity } from '../dense/dense-matrix.ts';
import { realSchur } from '../eigen/real-schur.ts';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import { inverse, solve } from './solve.ts';

/** Products of Denman and Beavers' iteration that are tried. */
const MOST_STEPS = 60;

/**
 * The principal square root: the only X with X X = A whose eigenvalues have a positive real part. By Denman and Beavers' iteration,
 * which converges quadratically. Time about 40 n³.
 *
 * @param a - square, without eigenvalues on the negative real axis or at zero
 * @throws {InvalidInputError} `shape` for a matrix that is not square; `out-of-range` where there is no principal square root
 *
 * @example
 * ```ts
 * import { matrixSquareRoot } from '@infimum/linalg';
 *
 * const root = matrixSquareRoot([[5, 4], [4, 5]]);
 * console.log(root.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 2 1 1 2
 * ```
 */
export function matrixSquareRoot(a: MatrixLike): DenseMatrix {
  const matrix = asSquare(a);
  refuseNegativeAxis(matrix);
  return principalRoot(matrix);
}

function principalRoot(matrix: DenseMatrix): DenseMatrix {
  let [root, dual] = [matrix, identity(matrix.rows)];
  let last = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [rootInverse, dualInverse] = [inverse(root), inverse(dual)];
    const next = addMatrices(root, dualInverse, { alpha: 0.5, beta: 0.5 });
    dual = addMatrices(dual, rootInverse, { alpha: 0.5, beta: 0.5 });
    const change = norm(addMatrices(next, root, { beta: -1 }).values) / (norm(next.values) || 1);
    root = next;
    // Quadratic until rounding; then it wanders.
    if (change < 1e-15 || (change < 1e-8 && change >= last)) break;
    last = change;
  }
  return polished(root, matrix);
}

/** A last step of Newton's method for roots that commute with A. */
function polished(root: DenseMatrix, a: DenseMatrix): DenseMatrix {
  const other = solve(root, a).x;
  return addMatrices(root, other, { alpha: 0.5, beta: 0.5 });
}

/**
 * The principal logarithm: the only X with e^X = A whose eigenvalues have imaginary parts between -π and π. By inverse scaling and
 * squaring: square roots until A is near the identity, then a quadrature of the logarithm's integral. Time about 300 n³.
 *
 * @param a - square, without eigenvalues on the negative real axis or at zero
 * @throws {InvalidInputError} as `matrixSquareRoot`
 *
 * @example
 * ```ts
 * import { matrixLogarithm } from '@infimum/linalg';
 *
 * const rotation = matrixLogarithm([[0, -1], [1, 0]]);
 * console.log(rotation.values[2].toFixed(6)); // 1.570796
 * ```
 */
export function matrixLogarithm(a: MatrixLike): DenseMatrix {
  let matrix = asSquare(a);
  refuseNegativeAxis(matrix);
  const n = matrix.rows;
  const unit = identity(n);
  let squarings = 0;
  for (; squarings < MOST_STEPS; squarings++) {
    if (norm(addMatrices(matrix, unit, { beta: -1 }).values) < 0.25) break;
    matrix = principalRoot(matrix);
  }
  // log(I + E) = the integral of E (I + t E)^-1 over t from 0 to 1: Gauss-Legendre's rule with m points is the Padé approximant [m/m].
  const rest = addMatrices(matrix, unit, { beta: -1 });
  let sum = { ...rest, values: new Float64Array(n * n) } as DenseMatrix;
  for (const [point, weight] of GAUSS) {
    const part = solve(addMatrices(unit, rest, { beta: point }), rest).x;
    sum = addMatrices(sum, part, { beta: weight });
  }
  return { ...sum, values: sum.values.map((value) => value * 2 ** squarings) };
}

/** Points and weights of Gauss and Legendre's rule on [0, 1], eight of them. */
const GAUSS: readonly (readonly [number, number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
].flatMap(([x, w]) => [[(1 - x) / 2, w / 2] as const, [(1 + x) / 2, w / 2] as const]);

function refuseNegativeAxis(a: DenseMatrix): void {
  const { real, imaginary } = realSchur(a);
  const bad = real.findIndex((value, k) => value <= 0 && imaginary[k] === 0);
  if (bad < 0) return;
  throw fault(`has the eigenvalue ${real[bad]}: there is no principal root`, 'a', 'out-of-range');
}
