// Eigenvalues of a small symmetric matrix by Jacobi's rotations.
import type { DenseMatrix } from '@infimum/linalg';

/**
 * The eigenvalues of a symmetric matrix, ascending; O(n³) a sweep and a handful of sweeps.
 *
 * C. G. J. Jacobi (1846), in the cyclic form of G. Forsythe and P. Henrici (1960).
 */
export function symmetricEigenvalues({ rows: n, values }: DenseMatrix): Float64Array {
  const a = Float64Array.from(values);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, n, p, q);
    }
  }
  return Float64Array.from({ length: n }, (_, i) => a[i * n + i]).sort();
}

/** The largest entry off the diagonal; zero where it is below the rounding of the largest on it. */
function offDiagonal(a: Float64Array, n: number): number {
  let off = 0;
  let on = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) on = Math.max(on, Math.abs(a[i * n + j]));
      else off = Math.max(off, Math.abs(a[i * n + j]));
    }
  }
  return off > Number.EPSILON * on ? off : 0;
}

/** Turns the plane of p and q so that their entry becomes zero. */
function rotate(a: Float64Array, n: number, p: number, q: number): void {
  const entry = a[p * n + q];
  if (entry === 0) return;
  const slope = (a[q * n + q] - a[p * n + p]) / (2 * entry);
  const tangent = Math.sign(slope || 1) / (Math.abs(slope) + Math.hypot(slope, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  for (let i = 0; i < n; i++) {
    const x = a[i * n + p];
    const y = a[i * n + q];
    a[i * n + p] = cosine * x - sine * y;
    a[i * n + q] = sine * x + cosine * y;
  }
  for (let i = 0; i < n; i++) {
    const x = a[p * n + i];
    const y = a[q * n + i];
    a[p * n + i] = cosine * x - sine * y;
    a[q * n + i] = sine * x + cosine * y;
  }
}
