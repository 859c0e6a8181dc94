// The reduction of a square matrix to Hessenberg form by reflections of both sides: A = Q H Q', H zero below its subdiagonal.
//
// G. Golub, C. Van Loan: Matrix computations (2013), algorithm 7.4.2.

/**
 * Replaces A, n x n and with entries of about one, by H, and Q, the identity at first, by the product of the reflections. 10/3 n³
 * operations for H and 4/3 n³ more for Q, in plain loops; nothing is checked.
 */
export function reduceToHessenberg(a: Float64Array, q: Float64Array, n: number): void {
  const v = new Float64Array(n);
  const sums = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k]));
    if (largest === 0) continue;
    // v = x - norm e_1 of the sign that does not cancel, with squares of entries over the largest.
    largest = Math.max(largest, Math.abs(a[(k + 1) * n + k]));
    let squares = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k] / largest;
      squares += v[i] * v[i];
    }
    const norm = v[k + 1] > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const factor = 1 / (norm * (norm - v[k + 1]));
    v[k + 1] -= norm;
    // From the left: A <- A - factor v (v' A), on the columns from k on; from the right on all rows, of Q too.
    sums.fill(0);
    for (let i = k + 1; i < n; i++) for (let j = k; j < n; j++) sums[j] += v[i] * a[i * n + j];
    for (let i = k + 1; i < n; i++) {
      const weight = factor * v[i];
      for (let j = k; j < n; j++) a[i * n + j] -= weight * sums[j];
    }
    a[(k + 1) * n + k] = norm * largest;
    for (let i = k + 2; i < n; i++) a[i * n + k] = 0;
    reflectColumns(a, n, k + 1, v, factor);
    reflectColumns(q, n, k + 1, v, factor);
  }
}

/** M <- M - factor (M v) v', for a v that begins at `from`. */
function reflectColumns(m: Float64Array, n: number, from: number, v: Float64Array, factor: number): void {
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = from; j < n; j++) sum += m[i * n + j] * v[j];
    sum *= factor;
    for (let j = from; j < n; j++) m[i * n + j] -= sum * v[j];
  }
}
