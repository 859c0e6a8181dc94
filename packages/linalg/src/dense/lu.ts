// LU factorisation with partial pivoting: blocked, so that nearly all of the work is in matrix products.
//
// G. Golub, C. Van Loan: Matrix Computations, 3.4.
import { checkInteger, checkList, InvalidInputError, portableLog } from '@infimum/core';
import { checkDense } from '../check-dense.ts';
import { checkRecord } from '../check-record.ts';
import { paddedStride } from '../padded-stride.ts';
import { GEMM_SCRATCH, type LinalgKernels, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import type { DenseMatrix } from './dense-matrix.ts';
import { checkRightSide } from './right-side.ts';
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

/** Columns that are eliminated before the rest is updated by a matrix product. */
const PANEL = 32;

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
export function lu(a: DenseMatrix): LuFactors {
  checkDense(a, 'a');
  const { rows: size, cols } = a;
  if (cols !== size) {
    throw new InvalidInputError(`must be square, got ${size}x${cols}`, { argument: 'a', code: 'shape' });
  }
  const stride = paddedStride(size);
  using workspace = Workspace.for({ float64: [size * size, PANEL * stride, GEMM_SCRATCH] });
  const { axpy, gemm } = workspace.kernels(linalgKernels);
  const matrix = workspace.float64From(a.values);
  const panel = workspace.float64(PANEL * stride);
  const scratch = workspace.scratch(GEMM_SCRATCH);
  const permutation = Int32Array.from({ length: size }, (_, i) => i);
  const at = (i: number, j: number): number => matrix.byteOffset + 8 * (i * size + j);
  let isOdd = false;
  for (let start = 0; start < size; start += PANEL) {
    const end = Math.min(size, start + PANEL);
    const swaps = factorPanel({ matrix, size, panel, stride, start, end }, axpy);
    for (const [offset, pivotRow] of swaps.entries()) {
      const k = start + offset;
      if (pivotRow === k) continue;
      swapRows(matrix, size, k, pivotRow);
      [permutation[k], permutation[pivotRow]] = [permutation[pivotRow], permutation[k]];
      isOdd = !isOdd;
    }
    for (let i = start; i < size; i++) {
      for (let k = start; k < end; k++) matrix[i * size + k] = panel[(k - start) * stride + i];
    }
    const rest = size - end;
    if (rest === 0) break;
    // U beside the panel: solve with its unit lower triangle; then the product below.
    for (let i = start + 1; i < end; i++) {
      for (let k = start; k < i; k++) axpy(rest, -matrix[i * size + k], at(k, end), at(i, end));
    }
    gemm(
      0,
      rest,
      rest,
      end - start,
      -1,
      at(end, start),
      size,
      1,
      at(start, end),
      size,
      1,
      1,
      at(end, end),
      size,
      scratch,
    );
  }
  return { lu: { rows: size, cols: size, values: matrix.slice() }, permutation, isOdd };
}

/**
 * Solves A x = b by the factors of A. Time 2 n² for each right-hand side; many of them by products of matrices.
 *
 * @param factors - what `lu(a)` gave, for A of shape n x n
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
export function solveLu<B extends Float64Array | DenseMatrix>(factors: LuFactors, b: B): B {
  const { values, size } = checkedFactors(factors);
  const { cols } = checkRightSide(b, size);
  for (let i = 0; i < size; i++) {
    if (values[i * size + i] !== 0) continue;
    const problem = `is singular: pivot ${i} is zero`;
    throw new InvalidInputError(problem, { argument: 'factors', code: 'out-of-range', index: i });
  }
  if (b instanceof Float64Array) return substituted(factors, b) as B;
  const permuted = new Float64Array(size * cols);
  for (let i = 0; i < size; i++) {
    const row = factors.permutation[i] * cols;
    permuted.set((b as DenseMatrix).values.subarray(row, row + cols), i * cols);
  }
  const unit = { ...factors.lu, values: values.slice() };
  for (let i = 0; i < size; i++) unit.values[i * size + i] = 1;
  const half = solveTriangular(unit, { rows: size, cols, values: permuted });
  return solveTriangular(factors.lu, half, { upper: true }) as B;
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
 * The determinant: the product of the pivots, with the sign of the permutation. It may over- or underflow. Time n.
 *
 * @param factors - what `lu(a)` gave
 *
 * @example
 * ```ts
 * import { determinant, lu, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(determinant(lu(matrixFromRows([[0, 2], [4, 1]])))); // -8
 * ```
 */
export function determinant(factors: LuFactors): number {
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
 * The determinant as sign and logarithm, which neither over- nor underflows. Time n.
 *
 * @param factors - what `lu(a)` gave
 *
 * @example
 * ```ts
 * import { lu, matrixFromRows, slogdet } from '@infimum/linalg';
 *
 * const { sign, logarithm } = slogdet(lu(matrixFromRows([[0, 1e200], [1e200, 0]])));
 * console.log(sign, logarithm.toFixed(6)); // -1 921.034037
 * ```
 */
export function slogdet(factors: LuFactors): LogDeterminant {
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

/** The factors in one array, checked for being some. */
function checkedFactors(factors: LuFactors): { readonly values: Float64Array; readonly size: number } {
  checkRecord(factors, 'factors', 'lu', ['lu', 'permutation']);
  checkRecord(factors.lu, 'factors', 'lu', ['values']);
  const { rows, values } = factors.lu;
  checkInteger(rows, 'factors.lu.rows', { min: 0 });
  checkList(values, 'factors.lu.values');
  if (values.length !== rows * rows || factors.permutation.length !== rows) {
    throw new InvalidInputError('is not what lu gave', { argument: 'factors', code: 'shape' });
  }
  return { values, size: rows };
}

/** Columns of a matrix that are eliminated together. */
interface Panel {
  readonly matrix: Float64Array;
  readonly size: number;
  /** The columns, copied to where they are contiguous, `stride` numbers apart. */
  readonly panel: Float64Array;
  readonly stride: number;
  readonly start: number;
  readonly end: number;
}

/** Factors the columns from `start` to `end` in `panel`; the rows that were swapped with `start`, `start` + 1, … */
function factorPanel(
  { matrix, size, panel, stride, start, end }: Panel,
  axpy: LinalgKernels['axpy'],
): number[] {
  const width = end - start;
  for (let i = start; i < size; i++) {
    for (let j = 0; j < width; j++) panel[j * stride + i] = matrix[i * size + start + j];
  }
  const swaps: number[] = [];
  for (let j = 0; j < width; j++) {
    const k = start + j;
    const column = panel.subarray(j * stride, j * stride + size);
    let pivotRow = k;
    for (let i = k + 1; i < size; i++) if (Math.abs(column[i]) > Math.abs(column[pivotRow])) pivotRow = i;
    swaps.push(pivotRow);
    if (pivotRow !== k) {
      for (let l = 0; l < width; l++) {
        const row = l * stride;
        [panel[row + k], panel[row + pivotRow]] = [panel[row + pivotRow], panel[row + k]];
      }
    }
    const pivot = column[k];
    if (pivot === 0) continue;
    for (let i = k + 1; i < size; i++) column[i] /= pivot;
    const below = panel.byteOffset + 8 * (k + 1);
    for (let l = j + 1; l < width; l++) {
      const factor = panel[l * stride + k];
      if (factor !== 0) axpy(size - k - 1, -factor, below + 8 * j * stride, below + 8 * l * stride);
    }
  }
  return swaps;
}

function swapRows(matrix: Float64Array, size: number, i: number, j: number): void {
  const kept = matrix.slice(i * size, (i + 1) * size);
  matrix.copyWithin(i * size, j * size, (j + 1) * size);
  matrix.set(kept, j * size);
}
