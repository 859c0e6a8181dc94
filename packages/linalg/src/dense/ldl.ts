// The factorisation P A P' = L D L' of a symmetric matrix, definite or not, with pivots of size one and two.
//
// J. Bunch, L. Kaufman: Some stable methods for calculating inertia and solving symmetric linear systems (1977).

import type { MatrixLike, VectorLike } from '@infimum/core';
import { checkInteger, checkNumbers, InvalidInputError } from '@infimum/core';
import { checkRecord } from '../check-record.ts';
import { asEntries, asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { powerOfTwoNear } from '../power-of-two.ts';
import { TURN, withoutTurns } from '../turns.ts';
import { identity } from './dense-matrix.ts';

/** P A P' = L D L'. */
export interface LdlFactors {
  /** L, with ones on its diagonal. */
  readonly lower: DenseMatrix;
  /** The diagonal of D. */
  readonly diagonal: Float64Array;
  /** Entry k couples k and k + 1 in D; zero where there is no pivot of size two. */
  readonly offDiagonal: Float64Array;
  /** Row and column i of P A P' are `permutation[i]` of A. */
  readonly permutation: Int32Array;
}

/** Bunch and Kaufman's (1 + √17) / 8, which makes growth over two pivots of size one equal to that over one of size two. */
const ALPHA = 0.6403882032022076;

/**
 * The L D L' factorisation of a symmetric matrix, of which only the lower triangle is read. Time n³/3, in plain loops.
 * The signs of D count the positive and negative eigenvalues of A (Sylvester).
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index
 *
 * @example
 * ```ts
 * import { ldl, matrixFromRows, solveLdl } from '@infimum/linalg';
 *
 * const factors = ldl(matrixFromRows([[0, 1], [1, 0]])); // no Cholesky factor, and no pivot on the diagonal
 * console.log(solveLdl(factors, new Float64Array([2, 3])).join(' ')); // 3 2
 * ```
 */
export function ldl(a: MatrixLike): LdlFactors {
  return withoutTurns(ldlInTurns(a));
}

/** As `ldl`, with pauses. */
export function* ldlInTurns(a: MatrixLike): Generator<undefined, LdlFactors> {
  const matrix = asSquare(a);
  const { rows: size } = matrix;
  const scale = powerOfTwoNear(matrix.values);
  const rest = matrix.values.map((value) => value / scale);
  const lower = identity(size);
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(size);
  const permutation = Int32Array.from({ length: size }, (_, i) => i);
  let work = 0;
  for (let k = 0; k < size; ) {
    if (work > TURN) {
      work = 0;
      yield;
    }
    const { width, swap } = choosePivot(rest, size, k);
    const target = k + width - 1;
    if (swap !== target) {
      swapBoth(rest, size, k, target, swap);
      swapLower(lower.values, size, target, swap, k);
      [permutation[target], permutation[swap]] = [permutation[swap], permutation[target]];
    }
    if (width === 1) eliminateOne(rest, lower.values, diagonal, size, k);
    else eliminateTwo(rest, lower.values, diagonal, offDiagonal, size, k);
    work += (width * (size - k) ** 2) / 2;
    k += width;
  }
  for (const part of [diagonal, offDiagonal]) {
    for (let k = 0; k < size; k++) part[k] *= scale;
    if (allFinite(part)) continue;
    throw new InvalidInputError('has pivots beyond the largest number', {
      argument: 'a',
      code: 'out-of-range',
    });
  }
  return { lower, diagonal, offDiagonal, permutation };
}

/**
 * Solves A x = b by the factors of A. Time 2 n².
 *
 * @param factors - what `ldl(a)` gave, for A of shape n x n
 * @param b - the right-hand side, of length n
 * @throws {InvalidInputError} for a b that does not fit; `out-of-range` with the place of a pivot that is zero
 *
 * @example
 * ```ts
 * import { ldl, matrixFromRows, solveLdl } from '@infimum/linalg';
 *
 * console.log(solveLdl(ldl(matrixFromRows([[0, 2], [2, 0]])), Float64Array.of(6, 2)).join(' ')); // 1 3
 * ```
 */
export function solveLdl(factors: LdlFactors, b: VectorLike): Float64Array {
  checkRecord(factors, 'factors', 'ldl', ['lower', 'diagonal', 'offDiagonal', 'permutation']);
  const { lower, diagonal, offDiagonal, permutation } = factors;
  const { rows: size, values } = lower;
  checkSizes(factors);
  const right = asEntries(b, 'b', size);
  const y = Float64Array.from(permutation, (row) => right[row]);
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) y[i] -= values[i * size + j] * y[j];
  for (let k = 0; k < size; k++) {
    const off = offDiagonal[k];
    // Divided by the coupling, which is the largest of the three, so that no product over- or underflows.
    const [upper, under] = off === 0 ? [0, 0] : [diagonal[k] / off, diagonal[k + 1] / off];
    const pivot = off === 0 ? diagonal[k] : upper * under - 1;
    if (pivot === 0) {
      const problem = `is singular: pivot ${k} is zero`;
      throw new InvalidInputError(problem, { argument: 'factors', code: 'out-of-range', index: k });
    }
    if (off === 0) {
      y[k] /= diagonal[k];
    } else {
      const [first, second] = [y[k] / off, y[k + 1] / off];
      [y[k], y[k + 1]] = [(under * first - second) / pivot, (upper * second - first) / pivot];
      k++;
    }
  }
  for (let i = size - 1; i >= 0; i--) for (let j = 0; j < i; j++) y[j] -= values[i * size + j] * y[i];
  const x = new Float64Array(size);
  for (let i = 0; i < size; i++) x[permutation[i]] = y[i];
  return x;
}

/** Width of the next pivot, and the row that is to come to its last place. */
function choosePivot(a: Float64Array, size: number, k: number): { width: 1 | 2; swap: number } {
  let row = k;
  let largest = 0;
  for (let i = k + 1; i < size; i++) {
    if (Math.abs(a[i * size + k]) <= largest) continue;
    largest = Math.abs(a[i * size + k]);
    row = i;
  }
  const pivot = Math.abs(a[k * size + k]);
  if (largest === 0 || pivot >= ALPHA * largest) return { width: 1, swap: k };
  // The largest entry of that row beside its diagonal: before it in the row, after it in the column.
  let largestInRow = 0;
  for (let j = k; j < row; j++) largestInRow = Math.max(largestInRow, Math.abs(a[row * size + j]));
  for (let i = row + 1; i < size; i++) largestInRow = Math.max(largestInRow, Math.abs(a[i * size + row]));
  if (pivot * (largestInRow / largest) >= ALPHA * largest) return { width: 1, swap: k };
  if (Math.abs(a[row * size + row]) >= ALPHA * largestInRow) return { width: 1, swap: row };
  return { width: 2, swap: row };
}

/** Swaps rows and columns p < q of what is left from k on, in the lower triangle. */
function swapBoth(a: Float64Array, size: number, k: number, p: number, q: number): void {
  const swap = (x: number, y: number): void => {
    [a[x], a[y]] = [a[y], a[x]];
  };
  for (let j = k; j < p; j++) swap(p * size + j, q * size + j);
  swap(p * size + p, q * size + q);
  for (let i = p + 1; i < q; i++) swap(i * size + p, q * size + i);
  for (let i = q + 1; i < size; i++) swap(i * size + p, i * size + q);
}

/** Swaps two rows of the columns of L that are finished. */
function swapLower(l: Float64Array, size: number, p: number, q: number, finished: number): void {
  for (let j = 0; j < finished; j++) [l[p * size + j], l[q * size + j]] = [l[q * size + j], l[p * size + j]];
}

function eliminateOne(
  a: Float64Array,
  l: Float64Array,
  diagonal: Float64Array,
  size: number,
  k: number,
): void {
  const pivot = a[k * size + k];
  diagonal[k] = pivot;
  if (pivot === 0) return; // the whole column is zero
  const column = new Float64Array(size);
  for (let i = k + 1; i < size; i++) column[i] = a[i * size + k];
  for (let i = k + 1; i < size; i++) {
    const factor = column[i] / pivot;
    if (factor === 0) continue;
    l[i * size + k] = factor;
    for (let j = k + 1, at = i * size + k + 1; j <= i; j++, at++) a[at] -= factor * column[j];
  }
}

function eliminateTwo(
  a: Float64Array,
  l: Float64Array,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  size: number,
  k: number,
): void {
  const [first, off, second] = [a[k * size + k], a[(k + 1) * size + k], a[(k + 1) * size + k + 1]];
  diagonal[k] = first;
  diagonal[k + 1] = second;
  offDiagonal[k] = off;
  const [upper, under] = [first / off, second / off];
  const scale = off * (upper * under - 1);
  const [one, two] = [new Float64Array(size), new Float64Array(size)];
  for (let i = k + 2; i < size; i++) {
    one[i] = a[i * size + k];
    two[i] = a[i * size + k + 1];
  }
  for (let i = k + 2; i < size; i++) {
    const [p, q] = [(under * one[i] - two[i]) / scale, (upper * two[i] - one[i]) / scale];
    l[i * size + k] = p;
    l[i * size + k + 1] = q;
    for (let j = k + 2, at = i * size + k + 2; j <= i; j++, at++) a[at] -= p * one[j] + q * two[j];
  }
}

/** What `ldl` gives has one size. */
function checkSizes({ lower, diagonal, offDiagonal, permutation }: LdlFactors): void {
  const { rows, values } = lower;
  checkInteger(rows, 'factors.lower.rows', { min: 0 });
  asEntries(values, 'factors.lower.values', rows * rows);
  for (const [name, list] of Object.entries({ diagonal, offDiagonal, permutation })) {
    checkNumbers(list, `factors.${name}`);
    if (list.length === rows) continue;
    const problem = `expected ${rows} entries, got ${list.length}`;
    throw new InvalidInputError(problem, { argument: `factors.${name}`, code: 'shape' });
  }
}
