// The factorisation P R A C Q = L U of a sparse square matrix in fronts of A + A', whose rows are exchanged for large pivots: a column
// without one in its front waits for the parent's.
//
// I. Duff, J. Reid: The multifrontal solution of unsymmetric sets of linear equations (1984); P. Amestoy, I. Duff, J. L'Excellent,
// J. Koster: A fully asynchronous multifrontal solver using distributed dynamic scheduling (2001).
import type { InvalidInputError, OptionSpecs, OptionsOf } from '@infimum/core';
import { checkInteger, fault, resolveOptions } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import { checkRecord } from '../check-record.ts';
import { asCsr, asRightSide, checkSquareShape, solutionFor } from '../inputs.ts';
import type { CsrLike, CsrMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { exponentOf } from '../power-of-two.ts';
import { transposed } from '../sparse/csr-transpose.ts';
import { frontKernels, frontScratch } from '../webassembly/front-kernels.ts';
import { int32, layout, scratch } from '../webassembly/layout.ts';
import type { FrontBlocks, SparseSolution, TermsOf } from './front-blocks.ts';
import {
  checkBlocks,
  checkParts,
  permutedRows,
  refined,
  roomFor,
  substituteBackwards,
  substituteForwards,
} from './front-blocks.ts';
import type { EliminationOrder, Fronts } from './fronts.ts';
import { frontSizes, frontsOf, inverse, order, samePattern } from './fronts.ts';
import type { SymmetricPattern } from './minimum-degree.ts';
import type { SparseColumns } from './row-matching.ts';
import { matchedRows } from './row-matching.ts';

const sparseLuOptions = {
  order,
  pivotTolerance: {
    type: 'number',
    above: 0,
    max: 1,
    default: 0.1,
    description: 'A pivot is at least this times the largest remaining entry of its column; the diagonal is preferred',
  },
  like: {
    type: 'value',
    check: checkFactor,
    description:
      'A factor of a matrix with the same pattern, whose order and fronts are reused unless a diagonal entry has become too small',
  },
} as const satisfies OptionSpecs;

/** Options of `sparseLu`. */
export type SparseLuOptions = OptionsOf<typeof sparseLuOptions>;

function checkFactor(value: unknown, argument: string): asserts value is SparseLu {
  checkRecord(value, argument, 'sparseLu', ['analysis', 'matrix']);
}

/** What is known before numbers are eliminated. */
export interface LuAnalysis {
  /** The row that stands in each place of the diagonal before anything is exchanged. */
  readonly matching: Int32Array;
  /** The fronts of A + A' then. */
  readonly fronts: Fronts;
}

/** P R A C Q = L D U. */
export interface SparseLu {
  /** Number of rows. */
  readonly size: number;
  /** L, whose diagonal is one, in blocks of columns. */
  readonly lower: FrontBlocks;
  /** The transposed U, whose diagonal is one. */
  readonly upper: FrontBlocks;
  /** D, the pivots. */
  readonly diagonal: Float64Array;
  /** Row i of P R A C Q is row `rows[i]` of A, scaled. */
  readonly rows: Int32Array;
  /** Column j of P R A C Q is column `columns[j]` of A, scaled. */
  readonly columns: Int32Array;
  /** The diagonal of R: powers of two that bring the largest entry of each row near one. */
  readonly rowScales: Float64Array;
  /** The diagonal of C, which does so for columns. */
  readonly columnScales: Float64Array;
  /** How often a column had to wait for a parent's front. */
  readonly delayed: number;
  /** Whether order and fronts were those of `like`. */
  readonly reused: boolean;
  /** The matrix, for residuals. */
  readonly matrix: CsrMatrix;
  /** What was known before the numbers, for `like`. */
  readonly analysis: LuAnalysis;
}

/**
 * The LU factorisation of a sparse square matrix: rows are matched with columns so that the diagonal has large entries, columns that
 * get the same pattern are eliminated together in dense fronts, and rows are exchanged for pivots that are large enough. Time: the
 * operations of the elimination, nearly all of them in products; memory 8 bytes an entry of L and U.
 *
 * With `like`, a factor of another matrix of the same pattern, its order and fronts are reused, unless an entry on the diagonal is
 * a thousand times smaller than before (`reused` says which).
 *
 * @param a - a sparse matrix, n x n
 * @throws {InvalidInputError} `shape` for a matrix that is not square, and a factor of another pattern; `out-of-range` with the column
 *   that has no pivot, as A is singular; `too-large` with the number of bytes
 *
 * Source: I. Duff, J. Reid, The multifrontal solution of unsymmetric sets of linear equations (1984).
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
  const { order, pivotTolerance, like } = resolveOptions(sparseLuOptions, options);
  const matrix = asCsr(a, 'a');
  checkSquareShape(matrix);
  if (like && !samePattern(like.matrix, matrix)) throw fault('is a factor of another pattern', 'like', 'shape');
  const scaled = equilibratedColumns(matrix);
  const reused = like !== undefined && keepsDiagonal(like, scaled.columns);
  const analysis = reused ? like.analysis : analyzed(scaled.columns, order);
  for (let slack = 1; ; slack *= 1.5) {
    const parts = eliminated(scaled.columns, analysis, pivotTolerance, slack);
    if (!parts) continue;
    const { rowScales, columnScales } = scaled;
    return { size: matrix.rows, ...parts, rowScales, columnScales, reused, matrix, analysis };
  }
}

/**
 * Solves A x = b by the factors of A, and refines the solution until its residual is down to rounding or falls no more, at most ten
 * times. Time 2 entries of L and U, and as much for each refinement.
 *
 * @param factor - the result of `sparseLu(a)`, for A of shape n x n
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
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
export function solveSparseLu<B extends RightSide>(factor: SparseLu, b: B): SparseSolution<SolutionFor<B>> {
  const parts = ['lower', 'upper', 'diagonal', 'rows', 'columns', 'rowScales', 'columnScales', 'matrix'];
  checkRecord(factor, 'factor', 'sparseLu', parts);
  const { size, lower, upper, matrix, diagonal, rows, columns, rowScales, columnScales } = factor;
  checkInteger(size, 'factor.size', { min: 0 });
  checkCsr(matrix, 'factor.matrix');
  checkBlocks(lower, 'factor.lower', size);
  checkBlocks(upper, 'factor.upper', size);
  checkParts({ diagonal, rows, columns, rowScales, columnScales }, size);
  const right = asRightSide(b, size);
  const solve = (side: Float64Array): Float64Array => substituted(factor, side, right.cols);
  const terms: TermsOf = (found, residual, sizes) => takeTerms(matrix, found, residual, sizes);
  const { x, backwardError } = refined(right, terms, solve, ROUNDING);
  if (allFinite(x)) return { x: solutionFor(b, { ...right, values: x }), backwardError };
  throw fault('has a solution beyond the largest number', 'b', 'out-of-range');
}

/** A backward error that is within the rounding of the terms. */
const ROUNDING = 4 * Number.EPSILON;

/** R A C by columns. */
function equilibratedColumns(a: CsrMatrix) {
  const { rowPointers: pointers, columnIndices: indices, values } = transposed(a);
  const rowScales = powersNear(a.rows, (visit) => {
    for (let p = 0; p < values.length; p++) visit(indices[p], values[p]);
  });
  for (let p = 0; p < values.length; p++) values[p] *= rowScales[indices[p]];
  const columnScales = powersNear(a.rows, (visit) => {
    for (let j = 0; j < a.rows; j++) for (let p = pointers[j]; p < pointers[j + 1]; p++) visit(j, values[p]);
  });
  for (let j = 0; j < a.rows; j++) for (let p = pointers[j]; p < pointers[j + 1]; p++) values[p] *= columnScales[j];
  return { columns: { pointers, indices, values }, rowScales, columnScales };
}

/** Powers of two by which the largest of the values of each place becomes about one. */
function powersNear(size: number, values: (visit: (place: number, value: number) => void) => void): Float64Array {
  const largest = new Float64Array(size);
  values((place, value) => {
    largest[place] = Math.max(largest[place], Math.abs(value));
  });
  return largest.map((value) => (value > 0 ? 2 ** Math.max(-1022, Math.min(1023, -exponentOf(value))) : 1));
}

/** How much smaller an entry on the diagonal may have become. */
const SLACK = 1e-3;

function keepsDiagonal({ analysis, rowScales, columnScales, matrix }: SparseLu, columns: SparseColumns): boolean {
  const before = transposed(matrix);
  return analysis.matching.every((row, j) => {
    const p = columns.indices.indexOf(row, columns.pointers[j]);
    return Math.abs(columns.values[p]) >= SLACK * Math.abs(before.values[p]) * rowScales[row] * columnScales[j];
  });
}

function analyzed(columns: SparseColumns, by: EliminationOrder): LuAnalysis {
  const matching = matchedRows(columns);
  const missing = matching.indexOf(-1);
  if (missing >= 0) throw withoutPivot(missing);
  return { matching, fronts: frontsOf(patternOf(columns, inverse(matching)), by) };
}

/** The pattern of A + A' without its diagonal; row i of A stands in place `places[i]`. */
function patternOf({ pointers, indices }: SparseColumns, places: Int32Array): SymmetricPattern {
  const size = pointers.length - 1;
  const counts = new Int32Array(size + 1);
  for (let j = 0; j < size; j++) {
    for (let p = pointers[j]; p < pointers[j + 1]; p++) {
      counts[j + 1]++;
      counts[places[indices[p]] + 1]++;
    }
  }
  for (let j = 0; j < size; j++) counts[j + 1] += counts[j];
  const next = counts.slice(0, size);
  const both = new Int32Array(counts[size]);
  for (let j = 0; j < size; j++) {
    for (let p = pointers[j]; p < pointers[j + 1]; p++) {
      const i = places[indices[p]];
      both[next[i]++] = j;
      both[next[j]++] = i;
    }
  }
  // Every place once, and none for itself.
  const seen = new Int32Array(size).fill(-1);
  const lists = new Int32Array(size + 1);
  let count = 0;
  for (let j = 0; j < size; j++) {
    seen[j] = j;
    for (let p = counts[j]; p < counts[j + 1]; p++) {
      if (seen[both[p]] === j) continue;
      seen[both[p]] = j;
      both[count++] = both[p];
    }
    lists[j + 1] = count;
  }
  return { size, pointers: lists, indices: both.subarray(0, count) };
}

/** The entries of A by the first of row and column that is eliminated. */
function bucketed({ pointers, indices, values }: SparseColumns, rowPlaces: Int32Array, columnPlaces: Int32Array) {
  const n = pointers.length - 1;
  const firsts = new Int32Array(n + 1);
  for (let j = 0; j < n; j++) {
    for (let p = pointers[j]; p < pointers[j + 1]; p++) firsts[Math.min(rowPlaces[indices[p]], columnPlaces[j]) + 1]++;
  }
  for (let k = 0; k < n; k++) firsts[k + 1] += firsts[k];
  const next = firsts.slice(0, n);
  const [rows, columns] = [new Int32Array(values.length), new Int32Array(values.length)];
  const entries = new Float64Array(values.length);
  for (let j = 0; j < n; j++) {
    for (let p = pointers[j]; p < pointers[j + 1]; p++) {
      const [i, k] = [rowPlaces[indices[p]], columnPlaces[j]];
      const at = next[Math.min(i, k)]++;
      rows[at] = i;
      columns[at] = k;
      entries[at] = values[p];
    }
  }
  return { firsts, rows, columns, entries };
}

/** Blocks of a factor that grow. */
class GrowingBlocks {
  readonly rowPointers: Int32Array;
  readonly blockPointers: Float64Array;
  rows: Int32Array;
  values: Float64Array;

  constructor(fronts: number, rows: number, entries: number) {
    this.rowPointers = new Int32Array(fronts + 1);
    this.blockPointers = new Float64Array(fronts + 1);
    this.rows = new Int32Array(rows);
    this.values = roomFor(entries);
  }

  /** The first `width` columns of front s, or rows, whose entries are divided by the pivots then; and the labels of what is left. */
  take(s: number, width: number, m: number, labels: Int32Array, front: Float64Array, row: number, column: number): void {
    const { rowPointers, blockPointers } = this;
    const [rows, entries] = [rowPointers[s] + m - width, blockPointers[s] + width * m];
    if (rows > this.rows.length) this.rows = copiedTo(new Int32Array(Math.ceil(1.5 * rows)), this.rows);
    if (entries > this.values.length) this.values = copiedTo(roomFor(Math.ceil(1.5 * entries)), this.values);
    rowPointers[s + 1] = rows;
    blockPointers[s + 1] = entries;
    const { values, rows: places } = this;
    let at = blockPointers[s];
    for (let i = 0; i < m; i++) for (let k = 0, p = i * row; k < width; k++, p += column, at++) values[at] = front[p];
    if (row === 1) {
      for (let k = 0; k < width; k++) {
        const pivot = front[k * (m + 1)];
        for (let p = blockPointers[s] + k; p < at; p += width) values[p] /= pivot;
      }
    }
    for (let i = width, q = rowPointers[s]; i < m; i++, q++) places[q] = labels[i];
  }

  /** With rows by the order of elimination. */
  finished(starts: Int32Array, places: Int32Array): FrontBlocks {
    const { rowPointers, blockPointers, values } = this;
    const rows = this.rows.slice(0, rowPointers[starts.length - 1]);
    for (let q = 0; q < rows.length; q++) rows[q] = places[rows[q]];
    return { starts, rowPointers, rows, blockPointers, values };
  }
}

function copiedTo<Numbers extends Float64Array | Int32Array>(larger: Numbers, numbers: Numbers): Numbers {
  larger.set(numbers);
  return larger;
}

const NONE = new Int32Array(0);

type Parts = Pick<SparseLu, 'lower' | 'upper' | 'diagonal' | 'rows' | 'columns' | 'delayed'>;

/** The elimination; nothing where columns that wait make fronts too large for `slack` times the room that they need without. */
function eliminated(a: SparseColumns, { matching, fronts }: LuAnalysis, tolerance: number, slack: number): Parts | undefined {
  const { permutation, starts, parents, rowPointers, rows } = fronts;
  const n = permutation.length;
  const count = starts.length - 1;
  const columnPlaces = inverse(permutation);
  const rowPlaces = new Int32Array(n);
  for (let j = 0; j < n; j++) rowPlaces[matching[j]] = columnPlaces[j];
  const given = bucketed(a, rowPlaces, columnPlaces);
  const { children, largest, highest, entries } = frontSizes(fronts);
  const room = Math.ceil(slack * largest);
  using memory = layout({
    front: scratch(room ** 2),
    stack: scratch(Math.ceil(slack ** 2 * highest)),
    map: int32(room),
    rowLabels: int32(room),
    columnLabels: int32(room),
    room: scratch(frontScratch(room)),
  });
  const { workspace, front, stack, map, rowLabels, columnLabels } = memory;
  const { addFront, copyRows, factorLu } = workspace.kernels(frontKernels);
  const [lower, upper] = [0, 1].map(() => new GrowingBlocks(count, rows.length, entries));
  const pivotStarts = new Int32Array(count + 1);
  const diagonal = new Float64Array(n);
  const local = new Int32Array(n);
  const [newRows, newColumns] = [new Int32Array(n), new Int32Array(n)]; // labels in the order of elimination
  const waiting: { readonly front: number; readonly rows: Int32Array; readonly columns: Int32Array }[] = [];
  let [top, delayed, done] = [0, 0, 0];
  for (let s = 0; s < count; s++) {
    const [first, end, from, to] = [starts[s], starts[s + 1], rowPointers[s], rowPointers[s + 1]];
    const sons = waiting.splice(waiting.length - children[s]);
    const width = sons.reduce((sum, son) => sum + son.rows.length, end - first);
    const m = width + to - from;
    if (m > room) return undefined;
    front.fill(0, 0, m * m);
    for (let k = 0; k < end - first; k++) rowLabels[k] = columnLabels[k] = first + k;
    for (let q = from; q < to; q++) {
      const place = width + q - from;
      local[rows[q]] = place;
      rowLabels[place] = columnLabels[place] = rows[q];
    }
    for (let p = given.firsts[first]; p < given.firsts[end]; p++) {
      const [i, j] = [given.rows[p], given.columns[p]];
      front[(i < end ? i - first : local[i]) * m + (j < end ? j - first : local[j])] += given.entries[p];
    }
    let place = end - first;
    for (const son of sons) place += son.rows.length;
    while (sons.length > 0) {
      const son = sons.pop() as (typeof sons)[number];
      const late = son.rows.length;
      place -= late;
      rowLabels.set(son.rows, place);
      columnLabels.set(son.columns, place);
      for (let k = 0; k < late; k++) map[k] = place + k;
      const size = late + rowPointers[son.front + 1] - rowPointers[son.front];
      for (let q = rowPointers[son.front], k = late; k < size; q++, k++)
        map[k] = rows[q] < end ? rows[q] - first : local[rows[q]];
      top -= size ** 2;
      addFront(size, 0, map.byteOffset, stack.byteOffset + 8 * top, front.byteOffset, m);
    }
    const labels = [rowLabels.byteOffset, columnLabels.byteOffset] as const;
    const found = factorLu(m, width, front.byteOffset, tolerance, ...labels, memory.room.byteOffset);
    const left = m - found;
    if (parents[s] < 0 && left > 0) throw withoutPivot(permutation[columnLabels[found]]);
    lower.take(s, found, m, rowLabels, front, m, 1);
    upper.take(s, found, m, columnLabels, front, 1, m);
    for (let k = 0; k < found; k++) {
      newRows[done + k] = rowLabels[k];
      newColumns[done + k] = columnLabels[k];
      diagonal[done + k] = front[k * (m + 1)];
    }
    done += found;
    pivotStarts[s + 1] = done;
    if (parents[s] < 0) continue;
    if (top + left ** 2 > stack.length) return undefined;
    copyRows(left, left, front.byteOffset + 8 * found * (m + 1), m, stack.byteOffset + 8 * top, left);
    top += left ** 2;
    const late = found < width;
    waiting.push({
      front: s,
      rows: late ? rowLabels.slice(found, width) : NONE,
      columns: late ? columnLabels.slice(found, width) : NONE,
    });
    delayed += width - found;
  }
  return {
    lower: lower.finished(pivotStarts, inverse(newRows)),
    upper: upper.finished(pivotStarts, inverse(newColumns)),
    diagonal,
    rows: newRows.map((k) => matching[permutation[k]]),
    columns: newColumns.map((k) => permutation[k]),
    delayed,
  };
}

function withoutPivot(column: number): InvalidInputError {
  const problem = `is singular: no row is left with a pivot for column ${column}`;
  return fault(problem, 'a', 'out-of-range', column);
}

/** C Q U^-1 D^-1 L^-1 P R B */
function substituted(factor: SparseLu, b: Float64Array, cols: number): Float64Array {
  const { size, lower, upper, diagonal, rows, columns, rowScales, columnScales } = factor;
  const y = permutedRows(b, rows, cols);
  const scale = (factorOf: (i: number) => number): void => {
    for (let i = 0; i < size; i++) for (let c = i * cols; c < (i + 1) * cols; c++) y[c] *= factorOf(i);
  };
  scale((i) => rowScales[rows[i]]);
  substituteForwards(lower, y, cols);
  for (let i = 0; i < size; i++) for (let c = i * cols; c < (i + 1) * cols; c++) y[c] /= diagonal[i];
  substituteBackwards(upper, y, cols);
  scale((j) => columnScales[columns[j]]);
  return permutedRows(y, inverse(columns), cols);
}

/** What `TermsOf` says. */
function takeTerms(a: CsrMatrix, x: Float64Array, residual: Float64Array, sizes: Float64Array): void {
  const { rows, rowPointers, columnIndices, values } = a;
  for (let i = 0; i < rows; i++) {
    let left = residual[i];
    let size = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      const term = values[k] * x[columnIndices[k]];
      left -= term;
      size += Math.abs(term);
    }
    residual[i] = left;
    sizes[i] += size;
  }
}
