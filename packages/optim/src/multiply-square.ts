// The product of a square matrix and a vector, as a plain loop.

/** out <- A v for a square A, row by row. */
export function multiplySquare(a: Float64Array, v: Float64Array, out: Float64Array): void {
  const size = v.length;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0, k = i * size; j < size; j++, k++) sum += a[k] * v[j];
    out[i] = sum;
  }
}
