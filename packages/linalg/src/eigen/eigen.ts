// Eigenvalues and eigenvectors of a general square matrix: balanced, brought to real Schur form, and solved backwards.
//
// B. Parlett, C. Reinsch: Balancing a matrix for calculation of eigenvalues and eigenvectors (1969); J. Francis: The QR
// transformation (1961); vectors by back substitution as in LAPACK's dtrevc.
import type { MatrixLike } from '@infimum/core';
import { fault } from '@infimum/core';
import { denseMatrix, transpose } from '../dense/dense-matrix.ts';
import { matmul } from '../dense/matmul.ts';
import { asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { allFinite, largestMagnitude, norm } from '../numerics/vectors.ts';
import { exponentOf, powerOfTwoNear } from '../power-of-two.ts';
import { realSchur } from './real-schur.ts';

/** A V = V diag(eigenvalues), in complex numbers. */
export interface Eigen {
  /** Real parts of the eigenvalues; pairs stand side by side. */
  readonly real: Float64Array;
  /** Imaginary parts; of a pair the positive one comes first. */
  readonly imaginary: Float64Array;
  /** Real parts of the right eigenvectors, of Euclidean norm one, in the columns. */
  readonly vectors: DenseMatrix;
  /** Imaginary parts of the eigenvectors. */
  readonly imaginaryVectors: DenseMatrix;
  /** `stalled` if the iteration did not end within its limit. */
  readonly status: 'converged' | 'stalled';
}

/**
 * Eigenvalues and right eigenvectors of any square matrix; for symmetric ones `symmetricEigen` is quicker and its vectors
 * orthogonal. A defective matrix has fewer independent vectors than columns: those of equal eigenvalues are nearly parallel. About
 * 30 n³ operations. Residuals |A v - λ v| are a small multiple of rounding in |A|.
 *
 * @param a - a square matrix, n x n
 * @throws {InvalidInputError} `shape` for a matrix that is not square, `not-finite` with the index, `out-of-range` where an
 *   eigenvalue is beyond the largest number
 *
 * @example
 * ```ts
 * import { eigen, matrixFromRows } from '@infimum/linalg';
 *
 * const { real, imaginary } = eigen(matrixFromRows([[0, -2], [2, 0]]));
 * console.log(real.map(Math.round).join(' '), imaginary.map(Math.round).join(' ')); // 0 0 2 -2
 * ```
 */
export function eigen(a: MatrixLike): Eigen {
  const matrix = asSquare(a);
  const scale = powerOfTwoNear(matrix.values);
  const scaled = { ...matrix, values: Float64Array.from(matrix.values, (value) => value / scale) };
  const found = decomposed(scaled);
  const unscaled = (values: Float64Array): Float64Array => values.map((value) => value * scale);
  const [real, imaginary] = [unscaled(found.real), unscaled(found.imaginary)];
  if (allFinite(real) && allFinite(imaginary)) return { ...found, real, imaginary };
  throw fault('has an eigenvalue beyond the largest number', 'a', 'out-of-range');
}

/** Residuals up to n times rounding in |A| are as good as any. */
const ENOUGH = 1;

/** With balancing; and without, where that leaves smaller residuals, which it does when it makes small entries large. */
function decomposed(a: DenseMatrix): Eigen {
  const n = a.rows;
  const balanced = a.values.slice();
  const factors = balance(balanced, n);
  const first = ofBalanced({ ...a, values: balanced }, factors);
  if (factors.every((factor) => factor === 1)) return first;
  const error = largestResidual(a, first);
  if (error <= ENOUGH) return first;
  const second = ofBalanced(a, new Float64Array(n).fill(1));
  return largestResidual(a, second) < error ? second : first;
}

/** The largest |A v - λ v| over n eps |A|. */
function largestResidual(a: DenseMatrix, { real, imaginary, vectors, imaginaryVectors }: Eigen): number {
  const n = a.rows;
  const [x, y] = [matmul(a, vectors).values, matmul(a, imaginaryVectors).values];
  const squares = new Float64Array(n);
  for (let k = 0; k < n * n; k++) {
    const j = k % n;
    const [u, w] = [vectors.values[k], imaginaryVectors.values[k]];
    squares[j] += (x[k] - real[j] * u + imaginary[j] * w) ** 2 + (y[k] - real[j] * w - imaginary[j] * u) ** 2;
  }
  return Math.sqrt(largestMagnitude(squares)) / (n * Number.EPSILON * norm(a.values));
}

/** Of D^-1 A D with entries of about one, D having the given diagonal. */
function ofBalanced(balanced: DenseMatrix, factors: Float64Array): Eigen {
  const n = balanced.rows;
  const { q, t, real, imaginary, status } = realSchur(balanced);
  // The vectors of T, one a row, then those of A by a product with Q.
  const [triangular, imaginaryTriangular] = [denseMatrix(n, n), denseMatrix(n, n)];
  const least = Math.max(Number.EPSILON * largestMagnitude(t.values), 2 ** -960);
  for (let k = 0; k < n; k++) {
    if (imaginary[k] < 0) continue;
    const row = (m: DenseMatrix): Float64Array => m.values.subarray(k * n, (k + 1) * n);
    const [x, y] = [row(triangular), row(imaginaryTriangular)];
    triangularVector({ t: t.values, n, real: real[k], imaginary: imaginary[k], least, x, y }, k);
  }
  const isReal = imaginary.every((value) => value === 0);
  const vectors = matmul(q, transpose(triangular));
  const imaginaryVectors = isReal ? denseMatrix(n, n) : matmul(q, transpose(imaginaryTriangular));
  normalize(vectors.values, imaginaryVectors.values, imaginary, factors);
  return { real, imaginary, vectors, imaginaryVectors, status };
}

/** The vectors of A from those of the balanced matrix, of norm one; the second of a pair is the first with the sign of i turned. */
function normalize(
  vectors: Float64Array,
  imaginaryVectors: Float64Array,
  imaginary: Float64Array,
  factors: Float64Array,
): void {
  const n = factors.length;
  const [largest, squares] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n * n; k++) {
    vectors[k] *= factors[Math.floor(k / n)];
    imaginaryVectors[k] *= factors[Math.floor(k / n)];
    largest[k % n] = Math.max(largest[k % n], Math.abs(vectors[k]), Math.abs(imaginaryVectors[k]));
  }
  for (let k = 0; k < n * n; k++) {
    squares[k % n] += (vectors[k] / largest[k % n]) ** 2 + (imaginaryVectors[k] / largest[k % n]) ** 2;
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const place = i * n + j;
      if (imaginary[j] < 0) {
        vectors[place] = vectors[place - 1];
        imaginaryVectors[place] = -imaginaryVectors[place - 1];
        continue;
      }
      const length = Math.sqrt(squares[j]);
      vectors[place] = vectors[place] / largest[j] / length;
      imaginaryVectors[place] = imaginaryVectors[place] / largest[j] / length;
    }
  }
}

/** D^-1 A D in place, D of powers of two such that rows and columns have about the same norm; the diagonal of D. */
function balance(a: Float64Array, n: number): Float64Array {
  const factors = new Float64Array(n).fill(1);
  for (let sweep = 0, changed = true; changed && sweep < 50; sweep++) {
    changed = false;
    for (let i = 0; i < n; i++) {
      let [column, row] = [0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        column += Math.abs(a[j * n + i]);
        row += Math.abs(a[i * n + j]);
      }
      if (!(column > 0 && row > 0)) continue;
      const exponent = Math.round((exponentOf(row) - exponentOf(column)) / 2);
      const factor = 2 ** Math.max(-400, Math.min(400, exponent));
      if (!(column * factor + row / factor < 0.95 * (column + row))) continue;
      const total = factors[i] * factor;
      if (!(total > 2 ** -500 && total < 2 ** 500)) continue;
      factors[i] = total;
      changed = true;
      for (let j = 0; j < n; j++) {
        a[i * n + j] /= factor;
        a[j * n + i] *= factor;
      }
    }
  }
  return factors;
}

/** The eigenvector x + i y of the n x n matrix T for an eigenvalue, with divisors of at least `least`. */
interface Sought {
  readonly t: Float64Array;
  readonly n: number;
  readonly real: number;
  readonly imaginary: number;
  readonly least: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** The eigenvector for the eigenvalue at place k, of largest entry about one; entries behind its block are zero. */
function triangularVector(sought: Sought, k: number): void {
  const { t, n, real, imaginary, least, x, y } = sought;
  let last = k;
  if (imaginary === 0) x[k] = 1;
  else {
    // (T - λ) (x_k, x_k+1) = 0 in its own block, of the form (a b; c a) with λ = a + i sqrt(-b c).
    last = k + 1;
    const [b, c] = [t[k * n + k + 1], t[(k + 1) * n + k]];
    if (Math.abs(b) >= Math.abs(c)) {
      x[k] = 1;
      y[k + 1] = imaginary / b;
    } else {
      x[k] = -imaginary / c;
      y[k + 1] = 1;
      // (a - λ) x_k + b x_k+1 = -i w x_k + b i = 0 for x_k = b / w = -w / c
    }
  }
  for (let i = k - 1; i >= 0; i--) {
    const isPair = i > 0 && t[i * n + i - 1] !== 0;
    const [re, im] = rowSum(sought, i, last);
    if (!isPair) {
      const [u, w] = divided(-re, -im, t[i * n + i] - real, -imaginary, least);
      x[i] = u;
      y[i] = w;
    } else {
      const [re0, im0] = rowSum(sought, i - 1, last, i);
      solvePair(sought, i, [-re0, -im0, -re, -im]);
      i--;
    }
    rescale(x, y, i, last);
  }
}

/** The sum of t_ij (x_j + i y_j) over j from `from` to `last`. */
function rowSum({ t, n, imaginary, x, y }: Sought, i: number, last: number, behind = i): [number, number] {
  let [re, im] = [0, 0];
  if (imaginary === 0) {
    for (let j = behind + 1; j <= last; j++) re += t[i * n + j] * x[j];
    return [re, 0];
  }
  for (let j = behind + 1; j <= last; j++) {
    re += t[i * n + j] * x[j];
    im += t[i * n + j] * y[j];
  }
  return [re, im];
}

/** (a + i b) / (c + i d), with a divisor that is not smaller than `least`. */
function divided(a: number, b: number, c: number, d: number, least: number): [number, number] {
  if (Math.abs(c) + Math.abs(d) < least) return [a / least, b / least];
  if (Math.abs(c) >= Math.abs(d)) {
    const ratio = d / c;
    const size = c + d * ratio;
    return [(a + b * ratio) / size, (b - a * ratio) / size];
  }
  const ratio = c / d;
  const size = d + c * ratio;
  return [(a * ratio + b) / size, (b * ratio - a) / size];
}

/** Solves the block of rows i - 1 and i of (T - λ) z = right by Cramer's rule in complex numbers. */
function solvePair(
  { t, n, real, imaginary, least, x, y }: Sought,
  i: number,
  right: readonly [number, number, number, number],
) {
  const [re0, im0, re1, im1] = right;
  const [a, b] = [t[(i - 1) * n + i - 1] - real, t[(i - 1) * n + i]];
  const [c, d] = [t[i * n + i - 1], t[i * n + i] - real];
  // (a - i w)(d - i w) - b c
  const [dr, di] = [a * d - imaginary * imaginary - b * c, -imaginary * (a + d)];
  const smallest = least * Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d), imaginary, least);
  [x[i - 1], y[i - 1]] = divided(re0 * d + im0 * imaginary - b * re1, im0 * d - re0 * imaginary - b * im1, dr, di, smallest);
  [x[i], y[i]] = divided(re1 * a + im1 * imaginary - c * re0, im1 * a - re1 * imaginary - c * im0, dr, di, smallest);
}

/** Keeps the largest entry small enough for products. */
function rescale(x: Float64Array, y: Float64Array, from: number, last: number): void {
  const largest = Math.max(Math.abs(x[from]), Math.abs(y[from]), Math.abs(x[from + 1]), Math.abs(y[from + 1]));
  if (!(largest > 2 ** 400)) return;
  const factor = 2 ** -exponentOf(largest);
  for (let j = from; j <= last; j++) {
    x[j] *= factor;
    y[j] *= factor;
  }
}
