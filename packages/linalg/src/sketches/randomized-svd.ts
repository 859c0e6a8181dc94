// The largest singular values of a large matrix, from its products with a few random vectors.
//
// N. Halko, P.-G. Martinsson, J. Tropp: Finding structure with randomness (arXiv 0909.4061, 2011).
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, Random, resolveOptions } from '@infimum/core';
import { transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import type { SingularValues } from '../eigen/svd.ts';
import { svd } from '../eigen/svd.ts';
import { asStored, isSparse } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from '../matrices.ts';
import { spmm } from '../products/spmm.ts';
import { transposeCsr } from '../sparse/csr-transpose.ts';

const randomizedSvdOptions = {
  rank: { type: 'integer', min: 1, required: true, description: 'Number of singular values' },
  oversampling: { type: 'integer', min: 0, default: 10, description: 'Additional random vectors' },
  powerIterations: {
    type: 'integer',
    min: 0,
    max: 10_000,
    default: 2,
    description: "Additional products with A and A', for slowly decaying spectra",
  },
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random vectors' },
} as const satisfies OptionSpecs;

/** Options of `randomizedSvd`. */
export type RandomizedSvdOptions = OptionsOf<typeof randomizedSvdOptions>;

/**
 * The largest singular values of a dense or sparse matrix, approximately, with their vectors. Time O(entries l q) with
 * l = rank + oversampling and q power iterations. The expected error in the spectral norm is about the first singular
 * value that was left out, times 1 + O(sqrt(cols / l))^(1 / (2 q + 1)).
 *
 * @throws {InvalidInputError} for options out of range and entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, randomizedSvd } from '@infimum/linalg';
 *
 * const { values } = randomizedSvd(matrixFromRows([[3, 0], [4, 5], [0, 0]]), { rank: 1 });
 * console.log(values.length, (values[0] ** 2).toFixed(6)); // 1 45.000000
 * ```
 */
export function randomizedSvd(a: AnyMatrix, options: RandomizedSvdOptions): SingularValues {
  const matrix = asStored(a, 'a');
  const { rank, oversampling, powerIterations, seed } = resolveOptions(randomizedSvdOptions, options);
  const side = Math.min(matrix.rows, matrix.cols);
  checkInteger(rank, 'rank', { min: 1, max: side });
  const width = Math.min(side, rank + oversampling);
  const { multiply, multiplyTransposed } = multipliers(matrix);
  const start = new Random(seed).normals(new Float64Array(matrix.cols * width));
  let { q } = qr(multiply({ rows: matrix.cols, cols: width, values: start }));
  for (let power = 0; power < powerIterations; power++) {
    // Orthonormalised after each product, so that small singular values do not drown in rounding.
    ({ q } = qr(multiply(qr(multiplyTransposed(q)).q)));
  }
  // B = Q' A is small: its decomposition is that of Q Q' A.
  const { u, values, v } = svd(transpose(multiplyTransposed(q)));
  return { u: firstColumns(matmul(q, u), rank), values: values.slice(0, rank), v: firstColumns(v, rank) };
}

/** Products of A and A' with matrices of a few columns. */
function multipliers(a: DenseMatrix | CsrMatrix) {
  if (isSparse(a)) {
    const transposed = transposeCsr(a);
    return {
      multiply: (x: DenseMatrix): DenseMatrix => spmm(a, x),
      multiplyTransposed: (x: DenseMatrix): DenseMatrix => spmm(transposed, x),
    };
  }
  const transposed = transpose(a);
  return {
    multiply: (x: DenseMatrix): DenseMatrix => matmul(a, x),
    multiplyTransposed: (x: DenseMatrix): DenseMatrix => matmul(transposed, x),
  };
}

function firstColumns({ rows, cols, values }: DenseMatrix, count: number): DenseMatrix {
  const first = new Float64Array(rows * count);
  for (let i = 0; i < rows; i++) first.set(values.subarray(i * cols, i * cols + count), i * count);
  return { rows, cols: count, values: first };
}
