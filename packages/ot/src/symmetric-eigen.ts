// Eigenvalues and eigenvectors of a symmetric matrix, by C. Jacobi's rotations (1846), row by row until nothing is left
// off the diagonal. Accurate to the last digits, which square roots of covariances need; O(d^3) a sweep, about ten.
import { type DenseMatrix, identity } from '@infimum/linalg';

/** A = V diag(values) V', eigenvectors in the columns of V. */
export interface SymmetricEigen {
  /** Eigenvalues, in no particular order. */
  readonly values: Float64Array;
  /** Eigenvectors, one a column. */
  readonly vectors: DenseMatrix;
}

const MAX_SWEEPS = 60;

/** The eigen-decomposition of a symmetric matrix; only its upper triangle matters. */
export function symmetricEigen(matrix: DenseMatrix): SymmetricEigen {
  const size = matrix.rows;
  const a = matrix.values.slice();
  const vectors = identity(size);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotated = rotate(a, vectors.values, size, p, q) || rotated;
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: size }, (_, k) => a[k * size + k]), vectors };
}

/** Zeroes a_pq, unless it is already negligible beside its diagonal. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): boolean {
  const entry = a[p * size + q];
  const [app, aqq] = [a[p * size + p], a[q * size + q]];
  if (
    Math.abs(entry) <= 1e-17 * Math.sqrt(Math.abs(app * aqq)) ||
    Math.abs(entry) < Number.MIN_VALUE * 2 ** 60
  ) {
    a[p * size + q] = 0;
    return false;
  }
  const theta = (aqq - app) / (2 * entry);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  for (let k = 0; k < size; k++) {
    if (k === p || k === q) continue;
    const kp = k < p ? k * size + p : p * size + k;
    const kq = k < q ? k * size + q : q * size + k;
    const [atP, atQ] = [a[kp], a[kq]];
    a[kp] = cosine * atP - sine * atQ;
    a[kq] = sine * atP + cosine * atQ;
  }
  a[p * size + p] = app - t * entry;
  a[q * size + q] = aqq + t * entry;
  a[p * size + q] = 0;
  for (let k = 0; k < size; k++) {
    const [atP, atQ] = [vectors[k * size + p], vectors[k * size + q]];
    vectors[k * size + p] = cosine * atP - sine * atQ;
    vectors[k * size + q] = sine * atP + cosine * atQ;
  }
  return true;
}
