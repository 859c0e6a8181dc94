// What functions take: dense and sparse matrices and vectors in any form, which may be empty, as typed arrays.
import type { DenseLike, MatrixLike, VectorLike } from '@infimum/core';
import { asMatrix, asVector, checkInteger, checkList, checkNumbers, fault } from '@infimum/core';
import { checkCsr } from './check-compressed.ts';
import type { AnyMatrix, CsrLike, CsrMatrix, DenseMatrix, RightSide, SolutionFor } from './matrices.ts';
import type { Workspace } from './webassembly/workspace.ts';

/** Matrices that were checked and lie on a workspace, a sparse one with its transpose. */
export const preparedPlaces: WeakMap<object, { readonly workspace: Workspace; readonly transpose?: CsrMatrix | undefined }> =
  /* @__PURE__ */ new WeakMap();

/**
 * A dense matrix with a `Float64Array`, which may be empty: as it is, or a copy.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 */
export function asDense(value: MatrixLike, argument: string): DenseMatrix {
  if (preparedPlaces.has(value)) return value as DenseMatrix;
  const matrix = value as DenseLike;
  const isEmpty = matrix?.rows === 0 || matrix?.cols === 0;
  if (!isEmpty || matrix.values?.length !== 0) return asMatrix(value, argument);
  checkInteger(matrix.rows, `${argument}.rows`, { min: 0 });
  checkInteger(matrix.cols, `${argument}.cols`, { min: 0 });
  return { ...matrix, values: asEntries(matrix.values, `${argument}.values`, 0) };
}

/** A square dense matrix. @throws {InvalidInputError} as `asDense`, and `shape` */
export function asSquare(value: MatrixLike, argument = 'a'): DenseMatrix {
  const matrix = asDense(value, argument);
  checkSquareShape(matrix, argument);
  return matrix;
}

/** Checks that what has rows and columns is square. */
export function checkSquareShape(a: { readonly rows: number; readonly cols: number }, argument = 'a'): void {
  if (a.rows === a.cols) return;
  throw fault(`must be square, got ${a.rows}x${a.cols}`, argument, 'shape');
}

/** A sparse matrix with typed arrays, as it is or with copies, checked. @throws {InvalidInputError} as `checkCsr` */
export function asCsr(value: CsrLike, argument: string): CsrMatrix {
  if (preparedPlaces.has(value)) return value as CsrMatrix;
  const { rows, cols, rowPointers, columnIndices, values } = value ?? {};
  const isTyped = rowPointers instanceof Int32Array && columnIndices instanceof Int32Array;
  const matrix =
    (isTyped && values instanceof Float64Array) || !rowPointers || !columnIndices || !values
      ? value
      : {
          rows,
          cols,
          rowPointers: asIndices(rowPointers, `${argument}.rowPointers`),
          columnIndices: asIndices(columnIndices, `${argument}.columnIndices`),
          values: asEntries(values, `${argument}.values`),
        };
  checkCsr(matrix, argument);
  return matrix;
}

/** Whether a matrix is stored by its entries that are not zero. */
export function isSparse<Sparse extends CsrLike>(a: MatrixLike | Sparse): a is Sparse {
  return typeof a === 'object' && a !== null && 'rowPointers' in a;
}

/** A dense or sparse matrix with typed arrays. @throws {InvalidInputError} naming what is wrong with it */
export function asStored(a: AnyMatrix, argument = 'a'): DenseMatrix | CsrMatrix {
  return isSparse(a) ? asCsr(a, argument) : asDense(a, argument);
}

/**
 * A `Float64Array` of finite numbers, which may be empty: as it is, or a copy.
 *
 * @param length - how many there must be, where that is known
 */
export function asEntries(values: VectorLike, argument: string, length = values?.length): Float64Array {
  if (length !== 0 || values?.length !== 0) return asVector(values, argument, length);
  checkList(values, argument); // without memory, there are no entries either
  return values instanceof Float64Array ? values : new Float64Array(0);
}

/** A right-hand side of so many rows as a matrix. @throws {InvalidInputError} naming `b` */
export function asRightSide(b: RightSide, rows: number): DenseMatrix {
  if (isVector(b)) return { rows, cols: 1, values: asEntries(b, 'b', rows) };
  const matrix = asDense(b, 'b');
  if (matrix.rows === rows) return matrix;
  throw fault(`expected ${rows} rows, got ${matrix.rows}`, 'b', 'shape');
}

/** Whether a right-hand side is a list of numbers. */
export function isVector(b: RightSide): b is VectorLike {
  return ArrayBuffer.isView(b) || (Array.isArray(b) && typeof b[0] !== 'object');
}

/** The columns of a solution in the form of the right-hand side. */
export function solutionFor<B extends RightSide>(b: B, x: DenseMatrix): SolutionFor<B> {
  return (isVector(b) ? x.values : x) as SolutionFor<B>;
}

function asIndices(list: VectorLike, argument: string): Int32Array {
  if (list instanceof Int32Array) return list;
  checkNumbers(list, argument);
  const indices = Int32Array.from(list);
  const index = indices.findIndex((value, k) => value !== list[k]);
  if (index < 0) return indices;
  throw fault(`is ${list[index]} at index ${index}, expected a 32-bit integer`, argument, 'out-of-range', index);
}
