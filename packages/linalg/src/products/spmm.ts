// Products of a sparse and a dense matrix, on one thread or several.
import type { MatrixLike } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { asCsr, asDense } from '../inputs.ts';
import type { CsrLike, DenseMatrix } from '../matrices.ts';
import { blockKernel, runBlocks } from '../webassembly/block-kernel.ts';
import { layout } from '../webassembly/layout.ts';
import type { Threading } from '../webassembly/thread-pool.ts';
import { threadsOption } from '../webassembly/thread-pool.ts';
import { sparseKernels } from './sparse-kernels.ts';

/**
 * The product A X of a sparse matrix, m x k, and a dense one, k x n, eight columns of X at a time. Time
 * O(entries x n).
 *
 * @throws {InvalidInputError} for shapes that do not fit, and for entries that are not finite
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, spmm } from '@infimum/linalg';
 *
 * const a = csrFromDense(matrixFromRows([[1, 0], [0, 2]]));
 * console.log(spmm(a, matrixFromRows([[1, 2, 3], [4, 5, 6]])).values.join(' ')); // 1 2 3 8 10 12
 * ```
 */
export function spmm(a: CsrLike, x: MatrixLike, options: Threading = {}): DenseMatrix {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asCsr(a, 'a');
  const vector = asDense(x, 'x');
  if (vector.rows !== matrix.cols) {
    throw fault(`expected ${matrix.cols} rows, as many as a has columns, got ${vector.rows}`, 'x', 'shape');
  }
  const { rows } = matrix;
  const { cols: width } = vector;
  const { rowPointers, columnIndices, values } = matrix;
  using memory = layout({ rowPointers, columnIndices, values, source: vector.values, product: rows * width }, { threads });
  const blocks = { items: rows, block: threads === 1 ? Math.max(1, rows) : Math.max(64, Math.ceil(rows / (32 * threads))) };
  const { workspace, ...matrices } = memory;
  runBlocks(workspace, csrGemm, blocks, { ...matrices, width });
  return { rows, cols: width, values: memory.product.slice() };
}

const csrGemm = /* @__PURE__ */ blockKernel(sparseKernels, 'csrGemm', [
  'rowPointers',
  'columnIndices',
  'values',
  'width',
  'source',
  'product',
]);
