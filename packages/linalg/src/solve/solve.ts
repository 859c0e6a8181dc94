// Solves A x = b by the factorisation that suits A, says which one it took, and how good the solution is.

import type { MatrixLike } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { cholesky, solveCholesky } from '../dense/cholesky.ts';
import { denseMatrix, identity } from '../dense/dense-matrix.ts';
import { ldl, solveLdl } from '../dense/ldl.ts';
import { lu, solveByLu, solveLu } from '../dense/lu.ts';
import { solveTriangular } from '../dense/triangular.ts';
import { sparseCholesky } from '../direct/sparse-cholesky.ts';
import { solveSparseLdl } from '../direct/sparse-ldl.ts';
import { solveSparseLu, sparseLu } from '../direct/sparse-lu.ts';
import { asDense, asRightSide, asStored, isSparse, solutionFor } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { csrDiagonal } from '../sparse/csr-diagonal.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { solveSparseTriangular } from '../sparse/sparse-triangular.ts';

/** Which factorisation solved a system. */
export type SolveMethod =
  | 'diagonal'
  | 'lower-triangular'
  | 'upper-triangular'
  | 'cholesky'
  | 'ldl'
  | 'lu'
  | 'sparse-cholesky'
  | 'sparse-lu';

/** The solution of a square system. */
export interface SolveSolution<B extends RightSide> {
  /** The x, a vector or one a column. */
  readonly x: SolutionFor<B>;
  /** What A turned out to be: how it was factored. */
  readonly method: SolveMethod;
  /**
   * The largest |b - A x| over |A| |x| + |b| in norms of the largest entry: x solves a system that is as close as that to the given
   * one.
   */
  readonly backwardError: number;
}

/**
 * Solves A x = b for a regular square A: diagonal and triangular matrices by substitution, symmetric ones by Cholesky's
 * factorisation or, if they are not positive definite, by L D L', all others by LU with partial pivoting. Time O(n²) to n³/3 and 2 n³/3,
 * and O(n²) for each column of b. Sparse matrices are never made dense: triangular ones by substitution, positive definite ones by
 * `sparseCholesky`, all others by `sparseLu`, both with refinement.
 *
 * @param a - the matrix, n x n, dense or sparse
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite; `out-of-range` naming `a` when it is
 *   singular, and naming `b` when x is beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, solve } from '@infimum/linalg';
 *
 * const { x, method } = solve(matrixFromRows([[4, 2], [2, 10]]), Float64Array.of(8, 22));
 * console.log(method, x.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // cholesky 1 2
 * ```
 */
export function solve<B extends RightSide>(a: AnyMatrix, b: B): SolveSolution<B> {
  const given = asStored(a, 'a');
  const { rows: n, cols } = given;
  if (cols !== n) {
    throw new InvalidInputError(`must be square, got ${n}x${cols}`, { argument: 'a', code: 'shape' });
  }
  const [{ matrix, scale }, target] = [scaledMatrix(given), scaledMatrix(asRightSide(b, n))];
  const {
    method,
    x,
    backwardError = errorOf(matrix, x, target.matrix),
  } = isSparse(matrix) ? solvedSparse(matrix, target.matrix) : solvedDense(matrix, target.matrix);
  for (let k = 0; k < x.values.length; k++) x.values[k] = (x.values[k] / scale) * target.scale;
  if (!allFinite(x.values)) {
    throw new InvalidInputError('has a solution beyond the largest number', {
      argument: 'b',
      code: 'out-of-range',
    });
  }
  return { x: solutionFor(b, x), method, backwardError };
}

/**
 * The inverse of a regular square matrix; to solve systems, `solve` is quicker and more exact. Time 2 n³.
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square; `out-of-range` when it is singular, or its inverse beyond the
 *   largest number
 *
 * @example
 * ```ts
 * import { inverse, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(inverse(matrixFromRows([[0, 2], [4, 0]])).values.join(' ')); // 0 0.25 0.5 0
 * ```
 */
export function inverse(a: MatrixLike): DenseMatrix {
  const given = asDense(a, 'a');
  const { matrix, scale } = scaledMatrix(given);
  const n = given.rows;
  const factors = lu(matrix);
  refuseSingular(factors.lu.values, n);
  const result = solveLu(factors, identity(n));
  for (let k = 0; k < result.values.length; k++) result.values[k] /= scale;
  if (allFinite(result.values)) return result;
  throw new InvalidInputError('has an inverse beyond the largest number', {
    argument: 'a',
    code: 'out-of-range',
  });
}

interface Solved {
  readonly method: SolveMethod;
  readonly x: DenseMatrix;
  /** Where it is known already. */
  readonly backwardError?: number;
}

/** The columns of b one after the other. */
function byColumns(
  { rows: n, cols: count, values }: DenseMatrix,
  method: SolveMethod,
  solveColumn: (b: Float64Array) => Float64Array,
): Solved {
  const x = denseMatrix(n, count);
  for (let c = 0; c < count; c++) {
    const solution = solveColumn(Float64Array.from({ length: n }, (_, i) => values[i * count + c]));
    for (let i = 0; i < n; i++) x.values[i * count + c] = solution[i];
  }
  return { method, x };
}

function solvedDense(a: DenseMatrix, b: DenseMatrix): Solved {
  const { rows: n, values } = a;
  let [isLower, isUpper, isSymmetric, isPositive] = [true, true, true, true];
  for (let i = 0; i < n; i++) {
    if (!(values[i * n + i] > 0)) isPositive = false;
    for (let j = 0; j < i; j++) {
      const [below, above] = [values[i * n + j], values[j * n + i]];
      if (below !== 0) isUpper = false;
      if (above !== 0) isLower = false;
      if (below !== above) isSymmetric = false;
    }
    if (!isLower && !isUpper && !isSymmetric) break;
  }
  if (isLower || isUpper) {
    refuseSingular(values, n);
    const method = isLower && isUpper ? 'diagonal' : isLower ? 'lower-triangular' : 'upper-triangular';
    return byColumns(b, method, (column) =>
      solveTriangular(a, column, { triangle: isLower ? 'lower' : 'upper' }),
    );
  }
  if (isSymmetric) return (isPositive ? byCholesky(a, b) : undefined) ?? byLdl(a, b);
  const solution = solveByLu(a, b);
  if (typeof solution === 'number') throw singular(solution);
  return { method: 'lu', ...solution };
}

/** Undefined where the matrix is not positive definite. */
function byCholesky(a: DenseMatrix, b: DenseMatrix): Solved | undefined {
  try {
    const factor = cholesky(a);
    return byColumns(b, 'cholesky', (column) => solveCholesky(factor, column));
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

function byLdl(a: DenseMatrix, b: DenseMatrix): Solved {
  const factors = ldl(a);
  const { diagonal, offDiagonal } = factors;
  for (let k = 0; k < a.rows; k++) {
    const isPair = offDiagonal[k] !== 0;
    const pivot = isPair
      ? (diagonal[k] / offDiagonal[k]) * (diagonal[k + 1] / offDiagonal[k]) - 1
      : diagonal[k];
    if (pivot === 0) throw singular(k);
    if (isPair) k++;
  }
  return byColumns(b, 'ldl', (column) => solveLdl(factors, column));
}

function solvedSparse(a: CsrMatrix, b: DenseMatrix): Solved {
  const { rows: n, rowPointers, columnIndices } = a;
  let [isLower, isUpper] = [true, true];
  for (let i = 0; i < n; i++) {
    const [start, end] = [rowPointers[i], rowPointers[i + 1]];
    if (start === end) continue;
    if (columnIndices[start] < i) isUpper = false;
    if (columnIndices[end - 1] > i) isLower = false;
  }
  if (isLower || isUpper) {
    const zero = csrDiagonal(a).indexOf(0);
    if (zero >= 0) throw singular(zero);
    const method = isLower && isUpper ? 'diagonal' : isLower ? 'lower-triangular' : 'upper-triangular';
    return byColumns(b, method, (column) =>
      solveSparseTriangular(a, column, { triangle: isLower ? 'lower' : 'upper' }),
    );
  }
  if (isSymmetric(a) && csrDiagonal(a).every((value) => value > 0)) {
    try {
      const factor = sparseCholesky(a);
      return byColumns(b, 'sparse-cholesky', (column) => solveSparseLdl(factor, column).x);
    } catch (error) {
      if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    }
  }
  const factor = sparseLu(a);
  return byColumns(b, 'sparse-lu', (column) => solveSparseLu(factor, column).x);
}

function isSymmetric(a: CsrMatrix): boolean {
  const { rowPointers, columnIndices, values } = transposed(a);
  return (
    rowPointers.every((value, i) => value === a.rowPointers[i]) &&
    columnIndices.every((value, k) => value === a.columnIndices[k]) &&
    values.every((value, k) => value === a.values[k])
  );
}

function refuseSingular(values: Float64Array, n: number): void {
  for (let k = 0; k < n; k++) if (values[k * n + k] === 0) throw singular(k);
}

function singular(k: number): InvalidInputError {
  return new InvalidInputError(`is singular: pivot ${k} is zero`, {
    argument: 'a',
    code: 'out-of-range',
    index: k,
  });
}

function errorOf(a: DenseMatrix | CsrMatrix, x: DenseMatrix, b: DenseMatrix): number {
  const { rows: n, values } = a;
  const count = b.cols;
  const [pointers, columns] = isSparse(a) ? [a.rowPointers, a.columnIndices] : [undefined, undefined];
  let worst = 0;
  for (let c = 0; c < count; c++) {
    const solution = Float64Array.from({ length: n }, (_, j) => x.values[j * count + c]);
    let [rest, size] = [0, 0];
    for (let i = 0; i < n; i++) {
      const right = b.values[i * count + c];
      let [residual, sum] = [right, Math.abs(right)];
      if (pointers && columns) {
        for (let k = pointers[i]; k < pointers[i + 1]; k++) {
          const term = values[k] * solution[columns[k]];
          residual -= term;
          sum += Math.abs(term);
        }
      } else {
        const row = i * n;
        for (let j = 0; j < n; j++) {
          const term = values[row + j] * solution[j];
          residual -= term;
          sum += Math.abs(term);
        }
      }
      rest = Math.max(rest, Math.abs(residual));
      size = Math.max(size, sum);
    }
    const ratio = rest === 0 ? 0 : rest / size;
    if (!(ratio <= worst)) worst = Number.isNaN(ratio) ? Infinity : ratio;
  }
  return worst;
}
