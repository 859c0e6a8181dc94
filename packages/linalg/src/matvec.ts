// The product of a matrix, dense or sparse, and a vector.
import type { VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import { asEntries, asStored, isSparse, preparedPlaces } from './inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from './matrices.ts';
import type { PreparedMatrix } from './prepared-matrix.ts';
import { prepareMatrix } from './prepared-matrix.ts';
import type { Threading } from './webassembly/thread-pool.ts';
import { threadsOption } from './webassembly/thread-pool.ts';

/**
 * The product A x of a dense or sparse matrix and a vector. Time O(entries). A copy to WebAssembly memory is not worthwhile for
 * a single product, so these are plain loops. With `threads` the matrix is copied and the kernels multiply, which is faster for
 * dense matrices at most; `prepareMatrix` keeps the copy for many products.
 *
 * @param options - `threads`, 1 to 64: the result has the same bits for any number of threads, but its last digits differ from
 *   those without `threads`
 * @throws {InvalidInputError} for a length that does not fit and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, matvec } from '@infimum/linalg';
 *
 * console.log(matvec(matrixFromRows([[1, 2], [3, 4]]), new Float64Array([1, 10])).join(' ')); // 21 43
 * ```
 */
export function matvec(a: AnyMatrix, x: VectorLike, options: Threading = {}): Float64Array {
  const { threads } = resolveOptions(threadsOption, options);
  if (preparedPlaces.has(a)) return (a as PreparedMatrix).multiply(x);
  if (options?.threads !== undefined) {
    using prepared = prepareMatrix(a, { threads });
    return prepared.multiply(x);
  }
  const found = isSparse(a) && x instanceof Float64Array ? checkedAlong(a as CsrMatrix, x) : undefined;
  if (found) return found;
  const matrix = asStored(a);
  const vector = asEntries(x, 'x', matrix.cols);
  return uncheckedMatvec(matrix, vector);
}

/** As `matvec`, of what has been checked. */
export function uncheckedMatvec(a: DenseMatrix | CsrMatrix, x: Float64Array): Float64Array {
  return isSparse(a) ? sparseMatvec(a, x) : denseMatvec(a, x);
}

/** The product, if matrix and vector prove to be such on the way. What does not pass is looked at entry by entry, which takes as long. */
function checkedAlong(a: CsrMatrix, x: Float64Array): Float64Array | undefined {
  const { rows, rowPointers, columnIndices, values } = a;
  const isTyped = rowPointers instanceof Int32Array && columnIndices instanceof Int32Array && values instanceof Float64Array;
  const fits = isTyped && x.length === a.cols && rowPointers.length === rows + 1 && columnIndices.length === values.length;
  return fits && rowPointers[0] === 0 && rowPointers[rows] === values.length ? proven(a, x) : undefined;
}

/** Columns have to rise and sums to be finite, as they are not with an entry of A or x that is not finite or not there. */
function proven({ rows, rowPointers, columnIndices, values }: CsrMatrix, x: Float64Array): Float64Array | undefined {
  let rest = 0; // NaN once something is not finite
  for (let j = 0; j < x.length; j++) rest += 0 * x[j];
  if (rest !== 0) return undefined;
  const y = new Float64Array(rows);
  for (let i = 0, k = 0; i < rows; i++) {
    const end = rowPointers[i + 1];
    if (end < k) return undefined;
    let sum = 0;
    let before = -1;
    for (; k < end; k++) {
      const j = columnIndices[k];
      if (j <= before) return undefined;
      before = j;
      sum += values[k] * x[j];
    }
    rest += 0 * sum;
    y[i] = sum;
  }
  return rest === 0 ? y : undefined;
}

function denseMatvec({ rows, cols, values }: DenseMatrix, x: Float64Array): Float64Array {
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = i * cols;
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += values[row + j] * x[j];
    y[i] = sum;
  }
  return y;
}

function sparseMatvec({ rows, rowPointers, columnIndices, values }: CsrMatrix, x: Float64Array): Float64Array {
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * x[columnIndices[k]];
    y[i] = sum;
  }
  return y;
}
