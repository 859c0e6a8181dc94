// The Cholesky factorisation of small symmetric matrices in reused arrays, for use inside methods. Matrices of
// hundreds of rows are for `cholesky`, which has kernels.

/** A pivot below this share of its diagonal entry is all rounding, and would blow the solution up. */
const SMALLEST_PIVOT = 1e-13;

/**
 * Replaces the lower triangle of A + shift I, A symmetric of n rows, by its Cholesky factor. Only the lower triangle is read and
 * written. Time n³/3, nothing is allocated, and nothing checked.
 *
 * @param a - at least n x n numbers, row by row
 * @param n - number of rows
 * @param shift - what is added to the diagonal
 * @returns whether the matrix is positive definite beyond rounding; if not, the triangle is overwritten with no useful values
 *
 * @example
 * ```ts
 * import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
 *
 * const a = Float64Array.of(3, 0, 2, 9);
 * const b = Float64Array.of(8, 22);
 * if (smallCholesky(a, 2, 1)) solveSmallCholesky(a, 2, b);
 * console.log(b.join(' ')); // 1 2
 * ```
 */
export function smallCholesky(a: Float64Array, n: number, shift = 0): boolean {
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j] + shift;
    const scale = Math.abs(pivot);
    for (let k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
    if (!(pivot > SMALLEST_PIVOT * scale && pivot < Infinity)) return false;
    const root = Math.sqrt(pivot);
    a[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = sum / root;
    }
  }
  return true;
}

/**
 * b <- A^-1 b by the factor that `smallCholesky` made. Time 2 n².
 *
 * @param factor - the factor, in the lower triangle
 * @param n - number of rows
 * @param b - at least n numbers, from `at` on
 * @param at - where they begin
 *
 * @example
 * ```ts
 * import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
 *
 * const a = Float64Array.of(4, 0, 2, 10);
 * const b = Float64Array.of(8, 22);
 * if (smallCholesky(a, 2)) solveSmallCholesky(a, 2, b);
 * console.log(b.join(' ')); // 1 2
 * ```
 */
export function solveSmallCholesky(factor: Float64Array, n: number, b: Float64Array, at = 0): void {
  for (let i = 0; i < n; i++) {
    let sum = b[at + i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[at + k];
    b[at + i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[at + i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * b[at + k];
    b[at + i] = sum / factor[i * n + i];
  }
}
