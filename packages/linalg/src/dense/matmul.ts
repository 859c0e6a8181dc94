// Products of dense matrices.
import { checkObject, InvalidInputError } from '@infimum/core';
import { checkDense } from '../check-dense.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { checkThreads, type ThreadOptions } from '../webassembly/thread-pool.ts';
import { type Partition, Workspace } from '../webassembly/workspace.ts';
import type { DenseMatrix } from './dense-matrix.ts';

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
export function matmul(a: DenseMatrix, b: DenseMatrix, options: ThreadOptions = {}): DenseMatrix {
  checkObject(options, 'options');
  const { threads = 1 } = options;
  checkDense(a, 'a');
  checkDense(b, 'b');
  checkThreads(threads);
  if (a.cols !== b.rows) {
    const problem = `expected ${a.cols} rows, as many as a has columns, got ${b.rows}`;
    throw new InvalidInputError(problem, { argument: 'b', code: 'shape' });
  }
  const { rows, cols: inner } = a;
  const { cols } = b;
  const lengths = [rows * inner, inner * cols, rows * cols, threads * GEMM_SCRATCH];
  using workspace = Workspace.for({ float64: lengths }, { threads });
  const left = workspace.float64From(a.values).byteOffset;
  const right = workspace.float64From(b.values).byteOffset;
  const product = workspace.float64(rows * cols);
  const scratch = workspace.scratch(threads * GEMM_SCRATCH);
  workspace.parallel(linalgKernels, 'gemm', rowBlocks(rows, threads), (from, to, thread) => {
    const room = scratch + 8 * thread * GEMM_SCRATCH;
    return [from, to, cols, inner, 1, left, inner, 1, right, cols, 1, 0, product.byteOffset, cols, room];
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
export function gram(a: DenseMatrix, options: ThreadOptions = {}): DenseMatrix {
  checkObject(options, 'options');
  const { threads = 1 } = options;
  checkDense(a, 'a');
  checkThreads(threads);
  const { rows: inner, cols: size } = a;
  const lengths = [inner * size, size * size, threads * GEMM_SCRATCH];
  using workspace = Workspace.for({ float64: lengths }, { threads });
  const values = workspace.float64From(a.values).byteOffset;
  const product = workspace.float64(size * size);
  const scratch = workspace.scratch(threads * GEMM_SCRATCH);
  workspace.parallel(linalgKernels, 'syrk', rowBlocks(size, threads), (from, to, thread) => {
    const room = scratch + 8 * thread * GEMM_SCRATCH;
    return [from, to, inner, 1, values, 1, size, 0, product.byteOffset, size, room];
  });
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) product[j * size + i] = product[i * size + j];
  }
  return { rows: size, cols: size, values: product.slice() };
}

/** Rows that one thread computes at a time; all of them when there is but one. */
export function rowBlocks(rows: number, threads: number): Partition {
  return { items: rows, block: threads === 1 ? Math.max(1, rows) : 192 };
}
