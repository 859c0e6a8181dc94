// A matrix on WebAssembly memory, ready for many products with vectors on one thread or several.
import type { VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { asEntries, asStored, isSparse, preparedPlaces } from './inputs.ts';
import { products, sizesOf } from './linear-operator.ts';
import type { AnyMatrix, CsrLike, CsrMatrix, DenseMatrix } from './matrices.ts';
import { transposed } from './sparse/csr-transpose.ts';
import { layout } from './webassembly/layout.ts';
import type { Threading } from './webassembly/thread-pool.ts';
import { threadsOption } from './webassembly/thread-pool.ts';

/** Products with a matrix that has been copied to where kernels and threads can multiply by it. */
interface PreparedProducts extends Disposable {
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

/** A matrix that has been checked and copied, and can be given to all functions that take one like it. */
export type PreparedMatrix<A extends AnyMatrix = AnyMatrix> = PreparedProducts & (A extends CsrLike ? CsrMatrix : DenseMatrix);

/**
 * Prepares a dense or sparse matrix for many products with vectors, and for many solves: iterative solvers, `lanczos`, `lobpcg`, `arnoldi`
 * and `svds` neither check nor copy it again, and take their vectors from the memory beside it. The copy takes as much memory as the
 * matrix, or twice as much for a sparse matrix, whose transpose is kept too; a product then takes O(entries / threads) time. Its
 * arrays must not be written to.
 *
 * @param a - the matrix, which may be changed afterwards without effect
 * @throws {InvalidInputError} for an argument that is no matrix, entries that are not finite, and a number of threads out of range
 *
 * @example
 * ```ts
 * import { bicgstab, matrixFromRows, prepareMatrix } from '@infimum/linalg';
 *
 * using a = prepareMatrix(matrixFromRows([[1, 2], [3, 4]]), { threads: 2 });
 * console.log(a.multiply(Float64Array.of(1, 10)).join(' ')); // 21 43
 * console.log(a.multiplyTransposed(Float64Array.of(1, 10)).join(' ')); // 31 42
 * console.log(bicgstab(a, [3, 7]).x.map(Math.round).join(' ')); // 1 1
 * ```
 */
export function prepareMatrix<A extends AnyMatrix>(a: A, options: Threading = {}): PreparedMatrix<A> {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asStored(a, 'a');
  const { rows, cols } = matrix;
  const { float64 = [], int32 } = sizesOf(matrix, true);
  const spare = Math.min(VECTORS * Math.max(rows, cols), MOST_SPARE);
  const { workspace, left, right } = layout(
    { left: rows, right: cols },
    { threads, extra: { float64: [...float64, spare], int32 } },
  );
  const copy = (from: CsrMatrix): CsrMatrix => ({
    ...from,
    rowPointers: workspace.int32From(from.rowPointers),
    columnIndices: workspace.int32From(from.columnIndices),
    values: workspace.float64From(from.values),
  });
  const stored = isSparse(matrix) ? copy(matrix) : { rows, cols, values: workspace.float64From(matrix.values) };
  preparedPlaces.set(stored, { workspace, transpose: isSparse(matrix) ? copy(transposed(matrix)) : undefined });
  const { multiply, multiplyTransposed } = products(workspace, stored);
  const release = (): void => workspace.release();
  return Object.assign(stored, {
    multiply(x: VectorLike) {
      right.set(asEntries(x, 'x', cols));
      multiply(right, left);
      return left.slice();
    },
    multiplyTransposed(x: VectorLike) {
      left.set(asEntries(x, 'x', rows));
      multiplyTransposed(left, right);
      return right.slice();
    },
    release,
    [Symbol.dispose]: release,
  }) as unknown as PreparedMatrix<A>;
}

/** Vectors that solvers find room for beside a matrix, and the most numbers that they take; unused pages take no memory. */
const VECTORS = 40;
const MOST_SPARE = 2 ** 27;
