// A matrix as what multiplies a vector: dense, sparse, or a function; and products with it on a workspace.
import { checkFunction, checkInteger, InvalidInputError } from '@infimum/core';
import { checkDense } from './check-dense.ts';
import type { DenseMatrix } from './dense/dense-matrix.ts';
import { powerOfTwoNear } from './power-of-two.ts';
import type { CsrMatrix } from './sparse/csr-matrix.ts';
import { checkCsr } from './sparse/csr-matrix.ts';
import { transposed } from './sparse/csr-transpose.ts';
import { linalgKernels } from './webassembly/linalg-kernels.ts';
import type { Workspace, WorkspaceSizes } from './webassembly/workspace.ts';

/** A linear map as a function: writes its value at `x` to `out`, and keeps neither. */
export type LinearOperator = (x: Float64Array, out: Float64Array) => void;

/** A linear map by its shape and its products. */
export interface ProductOperator {
  /** Number of rows of A. */
  readonly rows: number;
  /** Number of columns of A. */
  readonly cols: number;
  /** out <- A x; keeps neither argument */
  apply(x: Float64Array, out: Float64Array): void;
}

/** A linear map of any shape as two functions, which write their value to `out` and keep neither argument. */
export interface LinearMap extends ProductOperator {
  /** out <- A' y */
  applyTransposed(y: Float64Array, out: Float64Array): void;
}

/** Whether a map is given by functions. */
export function isLinearMap<Map extends ProductOperator>(
  a: DenseMatrix | CsrMatrix | LinearOperator | Map,
): a is Map {
  return typeof a === 'object' && a !== null && 'apply' in a;
}

/**
 * Checks a map that is given by functions.
 *
 * @throws {InvalidInputError} naming a part of the argument `a`
 */
export function checkLinearMap(a: LinearMap): void {
  checkProductOperator(a);
  checkFunction(a.applyTransposed, 'a.applyTransposed');
}

/**
 * Checks what multiplies.
 *
 * @throws {InvalidInputError} naming a part of the argument `a`
 */
export function checkProductOperator(a: ProductOperator): void {
  checkInteger(a.rows, 'a.rows', { min: 0 });
  checkInteger(a.cols, 'a.cols', { min: 0 });
  checkFunction(a.apply, 'a.apply');
}

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
  else checkDense(a, 'a');
}

/** The size of a square matrix `a`, checked; of a function, the size that is given with it. */
export function checkSquare(a: DenseMatrix | CsrMatrix | LinearOperator, size?: number): number {
  if (typeof a === 'function') {
    checkInteger(size, 'size', { min: 0 });
    return size;
  }
  checkEntries(a);
  checkSquareShape(a, size);
  return a.rows;
}

/** Checks that what has rows and columns is square, and of the size that b is long. */
export function checkSquareShape(a: { readonly rows: number; readonly cols: number }, size?: number): void {
  const expected = size ?? a.rows;
  if (a.rows === expected && a.cols === expected) return;
  const problem =
    size === undefined
      ? `must be square, got ${a.rows}x${a.cols}`
      : `expected ${size}x${size}, as b is long, got ${a.rows}x${a.cols}`;
  throw new InvalidInputError(problem, { argument: 'a', code: 'shape' });
}

/** A matrix over a power of two where its entries are extreme, so that no norm of a product over- or underflows. */
export function scaledOperand<A extends DenseMatrix | CsrMatrix | LinearOperator>(
  a: A,
): { readonly matrix: A; readonly scale: number } {
  const scale = typeof a === 'function' ? 1 : powerOfTwoNear(a.values);
  if (typeof a === 'function' || (scale > 2 ** -400 && scale < 2 ** 400)) return { matrix: a, scale: 1 };
  return { matrix: { ...a, values: a.values.map((value) => value / scale) }, scale };
}

/** What a matrix takes of a workspace; a sparse one with its transpose twice as much. */
export function sizesOf(
  a: DenseMatrix | CsrMatrix | LinearOperator | LinearMap,
  withTranspose = false,
): WorkspaceSizes {
  if (typeof a === 'function' || isLinearMap(a)) return {};
  if (!isSparse(a)) return { float64: [a.values.length] };
  const once = { float64: [a.values.length], int32: [a.rowPointers.length, a.columnIndices.length] };
  if (!withTranspose) return once;
  return {
    float64: [...once.float64, a.values.length],
    int32: [...once.int32, a.cols + 1, a.columnIndices.length],
  };
}

/** Multiplication by A with the kernels, on vectors of the workspace. */
export function multiplication(
  workspace: Workspace,
  a: DenseMatrix | CsrMatrix | LinearOperator,
): LinearOperator {
  if (typeof a === 'function') return a;
  return isSparse(a) ? sparseProduct(workspace, a) : denseProducts(workspace, a).multiply;
}

/** Products with a matrix that is on the workspace. */
export interface MatrixProducts {
  /** out <- A x */
  readonly multiply: LinearOperator;
  /** out <- A' x; of a function, the function itself */
  readonly multiplyTransposed: LinearOperator;
}

/**
 * Multiplication by A and by its transpose with the kernels, on vectors of the workspace, which has room for
 * `sizesOf(a, true)`. The transpose of a sparse matrix is stored: its rows can be dealt out to threads, and even on one
 * they are quicker to add up than to scatter.
 */
export function products(
  workspace: Workspace,
  a: DenseMatrix | CsrMatrix | LinearOperator | LinearMap,
): MatrixProducts {
  if (typeof a === 'function') return { multiply: a, multiplyTransposed: a };
  if (isLinearMap(a)) {
    return {
      multiply: (x, out) => a.apply(x, out),
      multiplyTransposed: (y, out) => a.applyTransposed(y, out),
    };
  }
  if (!isSparse(a)) return denseProducts(workspace, a);
  return {
    multiply: sparseProduct(workspace, a),
    multiplyTransposed: sparseProduct(workspace, transposed(a)),
  };
}

function denseProducts(workspace: Workspace, { rows, cols, values }: DenseMatrix): MatrixProducts {
  const address = workspace.float64From(values).byteOffset;
  return {
    multiply: (x, out) =>
      workspace.parallel(linalgKernels, 'gemv', { items: rows, block: 64 }, (from, to) => {
        return [from, to, cols, address, x.byteOffset, out.byteOffset];
      }),
    multiplyTransposed: (x, out) =>
      workspace.parallel(linalgKernels, 'gemvTransposed', { items: cols, block: 512 }, (from, to) => {
        return [from, to, rows, cols, address, x.byteOffset, out.byteOffset];
      }),
  };
}

function sparseProduct(
  workspace: Workspace,
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
): LinearOperator {
  const entries = workspace.float64From(values).byteOffset;
  const pointers = workspace.int32From(rowPointers).byteOffset;
  const indices = workspace.int32From(columnIndices).byteOffset;
  return (x, out) =>
    workspace.parallel(linalgKernels, 'csrGemv', { items: rows, block: 4096 }, (from, to) => {
      return [from, to, pointers, indices, entries, x.byteOffset, out.byteOffset];
    });
}
