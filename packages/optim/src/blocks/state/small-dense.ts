// Linear algebra of blocks: small symmetric matrices in arrays that are reused.
import { InvalidInputError } from '@infimum/core';
import { cholesky, solveCholesky, symmetricEigen } from '@infimum/linalg';

/** An array that grows when it is too small, so that blocks of any size find room. */
export class GrowingArray {
  #array = new Float64Array(0);

  /** At least so many numbers, not cleared. */
  of(length: number): Float64Array {
    if (this.#array.length < length) this.#array = new Float64Array(length);
    return this.#array;
  }
}

/** Replaces the lower triangle of a symmetric n x n matrix by its Cholesky factor; false when it is not positive definite. */
export function factorInPlace(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let pivot = a[j * n + j];
    const scale = Math.abs(pivot);
    for (let k = 0; k < j; k++) pivot -= a[j * n + k] * a[j * n + k];
    // A pivot that is all rounding would blow the solution up.
    if (!(pivot > 1e-13 * scale)) return false;
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

/** b <- A^-1 b with the factor of `factorInPlace`. */
export function solveFactored(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * b[k];
    b[i] = sum / factor[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * b[k];
    b[i] = sum / factor[i * n + i];
  }
}

/**
 * b <- A^+ b for a symmetric positive semidefinite A, of which `factor` is a copy that may be overwritten: by Cholesky, and
 * where A is singular by its eigenvalues above 1e-12 of the largest.
 */
export function solveSymmetric(a: Float64Array, factor: Float64Array, n: number, b: Float64Array): void {
  if (n >= KERNEL_SIZE) {
    const solved = solvedByKernels(a, n, b);
    if (solved) {
      b.set(solved);
      return;
    }
  }
  for (let k = 0; k < n * n; k++) factor[k] = a[k];
  if (factorInPlace(factor, n)) {
    solveFactored(factor, n, b);
    return;
  }
  const { values, vectors } = symmetricEigen({ rows: n, cols: n, values: a.slice(0, n * n) });
  const cut = 1e-12 * values[n - 1];
  const image = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    if (!(values[k] > cut)) continue;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += vectors.values[i * n + k] * b[i];
    for (let i = 0; i < n; i++) image[i] += (sum / values[k]) * vectors.values[i * n + k];
  }
  for (let i = 0; i < n; i++) b[i] = image[i];
}

/** Rows from which on the kernels' Cholesky factorisation is worth its copies. */
const KERNEL_SIZE = 96;

/** The solution by the kernels; undefined for a matrix that is not, or hardly, positive definite. */
function solvedByKernels(a: Float64Array, n: number, b: Float64Array): Float64Array | undefined {
  try {
    const factor = cholesky({ rows: n, cols: n, values: a.subarray(0, n * n) });
    for (let i = 0; i < n; i++) if (factor.values[i * n + i] ** 2 < 1e-13 * a[i * n + i]) return undefined;
    return solveCholesky(factor, b.subarray(0, n));
  } catch (error) {
    if (error instanceof InvalidInputError && error.code !== 'too-large') return undefined;
    throw error;
  }
}

/** Blocks up to this size get their largest eigenvalue exactly. */
const EXACT_SIZE = 50;

/**
 * The largest eigenvalue of a symmetric positive semidefinite matrix, or a little more: exact for n up to 50; above, 1 % more
 * than what the power method finds, and as much more as a Cholesky factorisation shows to be needed. Never more than the
 * largest row sum.
 */
export function largestEigenvalue(a: Float64Array, n: number): number {
  if (n === 1) return a[0];
  let bound = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(a[i * n + j]);
    bound = Math.max(bound, sum);
  }
  if (bound === 0) return 0;
  if (n === 2) {
    const half = (a[0] - a[3]) / 2;
    return (a[0] + a[3]) / 2 + Math.sqrt(half * half + a[1] * a[1]);
  }
  if (n <= EXACT_SIZE) {
    const { values } = symmetricEigen({ rows: n, cols: n, values: a.slice(0, n * n) });
    return values[n - 1] * (1 + 4 * n * Number.EPSILON);
  }
  let value = 1.01 * powerMethod(a, n);
  while (value < bound && !isAtMost(a, n, value)) value *= 1.01;
  return Math.min(bound, value);
}

/** Whether value I - A is positive definite. */
function isAtMost(a: Float64Array, n: number, value: number): boolean {
  const rest = new Float64Array(n * n);
  for (let k = 0; k < rest.length; k++) rest[k] = -a[k];
  for (let i = 0; i < n; i++) rest[i * n + i] += value;
  return factorInPlace(rest, n);
}

/** Iterates until the quotient changes by less than a thousandth, three times in a row. */
function powerMethod(a: Float64Array, n: number): number {
  let [v, image] = [new Float64Array(n), new Float64Array(n)];
  // The row sums of squares lean towards the largest eigenvector.
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v[i] += a[i * n + j] ** 2;
  let [value, calm] = [0, 0];
  for (let round = 0; round < 200 && calm < 3; round++) {
    let length = 0;
    for (let i = 0; i < n; i++) length += v[i] * v[i];
    length = Math.sqrt(length);
    let quotient = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a[i * n + j] * v[j];
      image[i] = sum / length;
      quotient += (image[i] * v[i]) / length;
    }
    calm = Math.abs(quotient - value) <= 1e-3 * quotient ? calm + 1 : 0;
    value = quotient;
    [v, image] = [image, v];
  }
  return value;
}
