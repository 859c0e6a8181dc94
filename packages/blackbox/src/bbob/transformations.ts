// The maps of which BBOB's functions are composed: oscillation, asymmetry, conditioning, rotations and penalties.

/** T_osz of a number: small waves on a logarithmic scale, monotone, 0 stays 0. */
export function oscillated(x: number): number {
  if (x === 0) return 0;
  const log = Math.log(Math.abs(x)) / 0.1;
  return x > 0
    ? Math.exp(log + 0.49 * (Math.sin(log) + Math.sin(0.79 * log))) ** 0.1
    : -(Math.exp(log + 0.49 * (Math.sin(0.55 * log) + Math.sin(0.31 * log))) ** 0.1);
}

/** T_osz of every entry, in place. */
export function oscillate(x: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] = oscillated(x[i]);
}

/** T_asy with exponent beta, in place: positive entries grow faster, the later the more. */
export function makeAsymmetric(x: Float64Array, beta: number): void {
  for (let i = 0; i < x.length; i++) {
    if (x[i] > 0) x[i] **= 1 + beta * position(i, x.length) * Math.sqrt(x[i]);
  }
}

/** Entry i times alpha^(i / (2 (d - 1))), in place. */
export function condition(x: Float64Array, alpha: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= conditioning(i, x.length, alpha);
}

/** alpha^(i / (2 (d - 1))). */
export function conditioning(i: number, d: number, alpha: number): number {
  return Math.sqrt(alpha) ** position(i, d);
}

/** i / (d - 1), from 0 to 1. */
export function position(i: number, d: number): number {
  return i / (d - 1);
}

/** out = matrix x; the arrays must differ. */
export function multiply(matrix: Float64Array, x: Float64Array, out: Float64Array): void {
  const d = x.length;
  for (let i = 0; i < d; i++) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += matrix[i * d + j] * x[j];
    out[i] = sum;
  }
}

/** Left times diag(alpha^(k / (2 (d - 1)))) times right. */
export function conditionedProduct(left: Float64Array, alpha: number, right: Float64Array): Float64Array {
  const d = Math.sqrt(left.length);
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let k = 0; k < d; k++) {
      const factor = left[i * d + k] * conditioning(k, d, alpha);
      for (let j = 0; j < d; j++) product[i * d + j] += factor * right[k * d + j];
    }
  }
  return product;
}

/** Sum of squares of what lies beyond [-bound, bound]. */
export function boundaryPenalty(x: Float64Array, bound = 5): number {
  let sum = 0;
  for (const entry of x) sum += Math.max(0, Math.abs(entry) - bound) ** 2;
  return sum;
}
