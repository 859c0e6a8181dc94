// Householder QR: columns are reflected onto multiples of unit vectors, in panels, and whole panels are applied to the
// rest by matrix products.
//
// R. Schreiber, C. Van Loan: A storage-efficient WY representation for products of Householder transformations (1989).
import type { MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { asDense, asRightSide, solutionFor } from '../inputs.ts';
import type { DenseMatrix, RightSide, SolutionFor } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { scaledMatrix } from '../power-of-two.ts';
import { layout, scratch } from '../webassembly/layout.ts';
import { GEMM_SCRATCH, linalgKernels } from '../webassembly/linalg-kernels.ts';
import { matrixPlace, placedProduct, transposedPlace } from '../webassembly/matrix-places.ts';

/** A = Q R. */
export interface QrFactors {
  /** Orthonormal columns, rows x min(rows, cols). */
  readonly q: DenseMatrix;
  /** Upper triangular with a diagonal that is not negative, min(rows, cols) x cols. */
  readonly r: DenseMatrix;
}

/** Columns whose reflections are gathered before the rest is updated. */
const PANEL = 32;

/**
 * The thin QR factorisation. Time 4 m n² - 4 n³/3 for m >= n, nearly all of it in matrix products. The diagonal of R is
 * made non-negative, so that the factors of a matrix of full column rank are unique.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, qr } from '@infimum/linalg';
 *
 * const { r } = qr(matrixFromRows([[3, 5], [4, 10]]));
 * console.log(r.values.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 5 11 0 2
 * ```
 */
export function qr(a: MatrixLike): QrFactors {
  const given = asDense(a, 'a');
  const { rows, cols } = given;
  const rank = Math.min(rows, cols);
  const { matrix, scale } = scaledMatrix(given);
  using factorization = new HouseholderFactorization(matrix, rank);
  const r = factorization.triangle();
  const q = factorization.orthonormal();
  if (scale !== 1) for (let k = 0; k < r.values.length; k++) r.values[k] *= scale;
  if (!allFinite(r.values)) throw fault('has a column whose norm is beyond the largest number', 'a', 'out-of-range');
  for (let i = 0; i < rank; i++) {
    if (r.values[i * cols + i] >= 0) continue;
    for (let j = i; j < cols; j++) r.values[i * cols + j] *= -1;
    for (let k = 0; k < rows; k++) q.values[k * rank + i] *= -1;
  }
  return { q, r };
}

/**
 * The x that minimises the Euclidean norm of A x - b, for a matrix of full column rank with at least as many rows as
 * columns; `minimumNormSolution` is for all others. Time 2 m n² - 2 n³/3, and 4 m n a right-hand side. Accurate where the normal
 * equations are not: the error grows with the condition of A, not with its square, as long as the residual is small.
 *
 * @param a - the matrix, m x n
 * @param b - a right-hand side of length m, or several in the columns of a matrix with m rows
 * @throws {InvalidInputError} `shape` for fewer rows than columns or a b that does not fit; `out-of-range` with the
 *   column when A does not have full rank to working precision, and when x overflows
 *
 * @example
 * ```ts
 * import { leastSquares, matrixFromRows } from '@infimum/linalg';
 *
 * const x = leastSquares(matrixFromRows([[1, 0], [1, 1], [1, 2]]), new Float64Array([1, 3, 5]));
 * console.log(x.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1 2
 * ```
 */
export function leastSquares<B extends RightSide>(a: MatrixLike, b: B): SolutionFor<B> {
  const given = asDense(a, 'a');
  const { rows, cols } = given;
  const right: DenseMatrix = asRightSide(b, rows);
  if (rows < cols) {
    const problem = `expected at least as many rows as columns, got ${rows}x${cols}; minimumNormSolution takes any shape`;
    throw fault(problem, 'a', 'shape');
  }
  const [{ matrix, scale }, target] = [scaledMatrix(given), scaledMatrix(right)];
  const count = right.cols;
  using factorization = new HouseholderFactorization(matrix, count);
  const { values: r } = factorization.triangle();
  const x = factorization.reflect(target.matrix).slice(0, cols * count);
  let largest = 0;
  for (let i = 0; i < cols; i++) largest = Math.max(largest, Math.abs(r[i * cols + i]));
  for (let i = cols - 1; i >= 0; i--) {
    const pivot = r[i * cols + i];
    if (!(Math.abs(pivot) > largest * rows * Number.EPSILON)) {
      throw fault(`does not have full column rank: column ${i} depends on those before it`, 'a', 'out-of-range', i);
    }
    for (let c = 0; c < count; c++) {
      let sum = x[i * count + c];
      for (let j = i + 1; j < cols; j++) sum -= r[i * cols + j] * x[j * count + c];
      x[i * count + c] = sum / pivot;
    }
  }
  for (let k = 0; k < x.length; k++) x[k] = (x[k] / scale) * target.scale;
  if (!allFinite(x)) throw fault('has a solution beyond the largest number', 'b', 'out-of-range');
  return solutionFor(b, { rows: cols, cols: count, values: x });
}

/** R of A = Q R, up to the signs of its rows, without Q. Time 2 m n² - 2 n³/3. */
export function upperFactor(a: DenseMatrix): DenseMatrix {
  using factorization = new HouseholderFactorization(a, 0);
  return factorization.triangle();
}

/** The reflections of a matrix, I - V T V' for each panel, with V' stored row by row. */
class HouseholderFactorization implements Disposable {
  readonly #rows: number;
  readonly #cols: number;
  readonly #rank: number;
  readonly #memory;

  /** Factorises a copy; products with Q will have at most `cols` or `applied` columns. */
  constructor({ rows, cols, values }: DenseMatrix, applied: number) {
    const rank = Math.min(rows, cols);
    const panels = Math.ceil(rank / PANEL);
    const width = Math.max(cols, applied);
    this.#rows = rows;
    this.#cols = cols;
    this.#rank = rank;
    this.#memory = layout(
      {
        matrix: values,
        /** V' of all panels: row k is reflector k, of length `rows`, zero before entry k. */
        reflectors: rank * rows,
        /** T of all panels, PANEL x PANEL each. */
        triangles: panels * PANEL * PANEL,
        product: PANEL * width,
        weighted: PANEL * width,
        gemmScratch: scratch(GEMM_SCRATCH),
      },
      { extra: { float64: [rows * applied] } },
    );
    for (let start = 0; start < rank; start += PANEL) this.#factorPanel(start);
  }

  [Symbol.dispose](): void {
    this.#memory.workspace.release();
  }

  /** R: what the reflections left of the matrix. */
  triangle(): DenseMatrix {
    const [rank, cols] = [this.#rank, this.#cols];
    const r = this.#memory.matrix.slice(0, rank * cols);
    for (let i = 0; i < rank; i++) r.fill(0, i * cols, i * cols + i);
    return { rows: rank, cols, values: r };
  }

  /** The first columns of Q: all reflections applied to those of the identity, the last first. */
  orthonormal(): DenseMatrix {
    const [rows, rank] = [this.#rows, this.#rank];
    const q = this.#memory.workspace.float64(rows * rank);
    for (let i = 0; i < rank; i++) q[i * rank + i] = 1;
    for (let start = PANEL * Math.floor((rank - 1) / PANEL); start >= 0; start -= PANEL) {
      this.#apply(start, q, rank, start, false);
    }
    return { rows, cols: rank, values: q.slice() };
  }

  /** Q' B. */
  reflect(b: DenseMatrix): Float64Array {
    const image = this.#memory.workspace.float64From(b.values);
    for (let start = 0; start < this.#rank; start += PANEL) this.#apply(start, image, b.cols, 0, true);
    return image;
  }

  #factorPanel(start: number): void {
    const [rows, cols, matrix] = [this.#rows, this.#cols, this.#memory.matrix];
    const width = Math.min(PANEL, this.#rank - start);
    // The panel's columns as rows, where they are contiguous.
    for (let i = start; i < rows; i++) {
      for (let j = 0; j < width; j++) {
        this.#memory.reflectors[(start + j) * rows + i] = matrix[i * cols + start + j];
      }
    }
    for (let j = 0; j < width; j++) this.#reflectColumn(start, j, width);
    if (start + width < cols) this.#apply(start, matrix, cols, start + width, true);
  }

  /** Makes reflector j of the panel from what is left of its column, and applies it to the columns after it. */
  #reflectColumn(start: number, j: number, width: number): void {
    const [rows, cols] = [this.#rows, this.#cols];
    const { dot, axpy, nrm2, scal } = this.#memory.workspace.kernels(linalgKernels);
    const column = start + j;
    const at = (k: number): number => this.#memory.reflectors.byteOffset + 8 * ((start + k) * rows + column);
    const length = rows - column;
    // Columns next to nothing are enlarged, so that what they are divided by has a reciprocal.
    const size = nrm2(length, at(j));
    const enlarged = size < 2 ** -960 ? 2 ** 600 : 1;
    if (enlarged !== 1) scal(length, enlarged, at(j));
    const first = this.#memory.reflectors[column * rows + column];
    const norm = enlarged === 1 ? size : nrm2(length, at(j));
    // R above the diagonal is ready; the reflector has zeros there.
    for (let i = start; i < column; i++) {
      this.#memory.matrix[i * cols + column] = this.#memory.reflectors[column * rows + i];
      this.#memory.reflectors[column * rows + i] = 0;
    }
    const pivot = first > 0 ? -norm : norm;
    this.#memory.matrix[column * cols + column] = pivot / enlarged;
    const triangle = this.#triangleAt(start);
    const factor = norm === 0 ? 0 : (pivot - first) / pivot;
    this.#memory.triangles[triangle + j * PANEL + j] = factor;
    if (norm === 0) return;
    // v = x - pivot e_1 over its first entry: H = I - factor v v'.
    scal(length, 1 / (first - pivot), at(j));
    this.#memory.reflectors[column * rows + column] = 1;
    for (let k = j + 1; k < width; k++) axpy(length, -factor * dot(length, at(j), at(k)), at(j), at(k));
    // T grows by the column -factor T (V' v).
    for (let i = 0; i < j; i++) this.#memory.product[i] = dot(length, at(i), at(j));
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += this.#memory.triangles[triangle + i * PANEL + k] * this.#memory.product[k];
      this.#memory.triangles[triangle + i * PANEL + j] = -factor * sum;
    }
  }

  /** M <- (I - V T V') M, or its transpose, on the columns from `left` on of a matrix with `cols` columns. */
  #apply(start: number, target: Float64Array, cols: number, left: number, transposed: boolean): void {
    const rows = this.#rows;
    const width = Math.min(PANEL, this.#rank - start);
    const [length, count] = [rows - start, cols - left];
    const { workspace, reflectors, triangles, product, weighted, gemmScratch } = this.#memory;
    const v = matrixPlace(reflectors, rows, start * rows + start);
    const m = matrixPlace(target, cols, start * cols + left);
    const t = matrixPlace(triangles, PANEL, this.#triangleAt(start));
    const [w, tw] = [matrixPlace(product, count), matrixPlace(weighted, count)];
    const sizes = { rows: width, cols: count, inner: width, scratch: gemmScratch };
    placedProduct(workspace, { ...sizes, inner: length, a: v, b: m, c: w });
    placedProduct(workspace, { ...sizes, a: transposed ? transposedPlace(t) : t, b: w, c: tw });
    placedProduct(workspace, { ...sizes, rows: length, alpha: -1, a: transposedPlace(v), b: tw, beta: 1, c: m });
  }

  #triangleAt(start: number): number {
    return (start / PANEL) * PANEL * PANEL;
  }
}
