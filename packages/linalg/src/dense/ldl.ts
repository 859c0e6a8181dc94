// The factorisation P A P' = L D L' of a symmetric matrix, definite or not, with pivots of size one and two.
//
// J. Bunch, L. Kaufman: Some stable methods for calculating inertia and solving symmetric linear systems (1977).
import type { MatrixLike } from '@infimum/core';
import { checkInteger, checkNumbers, fault } from '@infimum/core';
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
  const scaled = equilibrated(matrix, () => true);
  return restored(yield* factoredInTurns(scaled?.matrix ?? matrix), scaled?.rows);
}

/** The factors of a square matrix that has been checked and has no extreme entries. */
export function* factoredInTurns({ rows: size, values }: DenseMatrix): Generator<undefined, LdlFactors> {
  using memory = layout({
    matrix: size * size,
    panel: size * (PANEL + 1),
    images: size * (PANEL + 1),
    weights: PANEL + 1,
    updates: size,
    gemmScratch: scratch(GEMM_SCRATCH),
  });
  mirrorLower(values, memory.matrix, size);
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
  return factorization.factors();
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
  throw fault('has pivots or factors beyond the largest number', 'a', 'out-of-range');
}

/** What a factorization takes of a workspace. */
interface LdlMemory {
  readonly workspace: Workspace;
  /** The upper triangle, where columns of the lower one lie along memory; what the panels so far leave of it. */
  readonly matrix: Float64Array;
  /** The panel's columns of L, and those of L D, one after the other. */
  readonly panel: Float64Array;
  readonly images: Float64Array;
  readonly weights: Float64Array;
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
    return { lower, diagonal: this.#diagonal, offDiagonal: this.#offDiagonal, permutation: this.#permutation };
  }

  /** Factors the columns from `start` on; where the next panel begins. */
  factorPanel(start: number): number {
    const { panel } = this.#memory;
    const [size, lower] = [this.#size, this.#lower];
    let k = start;
    while (k < size && k - start < PANEL) {
      const { width, swap } = this.#choosePivot(start, k);
      this.#swap(start, k, k + width - 1, swap);
      if (width === 1) this.#eliminateOne(start, k);
      else this.#eliminateTwo(start, k);
      k += width;
    }
    for (let i = start + 1; i < size; i++) {
      const last = Math.min(i, k);
      for (let j = start; j < last; j++) lower[i * size + j] = panel[(j - start) * size + i];
    }
    this.#update(start, k);
    return k;
  }

  /** Column j of what is left, up to date, into `out`, from row k on. */
  #column(start: number, k: number, j: number, out: Float64Array): void {
    const { workspace, matrix, panel, images, weights, updates } = this.#memory;
    const [size, count] = [this.#size, k - start];
    for (let i = k; i < j; i++) out[i] = matrix[i * size + j];
    for (let i = j, at = j * size + j; i < size; i++, at++) out[i] = matrix[at];
    if (count === 0) return;
    for (let c = 0; c < count; c++) weights[c] = images[c * size + j];
    const { gemvTransposed } = workspace.kernels(linalgKernels);
    gemvTransposed(k, size, count, size, panel.byteOffset, weights.byteOffset, updates.byteOffset);
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
    const size = this.#size;
    const { matrix, panel, images } = this.#memory;
    swapBoth(matrix, size, k, p, q);
    swapEntries(this.#lower, p * size, q * size, start, 1);
    swapEntries(panel, p, q, k - start, size);
    swapEntries(images, p, q, k - start, size);
    for (const list of [this.#first, this.#second, this.#permutation]) swapEntries(list, p, q, 1, 1);
  }

  #eliminateOne(start: number, k: number): void {
    const { panel, images } = this.#memory;
    const [first, size] = [this.#first, this.#size];
    const pivot = first[k];
    this.#diagonal[k] = pivot;
    for (let i = k + 1, at = (k - start) * size + i; i < size; i++, at++) {
      images[at] = first[i];
      panel[at] = pivot === 0 ? 0 : first[i] / pivot;
    }
  }

  #eliminateTwo(start: number, k: number): void {
    const { panel, images } = this.#memory;
    const [one, two, size] = [this.#first, this.#second, this.#size];
    const off = one[k + 1];
    this.#diagonal[k] = one[k];
    this.#diagonal[k + 1] = two[k + 1];
    this.#offDiagonal[k] = off;
    const [upper, under] = [one[k] / off, two[k + 1] / off];
    const scale = off * (upper * under - 1);
    // The entry of the first column beside the pivot is in D.
    images[(k - start) * size + k + 1] = 0;
    panel[(k - start) * size + k + 1] = 0;
    for (let i = k + 2, at = (k - start) * size + i; i < size; i++, at++) {
      images[at] = one[i];
      images[at + size] = two[i];
      panel[at] = (under * one[i] - two[i]) / scale;
      panel[at + size] = (upper * two[i] - one[i]) / scale;
    }
  }

  /** A <- A - L (L D)' on the triangle from row and column `end` on. */
  #update(start: number, end: number): void {
    const { workspace, matrix, panel, images, gemmScratch } = this.#memory;
    const size = this.#size;
    for (let from = end; from < size; from += ROWS) {
      placedProduct(workspace, {
        rows: Math.min(size - from, ROWS),
        cols: size - from,
        inner: end - start,
        alpha: -1,
        a: transposedPlace(matrixPlace(images, size, from)),
        b: matrixPlace(panel, size, from),
        beta: 1,
        c: matrixPlace(matrix, size, from * size + from),
        scratch: gemmScratch,
      });
    }
  }
}

/** The upper triangle of `out` <- the transposed lower one, tile by tile. */
function mirrorLower(values: Float64Array, out: Float64Array, size: number): void {
  for (let top = 0; top < size; top += TILE) {
    for (let left = 0; left <= top; left += TILE) {
      for (let i = top; i < Math.min(size, top + TILE); i++) {
        for (let j = left; j < Math.min(i + 1, left + TILE); j++) out[j * size + i] = values[i * size + j];
      }
    }
  }
}

const TILE = 16;

/** Swaps `count` entries from p and from q on. */
function swapEntries(values: Float64Array | Int32Array, p: number, q: number, count: number, stride: number): void {
  for (let step = 0; step < count * stride; step += stride) {
    const kept = values[p + step];
    values[p + step] = values[q + step];
    values[q + step] = kept;
  }
}

/**
 * Solves A x = b by the factors of A. Time 2 n² for each column of b.
 *
 * @param factors - the result of `ldl(a)`, for A of shape n x n
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
  return solutionFor(b, substituted(factors, asRightSide(b, factors.lower.rows)));
}

/** X with A X = B by factors and sides that have been checked. */
export function substituted(factors: LdlFactors, { cols: count, values: given }: DenseMatrix): DenseMatrix {
  const { lower, permutation } = factors;
  const { rows: size, values } = lower;
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
  return x;
}

/** Y <- D^-1 Y. */
function divideByPivots({ diagonal, offDiagonal }: LdlFactors, { rows, cols, values: y }: DenseMatrix): void {
  for (let k = 0; k < rows; k++) {
    const off = offDiagonal[k];
    // Divided by the coupling, which is the largest of the three, so that no product over- or underflows.
    const [upper, under] = off === 0 ? [0, 0] : [diagonal[k] / off, diagonal[k + 1] / off];
    const pivot = off === 0 ? diagonal[k] : upper * under - 1;
    if (pivot === 0) throw fault(`is singular: pivot ${k} is zero`, 'factors', 'out-of-range', k);
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

/** Swaps rows and columns p < q of what is left from k on, in the upper triangle. */
function swapBoth(a: Float64Array, size: number, k: number, p: number, q: number): void {
  swapEntries(a, k * size + p, k * size + q, p - k, size);
  for (let i = p + 1; i < q; i++) {
    const kept = a[p * size + i];
    a[p * size + i] = a[i * size + q];
    a[i * size + q] = kept;
  }
  swapEntries(a, p * size + q + 1, q * size + q + 1, size - q - 1, 1);
  const kept = a[p * size + p];
  a[p * size + p] = a[q * size + q];
  a[q * size + q] = kept;
}

/** What `ldl` gives has one size. */
function checkSizes({ lower, diagonal, offDiagonal, permutation }: LdlFactors): void {
  const { rows, values } = lower;
  checkInteger(rows, 'factors.lower.rows', { min: 0 });
  asEntries(values, 'factors.lower.values', rows * rows);
  for (const [name, list] of Object.entries({ diagonal, offDiagonal, permutation })) {
    checkNumbers(list, `factors.${name}`);
    if (list.length === rows) continue;
    throw fault(`expected ${rows} entries, got ${list.length}`, `factors.${name}`, 'shape');
  }
}
