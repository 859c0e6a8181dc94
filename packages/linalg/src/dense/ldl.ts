// The factorisation P A P' = L D L' of a symmetric matrix, definite or not, with pivots of size one and two.
//
// J. Bunch, L. Kaufman: Some stable methods for calculating inertia and solving symmetric linear systems (1977).

import type { MatrixLike } from '@infimum/core';
import { checkInteger, checkNumbers, InvalidInputError } from '@infimum/core';
import { checkRecord } from '../check-record.ts';
import { equilibrated, scaleBy } from '../equilibrate.ts';
import { asEntries, asRightSide, asSquare, solutionFor } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { TURN, withoutTurns } from '../turns.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import { denseMatrix, identity } from './dense-matrix.ts';
import { solveTriangular } from './triangular.ts';

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

/** Columns that are factored before the rest is updated by matrix products. */
const PANEL = 32;

/** Rows of the rest that a product updates. */
const ROWS = 96;

/**
 * The L D L' factorization of a symmetric matrix, of which only the lower triangle is read: pivots by Bunch and Kaufman, in panels,
 * so that nearly all of the work is in matrix products. Time n³/3. The signs of D count the positive and negative eigenvalues of A
 * (Sylvester). Rows with extreme entries are scaled by powers of two first.
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index
 *
 * @example
 * ```ts
 * import { ldl, solveLdl } from '@infimum/linalg';
 *
 * const factors = ldl([[0, 1], [1, 0]]); // no Cholesky factor, and no pivot on the diagonal
 * console.log(solveLdl(factors, [2, 3]).join(' ')); // 3 2
 * ```
 */
export function ldl(a: MatrixLike): LdlFactors {
  return withoutTurns(ldlInTurns(a));
}

/** As `ldl`, with pauses. */
export function* ldlInTurns(a: MatrixLike): Generator<undefined, LdlFactors> {
  const matrix = asSquare(a);
  const { rows: size } = matrix;
  const scaled = equilibrated(matrix, () => true);
  using memory = layout({
    matrix: scaled?.matrix.values ?? matrix.values,
    panel: size * (PANEL + 1),
    images: size * (PANEL + 1),
    updates: size,
    gemmScratch: scratch(GEMM_SCRATCH),
  });
  const factorization = new BunchKaufman(memory, size);
  let work = 0;
  for (let start = 0; start < size; ) {
    if (work > TURN) {
      work = 0;
      yield;
    }
    const end = factorization.factorPanel(start);
    work += ((end - start) * (size - start) ** 2) / 2;
    start = end;
  }
  return restored(factorization.factors(), scaled?.rows);
}

/** The factors of the matrix whose rows and columns were divided by powers of two. */
function restored(factors: LdlFactors, exponents: Int32Array | undefined): LdlFactors {
  if (!exponents) return factors;
  const { lower, diagonal, offDiagonal, permutation } = factors;
  const size = lower.rows;
  const e = Int32Array.from(permutation, (row) => exponents[row]);
  for (let i = 0; i < size; i++) {
    diagonal[i] = scaleBy(diagonal[i], 2 * e[i]);
    if (offDiagonal[i] !== 0) offDiagonal[i] = scaleBy(offDiagonal[i], e[i] + e[i + 1]);
    for (let j = 0; j < i; j++) lower.values[i * size + j] = scaleBy(lower.values[i * size + j], e[i] - e[j]);
  }
  if ([diagonal, offDiagonal, lower.values].every(allFinite)) return factors;
  const problem = 'has pivots or factors beyond the largest number';
  throw new InvalidInputError(problem, { argument: 'a', code: 'out-of-range' });
}

/** What a factorization takes of a workspace. */
interface LdlMemory {
  readonly workspace: Workspace;
  /** The matrix; what the panels so far leave of it. */
  readonly matrix: Float64Array;
  /** The panel's columns of L, and those of L D, row by row. */
  readonly panel: Float64Array;
  readonly images: Float64Array;
  readonly updates: Float64Array;
  readonly gemmScratch: number | Float64Array;
}

/** Panels of L D L': columns are brought up to date when they are looked at, the rest when a panel is full. */
class BunchKaufman {
  readonly #memory: LdlMemory;
  readonly #size: number;
  readonly #lower: Float64Array;
  readonly #diagonal: Float64Array;
  readonly #offDiagonal: Float64Array;
  readonly #permutation: Int32Array;
  /** The pivot's column, and that of another candidate. */
  #first: Float64Array;
  #second: Float64Array;

  constructor(memory: LdlMemory, size: number) {
    this.#memory = memory;
    this.#size = size;
    this.#lower = identity(size).values;
    this.#diagonal = new Float64Array(size);
    this.#offDiagonal = new Float64Array(size);
    this.#permutation = Int32Array.from({ length: size }, (_, i) => i);
    this.#first = new Float64Array(size);
    this.#second = new Float64Array(size);
  }

  factors(): LdlFactors {
    const lower = { rows: this.#size, cols: this.#size, values: this.#lower };
    return {
      lower,
      diagonal: this.#diagonal,
      offDiagonal: this.#offDiagonal,
      permutation: this.#permutation,
    };
  }

  /** Factors the columns from `start` on; where the next panel begins. */
  factorPanel(start: number): number {
    const { panel, images } = this.#memory;
    const size = this.#size;
    panel.fill(0);
    images.fill(0);
    let k = start;
    while (k < size && k - start < PANEL) {
      const { width, swap } = this.#choosePivot(start, k);
      this.#swap(start, k, k + width - 1, swap);
      if (width === 1) this.#eliminateOne(start, k);
      else this.#eliminateTwo(start, k);
      k += width;
    }
    const stride = PANEL + 1;
    for (let i = start + 1; i < size; i++) {
      const count = Math.min(i, k) - start;
      for (let j = 0; j < count; j++) this.#lower[i * size + start + j] = panel[i * stride + j];
    }
    this.#update(start, k);
    return k;
  }

  /** Column j of what is left, up to date, into `out`, from row k on. */
  #column(start: number, k: number, j: number, out: Float64Array): void {
    const { workspace, matrix, panel, images, updates } = this.#memory;
    const [size, stride] = [this.#size, PANEL + 1];
    for (let i = k; i < j; i++) out[i] = matrix[j * size + i];
    for (let i = j; i < size; i++) out[i] = matrix[i * size + j];
    if (k === start) return;
    const row = images.byteOffset + 8 * j * stride;
    workspace.kernels(linalgKernels).gemv(k, size, stride, panel.byteOffset, row, updates.byteOffset);
    for (let i = k; i < size; i++) out[i] -= updates[i];
  }

  /** Width of the next pivot, and the row that is to come to its last place; leaves its columns in `#first` and `#second`. */
  #choosePivot(start: number, k: number): { width: 1 | 2; swap: number } {
    this.#column(start, k, k, this.#first);
    const size = this.#size;
    let row = k;
    let largest = 0;
    for (let i = k + 1; i < size; i++) {
      if (Math.abs(this.#first[i]) <= largest) continue;
      largest = Math.abs(this.#first[i]);
      row = i;
    }
    const pivot = Math.abs(this.#first[k]);
    if (largest === 0 || pivot >= ALPHA * largest) return { width: 1, swap: k };
    this.#column(start, k, row, this.#second);
    let largestInRow = 0;
    for (let i = k; i < size; i++) {
      if (i !== row) largestInRow = Math.max(largestInRow, Math.abs(this.#second[i]));
    }
    if (pivot * (largestInRow / largest) >= ALPHA * largest) return { width: 1, swap: k };
    if (Math.abs(this.#second[row]) < ALPHA * largestInRow) return { width: 2, swap: row };
    [this.#first, this.#second] = [this.#second, this.#first];
    return { width: 1, swap: row };
  }

  /** Swaps rows and columns p and q of everything. */
  #swap(start: number, k: number, p: number, q: number): void {
    if (p === q) return;
    const [size, stride] = [this.#size, PANEL + 1];
    const { matrix, panel, images } = this.#memory;
    swapBoth(matrix, size, k, p, q);
    swapRows(this.#lower, size, p, q, start);
    swapRows(panel, stride, p, q, stride);
    swapRows(images, stride, p, q, stride);
    for (const column of [this.#first, this.#second]) [column[p], column[q]] = [column[q], column[p]];
    const order = this.#permutation;
    [order[p], order[q]] = [order[q], order[p]];
  }

  #eliminateOne(start: number, k: number): void {
    const { panel, images } = this.#memory;
    const [first, stride] = [this.#first, PANEL + 1];
    const pivot = first[k];
    this.#diagonal[k] = pivot;
    for (let i = k + 1, at = i * stride + k - start; i < this.#size; i++, at += stride) {
      images[at] = first[i];
      panel[at] = pivot === 0 ? 0 : first[i] / pivot;
    }
  }

  #eliminateTwo(start: number, k: number): void {
    const { panel, images } = this.#memory;
    const [one, two, stride] = [this.#first, this.#second, PANEL + 1];
    const off = one[k + 1];
    this.#diagonal[k] = one[k];
    this.#diagonal[k + 1] = two[k + 1];
    this.#offDiagonal[k] = off;
    const [upper, under] = [one[k] / off, two[k + 1] / off];
    const scale = off * (upper * under - 1);
    for (let i = k + 2, at = i * stride + k - start; i < this.#size; i++, at += stride) {
      images[at] = one[i];
      images[at + 1] = two[i];
      panel[at] = (under * one[i] - two[i]) / scale;
      panel[at + 1] = (upper * two[i] - one[i]) / scale;
    }
  }

  /** A <- A - L (L D)' on the lower triangle from row and column `end` on. */
  #update(start: number, end: number): void {
    const { workspace, matrix, panel, images, gemmScratch } = this.#memory;
    const [size, stride] = [this.#size, PANEL + 1];
    for (let from = end; from < size; from += ROWS) {
      const to = Math.min(size, from + ROWS);
      placedProduct(workspace, {
        rows: to - from,
        cols: to - end,
        inner: end - start,
        alpha: -1,
        a: matrixPlace(panel, stride, from * stride),
        b: transposedPlace(matrixPlace(images, stride, end * stride)),
        beta: 1,
        c: matrixPlace(matrix, size, from * size + end),
        scratch: gemmScratch,
      });
    }
  }
}

function swapRows(values: Float64Array, stride: number, p: number, q: number, count: number): void {
  for (let j = 0; j < count; j++) {
    const kept = values[p * stride + j];
    values[p * stride + j] = values[q * stride + j];
    values[q * stride + j] = kept;
  }
}

/**
 * Solves A x = b by the factors of A. Time 2 n² for each column of b.
 *
 * @param factors - what `ldl(a)` gave, for A of shape n x n
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
 * @throws {InvalidInputError} for a b that does not fit; `out-of-range` with the place of a pivot that is zero
 *
 * @example
 * ```ts
 * import { ldl, solveLdl } from '@infimum/linalg';
 *
 * console.log(solveLdl(ldl([[0, 2], [2, 0]]), [6, 2]).join(' ')); // 1 3
 * ```
 */
export function solveLdl<B extends RightSide>(factors: LdlFactors, b: B): SolutionFor<B> {
  checkRecord(factors, 'factors', 'ldl', ['lower', 'diagonal', 'offDiagonal', 'permutation']);
  checkSizes(factors);
  const { lower, permutation } = factors;
  const { rows: size, values } = lower;
  const { cols: count, values: given } = asRightSide(b, size);
  const y = denseMatrix(size, count);
  for (let i = 0; i < size; i++) {
    y.values.set(given.subarray(permutation[i] * count, (permutation[i] + 1) * count), i * count);
  }
  if (count === 1) {
    const z = y.values;
    for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) z[i] -= values[i * size + j] * z[j];
    divideByPivots(factors, y);
    for (let i = size - 1; i >= 0; i--) for (let j = 0; j < i; j++) z[j] -= values[i * size + j] * z[i];
  } else {
    const half = solveTriangular(lower, y);
    divideByPivots(factors, half);
    y.values.set(solveTriangular(lower, half, { transposed: true }).values);
  }
  const x = denseMatrix(size, count);
  for (let i = 0; i < size; i++) {
    x.values.set(y.values.subarray(i * count, (i + 1) * count), permutation[i] * count);
  }
  return solutionFor(b, x);
}

/** Y <- D^-1 Y. */
function divideByPivots({ diagonal, offDiagonal }: LdlFactors, { rows, cols, values: y }: DenseMatrix): void {
  for (let k = 0; k < rows; k++) {
    const off = offDiagonal[k];
    // Divided by the coupling, which is the largest of the three, so that no product over- or underflows.
    const [upper, under] = off === 0 ? [0, 0] : [diagonal[k] / off, diagonal[k + 1] / off];
    const pivot = off === 0 ? diagonal[k] : upper * under - 1;
    if (pivot === 0) {
      const problem = `is singular: pivot ${k} is zero`;
      throw new InvalidInputError(problem, { argument: 'factors', code: 'out-of-range', index: k });
    }
    for (let at = k * cols; at < (k + 1) * cols; at++) {
      if (off === 0) y[at] /= pivot;
      else {
        const [first, second] = [y[at] / off, y[at + cols] / off];
        y[at] = (under * first - second) / pivot;
        y[at + cols] = (upper * second - first) / pivot;
      }
    }
    if (off !== 0) k++;
  }
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
