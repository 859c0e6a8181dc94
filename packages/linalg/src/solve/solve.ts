// Solves A x = b by the factorisation that suits A, and reports the factorisation and the quality of the solution.
import type { MatrixLike } from '@infimum/core';
import { fault, InvalidInputError, Random } from '@infimum/core';
import { cholesky, solveCholesky } from '../dense/cholesky.ts';
import { denseMatrix, identity } from '../dense/dense-matrix.ts';
import { factoredInTurns, substituted } from '../dense/ldl.ts';
import { lu, solveByLu, solveLu } from '../dense/lu.ts';
import { matmul } from '../dense/matmul.ts';
import { solveTriangular } from '../dense/triangular.ts';
import { sparseCholesky } from '../direct/sparse-cholesky.ts';
import { solveSparseLdl } from '../direct/sparse-ldl.ts';
import { solveSparseLu, sparseLu } from '../direct/sparse-lu.ts';
import type { Equilibrated } from '../equilibrate.ts';
import { equilibrated, scaleBy } from '../equilibrate.ts';
import { asRightSide, asSquare, asStored, checkSquareShape, isSparse, solutionFor } from '../inputs.ts';
import type { AnyMatrix, CsrMatrix, DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { exponentOf, scaledMatrix } from '../power-of-two.ts';
import { csrDiagonal } from '../sparse/csr-diagonal.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { solveSparseTriangular } from '../sparse/sparse-triangular.ts';
import { withoutTurns } from '../turns.ts';

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
  /**
   * About the condition number of A in the row-sum norm, after rows and columns with extreme entries were scaled: |A| |A^-1 r| for
   * random signs r, which is never more than it.
   */
  readonly condition: number;
  /** Where the condition leaves x without a digit. */
  readonly warning?: string;
}

/**
 * Solves A x = b for a regular square A: diagonal and triangular matrices by substitution, positive definite ones by Cholesky's
 * factorisation, other symmetric ones of 1280 rows and more by L D L', all others by LU with partial pivoting. Time O(n²) to n³/3 and 2
 * n³/3,
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
  const given = asStored(a);
  checkSquareShape(given);
  const right = asRightSide(b, given.rows);
  const scaled = equilibrated(given, () => (isSparse(given) ? isSymmetric(given) : isSymmetricDense(given)));
  const { x, method, backwardError, condition } = scaled ? solvedInRange(scaled, right) : solved(given, right);
  if (!allFinite(x.values)) throw beyondNumbers('b', 'a solution');
  const found = { x: solutionFor(b, x), method, backwardError, condition };
  if (!(condition > 1 / Number.EPSILON)) return found;
  return { ...found, warning: 'the matrix is singular to working precision: x may not have a single correct digit' };
}

function beyondNumbers(argument: string, what: string): InvalidInputError {
  return fault(`has ${what} beyond the largest number`, argument, 'out-of-range');
}

/** Solves with columns of b over powers of two where they are extreme, and a column of random signs for the condition beside them. */
function solved(a: DenseMatrix | CsrMatrix, b: DenseMatrix): WithCondition {
  const { matrix, scale } = scaledMatrix(b);
  const signs = new Random(0);
  const width = b.cols + 1;
  const wide = denseMatrix(b.rows, width);
  for (let i = 0; i < b.rows; i++) {
    wide.values.set(matrix.values.subarray(i * b.cols, (i + 1) * b.cols), i * width);
    wide.values[(i + 1) * width - 1] = signs.uint32() % 2 === 0 ? 1 : -1;
  }
  const found = isSparse(a) ? solvedSparse(a, wide) : solvedDense(a, wide);
  const x = denseMatrix(b.rows, b.cols);
  let largest = 0;
  for (let i = 0; i < b.rows; i++) {
    for (let c = 0; c < b.cols; c++) x.values[i * b.cols + c] = found.x.values[i * width + c];
    largest = Math.max(largest, Math.abs(found.x.values[(i + 1) * width - 1]));
  }
  const { method, backwardError = errorOf(a, x, matrix) } = found;
  if (scale !== 1) for (let k = 0; k < x.values.length; k++) x.values[k] *= scale;
  return { method, x, backwardError, condition: rowSumNorm(a) * largest };
}

/** The largest sum of magnitudes in a row. */
function rowSumNorm(a: DenseMatrix | CsrMatrix): number {
  let most = 0;
  for (let i = 0; i < a.rows; i++) {
    const [start, end] = isSparse(a) ? [a.rowPointers[i], a.rowPointers[i + 1]] : [i * a.cols, (i + 1) * a.cols];
    let sum = 0;
    for (let k = start; k < end; k++) sum += Math.abs(a.values[k]);
    most = Math.max(most, sum);
  }
  return most;
}

/**
 * Solves a system whose rows and columns were scaled, refines, and scales back. Where rows were scaled by different numbers, the error
 * is that of the scaled system, row by row: norms of the given one would see its largest rows alone.
 */
function solvedInRange(
  { matrix, rows, cols, isUniform }: Equilibrated<DenseMatrix | CsrMatrix>,
  b: DenseMatrix,
): WithCondition {
  const { rows: n, cols: count } = b;
  // Columns of b over powers of two, so that the largest entry of each is about one.
  const sizes = new Int32Array(count).fill(-(2 ** 30));
  b.values.forEach((value, k) => {
    const size = value === 0 ? sizes[k % count] : exponentOf(Math.abs(value)) - rows[Math.floor(k / count)];
    sizes[k % count] = Math.max(sizes[k % count], size);
  });
  const target = b.values.map((value, k) =>
    value === 0 ? 0 : scaleBy(value, -rows[Math.floor(k / count)] - sizes[k % count]),
  );
  const right = { rows: n, cols: count, values: target };
  let found = solved(matrix, right);
  let backwardError = isUniform ? found.backwardError : rowErrorOf(matrix, found.x, right);
  for (let step = 0; step < 3 && !isUniform && backwardError > Number.EPSILON; step++) {
    const correction = solved(matrix, residualOf(matrix, found.x, right)).x.values;
    const x = { ...found.x, values: found.x.values.map((value, k) => value + correction[k]) };
    const error = rowErrorOf(matrix, x, right);
    if (!(error < backwardError)) break;
    [found, backwardError] = [{ ...found, x }, error];
  }
  const values = found.x.values.map((value, k) =>
    value === 0 ? 0 : scaleBy(value, sizes[k % count] - cols[Math.floor(k / count)]),
  );
  return { ...found, x: { rows: n, cols: count, values }, backwardError };
}

/**
 * The inverse of a regular square matrix; to solve systems, `solve` is faster and more accurate. Time 2 n³.
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
  const given = asSquare(a);
  const scaled = equilibrated(given, () => false);
  const factors = lu(scaled?.matrix ?? given);
  const n = given.rows;
  refuseSingular(factors.lu.values, n);
  const result = solveLu(factors, identity(n));
  if (scaled) {
    const { rows, cols } = scaled;
    result.values.forEach((value, k) => {
      result.values[k] = scaleBy(value, -cols[Math.floor(k / n)] - rows[k % n]);
    });
  }
  if (allFinite(result.values)) return result;
  throw beyondNumbers('a', 'an inverse');
}

interface WithCondition extends Required<Solved> {
  readonly condition: number;
}

interface Solved {
  readonly method: SolveMethod;
  readonly x: DenseMatrix;
  /** Where it is known already. */
  readonly backwardError?: number;
}

/** From so many right-hand sides on they are solved for together, by matrix products. */
const MANY = 8;

/** The columns of b, one after the other, or many at a time where that is possible. */
function byColumns(
  b: DenseMatrix,
  method: SolveMethod,
  solveColumn: (b: Float64Array) => Float64Array,
  solveMany?: (b: DenseMatrix) => DenseMatrix,
): Solved {
  const { rows: n, cols: count, values } = b;
  if (solveMany && count >= MANY) return { method, x: solveMany(b) };
  const x = denseMatrix(n, count);
  for (let c = 0; c < count; c++) {
    const solution = solveColumn(Float64Array.from({ length: n }, (_, i) => values[i * count + c]));
    for (let i = 0; i < n; i++) x.values[i * count + c] = solution[i];
  }
  return { method, x };
}

function solvedDense(a: DenseMatrix, b: DenseMatrix): Solved {
  const { rows: n, values } = a;
  const isUpper = isZero(a, (i) => [0, i]);
  const isLower = isZero(a, (i) => [i + 1, n]);
  if (isLower || isUpper) {
    refuseSingular(values, n);
    const method = isLower && isUpper ? 'diagonal' : isLower ? 'lower-triangular' : 'upper-triangular';
    const options = { triangle: isLower ? 'lower' : 'upper' } as const;
    return byColumns(
      b,
      method,
      (column) => solveTriangular(a, column, options),
      (many) => solveTriangular(a, many, options),
    );
  }
  if (isSymmetricDense(a)) {
    const found = mayBeDefinite(a) ? byCholesky(a, b) : undefined;
    if (found || n >= LARGE) return found ?? byLdl(a, b);
  }
  if (b.cols >= MANY) {
    const factors = lu(a);
    refuseSingular(factors.lu.values, n);
    return { method: 'lu', x: solveLu(factors, b) };
  }
  const solution = solveByLu(a, b, b.cols - 1);
  if (typeof solution === 'number') throw singular(solution);
  return { method: 'lu', ...solution };
}

/** From so many rows on, L D L' of a symmetric matrix takes less time than LU, whose panels have no symmetric exchanges. */
const LARGE = 1280;

/** Whether all minors of size one and two are positive. */
function mayBeDefinite({ rows: n, values }: DenseMatrix): boolean {
  const roots = Float64Array.from({ length: n }, (_, i) => Math.sqrt(values[i * (n + 1)]));
  for (let i = 0; i < n; i++) {
    if (!(roots[i] > 0)) return false;
    for (let j = 0, k = i * n; j < i; j++, k++) if (Math.abs(values[k]) >= roots[i] * roots[j]) return false;
  }
  return true;
}

/** Whether the columns of a range, which depends on the row, have zeros only. */
function isZero({ rows: n, values }: DenseMatrix, range: (i: number) => readonly [number, number]): boolean {
  for (let i = 0; i < n; i++) {
    const [from, to] = range(i);
    for (let k = i * n + from; k < i * n + to; k++) if (values[k] !== 0) return false;
  }
  return true;
}

/** Undefined where the matrix is not positive definite. */
function byCholesky(a: DenseMatrix, b: DenseMatrix): Solved | undefined {
  try {
    const factor = cholesky(a);
    return byColumns(
      b,
      'cholesky',
      (column) => solveCholesky(factor, column),
      (many) => solveCholesky(factor, many),
    );
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

function byLdl(a: DenseMatrix, b: DenseMatrix): Solved {
  const factors = withoutTurns(factoredInTurns(a));
  const { diagonal, offDiagonal } = factors;
  for (let k = 0; k < a.rows; k++) {
    const isPair = offDiagonal[k] !== 0;
    const pivot = isPair ? (diagonal[k] / offDiagonal[k]) * (diagonal[k + 1] / offDiagonal[k]) - 1 : diagonal[k];
    if (pivot === 0) throw singular(k);
    if (isPair) k++;
  }
  const side = (values: Float64Array) => ({ rows: a.rows, cols: 1, values });
  return byColumns(
    b,
    'ldl',
    (column) => substituted(factors, side(column)).values,
    (many) => substituted(factors, many),
  );
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
    return byColumns(b, method, (column) => solveSparseTriangular(a, column, { triangle: isLower ? 'lower' : 'upper' }));
  }
  if (isSymmetric(a) && csrDiagonal(a).every((value) => value > 0)) {
    try {
      const factor = sparseCholesky(a);
      return { method: 'sparse-cholesky', x: solveSparseLdl(factor, b).x };
    } catch (error) {
      if (!(error instanceof InvalidInputError) || error.code === 'too-large') throw error;
    }
  }
  const factor = sparseLu(a);
  return { method: 'sparse-lu', x: solveSparseLu(factor, b).x };
}

/** Tile by tile, so that both sides of the diagonal stay in the cache. */
function isSymmetricDense({ rows: n, values }: DenseMatrix): boolean {
  for (let top = 0; top < n; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      for (let i = top; i < Math.min(n, top + TILE); i++) {
        for (let j = left; j < Math.min(i, left + TILE); j++) {
          if (values[i * n + j] !== values[j * n + i]) return false;
        }
      }
    }
  }
  return true;
}

const TILE = 16;

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
  return fault(`is singular: pivot ${k} is zero`, 'a', 'out-of-range', k);
}

/** Residual b - A x and |A| |x| + |b|, entry by entry. */
function residuals(a: DenseMatrix | CsrMatrix, x: DenseMatrix, b: DenseMatrix) {
  const count = b.cols;
  const residual = b.values.slice();
  const size = b.values.map(Math.abs);
  if (!isSparse(a) && count >= MANY) {
    const absolute = ({ values, ...shape }: DenseMatrix) => ({ ...shape, values: values.map(Math.abs) });
    const [products, sizes] = [matmul(a, x).values, matmul(absolute(a), absolute(x)).values];
    for (let k = 0; k < size.length; k++) {
      residual[k] -= products[k];
      size[k] += sizes[k];
    }
    return { residual, size };
  }
  for (let c = 0; c < count; c++) {
    const solution = Float64Array.from({ length: a.rows }, (_, j) => x.values[j * count + c]);
    for (let i = 0; i < a.rows; i++) {
      const [rest, sum] = rowSums(a, i, solution);
      residual[i * count + c] -= rest;
      size[i * count + c] += sum;
    }
  }
  return { residual, size };
}

/** The product of row i with x, and the sum of its terms' magnitudes. */
function rowSums(a: DenseMatrix | CsrMatrix, i: number, x: Float64Array): readonly [number, number] {
  const { values } = a;
  let [sum, magnitude] = [0, 0];
  if (isSparse(a)) {
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      const term = values[k] * x[a.columnIndices[k]];
      sum += term;
      magnitude += Math.abs(term);
    }
  } else {
    for (let j = 0, k = i * a.cols; j < a.cols; j++, k++) {
      const term = values[k] * x[j];
      sum += term;
      magnitude += Math.abs(term);
    }
  }
  return [sum, magnitude];
}

function residualOf(a: DenseMatrix | CsrMatrix, x: DenseMatrix, b: DenseMatrix): DenseMatrix {
  return { ...b, values: residuals(a, x, b).residual };
}

/** The largest |b - A x| over |A| |x| + |b| of a row. */
function rowErrorOf(a: DenseMatrix | CsrMatrix, x: DenseMatrix, b: DenseMatrix): number {
  const { residual, size } = residuals(a, x, b);
  return residual.reduce((worst, rest, k) => worse(worst, Math.abs(rest), size[k]), 0);
}

/** The largest |b - A x| over |A| |x| + |b| in norms of the largest entry. */
function errorOf(a: DenseMatrix | CsrMatrix, x: DenseMatrix, b: DenseMatrix): number {
  const { residual, size } = residuals(a, x, b);
  const { rows: n, cols: count } = b;
  let worst = 0;
  for (let c = 0; c < count; c++) {
    let [rest, most] = [0, 0];
    for (let i = 0; i < n; i++) {
      rest = Math.max(rest, Math.abs(residual[i * count + c]));
      most = Math.max(most, size[i * count + c]);
    }
    worst = worse(worst, rest, most);
  }
  return worst;
}

function worse(worst: number, rest: number, size: number): number {
  const ratio = rest === 0 ? 0 : rest / size;
  return ratio <= worst ? worst : Number.isNaN(ratio) ? Infinity : ratio;
}
