// The factorisation P A P' = L D L' of a sparse symmetric matrix without pivoting by size, in fronts: for definite matrices, and
// for quasi-definite ones, such as the systems of interior-point methods, for which it exists in every order.
//
// J. Liu: The multifrontal method for sparse matrix solution (1992); R. Vanderbei: Symmetric quasidefinite matrices (1995).
import type { InvalidInputError, OptionSpecs, OptionsOf } from '@infimum/core';
import { fault, resolveOptions } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import { checkRecord } from '../check-record.ts';
import { asCsr, asRightSide, checkSquareShape, solutionFor } from '../inputs.ts';
import type { CsrLike, CsrMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { largestMagnitude } from '../numerics/vectors.ts';
import { TURN, withoutTurns } from '../turns.ts';
import { frontKernels, frontScratch } from '../webassembly/front-kernels.ts';
import { int32, layout, scratch } from '../webassembly/layout.ts';
import type { FrontBlocks, SparseSolution } from './front-blocks.ts';
import {
  checkBlocks,
  checkParts,
  permutedRows,
  refined,
  roomFor,
  substituteBackwards,
  substituteForwards,
} from './front-blocks.ts';
import type { Fronts } from './fronts.ts';
import { frontSizes, frontsOf, inverse, order, samePattern } from './fronts.ts';

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
  /** L in blocks of columns with one pattern. */
  readonly lower: FrontBlocks;
  /** The diagonal of D. */
  readonly diagonal: Float64Array;
  /** Entries of L below its diagonal, without the zeros that blocks store. */
  readonly entries: number;
  /** Pivots that were replaced by regularisation. */
  readonly replaced: number;
  /** How many pivots are positive and negative: so many eigenvalues of A (Sylvester), unless pivots were replaced. */
  readonly inertia: Inertia;
  /** The matrix, for residuals. */
  readonly matrix: CsrMatrix;
  /** What was known before the numbers, for `like`. */
  readonly fronts: Fronts;
}

export const like = {
  type: 'value',
  check: checkFactor,
  description: 'A factor of a matrix with the same pattern, whose order and tree are reused',
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
      'For regularisation: the required sign of each pivot, 1 or -1, by the rows of A; a pivot of the other sign counts as too small',
  },
} as const satisfies OptionSpecs;

/** Options of `sparseLdl`. */
export type SparseLdlOptions = OptionsOf<typeof sparseLdlOptions>;

function checkFactor(value: unknown, argument: string): asserts value is SparseLdl {
  checkRecord(value, argument, 'sparseLdl', ['fronts', 'matrix']);
}

function checkSigns(value: unknown, argument: string): asserts value is Int8Array {
  if (value instanceof Int8Array && value.every((sign) => sign === 1 || sign === -1)) return;
  throw fault('expected an Int8Array of 1 and -1', argument, 'type');
}

/**
 * The L D L' factorisation of a sparse symmetric matrix, of which only the lower triangle is read. Time: the sum of the squared
 * lengths of L's columns, in products of dense matrices; memory 8 bytes an entry of L, known before any number is computed.
 *
 * There is no exchange of rows by the size of pivots. Definite and quasi-definite matrices (positive definite in some rows, negative
 * definite in the others) have stable factors in any order; for other indefinite ones use `ldl`, or check the backward error from
 * `solveSparseLdl`.
 *
 * @param a - a sparse symmetric matrix, n x n
 * @throws {InvalidInputError} `shape` for a matrix that is not square; `out-of-range` with the row of A whose pivot is zero;
 *   `too-large` with the number of bytes
 *
 * Source: J. Liu, The multifrontal method for sparse matrix solution (1992).
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
  if (signs && signs.length !== n) throw fault(`expected ${n} signs, got ${signs.length}`, 'signs', 'shape');
  if (like && !samePattern(like.matrix, matrix)) throw fault('is a factor of another pattern', 'like', 'shape');
  const fronts = like?.fronts ?? frontsOf(patternOf(matrix), order);
  return withoutTurns(factorized(matrix, fronts, regularization * largestMagnitude(matrix.values), signs));
}

/**
 * Solves A x = b by the factors of A, and refines the solution until its backward error is at most 7e-15 or falls no more, at most ten
 * times. Time 4 entries of L, and as much for each refinement.
 *
 * @param factor - the result of `sparseLdl(a)`, for A of shape n x n
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
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
export function solveSparseLdl<B extends RightSide>(factor: SparseLdl, b: B): SparseSolution<SolutionFor<B>> {
  checkRecord(factor, 'factor', 'sparseLdl', ['permutation', 'lower', 'diagonal', 'matrix']);
  const { size, permutation, lower, diagonal, matrix } = factor;
  checkCsr(matrix, 'factor.matrix');
  checkBlocks(lower, 'factor.lower', size);
  checkParts({ permutation, diagonal }, size);
  const right = asRightSide(b, size);
  const solve = (side: Float64Array): Float64Array => substituted(factor, side, right.cols);
  const solved = refined(right, (x, residual, sizes) => takeTerms(matrix, x, residual, sizes), solve, ENOUGH);
  return { ...solved, x: solutionFor(b, { ...right, values: solved.x }) };
}

/** A backward error that is worth no further solve: such factors rarely have more. */
const ENOUGH = 32 * Number.EPSILON;

/** M^-1 b, or M'^-1 b, for positive definite A = M M' with M = P' L D^(1/2). */
export function solveHalf({ permutation, lower, diagonal }: SparseLdl, b: Float64Array, transposed: boolean): Float64Array {
  const y = transposed ? b.slice() : permutedRows(b, permutation, 1);
  if (!transposed) substituteForwards(lower, y, 1);
  for (let i = 0; i < y.length; i++) y[i] /= Math.sqrt(diagonal[i]);
  if (!transposed) return y;
  substituteBackwards(lower, y, 1);
  return permutedRows(y, inverse(permutation), 1);
}

/**
 * As `sparseLdl(a)`, with pauses; undefined where it would take more multiplications than the limit.
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
  checkSquareShape(matrix);
  // In one piece, as its time is nearly linear: that of a restart of Lanczos' method.
  const fronts = frontsOf(patternOf(matrix), 'minimum-degree');
  yield;
  return fronts.work > most ? undefined : yield* factorized(matrix, fronts, 0);
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

/** The lower triangle of P A P' by columns. */
function permutedLower({ rows: n, rowPointers, columnIndices, values }: CsrMatrix, permutation: Int32Array) {
  const place = inverse(permutation);
  const pointers = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] <= i; k++) {
      pointers[Math.min(place[i], place[columnIndices[k]]) + 1]++;
    }
  }
  for (let i = 0; i < n; i++) pointers[i + 1] += pointers[i];
  const next = pointers.slice(0, n);
  const indices = new Int32Array(pointers[n]);
  const entries = new Float64Array(pointers[n]);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1] && columnIndices[k] <= i; k++) {
      const [p, q] = [place[i], place[columnIndices[k]]];
      const at = next[Math.min(p, q)]++;
      indices[at] = Math.max(p, q);
      entries[at] = values[k];
    }
  }
  return { pointers, indices, values: entries };
}

function* factorized(a: CsrMatrix, fronts: Fronts, least: number, signs?: Int8Array): Generator<undefined, SparseLdl> {
  const { permutation, starts, parents, rowPointers, rows } = fronts;
  const n = a.rows;
  const count = starts.length - 1;
  const lower = permutedLower(a, permutation);
  const { children, largest, highest, entries } = frontSizes(fronts);
  using memory = layout({
    front: scratch(largest ** 2),
    stack: scratch(highest),
    map: int32(largest),
    signs: int32(signs ? n : 0),
    room: scratch(frontScratch(largest)),
  });
  const { workspace, front, stack, map, room } = memory;
  const { addFront, copyRows, factorLdl } = workspace.kernels(frontKernels);
  if (signs) for (let k = 0; k < n; k++) memory.signs[k] = signs[permutation[k]];
  const blockPointers = new Float64Array(count + 1);
  const values = roomFor(entries);
  const diagonal = new Float64Array(n);
  const local = new Int32Array(n);
  const waiting: number[] = []; // the fronts on the stack
  let [replaced, top, work] = [0, 0, 0];
  for (let s = 0; s < count; s++) {
    const [first, end, from, to] = [starts[s], starts[s + 1], rowPointers[s], rowPointers[s + 1]];
    const [width, length] = [end - first, to - from];
    const m = width + length;
    front.fill(0, 0, m * m);
    for (let q = from; q < to; q++) local[rows[q]] = width + q - from;
    for (let j = first; j < end; j++) {
      for (let p = lower.pointers[j]; p < lower.pointers[j + 1]; p++) {
        const i = lower.indices[p];
        front[(i < end ? i - first : local[i]) * m + j - first] += lower.values[p];
      }
    }
    for (let child = 0; child < children[s]; child++) {
      const t = waiting.pop() as number;
      const size = rowPointers[t + 1] - rowPointers[t];
      for (let q = 0; q < size; q++) {
        const i = rows[rowPointers[t] + q];
        map[q] = i < end ? i - first : local[i];
      }
      top -= size ** 2;
      addFront(size, 1, map.byteOffset, stack.byteOffset + 8 * top, front.byteOffset, m);
    }
    const wanted = signs ? memory.signs.byteOffset + 4 * first : 0;
    for (let k = 0, next = 0; k < width; k = next) {
      next = Math.min(width, k + PANELS * Math.ceil(TURN / (PANELS * m ** 2)));
      const found = factorLdl(m, k, next, front.byteOffset, least, wanted, room.byteOffset);
      if (found < 0) throw withoutPivot(permutation[first - 1 - found], front[(-1 - found) * (m + 1)]);
      replaced += found;
      work += ((next - k) * (m - k) ** 2) / 2;
      if (work < TURN) continue;
      work = 0;
      yield;
    }
    for (let k = 0; k < width; k++) diagonal[first + k] = front[k * (m + 1)];
    let at = blockPointers[s];
    for (let i = 0; i < m; i++) for (let k = i * m; k < i * m + width; k++, at++) values[at] = front[k];
    blockPointers[s + 1] = at;
    if (parents[s] >= 0) {
      const left = front.byteOffset + 8 * width * (m + 1);
      copyRows(length, length, left, m, stack.byteOffset + 8 * top, length);
      waiting.push(s);
      top += length ** 2;
    }
  }
  const positive = diagonal.reduce((sum, pivot) => sum + (pivot > 0 ? 1 : 0), 0);
  const inertia = { positive, negative: n - positive };
  const blocks = { starts, rowPointers, rows, blockPointers, values };
  return { size: n, permutation, lower: blocks, diagonal, entries: fronts.entries, replaced, inertia, matrix: a, fronts };
}

/** Columns of a front that are eliminated before one looks at the work, a multiple of what is. */
const PANELS = 32;

function withoutPivot(index: number, pivot: number): InvalidInputError {
  const problem = `has no L D L' factorisation in this order: the pivot of row ${index} is ${pivot}`;
  return fault(problem, 'a', 'out-of-range', index);
}

/** P' L'^-1 D^-1 L^-1 P B */
export function substituted({ size, permutation, lower, diagonal }: SparseLdl, b: Float64Array, cols: number): Float64Array {
  const y = permutedRows(b, permutation, cols);
  substituteForwards(lower, y, cols);
  for (let i = 0; i < size; i++) for (let c = i * cols; c < (i + 1) * cols; c++) y[c] /= diagonal[i];
  substituteBackwards(lower, y, cols);
  return permutedRows(y, inverse(permutation), cols);
}

/** What `TermsOf` says, by the lower triangle. */
function takeTerms(a: CsrMatrix, x: Float64Array, residual: Float64Array, sizes: Float64Array): void {
  const { rows: n, rowPointers, columnIndices, values } = a;
  for (let i = 0; i < n; i++) {
    const mine = x[i];
    let sum = 0;
    let size = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const j = columnIndices[k];
      if (j > i) break;
      const term = values[k] * x[j];
      sum += term;
      size += Math.abs(term);
      if (j === i) break;
      const mirrored = values[k] * mine;
      residual[j] -= mirrored;
      sizes[j] += Math.abs(mirrored);
    }
    residual[i] -= sum;
    sizes[i] += size;
  }
}
