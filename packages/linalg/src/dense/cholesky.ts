// The Cholesky factorisation A = L L' of a symmetric positive definite matrix, and solving with it.
import type { MatrixLike } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { TURN, withoutTurns } from '../turns.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedGram } from '../webassembly/matrix-places.ts';
import type { Threading } from '../webassembly/thread-pool.ts';
import { threadsOption } from '../webassembly/thread-pool.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import { solveTriangular } from './triangular.ts';

/** Columns that are factored before the rest of the matrix is updated by a matrix product. */
const BLOCK = 64;

/**
 * The Cholesky factor: the lower triangular L with positive diagonal and A = L L'. Only the lower triangle of A is
 * read. Time O(n³/3), nearly all of it in matrix products.
 *
 * Right-looking and blocked: factor a diagonal block, solve for the rows below it, and subtract their product
 * from what remains (G. Golub, C. Van Loan: Matrix Computations, 4.2).
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square; `out-of-range` with the index of the pivot
 *   for one that is not positive definite
 *
 * @example
 * ```ts
 * import { cholesky, matrixFromRows } from '@infimum/linalg';
 *
 * const factor = cholesky(matrixFromRows([[4, 2], [2, 10]]));
 * console.log(Array.from(factor.values).join(' ')); // 2 0 1 3
 * ```
 */
export function cholesky(a: MatrixLike, options: Threading = {}): DenseMatrix {
  return withoutTurns(choleskyInTurns(a, options));
}

/** As `cholesky`, with pauses. */
export function* choleskyInTurns(a: MatrixLike, options: Threading = {}): Generator<undefined, DenseMatrix> {
  const { threads } = resolveOptions(threadsOption, options);
  const matrix = asSquare(a);
  const { rows: size, values } = matrix;
  using memory = layout({ factor: values, gemmScratch: scratch(threads * GEMM_SCRATCH) }, { threads });
  const { workspace, factor, gemmScratch } = memory;
  let work = 0;
  for (let start = 0; start < size; start += BLOCK) {
    if (work > TURN) {
      work = 0;
      yield;
    }
    const pivot = factorColumns(workspace, factor, size, gemmScratch, start);
    if (pivot >= 0) throw fault(`is not positive definite: pivot ${pivot} is not positive`, 'a', 'out-of-range', pivot);
    work += (BLOCK * (size - start) ** 2) / 2;
  }
  for (let i = 0; i < size; i++) factor.fill(0, i * size + i + 1, (i + 1) * size);
  return { rows: size, cols: size, values: factor.slice() };
}

/**
 * Solves A x = b by the Cholesky factor of A. Time O(n²) for each column of b.
 *
 * @param factor - the result of `cholesky`
 * @param b - a vector, or a matrix with a right-hand side in each column
 * @throws {InvalidInputError} for shapes that do not fit
 *
 * @example
 * ```ts
 * import { cholesky, matrixFromRows, solveCholesky } from '@infimum/linalg';
 *
 * const factor = cholesky(matrixFromRows([[4, 2], [2, 10]]));
 * console.log(solveCholesky(factor, new Float64Array([8, 22])).join(' ')); // 1 2
 * ```
 */
export function solveCholesky<B extends RightSide>(factor: MatrixLike, b: B): SolutionFor<B> {
  const half: RightSide = solveTriangular(factor, b);
  return solveTriangular(factor, half, { transposed: true }) as SolutionFor<B>;
}

/**
 * Replaces the lower triangle of a matrix by its Cholesky factor, for solvers that factor many matrices.
 * Allocates nothing and checks nothing.
 *
 * @param workspace - where the matrix lies; its threads are used
 * @param matrix - size x size, row by row
 * @param size - number of rows
 * @param gemmScratch - room for GEMM_SCRATCH numbers for each thread, or its byte offset
 * @returns the index of the first pivot that is not positive, or -1
 *
 * @example
 * ```ts
 * import { factorInPlace, GEMM_SCRATCH, layout, scratch } from '@infimum/linalg/kernels';
 *
 * using memory = layout({ matrix: Float64Array.of(4, 0, 2, 10), room: scratch(GEMM_SCRATCH) });
 * const { workspace, matrix, room } = memory;
 * console.log(factorInPlace(workspace, matrix, 2, room), matrix.join(' ')); // -1 2 0 1 3
 * ```
 */
export function factorInPlace(
  workspace: Workspace,
  matrix: Float64Array,
  size: number,
  gemmScratch: number | Float64Array,
): number {
  for (let start = 0; start < size; start += BLOCK) {
    const pivot = factorColumns(workspace, matrix, size, gemmScratch, start);
    if (pivot >= 0) return pivot;
  }
  return -1;
}

/** Factors the columns of one block and takes their product from what remains; the pivot that is not positive, or -1. */
function factorColumns(
  workspace: Workspace,
  matrix: Float64Array,
  size: number,
  gemmScratch: number | Float64Array,
  start: number,
): number {
  const { choleskyBlock, solveLowerRows } = workspace.kernels(linalgKernels);
  const at = (i: number, j: number): number => matrix.byteOffset + 8 * (i * size + j);
  const width = Math.min(BLOCK, size - start);
  const end = start + width;
  const pivot = choleskyBlock(width, at(start, start), size);
  if (pivot >= 0) return start + pivot;
  const rest = size - end;
  if (rest === 0) return -1;
  solveLowerRows(0, rest, width, at(start, start), size, at(end, start), size);
  placedGram(workspace, {
    rows: rest,
    inner: width,
    alpha: -1,
    a: matrixPlace(matrix, size, end * size + start),
    beta: 1,
    c: matrixPlace(matrix, size, end * size + end),
    scratch: gemmScratch,
    block: 96,
  });
  return -1;
}
