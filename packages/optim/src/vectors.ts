// What methods do with vectors all the time, as plain loops.

/** x . y */
export function dot(x: Float64Array, y: Float64Array): number {
  // Four chains of additions hide the latency of each.
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = x.length - (x.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += x[i] * y[i];
    b += x[i + 1] * y[i + 1];
    c += x[i + 2] * y[i + 2];
    d += x[i + 3] * y[i + 3];
  }
  for (let i = whole; i < x.length; i++) a += x[i] * y[i];
  return a + b + (c + d);
}

/** The Euclidean norm, without overflow and underflow on the way. */
export function norm(x: Float64Array): number {
  const square = dot(x, x);
  if (square > 1e-280 && square < 1e300) return Math.sqrt(square);
  let size = 0;
  for (let i = 0; i < x.length; i++) {
    const entry = Math.abs(x[i]);
    if (!(entry <= size)) size = entry; // NaN too
  }
  if (size === 0 || !Number.isFinite(size)) return size;
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] / size) ** 2;
  return size * Math.sqrt(sum);
}

/** y <- y + alpha x */
export function addScaled(y: Float64Array, alpha: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i] += alpha * x[i];
}

/** out <- A v for a square A, row by row. */
export function multiplySquare(a: Float64Array, v: Float64Array, out: Float64Array): void {
  const size = v.length;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0, k = i * size; j < size; j++, k++) sum += a[k] * v[j];
    out[i] = sum;
  }
}
