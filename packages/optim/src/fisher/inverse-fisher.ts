// The static algorithm of M-FAC: products with the inverse of a damped sum of squares of gradients that are all known.
//
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC: efficient matrix-free approximations of second-order information
// (arXiv 2107.03356).
import type { DenseLike, MatrixLike } from '@infimum/core';
import { asMatrix, checkChoice, checkInteger, checkMatrix, checkNumber, checkObject, fault } from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { norm } from '@infimum/linalg/numerics';
import type { RowStore } from './row-store.ts';
import { PAGE_ROWS, rowStore } from './row-store.ts';

/** How the inverse is represented. */
export interface InverseFisherOptions {
  /** lambda, above 0; 1e-5 by default. */
  readonly damping?: number;
  /**
   * Coordinates of a block, for the inverse of the block-diagonal of F only; the last block may be shorter. All of them by
   * default: the inverse of F itself.
   */
  readonly blockSize?: number;
  /**
   * The recursion takes the rows in so many pages, each of which reads the earlier ones once; of eight rows by default. The
   * result is the same up to rounding.
   */
  readonly pages?: number;
  /**
   * `recursion`: the paper's, adds one gradient after the other. `cholesky`: factors m lambda I + G G', equal and faster
   * for many gradients; not for blocks. `recursion` by default.
   */
  readonly factorization?: 'recursion' | 'cholesky';
  /**
   * `float32`, for `factorization: 'cholesky'`: gradients are kept in 32 bits, and their inner products are summed in 32 bits along
   * 128 columns, for half of the memory and time. The inner products are off by about 1e-7 of the gradients' squared lengths,
   * so that m damping should be well above that. `float64` by default.
   */
  readonly precision?: 'float64' | 'float32';
}

/** F^-1, never formed. */
export interface InverseFisher {
  /** d. */
  readonly dimension: number;
  /** out <- F^-1 x. O(m d). */
  multiply(x: Float64Array, out: Float64Array): void;
  /**
   * How much longer than the last product the terms were whose difference it is: digits are lost in proportion, all of them from about
   * 1e15 on; 1 before there was a product. Absent where nothing is subtracted.
   */
  readonly cancellation?: number;
  /** An entry of F^-1. O(m). */
  entry(row: number, column: number): number;
  /** Writes the diagonal of F^-1, between 0 and 1 / lambda. O(m d). */
  diagonal(out: Float64Array): void;
}

/**
 * The inverse of F = lambda I + (1/m) sum_i g_i g_i' for the m rows g_i of a matrix, by the recursion of Sherman and
 * Morrison: with v_i = F_{i-1}^-1 g_i, the inverse after i rows is F_{i-1}^-1 - v_i v_i' / (m + g_i . v_i).
 *
 * O(m² d) to set up, m d numbers are stored; no d x d matrix is. Exact up to rounding: about 1e-9 for lambda = 1e-6 and
 * gradients of length about 1. arXiv 2107.03356.
 *
 * @param gradients - G, a gradient a row; copied where it is kept
 * @throws {InvalidInputError} for gradients that are not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { inverseFisher } from '@infimum/optim/fisher';
 *
 * const inverse = inverseFisher(matrixFromRows([[1, 2], [3, -1]]), { damping: 0.5 });
 * const out = new Float64Array(2);
 * inverse.multiply(Float64Array.of(3, -1), out);
 * console.log(out.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.523077 -0.246154
 * ```
 */
export function inverseFisher(gradients: MatrixLike, options: InverseFisherOptions = {}): InverseFisher {
  checkObject(options, 'options');
  const table = Array.isArray(gradients) ? asMatrix(gradients, 'gradients') : (gradients as DenseLike);
  const { factorization = 'recursion', precision = 'float64', damping = 1e-5 } = options;
  checkChoice(factorization, 'factorization', ['recursion', 'cholesky']);
  checkChoice(precision, 'precision', ['float64', 'float32']);
  // Entries that are not finite show in the inner products, without a pass of their own.
  const isLate = factorization === 'cholesky' && table?.values?.length === table?.rows * table?.cols;
  if (!isLate) checkMatrix(table, 'gradients');
  const { blockSize = table.cols, pages = Math.ceil(table.rows / PAGE_ROWS) } = options;
  checkNumber(damping, 'damping', { above: 0 });
  checkInteger(blockSize, 'blockSize', { min: 1 });
  checkInteger(pages, 'pages', { min: 1 });
  if (factorization === 'cholesky') {
    if (blockSize >= table.cols && (options.pages ?? 1) === 1) return byCholesky(table, damping, precision);
    throw fault('the factorization cholesky does not support blocks and pages', 'factorization', 'unsupported');
  }
  if (precision === 'float64') return byRecursion(table, { damping, block: blockSize, pages });
  throw fault('float32 is for the factorization cholesky: the recursion enlarges rounding errors', 'precision', 'unsupported');
}

/** The rows v_i and factors of F^-1 = I / lambda - sum_i factor_i v_i v_i', one sum for every diagonal block. */
interface RankOneSum {
  readonly store: RowStore;
  readonly count: number;
  readonly dimension: number;
  readonly damping: number;
  readonly block: number;
  /** Those of a block, one after the other. */
  readonly factors: Float64Array;
}

/** Blocks of columns: rows of a block lie together. */
function columnBlocks(count: number, dimension: number, block: number) {
  return Array.from({ length: Math.ceil(dimension / block) }, (_, b) => {
    const from = b * block;
    return { at: count * from, width: Math.min(block, dimension - from), from };
  });
}

function fromRows({ store, count, dimension, damping, block, factors }: RankOneSum): InverseFisher {
  const { rows } = store;
  const blocks = columnBlocks(count, dimension, block);
  const sums = new Float64Array(count);
  let cancellation = 1;
  return {
    dimension,
    get cancellation() {
      return cancellation;
    },
    multiply: (x, out) => {
      for (let k = 0; k < dimension; k++) out[k] = x[k] / damping;
      for (let b = 0; b < blocks.length; b++) {
        store.dots(blocks[b], 0, count, x, sums);
        for (let i = 0; i < count; i++) sums[i] *= -factors[b * count + i];
        store.combine(blocks[b], 0, count, sums, out);
      }
      cancellation = lossOf(x, damping, out);
    },
    entry: (row, column) => {
      checkInteger(row, 'row', { min: 0, max: dimension - 1 });
      checkInteger(column, 'column', { min: 0, max: dimension - 1 });
      const b = Math.floor(row / block);
      const { at, width, from } = blocks[b];
      if (column < from || column >= from + width) return 0;
      let sum = row === column ? 1 / damping : 0;
      for (let i = 0; i < count; i++) {
        const start = at + i * width - from;
        sum -= factors[b * count + i] * rows[start + row] * rows[start + column];
      }
      return sum;
    },
    diagonal: (out) => {
      out.fill(1 / damping);
      blocks.forEach(({ at, width, from }, b) => {
        for (let i = 0; i < count; i++) {
          const factor = factors[b * count + i];
          for (let k = 0, v = at + i * width; k < width; k++) out[from + k] -= factor * rows[v + k] * rows[v + k];
        }
      });
    },
  };
}

interface RecursionSettings {
  readonly damping: number;
  readonly block: number;
  readonly pages: number;
}

function byRecursion(
  { rows: count, cols: dimension, values }: DenseLike,
  { damping, block, pages }: RecursionSettings,
): InverseFisher {
  const store = rowStore(count, dimension, 'float64');
  const blocks = columnBlocks(count, dimension, block);
  const factors = new Float64Array(blocks.length * count);
  const g = new Float64Array(dimension);
  const current = new Float64Array(dimension);
  const sums = new Float64Array(count);
  const page = Math.ceil(count / pages);
  blocks.forEach((columns, b) => {
    const { at, width, from } = columns;
    const rowOf = (i: number) => store.rows.subarray(at + i * width, at + (i + 1) * width);
    const gradientOf = (i: number) => values.subarray(i * dimension + from, i * dimension + from + width);

    /** v_i <- v_i less what rows `first` to `last` take from it. */
    const subtract = (i: number, first: number, last: number) => {
      g.set(gradientOf(i), from);
      current.set(rowOf(i), from);
      store.dots(columns, first, last, g, sums);
      for (let j = first; j < last; j++) sums[j] *= -factors[b * count + j];
      store.combine(columns, first, last, sums, current);
      rowOf(i).set(current.subarray(from, from + width));
    };
    for (let i = 0; i < count; i++) {
      const [row, gradient] = [rowOf(i), gradientOf(i)];
      for (let k = 0; k < width; k++) row[k] = gradient[k] / damping;
    }
    for (let start = 0; start < count; start += page) {
      const end = Math.min(count, start + page);
      if (store.combineAll) {
        const own = factors.subarray(b * count, (b + 1) * count).map((factor) => -factor);
        if (start > 0) store.combineAll(columns, start, end, own, values, dimension);
      } else {
        for (let first = 0; first < start; first += page) for (let i = start; i < end; i++) subtract(i, first, first + page);
      }
      for (let i = start; i < end; i++) {
        subtract(i, start, i);
        const [row, gradient] = [rowOf(i), gradientOf(i)];
        let sum = count;
        for (let k = 0; k < width; k++) sum += gradient[k] * row[k];
        factors[b * count + i] = 1 / sum;
      }
    }
  });
  return fromRows({ store, count, dimension, damping, block, factors });
}

/** F^-1 = (I - G' M^-1 G) / lambda with M = m lambda I + G G' = C C'; entries from the rows of C^-1 G. */
function byCholesky(gradients: DenseLike, damping: number, precision: 'float64' | 'float32'): InverseFisher {
  const { rows: count, cols: dimension, values } = gradients;
  const store = rowStore(count, dimension, precision);
  store.rows.set(values);
  const m = store.gram();
  for (let i = 0; i < count; i++) {
    m[i * (count + 1)] += count * damping;
    if (Number.isFinite(m[i * (count + 1)])) continue;
    checkMatrix(gradients, 'gradients');
    throw fault(`the square of row ${i} overflows`, 'gradients', 'out-of-range', i * dimension);
  }
  const factor = cholesky({ rows: count, cols: count, values: m });
  const whole = { at: 0, width: dimension, from: 0 };
  const sums = new Float64Array(count);
  let reduced: InverseFisher | undefined;
  let cancellation = 1;
  const entries = () => {
    reduced ??= fromRows({
      store: reducedRows(store, factor.values, count, dimension),
      count,
      dimension,
      damping,
      block: dimension,
      factors: new Float64Array(count).fill(1 / damping),
    });
    return reduced;
  };
  return {
    dimension,
    get cancellation() {
      return cancellation;
    },
    multiply: (x, out) => {
      store.dots(whole, 0, count, x, sums);
      const coefficients = solveCholesky(factor, sums);
      for (let i = 0; i < count; i++) coefficients[i] /= -damping;
      for (let k = 0; k < dimension; k++) out[k] = x[k] / damping;
      store.combine(whole, 0, count, coefficients, out);
      cancellation = lossOf(x, damping, out);
    },
    entry: (row, column) => entries().entry(row, column),
    diagonal: (out) => entries().diagonal(out),
  };
}

/** |x| / lambda over the length of the product. */
function lossOf(x: Float64Array, damping: number, product: Float64Array): number {
  const length = norm(product);
  return length > 0 ? norm(x) / damping / length : 1;
}

/** C^-1 G, row by row. */
function reducedRows({ rows }: RowStore, factor: Float64Array, count: number, dimension: number): RowStore {
  const reduced = rowStore(count, dimension, 'float64');
  const whole = { at: 0, width: dimension, from: 0 };
  const current = new Float64Array(dimension);
  const coefficients = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    current.set(rows.subarray(i * dimension, (i + 1) * dimension));
    for (let j = 0; j < i; j++) coefficients[j] = -factor[i * count + j];
    reduced.combine(whole, 0, i, coefficients, current);
    for (let k = 0, v = i * dimension; k < dimension; k++) reduced.rows[v + k] = current[k] / factor[i * (count + 1)];
  }
  return reduced;
}
