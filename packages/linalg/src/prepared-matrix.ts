// A matrix on WebAssembly memory, ready for many products with vectors on one thread or several.

import type { VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { asEntries, asStored } from './inputs.ts';
import { products, sizesOf } from './linear-operator.ts';
import type { AnyMatrix } from './matrices.ts';
import { layout } from './webassembly/layout.ts';
import type { Threading } from './webassembly/thread-pool.ts';
import { threadsOption } from './webassembly/thread-pool.ts';

/** A matrix that has been copied to where kernels and threads can multiply by it. */
export interface PreparedMatrix extends Disposable {
  /** Rows of A. */
  readonly rows: number;
  /** Columns of A. */
  readonly cols: number;
  /**
   * A x.
   *
   * @throws {InvalidInputError} for a vector of another length or with entries that are not finite
   */
  multiply(x: VectorLike): Float64Array;
  /**
   * A' x.
   *
   * @throws {InvalidInputError} for a vector of another length or with entries that are not finite
   */
  multiplyTransposed(x: VectorLike): Float64Array;
  /** Frees the copy; the matrix must not be used any more. As `using` does. */
  release(): void;
}

/**
 * Prepares a dense or sparse matrix for many products with vectors. The copy takes as much memory as the matrix, of a
 * sparse one twice as much, for its transpose is kept as well; a product then takes O(entries / threads) time.
 *
 * @param a - the matrix, which may be changed afterwards without effect
 * @param options - threads, 1 to 64
 * @throws {InvalidInputError} for what is no matrix, entries that are not finite, and a number of threads out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows, prepareMatrix } from '@infimum/linalg';
 *
 * using a = prepareMatrix(matrixFromRows([[1, 2], [3, 4]]), { threads: 2 });
 * console.log(a.multiply(Float64Array.of(1, 10)).join(' ')); // 21 43
 * console.log(a.multiplyTransposed(Float64Array.of(1, 10)).join(' ')); // 31 42
 * ```
 */
export function prepareMatrix(a: AnyMatrix, options: Threading = {}): PreparedMatrix {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asStored(a, 'a');
  const { rows, cols } = matrix;
  const { workspace, left, right } = layout({ left: rows, right: cols }, { threads, extra: sizesOf(matrix, true) });
  const { multiply, multiplyTransposed } = products(workspace, matrix);
  const release = (): void => workspace.release();
  return {
    rows,
    cols,
    multiply(x) {
      right.set(asEntries(x, 'x', cols));
      multiply(right, left);
      return left.slice();
    },
    multiplyTransposed(x) {
      left.set(asEntries(x, 'x', rows));
      multiplyTransposed(left, right);
      return right.slice();
    },
    release,
    [Symbol.dispose]: release,
  };
}
