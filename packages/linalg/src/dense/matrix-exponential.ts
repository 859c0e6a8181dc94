// The exponential of a square matrix, by scaling and squaring with Padé approximants.
//
// A. Al-Mohy, N. Higham: A new scaling and squaring algorithm for the matrix exponential (2009), algorithm 5.1, with the norms of
// powers computed instead of estimated; the diagonals of triangular matrices as in its code fragment 2.1.
import type { MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { portableExp, portableExpm1 } from '@infimum/core/portable-math';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { allFinite } from '../numerics/vectors.ts';
import { identity, transpose } from './dense-matrix.ts';
import { lu, solveLu } from './lu.ts';
import { matmul } from './matmul.ts';

/** Degrees of the approximants [m/m], and how large the powers of A may be for each. */
const DEGREES = [
  { degree: 3, theta: 1.495585217958292e-2 },
  { degree: 5, theta: 2.53939833006323e-1 },
  { degree: 7, theta: 9.504178996162932e-1 },
  { degree: 9, theta: 2.097847961257068 },
] as const;
const THETA_13 = 4.25;

/**
 * The matrix exponential e^A, as backward stable as its squarings allow: e^(A + E) with |E| a small multiple of rounding in |A| for
 * matrices close to normal. Time about 6 to 8 products of matrices, and log2 |A| more.
 *
 * @param a - a square matrix, n x n
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index, `out-of-range` where e^A has
 *   entries beyond the largest number
 *
 * Source: A. Al-Mohy, N. Higham, A new scaling and squaring algorithm for the matrix exponential (2009).
 *
 * @example
 * ```ts
 * import { matrixExponential, matrixFromRows } from '@infimum/linalg';
 *
 * const turn = matrixExponential(matrixFromRows([[0, -Math.PI / 2], [Math.PI / 2, 0]]));
 * console.log(turn.values.map(Math.round).map(Math.abs).join(' ')); // 0 1 1 0
 * ```
 */
export function matrixExponential(a: MatrixLike): DenseMatrix {
  const matrix = asSquare(a);
  const shape = triangleOf(matrix);
  const result = shape === 'lower' ? transpose(exponential(transpose(matrix), true)) : exponential(matrix, shape === 'upper');
  if (allFinite(result.values)) return result;
  throw fault('has an exponential beyond the largest number', 'a', 'out-of-range');
}

function exponential(a: DenseMatrix, isUpper: boolean): DenseMatrix {
  // Beyond this every entry of e^A is zero, one or no number, and powers would overflow.
  // Each entry is made smaller before the norm is taken, which would overflow else.
  const halved = Math.max(0, Math.ceil(Math.log2(oneNorm(times(a, 2 ** -60)))));
  const small = halved > 0 ? times(a, 2 ** -halved) : a;
  const a2 = matmul(small, small);
  const a4 = matmul(a2, a2);
  const a6 = matmul(a4, a2);
  const [d4, d6] = [oneNorm(a4) ** (1 / 4), oneNorm(a6) ** (1 / 6)];
  if (halved === 0) {
    for (const { degree, theta } of DEGREES.slice(0, 2)) {
      if (Math.max(d4, d6) <= theta && excess(small, degree) === 0) return approximant(small, [a2, a4], degree);
    }
  }
  const a8 = matmul(a4, a4);
  const d8 = oneNorm(a8) ** (1 / 8);
  if (halved === 0) {
    for (const { degree, theta } of DEGREES.slice(2)) {
      if (Math.max(d6, d8) <= theta && excess(small, degree) === 0) {
        return approximant(small, [a2, a4, a6, a8], degree);
      }
    }
  }
  const d10 = oneNorm(matmul(a4, a6)) ** (1 / 10);
  const eta = Math.min(Math.max(d6, d8), Math.max(d8, d10));
  let squarings = Math.max(0, Math.ceil(Math.log2(eta / THETA_13)));
  squarings += excess(times(small, 2 ** -squarings), 13);
  const scaled = times(small, 2 ** -squarings);
  const powers = [a2, a4, a6].map((power, k) => times(power, 2 ** (-2 * (k + 1) * squarings)));
  let result = approximant13(scaled, powers);
  squarings += halved;
  if (isUpper) correctDiagonals(result, a, -squarings);
  for (let k = squarings - 1; k >= 0; k--) {
    result = matmul(result, result);
    if (!allFinite(result.values)) return result;
    if (isUpper) correctDiagonals(result, a, -k);
  }
  return result;
}

/** [m/m](A) for m = 3, 5, 7, 9: the quotient of V + U and V - U, V the even and U the odd powers. */
function approximant(a: DenseMatrix, powers: readonly DenseMatrix[], degree: number): DenseMatrix {
  const c = coefficients(degree);
  const [even, odd] = [times(identity(a.rows), c[0]), times(identity(a.rows), c[1])];
  for (let k = 1; 2 * k < degree; k++) {
    add(even, c[2 * k], powers[k - 1]);
    add(odd, c[2 * k + 1], powers[k - 1]);
  }
  return quotient(even, matmul(a, odd));
}

/** [13/13](A) with six products: A6 (b13 A6 + b11 A4 + b9 A2) + b7 A6 + b5 A4 + b3 A2 + b1 I, and so the even part. */
function approximant13(a: DenseMatrix, [a2, a4, a6]: readonly DenseMatrix[]): DenseMatrix {
  const c = coefficients(13);
  const part = (first: number): DenseMatrix => {
    const high = times(a6, c[first + 12]);
    add(high, c[first + 10], a4);
    add(high, c[first + 8], a2);
    const whole = matmul(a6, high);
    add(whole, c[first + 6], a6);
    add(whole, c[first + 4], a4);
    add(whole, c[first + 2], a2);
    for (let i = 0; i < a.rows; i++) whole.values[i * a.rows + i] += c[first];
    return whole;
  };
  return quotient(part(0), matmul(a, part(1)));
}

/** (V - U)^-1 (V + U) */
function quotient(even: DenseMatrix, odd: DenseMatrix): DenseMatrix {
  const below = { ...even, values: even.values.map((value, k) => value - odd.values[k]) };
  const above = { ...even, values: even.values.map((value, k) => value + odd.values[k]) };
  return solveLu(lu(below), above);
}

/** Of the numerator of [m/m]: (2m - k)! m! / ((2m)! (m - k)! k!), times (2m)! / m! so that the last is one. */
function coefficients(degree: number): number[] {
  const c = [1];
  for (let k = 1; k <= degree; k++) c.push((c[k - 1] * (degree + 1 - k)) / ((2 * degree + 1 - k) * k));
  return c.map((value) => value / c[degree]);
}

/** How many more squarings keep the first term of the backward error, |c| |A|^(2m+1), below rounding. */
function excess(a: DenseMatrix, degree: number): number {
  const size = oneNorm(a);
  if (size === 0) return 0;
  // 1 / ((2m choose m) (2m + 1)!)
  let c = 1;
  for (let k = 1; k <= degree; k++) c *= k / (degree + k);
  for (let k = 2; k <= 2 * degree + 1; k++) c /= k;
  // The norm of the power of |A| is the largest entry of |A|' applied so often to ones.
  const { rows: n, values } = a;
  let sums = new Float64Array(n).fill(1);
  let exponent = 0;
  for (let power = 0; power <= 2 * degree; power++) {
    const next = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) next[j] += Math.abs(values[i * n + j]) * sums[i];
    const largest = next.reduce((most, value) => Math.max(most, value), 0);
    if (largest === 0) return 0;
    exponent += Math.log2(largest);
    sums = next.map((value) => value / largest);
  }
  const alpha = Math.log2(c) + exponent - Math.log2(size);
  return Math.max(0, Math.ceil((alpha - Math.log2(Number.EPSILON / 2)) / (2 * degree)));
}

/** The diagonal and the entries beside it of e^(2^k A), for an upper triangular A, from their formulas. */
function correctDiagonals(result: DenseMatrix, a: DenseMatrix, k: number): void {
  const n = a.rows;
  const factor = 2 ** k;
  for (let i = 0; i < n; i++) {
    const here = factor * a.values[i * n + i];
    result.values[i * n + i] = portableExp(here);
    if (i + 1 === n) continue;
    const next = factor * a.values[(i + 1) * n + i + 1];
    const half = (next - here) / 2;
    // (e^next - e^here) / (next - here) = e^((here + next) / 2) sinh(half) / half
    const beside = factor * a.values[i * n + i + 1];
    const mean =
      Math.abs(half) > 300
        ? (portableExp(next) - portableExp(here)) / (2 * half)
        : portableExp((here + next) / 2) * (half === 0 ? 1 : (portableExpm1(half) - portableExpm1(-half)) / (2 * half));
    result.values[i * n + i + 1] = beside * mean;
  }
}

function triangleOf({ rows: n, values }: DenseMatrix): 'upper' | 'lower' | 'full' {
  let [isUpper, isLower] = [true, true];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (values[i * n + j] !== 0) isUpper = false;
      if (values[j * n + i] !== 0) isLower = false;
    }
  }
  return isUpper ? 'upper' : isLower ? 'lower' : 'full';
}

function oneNorm({ rows, cols, values }: DenseMatrix): number {
  const sums = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) sums[j] += Math.abs(values[i * cols + j]);
  return sums.reduce((most, value) => Math.max(most, value), 0);
}

function times(a: DenseMatrix, factor: number): DenseMatrix {
  return { ...a, values: a.values.map((value) => factor * value) };
}

function add(sum: DenseMatrix, factor: number, a: DenseMatrix): void {
  for (let k = 0; k < a.values.length; k++) sum.values[k] += factor * a.values[k];
}
