// Solving with a triangular matrix, by forward and backward substitution.
import type { MatrixLike, OptionSpecs, OptionsOf, ResolvedOptions } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { asRightSide, asSquare, isVector } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct } from '../webassembly/matrix-places.ts';
import { threadsOption } from '../webassembly/thread-pool.ts';

/** Which triangular system is meant. */
export const triangularOptions = {
  triangle: {
    type: 'choice',
    choices: ['lower', 'upper'],
    default: 'lower',
    was: 'upper',
    description: 'Which triangle of T is used',
  },
  transposed: { type: 'boolean', default: false, description: "Solve T' x = b instead of T x = b" },
} as const satisfies OptionSpecs;

const solveTriangularOptions = { ...triangularOptions, ...threadsOption } as const satisfies OptionSpecs;

/** Options of `solveTriangular`. */
export type SolveTriangularOptions = OptionsOf<typeof solveTriangularOptions>;

/** Rows that are solved for before the rest is updated by a matrix product. */
const BLOCK = 64;

/**
 * Solves T x = b for a triangular T, of which the other triangle is not read. Time O(n²) for each column of b.
 *
 * @param t - a square matrix
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
export function solveTriangular<B extends RightSide>(
  t: MatrixLike,
  b: B,
  options: SolveTriangularOptions = {},
): SolutionFor<B> {
  const resolved = resolveOptions(solveTriangularOptions, options);
  const matrix = asTriangle(t);
  const right = asRightSide(b, matrix.rows);
  if (!isVector(b)) return solveColumns(matrix, right, resolved) as SolutionFor<B>;
  return substitute(matrix, right.values, resolved) as SolutionFor<B>;
}
type System = ResolvedOptions<typeof solveTriangularOptions>;

/** One right-hand side, along the rows of T: a single pass over T, which a copy would only delay. */
function substitute({ rows: size, values }: DenseMatrix, b: Float64Array, { triangle, transposed }: System): Float64Array {
  const x = b.slice();
  const upper = triangle === 'upper';
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
  { triangle, transposed, threads }: System,
): DenseMatrix {
  const { cols } = b;
  using memory = layout({ matrix: values, solution: b.values, gemmScratch: scratch(threads * GEMM_SCRATCH) }, { threads });
  const { workspace, matrix, solution, gemmScratch } = memory;
  const { axpy } = workspace.kernels(linalgKernels);
  // T_ij as the equations have it, transposed or not.
  const rowStride = transposed ? 1 : size;
  const columnStride = transposed ? size : 1;
  const rowOf = (i: number): number => solution.byteOffset + 8 * i * cols;
  const forward = (triangle === 'upper') === transposed;
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
    const at = matrix.byteOffset + 8 * (from * rowStride + start * columnStride);
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

function asTriangle(t: MatrixLike): DenseMatrix {
  const triangular = asSquare(t, 't');
  const { rows, values } = triangular;
  for (let i = 0; i < rows; i++) {
    if (values[i * rows + i] !== 0) continue;
    throw fault(`is singular: zero at place ${i} of the diagonal`, 't', 'out-of-range', i);
  }
  return triangular;
}
