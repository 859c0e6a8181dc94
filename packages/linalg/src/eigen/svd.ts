// The singular value decomposition by one-sided rotations, after a QR factorisation.
//
// M. Hestenes: Inversion of matrices by biorthogonalization and related results (1958); J. Demmel, K. Veselić: Jacobi's
// method is more accurate than QR (1992).
import { checkMatrix, InvalidInputError } from '@infimum/core';
import { type DenseMatrix, transpose } from '../dense/dense-matrix.ts';
import { qr } from '../dense/householder-qr.ts';
import { matmul } from '../dense/matmul.ts';
import { allFinite, norm } from '../numerics/vectors.ts';
import { orthonormaliseRows } from '../orthonormal-rows.ts';
import { powerOfTwoNear } from '../power-of-two.ts';

/** A = U diag(values) V'. */
export interface SingularValues {
  /** Left singular vectors, one a column: rows x min(rows, cols). */
  readonly u: DenseMatrix;
  /** Singular values, falling. */
  readonly values: Float64Array;
  /** Right singular vectors, one a column: cols x min(rows, cols). */
  readonly v: DenseMatrix;
}

const MAX_SWEEPS = 60;

/**
 * The thin singular value decomposition. Time O(m n²) for the QR factorisation and O(n³) for each of about eight sweeps,
 * n being the smaller side, in plain loops: meant for n up to some hundred. Small singular values are as exact as the
 * columns of A allow, not only beside the largest.
 *
 * @throws {InvalidInputError} for a shape that does not fit the values and for entries that are not finite; `out-of-range` where a
 *   singular value is beyond the largest number
 *
 * @example
 * ```ts
 * import { matrixFromRows, svd } from '@infimum/linalg';
 *
 * const { values } = svd(matrixFromRows([[3, 0], [4, 5]]));
 * console.log(values.map((value) => Math.round(value ** 2 * 1e9) / 1e9).join(' ')); // 45 5
 * ```
 */
export function svd(a: DenseMatrix): SingularValues {
  checkMatrix(a, 'a');
  if (a.rows < a.cols) {
    const { u, values, v } = svd(transpose(a));
    return { u: v, values, v: u };
  }
  const scale = powerOfTwoNear(a.values);
  const { q, r } = qr({ ...a, values: a.values.map((value) => value / scale) });
  const size = a.cols;
  // R' has the columns of R as its rows; rotating them makes R V = U S.
  const columns = transpose(r).values;
  const basis = new Float64Array(size * size);
  for (let i = 0; i < size; i++) basis[i * size + i] = 1;
  for (let sweep = 0; sweep < MAX_SWEEPS && sweepPairs(columns, basis, size); sweep++);
  const rowOf = (array: Float64Array, i: number) => array.subarray(i * size, (i + 1) * size);
  const norms = Float64Array.from({ length: size }, (_, i) => norm(rowOf(columns, i)));
  const order = Array.from(norms.keys()).sort((i, j) => norms[j] - norms[i]);
  const left = new Float64Array(size * size);
  const right = new Float64Array(size * size);
  for (const [place, i] of order.entries()) {
    const length = norms[i] || 1;
    left.set(
      rowOf(columns, i).map((value) => value / length),
      place * size,
    );
    right.set(rowOf(basis, i), place * size);
  }
  orthonormaliseRows(left, size, size); // completes what belongs to zeros
  const singular = Float64Array.from(order, (i) => norms[i] * scale);
  if (!allFinite(singular)) {
    const problem = 'has a singular value beyond the largest number';
    throw new InvalidInputError(problem, { argument: 'a', code: 'out-of-range' });
  }
  return {
    u: matmul(q, transpose({ rows: size, cols: size, values: left })),
    values: singular,
    v: transpose({ rows: size, cols: size, values: right }),
  };
}

/** Rotates every pair of rows that is not orthogonal; whether there was one. */
function sweepPairs(rows: Float64Array, basis: Float64Array, size: number): boolean {
  let rotated = false;
  // Squared norms follow the rotations during a sweep, and are computed anew for the next.
  const squares = Float64Array.from({ length: size }, (_, i) => dotRows(rows, size, i, i));
  for (let p = 0; p + 1 < size; p++) {
    for (let q = p + 1; q < size; q++) {
      const product = dotRows(rows, size, p, q);
      const threshold = 4 * Number.EPSILON * Math.sqrt(squares[p] * squares[q]);
      if (Math.abs(product) <= threshold || Math.abs(product) < 1e-290) continue;
      rotated = true;
      const cotangent = (squares[q] - squares[p]) / (2 * product);
      const tangent = (cotangent < 0 ? -1 : 1) / (Math.abs(cotangent) + Math.hypot(1, cotangent));
      const cosine = 1 / Math.hypot(1, tangent);
      rotateRows(rows, size, p, q, cosine, cosine * tangent);
      rotateRows(basis, size, p, q, cosine, cosine * tangent);
      squares[p] = Math.max(0, squares[p] - tangent * product);
      squares[q] += tangent * product;
      // What is left of a norm after cancellation is not to be trusted.
      if (squares[p] < 1e-4 * squares[q]) squares[p] = dotRows(rows, size, p, p);
      if (squares[q] < 1e-4 * squares[p]) squares[q] = dotRows(rows, size, q, q);
    }
  }
  return rotated;
}

function dotRows(rows: Float64Array, size: number, p: number, q: number): number {
  const [x, y] = [p * size, q * size];
  let even = 0;
  let odd = 0;
  let k = 0;
  for (; k + 1 < size; k += 2) {
    even += rows[x + k] * rows[y + k];
    odd += rows[x + k + 1] * rows[y + k + 1];
  }
  return k < size ? even + odd + rows[x + k] * rows[y + k] : even + odd;
}

function rotateRows(
  rows: Float64Array,
  size: number,
  p: number,
  q: number,
  cosine: number,
  sine: number,
): void {
  const [x, y] = [p * size, q * size];
  for (let k = 0; k < size; k++) {
    const old = rows[x + k];
    const other = rows[y + k];
    rows[x + k] = cosine * old - sine * other;
    rows[y + k] = sine * old + cosine * other;
  }
}
