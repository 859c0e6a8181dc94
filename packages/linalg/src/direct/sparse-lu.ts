// The factorisation P R A Q = L U of a sparse square matrix with partial pivoting, column by column: the pattern of a column of L and
// U is what is reached from the entries of A in the graph of L, so that time is proportional to the operations on numbers.
//
// J. Gilbert, T. Peierls: Sparse partial pivoting in time proportional to arithmetic operations (1988); T. Davis: Direct methods for
// sparse linear systems (2006), chapter 6.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { checkInteger, checkNumbers, checkObject, InvalidInputError, resolveOptions } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import { checkRecord } from '../check-record.ts';
import { asCsr, asEntries, checkSquareShape } from '../inputs.ts';
import type { CsrLike, CsrMatrix } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { exponentOf } from '../power-of-two.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { tooLarge } from '../too-large.ts';
import { columnOrder, suitableOrder } from './column-order.ts';

const sparseLuOptions = {
  order: {
    type: 'choice',
    choices: ['auto', 'columns', 'symmetric', 'natural'],
    default: 'auto',
    description:
      "The order of columns: minimum degree on A' A (`columns`) or A + A' (`symmetric`), or as they stand; `auto` takes `symmetric` where most of the pattern is and the diagonal has no zeros",
  },
  pivotTolerance: {
    type: 'number',
    above: 0,
    max: 1,
    description:
      'The entry on the diagonal is the pivot if it is at least this times the largest of its column; by default 1, the largest, and 0.1 for a symmetric order',
  },
  like: {
    type: 'value',
    check: checkFactor,
    description:
      'A factor of a matrix with the same pattern, whose orders and patterns are used again unless a pivot becomes too small for that',
  },
} as const satisfies OptionSpecs;

/** Options of `sparseLu`. */
export type SparseLuOptions = OptionsOf<typeof sparseLuOptions>;

function checkFactor(value: unknown, argument: string): asserts value is SparseLu {
  checkRecord(value, argument, 'sparseLu', ['lower', 'upper', 'columns', 'rows', 'matrix']);
}

/** Columns of a triangle. */
export interface TriangularColumns {
  /** Column j has the entries from `pointers[j]` on. */
  readonly pointers: Int32Array;
  /** Their rows, in no order. */
  readonly indices: Int32Array;
  /** Their values. */
  readonly values: Float64Array;
}

/** P R A Q = L U. */
export interface SparseLu {
  /** Number of rows. */
  readonly size: number;
  /** L below its diagonal of ones. */
  readonly lower: TriangularColumns;
  /** U above its diagonal. */
  readonly upper: TriangularColumns;
  /** The diagonal of U, the pivots. */
  readonly diagonal: Float64Array;
  /** Row i of P R A Q is row `rows[i]` of A, scaled. */
  readonly rows: Int32Array;
  /** Column j of P R A Q is column `columns[j]` of A. */
  readonly columns: Int32Array;
  /** The diagonal of R: powers of two that bring the largest entry of each row near one. */
  readonly scales: Float64Array;
  /** How the columns were ordered. */
  readonly order: 'columns' | 'symmetric' | 'natural';
  /** Whether orders and patterns were those of `like`. */
  readonly reused: boolean;
  /** The matrix, for residuals. */
  readonly matrix: CsrMatrix;
}

/**
 * The LU factorisation of a sparse square matrix, by partial pivoting in a column order that keeps the factors sparse. Time: the
 * operations of the elimination; memory 12 bytes an entry of L and U.
 *
 * With `like`, a factor of another matrix of the same pattern, neither orders nor patterns are computed again; where one of its
 * pivots is too small by then, all of it is done anew (`reused` says so).
 *
 * @param a - a sparse matrix, n x n
 * @param options - column order, preference for the diagonal, and a factor to take the symbolic part from
 * @throws {InvalidInputError} `shape` for a matrix that is not square, and a factor of another pattern; `out-of-range` with the column
 *   that has no pivot, as A is singular; `too-large` with the number of bytes
 *
 * Source: J. Gilbert, T. Peierls, Sparse partial pivoting in time proportional to arithmetic operations (1988).
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLu, sparseLu } from '@infimum/linalg';
 *
 * const factor = sparseLu(csrFromDense(matrixFromRows([[0, 2, 0], [1, 0, 1], [0, 0, 4]])));
 * const { x } = solveSparseLu(factor, Float64Array.of(4, 4, 12));
 * console.log(x.join(' ')); // 1 2 3
 * ```
 */
export function sparseLu(a: CsrLike, options: SparseLuOptions = {}): SparseLu {
  const resolved = resolveOptions(sparseLuOptions, options);
  const given = asCsr(a, 'a');
  checkSquareShape(given);
  const { like } = resolved;
  if (like && !samePattern(like.matrix, given)) {
    throw new InvalidInputError('is a factor of another pattern', { argument: 'like', code: 'shape' });
  }
  const scales = rowScales(given);
  const columns = scaledColumns(given, scales);
  const order = like?.order ?? (resolved.order === 'auto' ? suitableOrder(given) : resolved.order);
  const tolerance = resolved.pivotTolerance ?? (order === 'symmetric' ? 0.1 : 1);
  const again = like && refactorized(like, columns, tolerance);
  const parts = again ?? eliminated(columns, like?.columns ?? columnOrder(given, order), tolerance);
  return { ...parts, size: given.rows, scales, order, reused: again !== undefined, matrix: given };
}

/** The solution of a system by its factors, and how good it is. */
export interface SparseLuSolution {
  /** The solution. */
  readonly x: Float64Array;
  /**
   * The largest |b - A x| over |A| |x| + |b|, entry by entry: x solves a system whose entries are as close as that to those given.
   */
  readonly backwardError: number;
}

/**
 * Solves A x = b by the factors of A, and refines the solution until its residual falls no more, at most ten times. Time 2 entries of
 * L and U, and as much for each refinement.
 *
 * @param factor - what `sparseLu(a)` gave, for A of shape n x n
 * @param b - the right-hand side, of length n
 * @throws {InvalidInputError} for a b that does not fit, and for solutions beyond the largest number
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows, solveSparseLu, sparseLu } from '@infimum/linalg';
 *
 * const { x, backwardError } = solveSparseLu(sparseLu(csrFromDense(matrixFromRows([[1, 2], [3, 4]]))), Float64Array.of(5, 11));
 * console.log(x.map(Math.round).join(' '), backwardError < 1e-15); // 1 2 true
 * ```
 */
export function solveSparseLu(factor: SparseLu, b: VectorLike): SparseLuSolution {
  checkFactor(factor, 'factor');
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
  if (allFinite(x)) return { x, backwardError };
  throw new InvalidInputError('has a solution beyond the largest number', { argument: 'b', code: 'out-of-range' });
}

/** What `sparseLu` gives has one size; its entries are taken as they are. */
function checkParts({ size, lower, upper, diagonal, rows, columns, scales, matrix }: SparseLu): void {
  checkInteger(size, 'factor.size', { min: 0 });
  checkCsr(matrix, 'factor.matrix');
  const lists = { diagonal, rows, columns, scales };
  for (const [name, list] of Object.entries(lists)) checkNumbers(list, `factor.${name}`);
  let fits = matrix.rows === size && Object.values(lists).every(({ length }) => length === size);
  for (const [name, triangle] of Object.entries({ lower, upper })) {
    checkObject(triangle, `factor.${name}`);
    const { pointers, indices, values } = triangle;
    for (const [part, list] of Object.entries({ pointers, indices, values })) {
      checkNumbers(list, `factor.${name}.${part}`);
    }
    // Loops run from one to the next: none may fall.
    for (let i = 0; i < pointers.length; i++) {
      if (pointers[i] >= (i === 0 ? 0 : pointers[i - 1])) continue;
      const problem = `is ${pointers[i]} at index ${i}`;
      const argument = `factor.${name}.pointers`;
      throw new InvalidInputError(problem, { argument, code: 'out-of-range', index: i });
    }
    const entries = pointers[size];
    fits &&= pointers.length === size + 1 && indices.length >= entries && values.length >= entries;
  }
  if (fits) return;
  throw new InvalidInputError('has parts of different sizes', { argument: 'factor', code: 'shape' });
}

function samePattern(a: CsrMatrix, b: CsrMatrix): boolean {
  const isEqual = (x: Int32Array, y: Int32Array): boolean => x.length === y.length && x.every((value, k) => value === y[k]);
  return isEqual(a.rowPointers, b.rowPointers) && isEqual(a.columnIndices, b.columnIndices);
}

/** Powers of two by which the largest entry of each row becomes about one. */
function rowScales({ rows, rowPointers, values }: CsrMatrix): Float64Array {
  const scales = new Float64Array(rows).fill(1);
  for (let i = 0; i < rows; i++) {
    let largest = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) largest = Math.max(largest, Math.abs(values[k]));
    if (largest > 0) scales[i] = 2 ** Math.max(-1022, Math.min(1023, -exponentOf(largest)));
  }
  return scales;
}

/** R A by columns. */
function scaledColumns(a: CsrMatrix, scales: Float64Array): TriangularColumns {
  const { rowPointers, columnIndices, values } = transposed(a);
  for (let k = 0; k < values.length; k++) values[k] *= scales[columnIndices[k]];
  return { pointers: rowPointers, indices: columnIndices, values };
}

type Parts = Pick<SparseLu, 'lower' | 'upper' | 'diagonal' | 'rows' | 'columns'>;

/** Columns that grow. */
class Growing {
  readonly pointers: Int32Array;
  indices: Int32Array;
  values: Float64Array;
  count = 0;

  constructor(size: number, entries: number) {
    this.pointers = new Int32Array(size + 1);
    this.indices = new Int32Array(entries);
    this.values = new Float64Array(entries);
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    if (this.count + more <= this.values.length) return;
    const length = Math.max(2 * this.values.length, this.count + more);
    if (length >= 2 ** 31) throw tooLarge(12 * length, 'a');
    try {
      const [indices, values] = [new Int32Array(length), new Float64Array(length)];
      indices.set(this.indices);
      values.set(this.values);
      this.indices = indices;
      this.values = values;
    } catch {
      throw tooLarge(12 * length, 'a');
    }
  }

  finished(): TriangularColumns {
    return { pointers: this.pointers, indices: this.indices.slice(0, this.count), values: this.values.slice(0, this.count) };
  }
}

/** The elimination with pivots by size. */
function eliminated(a: TriangularColumns, columns: Int32Array, tolerance: number): Parts {
  const n = columns.length;
  const entries = 4 * a.values.length + n + 16;
  const [lower, upper] = [new Growing(n, entries), new Growing(n, entries)];
  const diagonal = new Float64Array(n);
  const place = new Int32Array(n).fill(-1); // of a row among the pivots
  const x = new Float64Array(n);
  const reach = new Reach(n);
  for (let k = 0; k < n; k++) {
    lower.pointers[k] = lower.count;
    upper.pointers[k] = upper.count;
    const column = columns[k];
    const top = reach.from(a, column, lower, place);
    const { order } = reach;
    for (let p = a.pointers[column]; p < a.pointers[column + 1]; p++) x[a.indices[p]] += a.values[p];
    // L x = the column, unknown after unknown in the order in which they depend on each other.
    lower.reserve(n - top);
    upper.reserve(n - top);
    let [pivotRow, largest] = [-1, 0];
    for (let t = top; t < n; t++) {
      const i = order[t];
      const value = x[i];
      const pivot = place[i];
      if (pivot < 0) {
        const size = Math.abs(value);
        if (!(size <= largest)) {
          largest = size;
          pivotRow = i;
        }
        continue;
      }
      upper.indices[upper.count] = pivot;
      upper.values[upper.count++] = value;
      x[i] = 0;
      const { indices, values } = lower;
      for (let p = lower.pointers[pivot], end = lower.pointers[pivot + 1]; p < end; p++) {
        x[indices[p]] -= values[p] * value;
      }
    }
    if (!(largest > 0 && largest < Infinity)) throw withoutPivot(column);
    if (place[column] < 0 && Math.abs(x[column]) >= tolerance * largest) pivotRow = column;
    const pivot = x[pivotRow];
    diagonal[k] = pivot;
    place[pivotRow] = k;
    for (let t = top; t < n; t++) {
      const i = order[t];
      if (place[i] >= 0) {
        x[i] = 0;
        continue;
      }
      lower.indices[lower.count] = i;
      lower.values[lower.count++] = x[i] / pivot;
      x[i] = 0;
    }
    lower.pointers[k + 1] = lower.count;
    upper.pointers[k + 1] = upper.count;
  }
  const rows = new Int32Array(n);
  for (let i = 0; i < n; i++) rows[place[i]] = i;
  const found = lower.finished();
  for (let p = 0; p < found.indices.length; p++) found.indices[p] = place[found.indices[p]];
  return { lower: found, upper: upper.finished(), diagonal, rows, columns };
}

/** Which unknowns of L x = b are not zero, in an order in which each comes after those that it depends on. */
class Reach {
  /** They stand from the place that `from` returns up to the end. */
  readonly order: Int32Array;
  readonly #stack: Int32Array;
  readonly #next: Int32Array;
  readonly #seen: Int32Array;
  #mark = 0;

  constructor(size: number) {
    this.order = new Int32Array(size);
    this.#stack = new Int32Array(size);
    this.#next = new Int32Array(size);
    this.#seen = new Int32Array(size);
  }

  from(b: TriangularColumns, column: number, lower: Growing, place: Int32Array): number {
    const { order } = this;
    const [stack, next, seen, mark] = [this.#stack, this.#next, this.#seen, ++this.#mark];
    const { pointers, indices } = lower;
    let top = order.length;
    for (let p = b.pointers[column]; p < b.pointers[column + 1]; p++) {
      if (seen[b.indices[p]] === mark) continue;
      let depth = 0;
      stack[0] = b.indices[p];
      seen[stack[0]] = mark;
      next[0] = place[stack[0]] < 0 ? 0 : pointers[place[stack[0]]];
      while (depth >= 0) {
        const pivot = place[stack[depth]];
        const end = pivot < 0 ? 0 : pointers[pivot + 1];
        let q = next[depth];
        while (q < end && seen[indices[q]] === mark) q++;
        if (q >= end) {
          order[--top] = stack[depth--];
          continue;
        }
        next[depth] = q + 1;
        const i = indices[q];
        seen[i] = mark;
        stack[++depth] = i;
        next[depth] = place[i] < 0 ? 0 : pointers[place[i]];
      }
    }
    return top;
  }
}

/** How much smaller than its tolerance a pivot may be before its row is exchanged after all. */
const SLACK = 1e-3;

/** The same elimination on other numbers; nothing where a pivot has become too small. */
function refactorized(like: SparseLu, a: TriangularColumns, tolerance: number): Parts | undefined {
  const { columns, rows, size: n } = like;
  const place = new Int32Array(n);
  for (let i = 0; i < n; i++) place[rows[i]] = i;
  const lower = { ...like.lower, values: new Float64Array(like.lower.values.length) };
  const upper = { ...like.upper, values: new Float64Array(like.upper.values.length) };
  const diagonal = new Float64Array(n);
  const x = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const column = columns[k];
    for (let p = a.pointers[column]; p < a.pointers[column + 1]; p++) x[place[a.indices[p]]] += a.values[p];
    for (let t = upper.pointers[k]; t < upper.pointers[k + 1]; t++) {
      const i = upper.indices[t];
      const value = x[i];
      upper.values[t] = value;
      x[i] = 0;
      for (let p = lower.pointers[i]; p < lower.pointers[i + 1]; p++) {
        x[lower.indices[p]] -= lower.values[p] * value;
      }
    }
    const pivot = x[k];
    x[k] = 0;
    let largest = Math.abs(pivot);
    for (let p = lower.pointers[k]; p < lower.pointers[k + 1]; p++) {
      largest = Math.max(largest, Math.abs(x[lower.indices[p]]));
    }
    if (!(largest > 0 && Math.abs(pivot) >= SLACK * tolerance * largest)) return undefined;
    diagonal[k] = pivot;
    for (let p = lower.pointers[k]; p < lower.pointers[k + 1]; p++) {
      lower.values[p] = x[lower.indices[p]] / pivot;
      x[lower.indices[p]] = 0;
    }
  }
  return { lower, upper, diagonal, rows, columns };
}

function withoutPivot(column: number): InvalidInputError {
  const problem = `is singular: no row is left with a pivot for column ${column}`;
  return new InvalidInputError(problem, { argument: 'a', code: 'out-of-range', index: column });
}

/** Q U^-1 L^-1 P R b */
function substituted({ size: n, lower, upper, diagonal, rows, columns, scales }: SparseLu, b: Float64Array): Float64Array {
  const y = Float64Array.from(rows, (row) => b[row] * scales[row]);
  for (let j = 0; j < n; j++) {
    const value = y[j];
    if (value === 0) continue;
    for (let p = lower.pointers[j]; p < lower.pointers[j + 1]; p++) y[lower.indices[p]] -= lower.values[p] * value;
  }
  for (let j = n - 1; j >= 0; j--) {
    const value = y[j] / diagonal[j];
    y[j] = value;
    if (value === 0) continue;
    for (let p = upper.pointers[j]; p < upper.pointers[j + 1]; p++) y[upper.indices[p]] -= upper.values[p] * value;
  }
  const x = new Float64Array(n);
  for (let j = 0; j < n; j++) x[columns[j]] = y[j];
  return x;
}

/** b - A x, and the componentwise backward error. */
function residualOf(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  x: Float64Array,
  b: Float64Array,
): { residual: Float64Array; backwardError: number } {
  const residual = b.slice();
  let backwardError = 0;
  for (let i = 0; i < rows; i++) {
    let size = Math.abs(b[i]);
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const term = values[k] * x[columnIndices[k]];
      residual[i] -= term;
      size += Math.abs(term);
    }
    const ratio = residual[i] === 0 ? 0 : Math.abs(residual[i]) / size;
    if (!(ratio <= backwardError)) backwardError = Number.isNaN(ratio) ? Infinity : ratio;
  }
  return { residual, backwardError };
}
