// The factorisation P A P' = L D L' of a sparse symmetric matrix without pivoting by size, row by row: for definite matrices, and
// for quasi-definite ones, such as the systems of interior-point methods, which have it for every order.
//
// T. Davis: Algorithm 849: a concise sparse Cholesky factorization package (2005); R. Vanderbei: Symmetric quasidefinite matrices
// (1995).
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { checkNumbers, InvalidInputError, resolveOptions } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import { checkRecord } from '../check-record.ts';
import { asCsr, asEntries, checkSquareShape } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { largestMagnitude } from '../numerics/vectors.ts';
import { tooLarge } from '../too-large.ts';
import { TURN, withoutTurns } from '../turns.ts';
import { minimumDegree } from './minimum-degree.ts';

/** How many pivots have which sign. */
export interface Inertia {
  /** Positive ones. */
  readonly positive: number;
  /** Negative ones. */
  readonly negative: number;
}

/** P A P' = L D L'. */
export interface SparseLdl {
  /** Number of rows. */
  readonly size: number;
  /** Row and column i of P A P' are `permutation[i]` of A. */
  readonly permutation: Int32Array;
  /** Column j of L, below its diagonal of ones, has the entries from `columnPointers[j]` on. */
  readonly columnPointers: Int32Array;
  /** Their rows, rising. */
  readonly rowIndices: Int32Array;
  /** Their values. */
  readonly values: Float64Array;
  /** The diagonal of D. */
  readonly diagonal: Float64Array;
  /** Parents in the elimination tree; -1 for roots. */
  readonly parents: Int32Array;
  /** Pivots that were replaced by regularisation. */
  readonly replaced: number;
  /** How many pivots are positive and negative: so many eigenvalues of A (Sylvester), unless pivots were replaced. */
  readonly inertia: Inertia;
  /** The matrix, for residuals. */
  readonly matrix: CsrMatrix;
}

/** The order of elimination. */
export const order = {
  type: 'choice',
  choices: ['minimum-degree', 'natural'],
  default: 'minimum-degree',
  description: 'The order of elimination, which decides the fill',
} as const;

/** A factor to take the symbolic part from. */
export const like = {
  type: 'value',
  check: checkFactor,
  description: 'A factor of a matrix with the same pattern, whose order and tree are used again',
} as const;

const sparseLdlOptions = {
  order,
  like,
  regularization: {
    type: 'number',
    was: 'regularisation',
    min: 0,
    max: 1,
    default: 0,
    description: 'Pivots smaller than this times the largest entry are replaced by it; 0 refuses zeros',
  },
  signs: {
    type: 'value',
    check: checkSigns,
    description:
      'For regularisation: the sign that each pivot has to have, 1 or -1, by the rows of A; a pivot of the other sign counts as too small',
  },
} as const satisfies OptionSpecs;

/** Options of `sparseLdl`. */
export type SparseLdlOptions = OptionsOf<typeof sparseLdlOptions>;

function checkFactor(value: unknown, argument: string): asserts value is SparseLdl {
  if (value !== null && typeof value === 'object' && 'columnPointers' in value) return;
  throw new InvalidInputError('expected a factor by sparseLdl', { argument, code: 'type' });
}

function checkSigns(value: unknown, argument: string): asserts value is Int8Array {
  if (value instanceof Int8Array && value.every((sign) => sign === 1 || sign === -1)) return;
  throw new InvalidInputError('expected an Int8Array of 1 and -1', { argument, code: 'type' });
}

/**
 * The L D L' factorisation of a sparse symmetric matrix, of which only the lower triangle is read. Time: the sum of the squared
 * lengths of L's columns; memory 12 bytes an entry of L, known before any number is computed.
 *
 * There is no exchange of rows by the size of pivots. Definite and quasi-definite matrices (positive definite in some rows, negative
 * definite in the others) have stable factors in any order; for other indefinite ones use `ldl`, or look at the backward error that
 * `solveSparseLdl` measures.
 *
 * @param a - a sparse symmetric matrix, n x n
 * @param options - order, regularisation, and a factor to take the symbolic part from
 * @throws {InvalidInputError} `shape` for a matrix that is not square; `out-of-range` with the row of A whose pivot is zero;
 *   `too-large` with the number of bytes
 *
 * Source: T. Davis, Algorithm 849: a concise sparse Cholesky factorization package (2005).
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLdl, sparseLdl } from '@infimum/linalg';
 *
 * const a = csrFromDense(matrixFromRows([[4, 1, 0], [1, 3, 1], [0, 1, -2]])); // quasi-definite
 * const factor = sparseLdl(a);
 * const { x } = solveSparseLdl(factor, Float64Array.of(6, 10, -4));
 * console.log(factor.inertia.negative, x.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 1 2 3
 * ```
 */
export function sparseLdl(a: CsrLike, options: SparseLdlOptions = {}): SparseLdl {
  const { order, like, regularization, signs } = resolveOptions(sparseLdlOptions, options);
  const matrix = asCsr(a, 'a');
  const { rows: n } = matrix;
  checkSquareShape(matrix);
  if (signs && signs.length !== n) {
    throw new InvalidInputError(`expected ${n} signs, got ${signs.length}`, { argument: 'signs', code: 'shape' });
  }
  if (like && !samePattern(like.matrix, matrix)) {
    throw new InvalidInputError('is a factor of another pattern', { argument: 'like', code: 'shape' });
  }
  const permutation =
    like?.permutation ?? (order === 'natural' ? Int32Array.from({ length: n }, (_, i) => i) : minimumDegree(patternOf(matrix)));
  const lower = permutedLower(matrix, permutation);
  const { parents, columnPointers } = like ?? eliminationTree(lower, n);
  const least = regularization * largestMagnitude(matrix.values);
  return withoutTurns(factorized({ a: matrix, n, permutation, lower, parents, columnPointers, least, signs }));
}

/** The solution of a system by its factors, and how good it is. */
export interface SparseLdlSolution {
  /** The solution. */
  readonly x: Float64Array;
  /**
   * The largest |b - A x| over |A| |x| + |b|, entry by entry: x solves a system whose entries are as close as that to those given.
   */
  readonly backwardError: number;
}

/**
 * Solves A x = b by the factors of A, and refines the solution until its residual falls no more, at most ten times. Time 4 entries
 * of L, and as much for each refinement.
 *
 * @param factor - what `sparseLdl(a)` gave, for A of shape n x n
 * @param b - the right-hand side, of length n
 * @throws {InvalidInputError} for a b that does not fit
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLdl, sparseLdl } from '@infimum/linalg';
 *
 * const factor = sparseLdl(csrFromDense(matrixFromRows([[2, 1], [1, 2]])));
 * const { x, backwardError } = solveSparseLdl(factor, Float64Array.of(4, 5));
 * console.log(x.map(Math.round).join(' '), backwardError < 1e-15); // 1 2 true
 * ```
 */
export function solveSparseLdl(factor: SparseLdl, b: VectorLike): SparseLdlSolution {
  checkRecord(factor, 'factor', 'sparseLdl', ['permutation', 'columnPointers', 'rowIndices', 'values', 'diagonal', 'matrix']);
  checkParts(factor);
  const right = asEntries(b, 'b', factor.size);
  let x = substituted(factor, right);
  let { residual, backwardError } = residualOf(factor.matrix, x, right);
  for (let refinement = 0; refinement < 10 && backwardError > Number.EPSILON; refinement++) {
    const correction = substituted(factor, residual);
    const refined = x.map((value, i) => value + correction[i]);
    const next = residualOf(factor.matrix, refined, right);
    if (!(next.backwardError < backwardError)) break;
    const enough = next.backwardError > backwardError / 2;
    x = refined;
    ({ residual, backwardError } = next);
    if (enough) break;
  }
  return { x, backwardError };
}

/**
 * As `sparseLdl(a)`, with pauses; nothing where it would take more than so many multiplications.
 *
 * @throws {InvalidInputError} as `sparseLdl`
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLdl } from '@infimum/linalg';
 * import { sparseLdlInTurns } from '@infimum/linalg/steps';
 *
 * const turns = sparseLdlInTurns(csrFromDense(matrixFromRows([[2, 1], [1, 2]])), 1e9);
 * let turn = turns.next();
 * while (!turn.done) turn = turns.next(); // look at the clock here
 * console.log(turn.value && solveSparseLdl(turn.value, Float64Array.of(4, 5)).x.map(Math.round).join(' ')); // 1 2
 * ```
 */
export function* sparseLdlInTurns(a: CsrLike, most: number): Generator<undefined, SparseLdl | undefined> {
  const matrix = asCsr(a, 'a');
  const n = matrix.rows;
  checkSquareShape(matrix);
  // In one piece, as its time is nearly linear: that of a restart of Lanczos' method.
  const permutation = minimumDegree(patternOf(matrix));
  yield;
  const lower = permutedLower(matrix, permutation);
  const { parents, columnPointers } = eliminationTree(lower, n);
  let work = 0;
  for (let j = 0; j < n; j++) work += (columnPointers[j + 1] - columnPointers[j]) ** 2;
  if (work > most) return undefined;
  return yield* factorized({ a: matrix, n, permutation, lower, parents, columnPointers, least: 0, signs: undefined });
}

/** What `sparseLdl` gives has one size; its entries are taken as they are. */
function checkParts({ size, permutation, columnPointers, rowIndices, values, diagonal, matrix }: SparseLdl): void {
  checkCsr(matrix, 'factor.matrix');
  const lists = { permutation, columnPointers, rowIndices, values, diagonal };
  for (const [name, list] of Object.entries(lists)) checkNumbers(list, `factor.${name}`);
  const entries = columnPointers[matrix.rows];
  const fits =
    matrix.rows === size &&
    permutation.length === size &&
    diagonal.length === size &&
    columnPointers.length === size + 1 &&
    rowIndices.length >= entries &&
    values.length >= entries;
  if (!fits) throw new InvalidInputError('has parts of different sizes', { argument: 'factor', code: 'shape' });
  for (let j = 0; j < size; j++) {
    if (columnPointers[j] >= 0 && columnPointers[j] <= columnPointers[j + 1]) continue;
    const problem = `do not ascend at index ${j + 1}`;
    throw new InvalidInputError(problem, { argument: 'factor.columnPointers', code: 'shape', index: j + 1 });
  }
}

/** A row by row, only columns up to the diagonal, with rows and columns permuted; diagonals that are missing are zeros. */
interface LowerRows {
  readonly pointers: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

function samePattern(a: CsrMatrix, b: CsrMatrix): boolean {
  if (a.rows !== b.rows || a.values.length !== b.values.length) return false;
  for (let i = 0; i <= a.rows; i++) if (a.rowPointers[i] !== b.rowPointers[i]) return false;
  for (let k = 0; k < a.columnIndices.length; k++) if (a.columnIndices[k] !== b.columnIndices[k]) return false;
  return true;
}

/** Both triangles without the diagonal, from the lower one. */
function patternOf({ rows: n, rowPointers, columnIndices }: CsrMatrix) {
  const pointers = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] < i; k++) {
      pointers[i + 1]++;
      pointers[columnIndices[k] + 1]++;
    }
  }
  for (let i = 0; i < n; i++) pointers[i + 1] += pointers[i];
  const next = pointers.slice(0, n);
  const indices = new Int32Array(pointers[n]);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] < i; k++) {
      const j = columnIndices[k];
      indices[next[i]++] = j;
      indices[next[j]++] = i;
    }
  }
  return { size: n, pointers, indices };
}

function permutedLower({ rows: n, rowPointers, columnIndices, values }: CsrMatrix, permutation: Int32Array): LowerRows {
  const place = new Int32Array(n);
  for (let i = 0; i < n; i++) place[permutation[i]] = i;
  const pointers = new Int32Array(n + 1);
  const rowOf = (i: number, j: number): number => Math.max(place[i], place[j]);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] <= i; k++) {
      pointers[rowOf(i, columnIndices[k]) + 1]++;
    }
  }
  for (let i = 0; i < n; i++) pointers[i + 1] += pointers[i];
  const next = pointers.slice(0, n);
  const indices = new Int32Array(pointers[n]);
  const entries = new Float64Array(pointers[n]);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] <= i; k++) {
      const at = next[rowOf(i, columnIndices[k])]++;
      indices[at] = Math.min(place[i], place[columnIndices[k]]);
      entries[at] = values[k];
    }
  }
  return { pointers, indices, values: entries };
}

/** The elimination tree, and where the columns of L begin. */
function eliminationTree({ pointers, indices }: LowerRows, n: number): { parents: Int32Array; columnPointers: Int32Array } {
  const parents = new Int32Array(n).fill(-1);
  const counts = new Int32Array(n);
  const seen = new Int32Array(n).fill(-1);
  for (let k = 0; k < n; k++) {
    seen[k] = k;
    for (let p = pointers[k]; p < pointers[k + 1]; p++) {
      for (let i = indices[p]; seen[i] !== k; i = parents[i]) {
        if (parents[i] === -1) parents[i] = k;
        counts[i]++;
        seen[i] = k;
      }
    }
  }
  const columnPointers = new Int32Array(n + 1);
  let total = 0;
  for (let j = 0; j < n; j++) {
    total += counts[j];
    if (total >= 2 ** 31) throw tooLarge(12 * total, 'a');
    columnPointers[j + 1] = total;
  }
  return { parents, columnPointers };
}

function* factorized(parts: {
  a: CsrMatrix;
  n: number;
  permutation: Int32Array;
  lower: LowerRows;
  parents: Int32Array;
  columnPointers: Int32Array;
  least: number;
  signs: Int8Array | undefined;
}): Generator<undefined, SparseLdl> {
  const { a, n, permutation, lower, parents, columnPointers, least, signs } = parts;
  const { rowIndices, values } = room(columnPointers[n]);
  const diagonal = new Float64Array(n);
  const ends = columnPointers.slice(0, n); // of the columns so far
  const row = new Float64Array(n);
  const pattern = new Int32Array(n);
  const seen = new Int32Array(n).fill(-1);
  let [replaced, positive, work] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    if (work > TURN) {
      work = 0;
      yield;
    }
    // Row k of L: where it has entries, in the order of the tree, then a sparse triangular solve.
    let top = n;
    seen[k] = k;
    for (let p = lower.pointers[k]; p < lower.pointers[k + 1]; p++) {
      let i = lower.indices[p];
      row[i] += lower.values[p];
      let length = 0;
      for (; seen[i] !== k; i = parents[i]) {
        pattern[length++] = i;
        seen[i] = k;
      }
      while (length > 0) pattern[--top] = pattern[--length];
    }
    let pivot = row[k];
    row[k] = 0;
    for (; top < n; top++) {
      const i = pattern[top];
      const value = row[i];
      row[i] = 0;
      const end = ends[i];
      work += end - columnPointers[i];
      for (let p = columnPointers[i]; p < end; p++) row[rowIndices[p]] -= values[p] * value;
      const entry = value / diagonal[i];
      pivot -= entry * value;
      rowIndices[end] = k;
      values[end] = entry;
      ends[i]++;
    }
    const sign = signs ? signs[permutation[k]] : pivot < 0 ? -1 : 1;
    if (least > 0 && !(sign * pivot >= least)) {
      pivot = sign * least;
      replaced++;
    }
    if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Infinity)) {
      const index = permutation[k];
      const problem = `has no L D L' factorisation in this order: the pivot of row ${index} is ${pivot}`;
      throw new InvalidInputError(problem, { argument: 'a', code: 'out-of-range', index });
    }
    diagonal[k] = pivot;
    if (pivot > 0) positive++;
  }
  const inertia = { positive, negative: n - positive };
  return { size: n, permutation, columnPointers, rowIndices, values, diagonal, parents, replaced, inertia, matrix: a };
}

function room(entries: number): { rowIndices: Int32Array; values: Float64Array } {
  try {
    return { rowIndices: new Int32Array(entries), values: new Float64Array(entries) };
  } catch {
    throw tooLarge(12 * entries, 'a');
  }
}

/** P' L'^-1 D^-1 L^-1 P b */
function substituted(
  { size: n, permutation, columnPointers, rowIndices, values, diagonal }: SparseLdl,
  b: Float64Array,
): Float64Array {
  const y = Float64Array.from(permutation, (row) => b[row]);
  for (let j = 0; j < n; j++) {
    const value = y[j];
    if (value === 0) continue;
    for (let p = columnPointers[j]; p < columnPointers[j + 1]; p++) y[rowIndices[p]] -= values[p] * value;
  }
  for (let j = n - 1; j >= 0; j--) {
    let sum = y[j] / diagonal[j];
    for (let p = columnPointers[j]; p < columnPointers[j + 1]; p++) sum -= values[p] * y[rowIndices[p]];
    y[j] = sum;
  }
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) x[permutation[i]] = y[i];
  return x;
}

/** b - A x by the lower triangle, and the componentwise backward error. */
function residualOf(
  { rows: n, rowPointers, columnIndices, values }: CsrMatrix,
  x: Float64Array,
  b: Float64Array,
): { residual: Float64Array; backwardError: number } {
  const residual = b.slice();
  const sizes = b.map(Math.abs);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] <= i; k++) {
      const j = columnIndices[k];
      residual[i] -= values[k] * x[j];
      sizes[i] += Math.abs(values[k] * x[j]);
      if (i === j) continue;
      residual[j] -= values[k] * x[i];
      sizes[j] += Math.abs(values[k] * x[i]);
    }
  }
  let backwardError = 0;
  for (let i = 0; i < n; i++) {
    const ratio = residual[i] === 0 ? 0 : Math.abs(residual[i]) / sizes[i];
    if (!(ratio <= backwardError)) backwardError = Number.isNaN(ratio) ? Infinity : ratio;
  }
  return { residual, backwardError };
}
