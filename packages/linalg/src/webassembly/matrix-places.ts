// Products of matrices that lie on a workspace: what `gemm` and `syrk` take, by names.
import { GEMM_SCRATCH, linalgKernels } from './linalg-kernels.ts';
import type { Workspace } from './workspace.ts';

/** Where a matrix lies on a workspace. */
export interface MatrixPlace {
  /** The byte offset of its first entry. */
  readonly at: number;
  /** From one row to the next, in numbers. */
  readonly row: number;
  /** From one column to the next, in numbers. */
  readonly column: number;
}

/**
 * The place of a matrix whose rows lie one after the other.
 *
 * @param array - where its numbers are
 * @param row - from one row to the next, in numbers
 * @param first - the place of its first entry in the array
 */
export function matrixPlace(array: Float64Array, row: number, first = 0): MatrixPlace {
  return { at: array.byteOffset + 8 * first, row, column: 1 };
}

/** The place of the transposed matrix, which is the same. */
export function transposedPlace({ at, row, column }: MatrixPlace): MatrixPlace {
  return { at, row: column, column: row };
}

/** C <- alpha A B + beta C. */
export interface PlacedProduct {
  /** Rows of A and C. */
  readonly rows: number;
  /** Columns of B and C. */
  readonly cols: number;
  /** Columns of A and rows of B. */
  readonly inner: number;
  /** A. */
  readonly a: MatrixPlace;
  /** B. */
  readonly b: MatrixPlace;
  /** C, whose rows lie one after the other. */
  readonly c: MatrixPlace;
  /** 1 by default. */
  readonly alpha?: number;
  /** 0 by default: C is not read then. */
  readonly beta?: number;
  /** Room for GEMM_SCRATCH numbers for each thread of the workspace, or its byte offset. */
  readonly scratch: number | Float64Array;
}

/**
 * The product of two matrices on a workspace, on all of its threads. Time O(rows cols inner).
 *
 * @example
 * ```ts
 * import { GEMM_SCRATCH, layout, matrixPlace, placedProduct, scratch } from '@infimum/linalg/kernels';
 *
 * using memory = layout({ x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(1, 10), out: 2, room: scratch(GEMM_SCRATCH) });
 * placedProduct(memory.workspace, {
 *   rows: 2,
 *   cols: 1,
 *   inner: 2,
 *   a: matrixPlace(memory.x, 2),
 *   b: matrixPlace(memory.y, 1),
 *   c: matrixPlace(memory.out, 1),
 *   scratch: memory.room,
 * });
 * console.log(memory.out.join(' ')); // 21 43
 * ```
 */
export function placedProduct(workspace: Workspace, product: PlacedProduct): void {
  const { rows, cols, inner, a, b, c, alpha = 1, beta = 0, scratch } = product;
  const room = offsetOf(scratch);
  if (workspace.threads === 1) {
    const { gemm } = workspace.kernels(linalgKernels);
    gemm(0, rows, cols, inner, alpha, a.at, a.row, a.column, b.at, b.row, b.column, beta, c.at, c.row, room);
    return;
  }
  workspace.parallel(linalgKernels, 'gemm', { items: rows, block: ROWS }, (from, to, thread) => {
    const own = room + 8 * thread * GEMM_SCRATCH;
    const [left, right] = [[a.at, a.row, a.column] as const, [b.at, b.row, b.column] as const];
    return [from, to, cols, inner, alpha, ...left, ...right, beta, c.at, c.row, own];
  });
}

/** The lower triangle of C <- alpha A A' + beta C. */
export interface PlacedGram extends Omit<PlacedProduct, 'b' | 'cols'> {
  /** Rows that one of several threads computes at a time. */
  readonly block?: number;
}

/** The inner products of all rows of a matrix on a workspace, on all of its threads: half of a product. */
export function placedGram(workspace: Workspace, gram: PlacedGram): void {
  const { rows, inner, a, c, alpha = 1, beta = 0, scratch, block = ROWS } = gram;
  const room = offsetOf(scratch);
  if (workspace.threads === 1) {
    const { syrk } = workspace.kernels(linalgKernels);
    syrk(0, rows, inner, alpha, a.at, a.row, a.column, beta, c.at, c.row, room);
    return;
  }
  workspace.parallel(linalgKernels, 'syrk', { items: rows, block }, (from, to, thread) => {
    const own = room + 8 * thread * GEMM_SCRATCH;
    return [from, to, inner, alpha, a.at, a.row, a.column, beta, c.at, c.row, own];
  });
}

/** Rows that one of several threads computes at a time. */
const ROWS = 192;

function offsetOf(scratch: number | Float64Array): number {
  return typeof scratch === 'number' ? scratch : scratch.byteOffset;
}
