// Linear operators: a dense or sparse matrix, or a function that multiplies; and their products on a workspace.
import { checkFunction, checkInteger, fault } from '@infimum/core';
import { asStored, checkSquareShape, isSparse, preparedPlaces } from './inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix } from './matrices.ts';
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
export function isLinearMap<Map extends ProductOperator>(a: AnyMatrix | LinearOperator | Map): a is Map {
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

/** A square matrix, or a function of the size that is given with it; and that size. */
export function asSquareOperand(
  a: AnyMatrix | LinearOperator,
  size?: number,
): { readonly operand: DenseMatrix | CsrMatrix | LinearOperator; readonly size: number } {
  if (typeof a === 'function') {
    checkInteger(size, 'size', { min: 0 });
    return { operand: a, size };
  }
  const operand = asStored(a);
  checkFits(operand, size);
  return { operand, size: operand.rows };
}

/** Checks that what has rows and columns is square, and of the size that b is long. */
export function checkFits(a: { readonly rows: number; readonly cols: number }, size?: number): void {
  if (size === undefined) checkSquareShape(a);
  else if (a.rows !== size || a.cols !== size) {
    throw fault(`expected ${size}x${size}, the length of b, got ${a.rows}x${a.cols}`, 'a', 'shape');
  }
}

/** What a matrix takes of a workspace, and where it lies already; a sparse one with its transpose takes twice as much. */
export function sizesOf(a: DenseMatrix | CsrMatrix | LinearOperator | LinearMap, withTranspose = false): WorkspaceSizes {
  if (typeof a === 'function' || isLinearMap(a)) return {};
  const within = preparedPlaces.get(a)?.workspace;
  if (!isSparse(a)) return { float64: [a.values.length], within };
  const once = { float64: [a.values.length], int32: [a.rowPointers.length, a.columnIndices.length], within };
  if (!withTranspose) return once;
  return { float64: [...once.float64, a.values.length], int32: [...once.int32, a.cols + 1, a.columnIndices.length], within };
}

/** Multiplication by A with the kernels, on vectors of the workspace. */
export function multiplication(workspace: Workspace, a: DenseMatrix | CsrMatrix | LinearOperator): LinearOperator {
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
 * `sizesOf(a, true)`. The transpose of a sparse matrix is stored: its rows can be distributed to threads, and even on one
 * thread summing rows is faster than scattering.
 */
export function products(workspace: Workspace, a: DenseMatrix | CsrMatrix | LinearOperator | LinearMap): MatrixProducts {
  if (typeof a === 'function') return { multiply: a, multiplyTransposed: a };
  if (isLinearMap(a)) {
    return { multiply: (x, out) => a.apply(x, out), multiplyTransposed: (y, out) => a.applyTransposed(y, out) };
  }
  if (!isSparse(a)) return denseProducts(workspace, a);
  return {
    multiply: sparseProduct(workspace, a),
    multiplyTransposed: sparseProduct(workspace, preparedPlaces.get(a)?.transpose ?? transposed(a)),
  };
}

function denseProducts(workspace: Workspace, { rows, cols, values }: DenseMatrix): MatrixProducts {
  const address = workspace.addressOf(values);
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

function sparseProduct(workspace: Workspace, { rows, rowPointers, columnIndices, values }: CsrMatrix): LinearOperator {
  const [entries, pointers, indices] = [values, rowPointers, columnIndices].map((list) => workspace.addressOf(list));
  return (x, out) =>
    workspace.parallel(linalgKernels, 'csrGemv', { items: rows, block: 4096 }, (from, to) => {
      return [from, to, pointers, indices, entries, x.byteOffset, out.byteOffset];
    });
}
