// The reduction of a symmetric matrix to tridiagonal form in panels: within a panel columns are brought up to date one by one, and the
// rest of the matrix by products of matrices after it.
//
// J. Dongarra, D. Sorensen, S. Hammarling: Block reduction of matrices to condensed forms for eigenvalue computations (1989).
import { denseKernels } from '../webassembly/dense-kernels.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import type { Reflections } from './reflector-basis.ts';

/** Columns that are reduced before the rest is updated. */
const PANEL = 32;

/** Entries whose squares sum up to less are zeros: their squares underflow. */
const NEGLIGIBLE = 1e-280;

/** Numbers on the workspace for a matrix of so many rows, beside the matrix and the scratch of `gemm`. */
export function blockedTridiagonalRoom(n: number): number[] {
  return [n * n, PANEL * n, n, n, n];
}

/** A = Q T Q'. */
export class BlockedTridiagonal {
  readonly #workspace: Workspace;
  readonly #n: number;
  readonly #matrix: Float64Array;
  /** Row k is the vector of reflection k, zero up to its entry k. */
  readonly #reflectors: Float64Array;
  readonly #factors: Float64Array;
  /** Row j: what column j of the panel takes from the rest of the matrix. */
  readonly #images: Float64Array;
  readonly #column: Float64Array;
  readonly #along: Float64Array;
  readonly #correction: Float64Array;
  readonly #gemmScratch: Float64Array;
  /** The diagonal of T. */
  readonly diagonal: Float64Array;
  /** Entry i couples i and i + 1. */
  readonly offDiagonal: Float64Array;

  /**
   * Reduces a symmetric matrix on the workspace, of which both triangles are there; it is overwritten. `gemmScratch`
   * is room for GEMM_SCRATCH numbers.
   */
  constructor(workspace: Workspace, matrix: Float64Array, n: number, gemmScratch: Float64Array) {
    this.#workspace = workspace;
    this.#matrix = matrix;
    this.#n = n;
    this.#reflectors = workspace.float64(n * n);
    this.#images = workspace.float64(PANEL * n);
    [this.#column, this.#along, this.#correction] = [n, n, n].map((length) => workspace.float64(length));
    this.#gemmScratch = gemmScratch;
    this.#factors = new Float64Array(n);
    this.diagonal = new Float64Array(n);
    this.offDiagonal = new Float64Array(n);
    for (let start = 0; start < n; start += PANEL) this.#reducePanel(start, Math.min(n, start + PANEL));
  }

  #reducePanel(start: number, end: number): void {
    const n = this.#n;
    for (let k = start; k < end; k++) this.#reduceColumn(start, k);
    const rest = n - end;
    if (rest === 0) return;
    const v = matrixPlace(this.#reflectors, n, start * n + end);
    const w = matrixPlace(this.#images, n, end);
    const c = matrixPlace(this.#matrix, n, end * n + end);
    const sizes = { rows: rest, cols: rest, inner: end - start, scratch: this.#gemmScratch };
    placedProduct(this.#workspace, { ...sizes, alpha: -1, a: transposedPlace(v), b: w, beta: 1, c });
    placedProduct(this.#workspace, { ...sizes, alpha: -1, a: transposedPlace(w), b: v, beta: 1, c });
  }

  /** A <- A - V W' - W V' for row k, then the reflection that leaves its first two entries. */
  #reduceColumn(start: number, k: number): void {
    const n = this.#n;
    const { axpy, dot } = this.#workspace.kernels(linalgKernels);
    const { gemvRows } = this.#workspace.kernels(denseKernels);
    const [column, reflectors, images] = [this.#column, this.#reflectors, this.#images];
    const length = n - k;
    column.set(this.#matrix.subarray(k * n + k, (k + 1) * n), k);
    for (let i = start; i < k; i++) {
      const [v, w] = [i * n + k, (i - start) * n + k];
      axpy(length, -reflectors[v], images.byteOffset + 8 * w, column.byteOffset + 8 * k);
      axpy(length, -images[w], reflectors.byteOffset + 8 * v, column.byteOffset + 8 * k);
    }
    this.diagonal[k] = column[k];
    if (k + 1 === n) return;
    const first = column[k + 1];
    const below = column.byteOffset + 8 * (k + 2);
    const squares = length > 2 ? dot(length - 2, below, below) : 0;
    this.offDiagonal[k] = first;
    const own = reflectors.subarray(k * n + k + 1, (k + 1) * n);
    const image = images.subarray((k - start) * n, (k - start + 1) * n).fill(0);
    if (squares < NEGLIGIBLE) return;
    const norm = first > 0 ? -Math.sqrt(first * first + squares) : Math.sqrt(first * first + squares);
    this.offDiagonal[k] = norm;
    // v over its first entry, so that panels of them are of like size.
    const lead = first - norm;
    for (let i = 1; i < own.length; i++) own[i] = column[k + 1 + i] / lead;
    own[0] = 1;
    const factor = -lead / norm;
    this.#factors[k] = factor;
    // w = f (B v - V (W' v) - W (V' v)), B as it was before the panel; w -= f (w . v) v / 2.
    const [size, from] = [length - 1, 8 * (k + 1)];
    const v = own.byteOffset;
    const w = image.byteOffset + from;
    gemvRows(size, size, this.#matrix.byteOffset + 8 * ((k + 1) * n + k + 1), n, v, w);
    if (k > start) {
      this.#subtract(start, k, this.#images.byteOffset + from, reflectors.byteOffset + 8 * start * n + from, v, w);
      this.#subtract(start, k, reflectors.byteOffset + 8 * start * n + from, this.#images.byteOffset + from, v, w);
    }
    const inner = dot(size, v, w);
    for (let i = 0; i < size; i++) {
      image[k + 1 + i] = factor * (image[k + 1 + i] - 0.5 * factor * inner * own[i]);
    }
  }

  /** w -= X' (Y v) for rows of the panel at X and Y. */
  #subtract(start: number, k: number, y: number, x: number, v: number, w: number): void {
    const [n, count] = [this.#n, k - start];
    const size = n - k - 1;
    const { axpy } = this.#workspace.kernels(linalgKernels);
    const { gemvColumns, gemvRows } = this.#workspace.kernels(denseKernels);
    gemvRows(count, size, y, n, v, this.#along.byteOffset);
    gemvColumns(count, size, x, n, this.#along.byteOffset, this.#correction.byteOffset);
    axpy(size, -1, this.#correction.byteOffset, w);
  }

  /** Q as reflections. */
  get reflections(): Reflections {
    return { vectors: this.#reflectors, factors: this.#factors, size: this.#n, shift: 1 };
  }
}
