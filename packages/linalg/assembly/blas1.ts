// Vectors: inner products, sums and norms. Four chains hide the latency of the additions.
import { laneMax, laneSum, madd } from './lanes';

/** x . y */
export function dot(n: i32, x: usize, y: usize): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 8;
  for (; i <= n; i += 8) {
    s0 = madd(v128.load(x), v128.load(y), s0);
    s1 = madd(v128.load(x, 16), v128.load(y, 16), s1);
    s2 = madd(v128.load(x, 32), v128.load(y, 32), s2);
    s3 = madd(v128.load(x, 48), v128.load(y, 48), s3);
    x += 64;
    y += 64;
  }
  let sum = laneSum(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (i -= 8; i < n; i++) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}

/** y <- y + alpha x */
export function axpy(n: i32, alpha: f64, x: usize, y: usize): void {
  const factor = f64x2.splat(alpha);
  let i = 4;
  for (; i <= n; i += 4) {
    v128.store(y, madd(factor, v128.load(x), v128.load(y)));
    v128.store(y, madd(factor, v128.load(x, 16), v128.load(y, 16)), 16);
    x += 32;
    y += 32;
  }
  for (i -= 4; i < n; i++) {
    v128.store64_lane(y, madd(factor, v128.load64_zero(x), v128.load64_zero(y)), 0);
    x += 8;
    y += 8;
  }
}

/** x <- alpha x */
export function scal(n: i32, alpha: f64, x: usize): void {
  const factor = f64x2.splat(alpha);
  let i = 4;
  for (; i <= n; i += 4) {
    v128.store(x, f64x2.mul(factor, v128.load(x)));
    v128.store(x, f64x2.mul(factor, v128.load(x, 16)), 16);
    x += 32;
  }
  for (i -= 4; i < n; i++) {
    store<f64>(x, alpha * load<f64>(x));
    x += 8;
  }
}

/** The Euclidean norm of x, without overflow or underflow on the way. */
export function nrm2(n: i32, x: usize): f64 {
  const squares = dot(n, x, x);
  // In this range no square overflowed, and those that lost bits to underflow are too small to matter.
  if (squares > 1e-280 && squares < Infinity) return Math.sqrt(squares);
  const largest = maxAbs(n, x);
  if (largest == 0 || !(largest < Infinity)) return largest;
  const up = largest < 1 ? 2.0 ** 700 : 2.0 ** -700;
  return Math.sqrt(scaledSquares(n, x, up)) / up;
}

/** max |x_i|, NaN if any is NaN. */
function maxAbs(n: i32, x: usize): f64 {
  let largest: f64 = 0;
  for (let i = 0; i < n; i++) {
    const value = Math.abs(load<f64>(x + ((<usize>i) << 3)));
    if (!(value <= largest)) {
      if (value != value) return value;
      largest = value;
    }
  }
  return largest;
}

function scaledSquares(n: i32, x: usize, factor: f64): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const value = factor * load<f64>(x + ((<usize>i) << 3));
    sum += value * value;
  }
  return sum;
}
