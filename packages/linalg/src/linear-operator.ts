// A matrix as what multiplies a vector: dense, sparse, or a function; and products with it on a workspace.
import { checkInteger, checkMatrix, InvalidInputError } from '@infimum/core';
import { type CsrMatrix, checkCsr } from './csr-matrix.ts';
import type { DenseMatrix } from './dense-matrix.ts';
import { linalgKernels } from './linalg-kernels.ts';
import type { Workspace, WorkspaceSizes } from './workspace.ts';

/** A linear map as a function: writes its value at `x` to `out`, and keeps neither. */
export type LinearOperator = (x: Float64Array, out: Float64Array) => void;

/** Whether a matrix is stored by its entries that are not zero. */
export function isSparse(a: DenseMatrix | CsrMatrix): a is CsrMatrix {
  return 'rowPointers' in a;
}

/**
 * Checks a dense or sparse matrix.
 *
 * @throws {InvalidInputError} naming the argument `a` or a part of it
 */
export function checkEntries(a: DenseMatrix | CsrMatrix): void {
  if (typeof a === 'object' && a !== null && isSparse(a)) checkCsr(a, 'a');
  else checkMatrix(a, 'a');
}

/** The size of a square matrix `a`, checked; of a function, the size that is given with it. */
export function checkSquare(a: DenseMatrix | CsrMatrix | LinearOperator, size?: number): number {
  if (typeof a === 'function') {
    checkInteger(size, 'size', { min: 1 });
    return size;
  }
  checkEntries(a);
  const expected = size ?? a.rows;
  if (a.rows !== expected || a.cols !== expected) {
    const problem =
      size === undefined
        ? `must be square, got ${a.rows}x${a.cols}`
        : `expected ${size}x${size}, as b is long, got ${a.rows}x${a.cols}`;
    throw new InvalidInputError(problem, { argument: 'a', code: 'shape' });
  }
  return a.rows;
}

/** What a matrix takes of a workspace. */
export function sizesOf(a: DenseMatrix | CsrMatrix | LinearOperator): WorkspaceSizes {
  if (typeof a === 'function') return {};
  const float64 = [a.values.length];
  return isSparse(a) ? { float64, int32: [a.rowPointers.length, a.columnIndices.length] } : { float64 };
}

/** Multiplication by A with the kernels, on vectors of the workspace. */
export function multiplication(
  workspace: Workspace,
  a: DenseMatrix | CsrMatrix | LinearOperator,
): LinearOperator {
  return products(workspace, a).multiply;
}

/** Products with a matrix that is on the workspace once. */
export interface MatrixProducts {
  /** out <- A x */
  readonly multiply: LinearOperator;
  /** out <- A' x; of a function, the function itself */
  readonly multiplyTransposed: LinearOperator;
}

/** Multiplication by A and by its transpose with the kernels, on vectors of the workspace. */
export function products(workspace: Workspace, a: DenseMatrix | CsrMatrix | LinearOperator): MatrixProducts {
  if (typeof a === 'function') return { multiply: a, multiplyTransposed: a };
  const { rows, cols } = a;
  const values = workspace.float64From(a.values).byteOffset;
  if (!isSparse(a)) {
    return {
      multiply: (x, out) =>
        workspace.parallel(linalgKernels, 'gemv', { items: rows, block: 64 }, (from, to) => {
          return [from, to, cols, values, x.byteOffset, out.byteOffset];
        }),
      multiplyTransposed: (x, out) =>
        workspace.parallel(linalgKernels, 'gemvTransposed', { items: cols, block: 512 }, (from, to) => {
          return [from, to, rows, cols, values, x.byteOffset, out.byteOffset];
        }),
    };
  }
  const pointers = workspace.int32From(a.rowPointers).byteOffset;
  const indices = workspace.int32From(a.columnIndices).byteOffset;
  return {
    multiply: (x, out) =>
      workspace.parallel(linalgKernels, 'csrGemv', { items: rows, block: 4096 }, (from, to) => {
        return [from, to, pointers, indices, values, x.byteOffset, out.byteOffset];
      }),
    multiplyTransposed: (x, out) =>
      workspace
        .kernels(linalgKernels)
        .csrGemvTransposed(0, cols, rows, pointers, indices, values, x.byteOffset, out.byteOffset),
  };
}
