// Proofs about matrices from untrusted hints: an approximate inverse, a triangular factor.
//
// S. M. Rump: Verification methods, Acta Numerica 19 (2010).
import { dot, dot2, matrixProduct } from './dot.ts';
import { rootOf } from './interval.ts';
import { down, ETA, U, up } from './rounding.ts';

/** A proved enclosure of the solution of a linear system. */
export interface SolutionEnclosure {
  /** |x*_i - x_i| is at most this; x* is the only solution. */
  readonly radii: Float64Array;
  /** A bound below 1 on the row-sum norm of I - RA: A is not singular. */
  readonly contraction: number;
}

/** At least the sum of n numbers >= 0 that was made in doubles with up to four more roundings a term. */
const above = (sum: number, n: number): number => sum * (1 + 4 * (n + 4) * U) + 4 * (n + 4) * ETA;

/**
 * Proves that A is not singular and encloses the solution of A x* = b: with d = x* - x and a residual r = b - A x,
 * d = R r + (I - R A) d, so that |d| <= |R r| + alpha / (1 - alpha) |R r|_max once alpha = |I - R A| < 1 in the row-sum norm.
 *
 * @param a - n x n, row-major
 * @param b - n
 * @param inverse - R, n x n: any numbers; the nearer to the inverse the tighter
 * @param x - an approximate solution
 * @param units - w > 0, powers of two near the unknowns: alpha is the norm of I - RA with its entries times w_j / w_i
 * @returns undefined where nothing is proved: alpha is not below 1, or something is not finite
 *
 * Cost: O(n³), one plain product.
 *
 * @example
 * ```ts
 * import { enclosureOfSolution } from '@infimum/rigor';
 *
 * const proof = enclosureOfSolution([2, 1, 1, 3], [1, 1], [0.6, -0.2, -0.2, 0.4], [0.4, 0.2]);
 * console.log(proof && proof.radii[0] < 1e-15); // true
 * console.log(enclosureOfSolution([1, 2, 2, 4], [1, 1], [1, 0, 0, 1], [0, 0])); // undefined
 * ```
 */
export function enclosureOfSolution(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  inverse: ArrayLike<number>,
  x: ArrayLike<number>,
  units: Float64Array = new Float64Array(b.length).fill(1),
): SolutionEnclosure | undefined {
  const n = b.length;
  const product = plainProduct(inverse, a, n);
  const rowSums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) rowSums[i] += Math.abs(a[i * n + j]) * units[j];
    rowSums[i] = above(rowSums[i], n);
  }
  const total = above(absoluteSum(units, 0, n), n);
  let contraction = 0;
  for (let i = 0; i < n; i++) {
    let distance = 0;
    let weight = 0;
    for (let j = 0; j < n; j++) {
      distance += Math.abs(product[i * n + j] - (i === j ? 1 : 0)) * units[j];
      weight += Math.abs(inverse[i * n + j]) * rowSums[j];
    }
    // The radii of a row of the product, times w, sum to n u |R| |A| w and n eta |w|.
    const radius = above(n * U * above(weight, n), n) + up(2 * n * ETA * total);
    const norm = above(above(distance + radius, n) / units[i], 1);
    contraction = Math.max(contraction, norm);
  }
  if (!(contraction < 1)) return undefined;
  const minus = Float64Array.from(x, (value) => -value);
  const residuals = Array.from({ length: n }, (_, i) => dot2(a, minus, n, i * n, 0, 1, 1, Number(b[i])));
  const values = Float64Array.from(residuals, ({ value }) => value);
  const steps = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { value, radius } = dot(inverse, values, n, i * n);
    let spread = 0;
    for (let j = 0; j < n; j++) spread += Math.abs(inverse[i * n + j]) * residuals[j].radius;
    steps[i] = up(up(Math.abs(value) + radius) + above(spread, n));
  }
  const largest = steps.reduce((most, step, i) => Math.max(most, up(step / units[i])), 0);
  const rest = up(up(contraction * largest) / down(1 - contraction));
  const radii = steps.map((step, i) => up(step + up(rest * units[i])));
  return radii.every((radius) => radius < Infinity) ? { radii, contraction } : undefined;
}

/**
 * A lower bound on the least eigenvalue of a symmetric matrix: A = c I + L L' + E, so that it is at least c - |E|, for any
 * L. A bound above 0 proves A positive definite. No theorem on a factorization is used.
 *
 * @param a - n x n, row-major, symmetric to the bit
 * @param shift - c: a guess from below; the bound is not above it
 * @param factor - L, lower triangular, n x n; by default that of Cholesky's method for A - c I
 * @returns -Infinity where nothing is proved: A is not symmetric or not finite, or A - c I has no factor
 *
 * Cost: n³ / 3 operations, and as many for the factor.
 *
 * @example
 * ```ts
 * import { leastEigenvalueBound } from '@infimum/rigor';
 *
 * console.log(leastEigenvalueBound([2, 1, 1, 2], 2, 0.999) > 0.99); // true
 * console.log(leastEigenvalueBound([1, 2, 2, 1], 2, 0.1)); // -Infinity
 * ```
 */
export function leastEigenvalueBound(
  a: ArrayLike<number>,
  n: number,
  shift: number,
  factor: ArrayLike<number> | undefined = factorOf(a, n, shift),
): number {
  if (!factor) return -Infinity;
  const sums = new Float64Array(n);
  const columns = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let k = 0; k <= i; k++) columns[k] += Math.abs(factor[i * n + k]);
  for (let i = 0; i < n; i++) {
    let weight = 0;
    for (let k = 0; k <= i; k++) weight += Math.abs(factor[i * n + k]) * above(columns[k], n);
    // The radii of row i of L L': n u |L| |L'| e and n² eta; of the differences below three roundings an entry.
    sums[i] += above(n * U * above(weight, n), n) + 2 * n * n * ETA;
    for (let j = 0; j <= i; j++) {
      if (a[i * n + j] !== a[j * n + i]) return -Infinity;
      const product = productOf(factor, i * n, j * n, j + 1);
      const [entry, c] = [a[i * n + j], i === j ? shift : 0];
      const size = Math.abs(entry) + Math.abs(product) + Math.abs(c);
      const distance = Math.abs(entry - product - c) + 4 * U * size;
      sums[i] += distance;
      if (i !== j) sums[j] += distance;
    }
  }
  const norm = sums.reduce((most, sum) => Math.max(most, above(sum, n)), 0);
  const bound = down(shift - norm);
  return Number.isNaN(bound) ? -Infinity : bound;
}

/**
 * An upper bound on the spectral norm of the inverse of the Lyapunov operator E -> A'E + EA on symmetric matrices, or in
 * discrete time of E -> E - A'EA; a finite one proves that A is stable.
 *
 * With M = -(A'X + XA) >= c I, c > 0, and X positive definite, A is stable, and A'E + EA = -S with |S| <= s implies
 * -(s / c) X <= E <= (s / c) X, so that |E| <= (|X| / c) s (Lyapunov 1892); likewise M = X - A'XA. Here c = 1 - |I - M|: X
 * should solve M = I. The least eigenvalue of X is at least c / (2 |A|), or c; X is proved positive definite with half of it.
 *
 * @param a - n x n, row-major
 * @param x - X, n x n, symmetric to the bit: any numbers
 * @param time - `continuous`: eigenvalues with negative real parts; `discrete`: inside the unit circle
 * @returns Infinity where nothing is proved
 *
 * Cost: O(n³), two products and `leastEigenvalueBound`.
 *
 * @example
 * ```ts
 * import { lyapunovBound } from '@infimum/rigor';
 *
 * console.log(lyapunovBound([-1, 0, 0, -2], [0.5, 0, 0, 0.25], 2).toFixed(6)); // 0.500000
 * console.log(lyapunovBound([1], [-0.5], 1)); // Infinity
 * ```
 */
export function lyapunovBound(
  a: ArrayLike<number>,
  x: ArrayLike<number>,
  n: number,
  time: 'continuous' | 'discrete' = 'continuous',
): number {
  const right = matrixProduct(x, a, n, n, n);
  const transposed = Float64Array.from({ length: n * n }, (_, k) => a[(k % n) * n + Math.floor(k / n)]);
  const isDiscrete = time === 'discrete';
  const both = isDiscrete ? matrixProduct(transposed, right.values, n, n, n) : undefined;
  // |A'| times the radii of XA.
  const weights = isDiscrete ? matrixProduct(transposed.map(Math.abs), right.radii, n, n, n) : undefined;
  const inherited = weights?.values.map((value, k) => up(value + weights.radii[k]));
  let distance = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const [k, t] = [i * n + j, j * n + i];
      const unit = i === j ? 1 : 0;
      // M - I, with up to three roundings, each of at most u times the sum of the sizes.
      const [p, q] = both ? [x[k], -both.values[k]] : [-right.values[k], -right.values[t]];
      const rounding = 4 * U * (Math.abs(p) + Math.abs(q) + unit);
      const spread = (both ? both.radii[k] : right.radii[k]) + (inherited?.[k] ?? right.radii[t]);
      sum += Math.abs(p + q - unit) + rounding + spread;
    }
    distance = Math.max(distance, above(sum, n));
  }
  const decay = down(1 - distance);
  if (!(decay > 0)) return Infinity;
  const shift = decay / 2 / (isDiscrete ? 1 : rowSumNorm(a, n) + rowSumNorm(transposed, n));
  if (!(leastEigenvalueBound(x, n, shift) > 0)) return Infinity;
  return up(rowSumNorm(x, n) / decay);
}

/** Upper bound on the row-sum norm; NaN propagates. */
function rowSumNorm(a: ArrayLike<number>, n: number): number {
  let norm = 0;
  for (let i = 0; i < n; i++) {
    norm = Math.max(norm, above(absoluteSum(a, i * n, n), n));
  }
  return norm;
}

function absoluteSum(a: ArrayLike<number>, start: number, n: number): number {
  let sum = 0;
  for (let k = start; k < start + n; k++) sum += Math.abs(a[k]);
  return sum;
}

/** Cholesky's factor of A - c I in doubles, for hints: undefined where a pivot is not positive. */
function factorOf(a: ArrayLike<number>, n: number, shift: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = a[i * n + j] - (i === j ? shift : 0) - productOf(factor, i * n, j * n, j);
      if (i !== j) factor[i * n + j] = rest / factor[j * n + j];
      else if (rest > 0 && rest < Infinity) factor[i * n + j] = rootOf(rest, -1);
      else return undefined;
    }
  }
  return factor;
}

/** A product of square matrices, row by row. */
function plainProduct(a: ArrayLike<number>, b: ArrayLike<number>, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k];
      for (let j = 0; j < n; j++) product[i * n + j] += factor * b[k * n + j];
    }
  }
  return product;
}

/** A sum of products of two rows, in four chains. */
function productOf(a: ArrayLike<number>, i: number, j: number, n: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let k = 0;
  for (; k + 3 < n; k += 4) {
    s0 += a[i + k] * a[j + k];
    s1 += a[i + k + 1] * a[j + k + 1];
    s2 += a[i + k + 2] * a[j + k + 2];
    s3 += a[i + k + 3] * a[j + k + 3];
  }
  for (; k < n; k++) s0 += a[i + k] * a[j + k];
  return s0 + s1 + (s2 + s3);
}
