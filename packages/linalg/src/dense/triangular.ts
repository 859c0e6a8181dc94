// Solving with a triangular matrix, by forward and backward substitution.
import { checkObject, InvalidInputError } from '@infimum/core';
import { checkDense, checkEntriesOf } from '../check-dense.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct } from '../webassembly/matrix-places.ts';
import type { ThreadOptions } from '../webassembly/thread-pool.ts';
import { checkThreads } from '../webassembly/thread-pool.ts';
import type { DenseMatrix } from './dense-matrix.ts';

/** Which triangle, whether it is transposed, and how many threads multiply where there are many right-hand sides. */
export interface TriangularOptions extends ThreadOptions {
  /** Use the upper triangle; the lower by default. */
  readonly upper?: boolean;
  /** Solve T' x = b; T x = b by default. */
  readonly transposed?: boolean;
}

/** Rows that are solved for before the rest is updated by a matrix product. */
const BLOCK = 64;

/**
 * Solves T x = b for a triangular T, of which the other triangle is not read. Time O(n²) for each column of b.
 *
 * @param triangle - a square matrix
 * @param b - a vector, or a matrix with a right-hand side in each column
 * @throws {InvalidInputError} for shapes that do not fit; `out-of-range` with the index for a zero on the diagonal
 *
 * @example
 * ```ts
 * import { matrixFromRows, solveTriangular } from '@infimum/linalg';
 *
 * const x = solveTriangular(matrixFromRows([[2, 0], [1, 4]]), new Float64Array([2, 9]));
 * console.log(x.join(' ')); // 1 2
 * ```
 */
export function solveTriangular<B extends Float64Array | DenseMatrix>(
  triangle: DenseMatrix,
  b: B,
  options: TriangularOptions = {},
): B {
  checkObject(options, 'options');
  checkTriangle(triangle);
  checkThreads(options.threads ?? 1);
  if (b instanceof Float64Array) {
    checkEntriesOf(b, 'b', triangle.rows);
    return substitute(triangle, b, options) as B;
  }
  checkDense(b, 'b');
  if (b.rows !== triangle.rows) {
    throw new InvalidInputError(`expected ${triangle.rows} rows, got ${b.rows}`, {
      argument: 'b',
      code: 'shape',
    });
  }
  return solveColumns(triangle, b, options) as B;
}

/** One right-hand side, along the rows of T: a single pass over T, which a copy would only delay. */
function substitute(
  { rows: size, values }: DenseMatrix,
  b: Float64Array,
  { upper = false, transposed = false }: TriangularOptions,
): Float64Array {
  const x = b.slice();
  for (let step = 0; step < size; step++) {
    const i = upper === transposed ? step : size - 1 - step;
    const row = i * size;
    const from = upper ? i + 1 : 0;
    const to = upper ? size : i;
    if (transposed) {
      x[i] /= values[row + i];
      for (let j = from; j < to; j++) x[j] -= values[row + j] * x[i];
    } else {
      let sum = 0;
      for (let j = from; j < to; j++) sum += values[row + j] * x[j];
      x[i] = (x[i] - sum) / values[row + i];
    }
  }
  return x;
}

/** Many right-hand sides: block rows of X are solved for, and their product is subtracted from the others. */
function solveColumns(
  { rows: size, values }: DenseMatrix,
  b: DenseMatrix,
  { upper = false, transposed = false, threads = 1 }: TriangularOptions,
): DenseMatrix {
  const { cols } = b;
  using memory = layout(
    { triangle: values, solution: b.values, gemmScratch: scratch(threads * GEMM_SCRATCH) },
    { threads },
  );
  const { workspace, triangle, solution, gemmScratch } = memory;
  const { axpy } = workspace.kernels(linalgKernels);
  // T_ij as the equations have it, transposed or not.
  const rowStride = transposed ? 1 : size;
  const columnStride = transposed ? size : 1;
  const rowOf = (i: number): number => solution.byteOffset + 8 * i * cols;
  const forward = upper === transposed;
  for (let done = 0; done < size; done += BLOCK) {
    const width = Math.min(BLOCK, size - done);
    const start = forward ? done : size - done - width;
    for (let step = 0; step < width; step++) {
      const i = forward ? start + step : start + width - 1 - step;
      const first = forward ? start : i + 1;
      const last = forward ? i : start + width;
      for (let j = first; j < last; j++) {
        axpy(cols, -values[i * rowStride + j * columnStride], rowOf(j), rowOf(i));
      }
      // A reciprocal would overflow for the smallest pivots.
      const pivot = values[i * size + i];
      for (let c = i * cols; c < (i + 1) * cols; c++) solution[c] /= pivot;
    }
    const from = forward ? start + width : 0;
    const rest = size - done - width;
    if (rest === 0) break;
    const at = triangle.byteOffset + 8 * (from * rowStride + start * columnStride);
    placedProduct(workspace, {
      rows: rest,
      cols,
      inner: width,
      alpha: -1,
      a: { at, row: rowStride, column: columnStride },
      b: matrixPlace(solution, cols, start * cols),
      beta: 1,
      c: matrixPlace(solution, cols, from * cols),
      scratch: gemmScratch,
    });
  }
  return { rows: size, cols, values: solution.slice() };
}

function checkTriangle(triangle: DenseMatrix): void {
  checkDense(triangle, 'triangle');
  const { rows, cols, values } = triangle;
  if (rows !== cols) {
    throw new InvalidInputError(`must be square, got ${rows}x${cols}`, {
      argument: 'triangle',
      code: 'shape',
    });
  }
  for (let i = 0; i < rows; i++) {
    if (values[i * rows + i] !== 0) continue;
    const problem = `is singular: zero at place ${i} of the diagonal`;
    throw new InvalidInputError(problem, { argument: 'triangle', code: 'out-of-range', index: i });
  }
}
