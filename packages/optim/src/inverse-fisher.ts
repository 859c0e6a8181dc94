// The static algorithm of M-FAC: products with the inverse of a damped sum of squares of gradients that are all known.
//
// E. Frantar, E. Kurtic, D. Alistarh: M-FAC: efficient matrix-free approximations of second-order information
// (arXiv 2107.03356).
import {
  checkChoice,
  checkInteger,
  checkMatrix,
  checkNumber,
  InvalidInputError,
  type MatrixLike,
} from '@infimum/core';
import { cholesky, solveCholesky } from '@infimum/linalg';
import { rowGram } from './row-gram.ts';
import { rowKernelsFor } from './row-kernels.ts';

/** How the inverse is represented. */
export interface InverseFisherOptions {
  /** lambda, above 0; 1e-5 by default. */
  readonly damping?: number;
  /**
   * Coordinates of a block, for the inverse of the block-diagonal of F only; the last block may be shorter. All of them by
   * default: the inverse of F itself.
   */
  readonly block?: number;
  /** The rows are taken in so many pages, each of which reads the earlier ones once; 1 by default. The result is the same. */
  readonly pages?: number;
  /**
   * `recursion`: the paper's, adds one gradient after the other. `cholesky`: factors m lambda I + G G', equal and faster
   * for many gradients; not for blocks. `recursion` by default.
   */
  readonly engine?: 'recursion' | 'cholesky';
}

/** F^-1, never formed. */
export interface InverseFisher {
  /** d. */
  readonly dimension: number;
  /** out <- F^-1 x. O(m d). */
  multiply(x: Float64Array, out: Float64Array): void;
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
 * @param options - damping and representation
 * @throws {InvalidInputError} for gradients that are not finite, and for options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { inverseFisher } from '@infimum/optim';
 *
 * const inverse = inverseFisher(matrixFromRows([[1, 2], [3, -1]]), { damping: 0.5 });
 * const out = new Float64Array(2);
 * inverse.multiply(Float64Array.of(3, -1), out);
 * console.log(out.map((value) => Math.round(1e6 * value) / 1e6).join(' ')); // 0.523077 -0.246154
 * ```
 */
export function inverseFisher(gradients: MatrixLike, options: InverseFisherOptions = {}): InverseFisher {
  checkMatrix(gradients, 'gradients');
  const { damping = 1e-5, block = gradients.cols, pages = 1, engine = 'recursion' } = options;
  checkNumber(damping, 'damping', { above: 0 });
  checkInteger(block, 'block', { min: 1 });
  checkInteger(pages, 'pages', { min: 1 });
  checkChoice(engine, 'engine', ['recursion', 'cholesky']);
  if (engine === 'recursion') return byRecursion(gradients, { damping, block, pages });
  if (block < gradients.cols || pages > 1) {
    const problem = 'the engine cholesky knows no blocks and pages';
    throw new InvalidInputError(problem, { argument: 'engine', code: 'unsupported' });
  }
  return byCholesky(gradients, damping);
}

/**
 * A plain sum over rows: F^-1 = I / lambda - sum_i factor_i v_i v_i', where an entry counts only within its block.
 */
function fromRows(
  v: Float64Array,
  factors: (block: number) => Float64Array,
  { rows: count, cols: d, damping, block }: { rows: number; cols: number; damping: number; block: number },
): InverseFisher {
  const { dots, combine } = rowKernelsFor(v);
  const sums = new Float64Array(count);
  return {
    dimension: d,
    multiply: (x, out) => {
      for (let k = 0; k < d; k++) out[k] = x[k] / damping;
      for (let from = 0, b = 0; from < d; from += block, b++) {
        const to = Math.min(d, from + block);
        const factor = factors(b);
        dots(v, d, 0, count, from, to, x, sums);
        for (let i = 0; i < count; i++) sums[i] *= -factor[i];
        combine(v, d, 0, count, from, to, sums, out);
      }
    },
    entry: (row, column) => {
      checkInteger(row, 'row', { min: 0, max: d - 1 });
      checkInteger(column, 'column', { min: 0, max: d - 1 });
      const b = Math.floor(row / block);
      if (b !== Math.floor(column / block)) return 0;
      const factor = factors(b);
      let sum = row === column ? 1 / damping : 0;
      for (let i = 0; i < count; i++) sum -= factor[i] * v[i * d + row] * v[i * d + column];
      return sum;
    },
    diagonal: (out) => {
      out.fill(1 / damping);
      for (let from = 0, b = 0; from < d; from += block, b++) {
        const to = Math.min(d, from + block);
        const factor = factors(b);
        for (let i = 0; i < count; i++)
          for (let k = from, at = i * d; k < to; k++) out[k] -= factor[i] * v[at + k] * v[at + k];
      }
    },
  };
}

interface RecursionSettings {
  readonly damping: number;
  readonly block: number;
  readonly pages: number;
}

function byRecursion(
  { rows: count, cols: d, values }: MatrixLike,
  { damping, block, pages }: RecursionSettings,
): InverseFisher {
  const v = new Float64Array(count * d);
  const blocks = Math.ceil(d / block);
  const factors = new Float64Array(blocks * count);
  const { dots, combine } = rowKernelsFor(v);
  const g = new Float64Array(d);
  const current = new Float64Array(d);
  const sums = new Float64Array(count);
  const page = Math.ceil(count / pages);
  for (let b = 0; b < blocks; b++) {
    const [from, to] = [b * block, Math.min(d, (b + 1) * block)];
    const factor = factors.subarray(b * count, (b + 1) * count);

    /** v_i <- v_i less what rows `first` to `last` take from it. */
    const subtract = (i: number, first: number, last: number) => {
      for (let k = from; k < to; k++) {
        g[k] = values[i * d + k];
        current[k] = v[i * d + k];
      }
      dots(v, d, first, last, from, to, g, sums);
      for (let j = first; j < last; j++) sums[j] *= -factor[j];
      combine(v, d, first, last, from, to, sums, current);
      v.set(current.subarray(from, to), i * d + from);
    };
    for (let i = 0; i < count; i++)
      for (let k = i * d + from; k < i * d + to; k++) v[k] = values[k] / damping;
    for (let start = 0; start < count; start += page) {
      const end = Math.min(count, start + page);
      for (let first = 0; first < start; first += page)
        for (let i = start; i < end; i++) subtract(i, first, Math.min(start, first + page));
      for (let i = start; i < end; i++) {
        subtract(i, start, i);
        let sum = count;
        for (let k = from; k < to; k++) sum += values[i * d + k] * v[i * d + k];
        factor[i] = 1 / sum;
      }
    }
  }
  const perBlock = Array.from({ length: blocks }, (_, b) => factors.subarray(b * count, (b + 1) * count));
  return fromRows(v, (b) => perBlock[b], { rows: count, cols: d, damping, block });
}

/** F^-1 = (I - G' M^-1 G) / lambda with M = m lambda I + G G' = C C'; entries from the rows of C^-1 G. */
function byCholesky({ rows: count, cols: d, values }: MatrixLike, damping: number): InverseFisher {
  const rows = values.slice();
  const m = rowGram(rows, count, d);
  for (let i = 0; i < count; i++) m[i * count + i] += count * damping;
  const factor = cholesky({ rows: count, cols: count, values: m });
  const { dots, combine } = rowKernelsFor(rows);
  const sums = new Float64Array(count);
  let reduced: InverseFisher | undefined;
  const entries = () => {
    reduced ??= fromRows(reducedRows(rows, factor.values, count, d), () => ones, {
      rows: count,
      cols: d,
      damping,
      block: d,
    });
    return reduced;
  };
  const ones = new Float64Array(count).fill(1 / damping);
  return {
    dimension: d,
    multiply: (x, out) => {
      dots(rows, d, 0, count, 0, d, x, sums);
      const coefficients = solveCholesky(factor, sums);
      for (let i = 0; i < count; i++) coefficients[i] /= -damping;
      for (let k = 0; k < d; k++) out[k] = x[k] / damping;
      combine(rows, d, 0, count, 0, d, coefficients, out);
    },
    entry: (row, column) => entries().entry(row, column),
    diagonal: (out) => entries().diagonal(out),
  };
}

/** C^-1 G, row by row. */
function reducedRows(
  rows: MatrixLike['values'],
  factor: Float64Array,
  count: number,
  d: number,
): Float64Array {
  const z = new Float64Array(count * d);
  const { combine } = rowKernelsFor(z);
  const current = new Float64Array(d);
  const coefficients = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < d; k++) current[k] = rows[i * d + k];
    for (let j = 0; j < i; j++) coefficients[j] = -factor[i * count + j];
    combine(z, d, 0, i, 0, d, coefficients, current);
    for (let k = 0; k < d; k++) z[i * d + k] = current[k] / factor[i * count + i];
  }
  return z;
}
