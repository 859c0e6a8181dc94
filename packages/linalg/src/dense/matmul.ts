// Products of dense matrices.
import type { MatrixLike } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { asDense } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedGram, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';
import type { Threading } from '../webassembly/thread-pool.ts';
import { threadsOption } from '../webassembly/thread-pool.ts';

/**
 * The product A B of two dense matrices, of shapes m x k and k x n. Time O(m n k).
 *
 * @throws {InvalidInputError} for shapes that do not fit and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matmul, matrixFromRows } from '@infimum/linalg';
 *
 * const product = matmul(matrixFromRows([[1, 2], [3, 4]]), matrixFromRows([[5, 6], [7, 8]]));
 * console.log(Array.from(product.values).join(' ')); // 19 22 43 50
 * ```
 */
export function matmul(a: MatrixLike, b: MatrixLike, options: Threading = {}): DenseMatrix {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asDense(a, 'a');
  const second = asDense(b, 'b');
  if (matrix.cols !== second.rows) {
    throw fault(`expected ${matrix.cols} rows, as many as a has columns, got ${second.rows}`, 'b', 'shape');
  }
  const { rows, cols: inner } = matrix;
  const { cols } = second;
  using memory = layout(
    { left: matrix.values, right: second.values, product: rows * cols, gemmScratch: scratch(threads * GEMM_SCRATCH) },
    { threads },
  );
  const { workspace, left, right, product, gemmScratch } = memory;
  placedProduct(workspace, {
    rows,
    cols,
    inner,
    a: matrixPlace(left, inner),
    b: matrixPlace(right, cols),
    c: matrixPlace(product, cols),
    scratch: gemmScratch,
  });
  return { rows, cols, values: product.slice() };
}

/**
 * The Gram matrix A' A of the columns of A: symmetric, n x n for A of shape m x n. Time O(m n²), half of a product.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 *
 * @example
 * ```ts
 * import { gram, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(Array.from(gram(matrixFromRows([[1, 2], [3, 4]])).values).join(' ')); // 10 14 14 20
 * ```
 */
export function gram(a: MatrixLike, options: Threading = {}): DenseMatrix {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asDense(a, 'a');
  const { rows: inner, cols: size } = matrix;
  using memory = layout(
    { values: matrix.values, product: size * size, gemmScratch: scratch(threads * GEMM_SCRATCH) },
    { threads },
  );
  const { workspace, values, product, gemmScratch } = memory;
  placedGram(workspace, {
    rows: size,
    inner,
    a: transposedPlace(matrixPlace(values, size)),
    c: matrixPlace(product, size),
    scratch: gemmScratch,
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) product[j * size + i] = product[i * size + j];
  }
  return { rows: size, cols: size, values: product.slice() };
}
