// LU factorisation with partial pivoting: recursive, so that nearly all of the work is in matrix products.
//
// G. Golub, C. Van Loan: Matrix Computations, 3.4.
import type { MatrixLike } from '@infimum/core';
import { checkInteger, checkNumbers, fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { checkRecord } from '../check-record.ts';
import { asRightSide, asSquare, isVector } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import type { Layout } from '../webassembly/layout.ts';
import { int32, layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH } from '../webassembly/linalg-kernels.ts';
import { LU_PANEL, luKernels } from '../webassembly/lu-kernels.ts';
import { matrixPlace, placedProduct } from '../webassembly/matrix-places.ts';
import { solveTriangular } from './triangular.ts';

/** P A = L U. */
export interface LuFactors {
  /** U in the upper triangle; L, whose diagonal is one, below it. */
  readonly lu: DenseMatrix;
  /** Row i of P A is row `permutation[i]` of A. */
  readonly permutation: Int32Array;
  /** Whether an odd number of rows was swapped. */
  readonly isOdd: boolean;
}

/**
 * The LU factorisation of a square matrix, with the largest entry of each column as its pivot. Time 2 n³/3. A singular
 * matrix has factors too, with a zero on the diagonal of U.
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index
 *
 * @example
 * ```ts
 * import { lu, matrixFromRows, solveLu } from '@infimum/linalg';
 *
 * const factors = lu(matrixFromRows([[0, 2], [4, 8]]));
 * console.log(solveLu(factors, new Float64Array([4, 20])).join(' ')); // 1 2
 * ```
 */
export function lu(a: MatrixLike): LuFactors {
  const matrix = asSquare(a);
  const { rows: size } = matrix;
  using memory = layout(plansOfLu(matrix.values, size));
  const factors = factorInPlace(memory, size);
  return { lu: { rows: size, cols: size, values: memory.matrix.slice() }, ...factors };
}

/** What a factorisation takes of a workspace: the matrix, and room for panels, products and pivots. */
function plansOfLu(matrix: Float64Array, size: number) {
  return { matrix, packed: scratch(LU_PANEL * (size + 1)), gemmScratch: scratch(GEMM_SCRATCH), pivots: int32(size) };
}

/**
 * Replaces a matrix by its factors: columns are halved until panels are narrow; the right half waits for the left one, and nearly all
 * of the work is in products.
 *
 * S. Toledo: Locality of reference in LU decomposition with partial pivoting (1997).
 */
function factorInPlace(
  { workspace, matrix, packed, gemmScratch, pivots }: Layout<ReturnType<typeof plansOfLu>>,
  size: number,
): Pick<LuFactors, 'permutation' | 'isOdd'> {
  const { luPanel, swapRows, solveUnitLower } = workspace.kernels(luKernels);
  const at = (i: number, j: number): number => matrix.byteOffset + 8 * (i * size + j);
  /** C <- C - A B, with C of `rows` rows from `row` on and columns from `from` to `to`, and A from column `start` on. */
  const subtract = (row: number, rows: number, start: number, from: number, to: number): void => {
    placedProduct(workspace, {
      rows,
      cols: to - from,
      inner: row - start,
      alpha: -1,
      a: matrixPlace(matrix, size, row * size + start),
      b: matrixPlace(matrix, size, start * size + from),
      beta: 1,
      c: matrixPlace(matrix, size, row * size + from),
      scratch: gemmScratch,
    });
  };
  /** Rows from `start` to `end` of the columns from `from` to `to`, solved for with the unit triangle to their left. */
  const solveRows = (start: number, end: number, from: number, to: number): void => {
    if (end - start <= LU_PANEL) {
      solveUnitLower(end - start, to - from, at(start, start), size, at(start, from), size);
      return;
    }
    const middle = halfway(start, end);
    solveRows(start, middle, from, to);
    subtract(middle, end - middle, start, from, to);
    solveRows(middle, end, from, to);
  };
  const factorColumns = (start: number, end: number): void => {
    if (end - start <= LU_PANEL) {
      const place = pivots.byteOffset + 4 * start;
      luPanel(start, size - start, end - start, at(start, start), size, place, packed.byteOffset);
      return;
    }
    const middle = halfway(start, end);
    factorColumns(start, middle);
    swapRows(start, middle, end - middle, at(0, middle), size, pivots.byteOffset);
    solveRows(start, middle, middle, end);
    subtract(middle, size - middle, start, middle, end);
    factorColumns(middle, end);
    swapRows(middle, end, middle - start, at(0, start), size, pivots.byteOffset);
  };
  factorColumns(0, size);
  const permutation = Int32Array.from({ length: size }, (_, i) => i);
  let isOdd = false;
  for (const [k, other] of pivots.entries()) {
    if (other === k) continue;
    [permutation[k], permutation[other]] = [permutation[other], permutation[k]];
    isOdd = !isOdd;
  }
  return { permutation, isOdd };
}

/** Half of a range, in whole panels. */
function halfway(start: number, end: number): number {
  return start + LU_PANEL * Math.ceil((end - start) / (2 * LU_PANEL));
}

/**
 * Solves A X = B column by column for a matrix that is neither checked nor kept: the factors stay where they were made, and A takes
 * their place again for the residuals.
 *
 * @returns X, and the largest |b - A x| over |A| |x| + |b| in norms of the largest entry; or the place of a pivot that is zero
 */
export function solveByLu(
  { rows: size, values }: DenseMatrix,
  b: DenseMatrix,
  judged = b.cols,
): { readonly x: DenseMatrix; readonly backwardError: number } | number {
  using memory = layout({
    ...plansOfLu(values, size),
    column: size,
    products: size,
    magnitudes: size,
    sums: scratch(LU_PANEL),
  });
  const { workspace, matrix, column, products, magnitudes } = memory;
  const { permutation } = factorInPlace(memory, size);
  for (let k = 0; k < size; k++) if (matrix[k * size + k] === 0) return k;
  const { substituteUnitLower, substituteUpper, productsAndSizes } = workspace.kernels(luKernels);
  const sums = memory.sums.byteOffset;
  const { cols } = b;
  const x = new Float64Array(size * cols);
  for (let c = 0; c < cols; c++) {
    for (let i = 0; i < size; i++) column[i] = b.values[permutation[i] * cols + c];
    substituteUnitLower(size, matrix.byteOffset, size, column.byteOffset, sums);
    substituteUpper(size, matrix.byteOffset, size, column.byteOffset, sums);
    for (let i = 0; i < size; i++) x[i * cols + c] = column[i];
  }
  matrix.set(values);
  let backwardError = 0;
  for (let c = 0; c < judged; c++) {
    for (let i = 0; i < size; i++) column[i] = x[i * cols + c];
    productsAndSizes(size, size, matrix.byteOffset, column.byteOffset, products.byteOffset, magnitudes.byteOffset);
    let [rest, most] = [0, 0];
    for (let i = 0; i < size; i++) {
      const right = b.values[i * cols + c];
      rest = Math.max(rest, Math.abs(right - products[i]));
      most = Math.max(most, Math.abs(right) + magnitudes[i]);
    }
    const ratio = rest === 0 ? 0 : rest / most;
    backwardError = Math.max(backwardError, Number.isNaN(ratio) ? Infinity : ratio);
  }
  return { x: { rows: size, cols, values: x }, backwardError };
}

/**
 * Solves A x = b by the factors of A. Time 2 n² for each right-hand side; many of them by products of matrices.
 *
 * @param factors - the result of `lu(a)`, for A of shape n x n
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
 * @throws {InvalidInputError} for a b that does not fit; `out-of-range` with the place of a zero pivot
 *
 * @example
 * ```ts
 * import { lu, matrixFromRows, solveLu } from '@infimum/linalg';
 *
 * console.log(solveLu(lu(matrixFromRows([[0, 2], [4, 1]])), Float64Array.of(6, 7)).join(' ')); // 1 3
 * ```
 */
export function solveLu<B extends RightSide>(factors: LuFactors, b: B): SolutionFor<B> {
  const { values, size } = checkedFactors(factors);
  const right = asRightSide(b, size);
  const { cols } = right;
  for (let i = 0; i < size; i++) {
    if (values[i * size + i] !== 0) continue;
    throw fault(`is singular: pivot ${i} is zero`, 'factors', 'out-of-range', i);
  }
  if (isVector(b)) return substituted(factors, right.values) as SolutionFor<B>;
  const permuted = new Float64Array(size * cols);
  for (let i = 0; i < size; i++) {
    const row = factors.permutation[i] * cols;
    permuted.set(right.values.subarray(row, row + cols), i * cols);
  }
  const unit = { ...factors.lu, values: values.slice() };
  for (let i = 0; i < size; i++) unit.values[i * size + i] = 1;
  const half = solveTriangular(unit, { rows: size, cols, values: permuted });
  return solveTriangular(factors.lu, half, { triangle: 'upper' }) as SolutionFor<B>;
}

/** One right-hand side, along the rows of the factors. */
function substituted({ lu, permutation }: LuFactors, b: Float64Array): Float64Array {
  const { rows: size, values } = lu;
  const x = Float64Array.from(permutation, (row) => b[row]);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0; j < i; j++) sum += values[i * size + j] * x[j];
    x[i] -= sum;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = 0;
    for (let j = i + 1; j < size; j++) sum += values[i * size + j] * x[j];
    x[i] = (x[i] - sum) / values[i * size + i];
  }
  return x;
}

/**
 * The determinant: the product of the pivots, with the sign of the permutation. It may over- or underflow. Time 2 n³/3, n
 * for factors.
 *
 * @param a - a square matrix, or the result of `lu` for it
 * @throws {InvalidInputError} `shape` for a matrix that is not square
 *
 * @example
 * ```ts
 * import { determinant } from '@infimum/linalg';
 *
 * console.log(determinant([[0, 2], [4, 1]])); // -8
 * ```
 */
export function determinant(a: MatrixLike | LuFactors): number {
  const factors = isFactors(a) ? a : lu(a);
  const { values, size } = checkedFactors(factors);
  let product = factors.isOdd ? -1 : 1;
  for (let i = 0; i < size; i++) product *= values[i * size + i];
  return product;
}

/** The sign of a determinant and the natural logarithm of its absolute value. */
export interface LogDeterminant {
  /** 1, -1, or 0 for a singular matrix. */
  readonly sign: number;
  /** ln |det A|, -Infinity for a singular matrix. */
  readonly logarithm: number;
}

/**
 * The determinant as sign and logarithm, which neither over- nor underflows. Time as `determinant`.
 *
 * @param a - a square matrix, or the result of `lu` for it
 * @throws {InvalidInputError} `shape` for a matrix that is not square
 *
 * @example
 * ```ts
 * import { slogdet } from '@infimum/linalg';
 *
 * const { sign, logarithm } = slogdet([[0, 1e200], [1e200, 0]]);
 * console.log(sign, logarithm.toFixed(6)); // -1 921.034037
 * ```
 */
export function slogdet(a: MatrixLike | LuFactors): LogDeterminant {
  const factors = isFactors(a) ? a : lu(a);
  const { values, size } = checkedFactors(factors);
  let sign = factors.isOdd ? -1 : 1;
  let logarithm = 0;
  for (let i = 0; i < size; i++) {
    const pivot = values[i * size + i];
    if (pivot === 0) return { sign: 0, logarithm: -Infinity };
    if (pivot < 0) sign = -sign;
    logarithm += portableLog(Math.abs(pivot));
  }
  return { sign, logarithm };
}

function isFactors(a: MatrixLike | LuFactors): a is LuFactors {
  return typeof a === 'object' && a !== null && 'lu' in a;
}

/** The factors in one array, checked for being some. */
function checkedFactors(factors: LuFactors): { readonly values: Float64Array; readonly size: number } {
  checkRecord(factors, 'factors', 'lu', ['lu', 'permutation']);
  checkRecord(factors.lu, 'factors', 'lu', ['values']);
  const { rows, values } = factors.lu;
  checkInteger(rows, 'factors.lu.rows', { min: 0 });
  checkNumbers(values, 'factors.lu.values');
  checkNumbers(factors.permutation, 'factors.permutation');
  if (values.length !== rows * rows || factors.permutation.length !== rows) {
    throw fault('is not a result of lu', 'factors', 'shape');
  }
  return { values, size: rows };
}
