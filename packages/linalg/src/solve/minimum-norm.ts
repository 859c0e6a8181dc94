// Least squares of minimum norm, pseudo-inverse, rank and condition number of dense matrices, by singular values.
//
// G. Golub, C. Van Loan: Matrix computations (2013), section 5.5.
import type { InvalidInputError, MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import { singularValues, svd } from '../eigen/svd.ts';
import { asDense, asRightSide, solutionFor } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { scaledMatrix } from '../power-of-two.ts';

const rankOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    below: 1,
    description: 'Singular values up to this times the largest count as zero; the larger side times 2.2e-16 by default',
  },
} as const satisfies OptionSpecs;

/** Options of what decides on a rank. */
export type MatrixRankOptions = OptionsOf<typeof rankOptions>;

/** The solution of least squares of minimum norm. */
export interface MinimumNormSolution<B extends RightSide> {
  /** The x, a vector or one a column. */
  readonly x: SolutionFor<B>;
  /** The rank that was found. */
  readonly rank: number;
  /** The singular values of A, falling. */
  readonly singularValues: Float64Array;
}

/**
 * Of all x that minimise |A x - b|, the one of least Euclidean norm: A⁺ b, for A of any shape and rank. Time as `svd`.
 *
 * @param a - the matrix, m x n
 * @param b - a right-hand side of length m, or several in the columns of a matrix with m rows
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and a solution beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, minimumNormSolution } from '@infimum/linalg';
 *
 * const { x, rank } = minimumNormSolution(matrixFromRows([[1, 1], [1, 1], [1, 1]]), Float64Array.of(1, 2, 3));
 * console.log(rank, x.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1 1
 * ```
 */
export function minimumNormSolution<B extends RightSide>(
  a: MatrixLike,
  b: B,
  options: MatrixRankOptions = {},
): MinimumNormSolution<B> {
  const given = asDense(a, 'a');
  const right = asRightSide(b, given.rows);
  const { tolerance } = resolveOptions(rankOptions, options);
  const [{ matrix, scale }, target] = [scaledMatrix(given), scaledMatrix(right)];
  const { u, values, v } = svd(matrix);
  const rank = rankOf(values, given, tolerance);
  const count = right.cols;
  const x = denseMatrix(given.cols, count);
  for (let c = 0; c < count; c++) {
    for (let k = 0; k < rank; k++) {
      let along = 0;
      for (let i = 0; i < given.rows; i++) along += u.values[i * u.cols + k] * target.matrix.values[i * count + c];
      along /= values[k];
      for (let i = 0; i < given.cols; i++) x.values[i * count + c] += along * v.values[i * v.cols + k];
    }
  }
  for (let k = 0; k < x.values.length; k++) x.values[k] = (x.values[k] / scale) * target.scale;
  if (!allFinite(x.values)) throw fault('has a solution beyond the largest number', 'b', 'out-of-range');
  const singularValues = values.map((value) => value * scale);
  return { x: solutionFor(b, x), rank, singularValues };
}

/**
 * The pseudo-inverse A⁺ of Moore and Penrose, n x m for A of shape m x n. Time as `svd` and m n min(m, n).
 *
 * @throws {InvalidInputError} as `minimumNormSolution`
 *
 * @example
 * ```ts
 * import { matrixFromRows, pseudoInverse } from '@infimum/linalg';
 *
 * const inverse = pseudoInverse(matrixFromRows([[2, 0], [0, 0]]));
 * console.log(inverse.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 0.5 0 0 0
 * ```
 */
export function pseudoInverse(a: MatrixLike, options: MatrixRankOptions = {}): DenseMatrix {
  const given = asDense(a, 'a');
  const { tolerance } = resolveOptions(rankOptions, options);
  const { matrix, scale } = scaledMatrix(given);
  const { u, values, v } = svd(matrix);
  const rank = rankOf(values, given, tolerance);
  // V diag(1 / s) U' over the singular values that count.
  const weights = values.map((value, k) => (k < rank ? 1 / value : 0));
  if (!allFinite(weights)) throw beyondNumbers();
  const inverse = matmul({ ...v, values: v.values.map((entry, k) => entry * weights[k % v.cols]) }, transpose(u));
  for (let k = 0; k < inverse.values.length; k++) inverse.values[k] /= scale;
  if (allFinite(inverse.values)) return inverse;
  throw beyondNumbers();
}

function beyondNumbers(): InvalidInputError {
  const problem = 'has a pseudo-inverse beyond the largest number';
  return fault(problem, 'a', 'out-of-range');
}

/**
 * The rank to working precision: how many singular values are more than rounding. Time as `svd`.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, matrixRank } from '@infimum/linalg';
 *
 * console.log(matrixRank(matrixFromRows([[1, 2], [2, 4]]))); // 1
 * ```
 */
export function matrixRank(a: MatrixLike, options: MatrixRankOptions = {}): number {
  const matrix = asDense(a, 'a');
  const { tolerance } = resolveOptions(rankOptions, options);
  return rankOf(singularValues(scaledMatrix(matrix).matrix), matrix, tolerance);
}

/**
 * The condition number in the Euclidean norm: the largest singular value over the smallest; Infinity for a singular matrix,
 * 0 for one without entries. Time as `svd`.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 *
 * @example
 * ```ts
 * import { conditionNumber, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(conditionNumber(matrixFromRows([[8, 0], [0, 2]])), conditionNumber(matrixFromRows([[0, 0], [0, 1]]))); // 4 Infinity
 * ```
 */
export function conditionNumber(a: MatrixLike): number {
  const matrix = asDense(a, 'a');
  const values = singularValues(scaledMatrix(matrix).matrix);
  if (values.length === 0) return 0; // |A| |A⁺|, both of them 0
  const smallest = values[values.length - 1];
  return smallest === 0 ? Infinity : values[0] / smallest;
}

/** How many of the falling values count as more than zero. */
function rankOf(values: Float64Array, { rows, cols }: DenseMatrix, tolerance = Math.max(rows, cols) * Number.EPSILON): number {
  let rank = 0;
  while (rank < values.length && values[rank] > tolerance * values[0]) rank++;
  return rank;
}
