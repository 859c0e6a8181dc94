// Kernels for streams of rows, a batch at a time. `src/streaming/streaming-kernels.ts` documents each of them.
import { dot } from '../blas1';
import { addEightRows, addRow } from '../gemv';
import { laneSum, madd } from '../lanes';

/** out_i = |x_i|² for all rows. */
export function squareNorms(rows: i32, cols: i32, x: usize, out: usize): void {
  const stride = (<usize>cols) << 3;
  for (let i = 0; i < rows; i++) {
    store<f64>(out, dot(cols, x, x));
    x += stride;
    out += 8;
  }
}

/** y <- y + sum_i weight_i x_i, eight rows at a time. */
export function accumulateRows(rows: i32, cols: i32, x: usize, weights: usize, y: usize): void {
  const stride = (<usize>cols) << 3;
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    addEightRows(cols, x, stride, weights, y);
    x += 8 * stride;
    weights += 64;
  }
  for (; i < rows; i++) {
    addRow(cols, x, weights, y);
    x += stride;
    weights += 8;
  }
}

/** v <- v + gain_i x_i (x_i . v), row after row: the product with the next row is taken while v is being written. */
export function ojaRows(rows: i32, cols: i32, x: usize, gains: usize, v: usize): void {
  if (rows == 0) return;
  const stride = (<usize>cols) << 3;
  let product = dot(cols, x, v);
  for (let i = 1; i < rows; i++) {
    product = stepAndMultiply(cols, load<f64>(gains) * product, x, x + stride, v);
    gains += 8;
    x += stride;
  }
  step(cols, load<f64>(gains) * product, x, v);
}

/** v <- v + factor x; then next . v */
@inline
function stepAndMultiply(cols: i32, factor: f64, x: usize, next: usize, v: usize): f64 {
  const factors = f64x2.splat(factor);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let i = 4;
  for (; i <= cols; i += 4) {
    const first = madd(factors, v128.load(x), v128.load(v));
    const second = madd(factors, v128.load(x, 16), v128.load(v, 16));
    v128.store(v, first);
    v128.store(v, second, 16);
    s0 = madd(first, v128.load(next), s0);
    s1 = madd(second, v128.load(next, 16), s1);
    x += 32;
    next += 32;
    v += 32;
  }
  let sum = laneSum(f64x2.add(s0, s1));
  for (i -= 4; i < cols; i++) {
    const value = load<f64>(v) + factor * load<f64>(x);
    store<f64>(v, value);
    sum += value * load<f64>(next);
    x += 8;
    next += 8;
    v += 8;
  }
  return sum;
}

/** v <- v + factor x */
@inline
function step(cols: i32, factor: f64, x: usize, v: usize): void {
  const factors = f64x2.splat(factor);
  let i = 2;
  for (; i <= cols; i += 2) {
    v128.store(v, madd(factors, v128.load(x), v128.load(v)));
    x += 16;
    v += 16;
  }
  if (cols & 1) store<f64>(v, load<f64>(v) + factor * load<f64>(x));
}
