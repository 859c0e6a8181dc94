// Solving with banded matrices, by elimination with partial pivoting within the band.
//
// G. Golub, C. Van Loan: Matrix computations (2013), section 4.3.
import type { VectorLike } from '@infimum/core';
import { checkInteger, fault } from '@infimum/core';
import { asEntries, asRightSide, solutionFor } from '../inputs.ts';
import type { RightSide, SolutionFor } from '../matrices.ts';

/** A banded matrix by its diagonals. */
export interface BandedMatrix {
  /** Diagonals below the main one. */
  readonly lower: number;
  /** Diagonals above the main one. */
  readonly upper: number;
  /**
   * Diagonals from the highest to the lowest, n numbers each: the entry in row i and column j stands at place j of the diagonal
   * j - i, as in SciPy. Places outside of the matrix are not read.
   */
  readonly diagonals: readonly VectorLike[];
}

/**
 * Solves A x = b for a banded A with partial pivoting. Time O(n lower (lower + upper)), and O(n (2 lower + upper)) for each column of b.
 *
 * @param a - the diagonals, of n numbers each
 * @param b - a right-hand side of length n, or several in the columns of a matrix with n rows
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite; `out-of-range` with the place of a pivot
 *   that is zero
 *
 * @example
 * ```ts
 * import { solveBanded } from '@infimum/linalg';
 *
 * // -x'' = 1 on three points: 2 on the diagonal, -1 beside it.
 * const x = solveBanded({ lower: 1, upper: 1, diagonals: [[0, -1, -1], [2, 2, 2], [-1, -1, 0]] }, [1, 1, 1]);
 * console.log(x.map((value) => Math.round(value * 1e9) / 1e9).join(' ')); // 1.5 2 1.5
 * ```
 */
export function solveBanded<B extends RightSide>(a: BandedMatrix, b: B): SolutionFor<B> {
  const { lower, upper, diagonals } = a;
  checkInteger(lower, 'a.lower', { min: 0 });
  checkInteger(upper, 'a.upper', { min: 0 });
  if (diagonals?.length !== lower + upper + 1) {
    throw fault(`expected ${lower + upper + 1} diagonals, got ${diagonals?.length ?? 'none'}`, 'a.diagonals', 'shape');
  }
  const n = diagonals[0].length;
  const right = asRightSide(b, n);
  const { cols, values } = right;
  // Row i of `band` has the columns i - lower … i + lower + upper: pivoting moves entries up by as many as there are below.
  const width = 2 * lower + upper + 1;
  const band = new Float64Array(n * width);
  diagonals.forEach((given, d) => {
    const diagonal = asEntries(given, `a.diagonals[${d}]`, n);
    const offset = upper - d;
    for (let j = Math.max(0, offset); j < Math.min(n, n + offset); j++) {
      band[(j - offset) * width + lower + offset] = diagonal[j];
    }
  });
  const x = values.slice();
  const at = (i: number, j: number): number => i * width + j - i + lower;
  for (let k = 0; k < n; k++) {
    const last = Math.min(n, k + lower + 1);
    const end = Math.min(n, k + lower + upper + 1);
    let pivot = k;
    for (let i = k + 1; i < last; i++) if (Math.abs(band[at(i, k)]) > Math.abs(band[at(pivot, k)])) pivot = i;
    if (band[at(pivot, k)] === 0) throw fault(`is singular: pivot ${k} is zero`, 'a', 'out-of-range', k);
    if (pivot !== k) {
      for (let j = k; j < end; j++) swap(band, at(k, j), at(pivot, j));
      for (let c = 0; c < cols; c++) swap(x, k * cols + c, pivot * cols + c);
    }
    for (let i = k + 1; i < last; i++) {
      const factor = band[at(i, k)] / band[at(k, k)];
      if (factor === 0) continue;
      for (let j = k + 1; j < end; j++) band[at(i, j)] -= factor * band[at(k, j)];
      for (let c = 0; c < cols; c++) x[i * cols + c] -= factor * x[k * cols + c];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    const end = Math.min(n, i + lower + upper + 1);
    for (let c = 0; c < cols; c++) {
      let sum = x[i * cols + c];
      for (let j = i + 1; j < end; j++) sum -= band[at(i, j)] * x[j * cols + c];
      x[i * cols + c] = sum / band[at(i, i)];
    }
  }
  return solutionFor(b, { rows: n, cols, values: x });
}

function swap(values: Float64Array, i: number, j: number): void {
  [values[i], values[j]] = [values[j], values[i]];
}
