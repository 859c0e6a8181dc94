// Gaussian elimination with partial pivoting for small systems in reused arrays, for use inside methods.

/**
 * b <- A^-1 b for an A of n rows, which is overwritten. Rows are compared after division by their largest entry, so that badly
 * scaled rows are no harm. Time 2 n³/3, nothing is allocated, and nothing checked.
 *
 * @param a - at least n x n numbers, row by row
 * @param n - number of rows
 * @param b - at least n numbers
 * @returns whether A is regular to working precision; if not, b is invalid
 *
 * @example
 * ```ts
 * import { solveSmall } from '@infimum/linalg/numerics';
 *
 * const b = Float64Array.of(4, 20);
 * console.log(solveSmall(Float64Array.of(0, 2, 4, 8), 2, b), b.join(' ')); // true 1 2
 * ```
 */
export function solveSmall(a: Float64Array, n: number, b: Float64Array): boolean {
  for (let i = 0; i < n; i++) {
    let largest = 0;
    for (let j = i * n; j < (i + 1) * n; j++) {
      const size = Math.abs(a[j]);
      if (!(size <= largest)) largest = size;
    }
    if (!(largest > 0 && largest < Infinity)) return false;
    for (let j = i * n; j < (i + 1) * n; j++) a[j] /= largest;
    b[i] /= largest;
  }
  for (let k = 0; k < n; k++) {
    let place = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[place * n + k])) place = i;
    if (place !== k) {
      for (let j = k; j < n; j++) [a[k * n + j], a[place * n + j]] = [a[place * n + j], a[k * n + j]];
      [b[k], b[place]] = [b[place], b[k]];
    }
    const pivot = a[k * n + k];
    // Rows have entries up to one: what is left of a dependent one is rounding.
    if (!(Math.abs(pivot) > n * Number.EPSILON)) return false;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / pivot;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      b[i] -= factor * b[k];
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let j = i + 1; j < n; j++) sum -= a[i * n + j] * b[j];
    b[i] = sum / a[i * n + i];
  }
  return true;
}
