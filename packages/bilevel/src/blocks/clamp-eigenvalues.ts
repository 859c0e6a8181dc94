// A symmetric matrix with its eigenvalues moved into an interval: two Cholesky tests first, the decomposition only if one fails.
import { symmetricEigen } from '@infimum/linalg';
import { smallCholesky } from '@infimum/linalg/numerics';

/** Moves the eigenvalues of the symmetric part of a q x q matrix into [low, high], in place. */
export function clampEigenvalues(a: Float64Array, q: number, low: number, high: number): void {
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * q + j] + a[j * q + i]) / 2;
      a[i * q + j] = mean;
      a[j * q + i] = mean;
    }
  }
  if (q === 1) {
    a[0] = Math.min(Math.max(a[0], low), high);
    return;
  }
  // A − low I and high I − A positive definite: nothing to do.
  const above = a.slice();
  for (let i = 0; i < q; i++) above[i * q + i] -= low;
  if (smallCholesky(above, q)) {
    const below = a.map((entry) => -entry);
    for (let i = 0; i < q; i++) below[i * q + i] += high;
    if (smallCholesky(below, q)) return;
  }
  const { values, vectors } = symmetricEigen({ rows: q, cols: q, values: a });
  a.fill(0);
  for (let k = 0; k < q; k++) {
    const value = Math.min(Math.max(values[k], low), high);
    for (let i = 0; i < q; i++) {
      const scale = value * vectors.values[i * q + k];
      for (let j = 0; j < q; j++) a[i * q + j] += scale * vectors.values[j * q + k];
    }
  }
}
