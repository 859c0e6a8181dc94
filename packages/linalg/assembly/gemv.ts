// Dense matrix times vector, and transposed matrix times vector, on row-major matrices.
//
// Several rows are read side by side: that many streams keep the memory busy, and that many chains of additions
// hide their latency. Only the first row has a pointer; stepping from row to row by the stride costs an addition
// each, but leaves registers free.
//
// The order of operations for one entry of the result depends on the matrix's shape alone, never on the range
// that is asked for or on how rows are grouped, so that any split of the range gives the same bits.
import { laneSum, madd } from './lanes';

/** y_i = sum_j A_ij x_j for rows `from` <= i < `to`. */
export function gemv(from: i32, to: i32, cols: i32, a: usize, x: usize, y: usize): void {
  const stride = (<usize>cols) << 3;
  a += <usize>from * stride;
  y += (<usize>from) << 3;
  let i = from;
  for (; i + 8 <= to; i += 8) {
    eightRows(cols, a, stride, x, y);
    a += 8 * stride;
    y += 64;
  }
  for (; i < to; i++) {
    oneRow(cols, a, x, y);
    a += stride;
    y += 8;
  }
}

@inline
export function eightRows(cols: i32, a: usize, stride: usize, x: usize, y: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let s4 = s0;
  let s5 = s0;
  let s6 = s0;
  let s7 = s0;
  const end = x + ((<usize>(cols & ~1)) << 3);
  while (x < end) {
    const pair = v128.load(x);
    let row = a;
    s0 = madd(v128.load(row), pair, s0);
    row += stride;
    s1 = madd(v128.load(row), pair, s1);
    row += stride;
    s2 = madd(v128.load(row), pair, s2);
    row += stride;
    s3 = madd(v128.load(row), pair, s3);
    row += stride;
    s4 = madd(v128.load(row), pair, s4);
    row += stride;
    s5 = madd(v128.load(row), pair, s5);
    row += stride;
    s6 = madd(v128.load(row), pair, s6);
    row += stride;
    s7 = madd(v128.load(row), pair, s7);
    x += 16;
    a += 16;
  }
  const odd = (cols & 1) != 0;
  storeSum(y, s0, odd, a, x);
  storeSum(y + 8, s1, odd, a + stride, x);
  storeSum(y + 16, s2, odd, a + 2 * stride, x);
  storeSum(y + 24, s3, odd, a + 3 * stride, x);
  storeSum(y + 32, s4, odd, a + 4 * stride, x);
  storeSum(y + 40, s5, odd, a + 5 * stride, x);
  storeSum(y + 48, s6, odd, a + 6 * stride, x);
  storeSum(y + 56, s7, odd, a + 7 * stride, x);
}

/** One row, in the order of `eightRows`. */
@inline
export function oneRow(cols: i32, a: usize, x: usize, y: usize): void {
  let sum = f64x2.splat(0);
  const end = x + ((<usize>(cols & ~1)) << 3);
  while (x < end) {
    sum = madd(v128.load(a), v128.load(x), sum);
    x += 16;
    a += 16;
  }
  storeSum(y, sum, (cols & 1) != 0, a, x);
}

/** Adds the last product of an odd number of columns, and stores. */
@inline
function storeSum(y: usize, sum: v128, odd: bool, a: usize, x: usize): void {
  store<f64>(y, odd ? laneSum(sum) + load<f64>(a) * load<f64>(x) : laneSum(sum));
}

/** y_j = sum_i A_ij x_i for columns `from` <= j < `to`, eight rows at a time. */
export function gemvTransposed(from: i32, to: i32, rows: i32, cols: i32, a: usize, x: usize, y: usize): void {
  const stride = (<usize>cols) << 3;
  const width = to - from;
  a += (<usize>from) << 3;
  y += (<usize>from) << 3;
  memory.fill(y, 0, (<usize>width) << 3);
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    addEightRows(width, a, stride, x, y);
    a += 8 * stride;
    x += 64;
  }
  for (; i < rows; i++) {
    addRow(width, a, x, y);
    a += stride;
    x += 8;
  }
}

/** y <- (y + x_0 A_0 + … + x_3 A_3) + (x_4 A_4 + … + x_7 A_7): two chains, which run side by side. */
@inline
export function addEightRows(width: i32, a: usize, stride: usize, x: usize, y: usize): void {
  const x0 = v128.load64_splat(x);
  const x1 = v128.load64_splat(x, 8);
  const x2 = v128.load64_splat(x, 16);
  const x3 = v128.load64_splat(x, 24);
  const x4 = v128.load64_splat(x, 32);
  const x5 = v128.load64_splat(x, 40);
  const x6 = v128.load64_splat(x, 48);
  const x7 = v128.load64_splat(x, 56);
  const end = y + ((<usize>(width & ~1)) << 3);
  while (y < end) {
    let row = a;
    let first = madd(x0, v128.load(row), v128.load(y));
    row += stride;
    first = madd(x1, v128.load(row), first);
    row += stride;
    first = madd(x2, v128.load(row), first);
    row += stride;
    first = madd(x3, v128.load(row), first);
    row += stride;
    let second = f64x2.mul(x4, v128.load(row));
    row += stride;
    second = madd(x5, v128.load(row), second);
    row += stride;
    second = madd(x6, v128.load(row), second);
    row += stride;
    v128.store(y, f64x2.add(first, madd(x7, v128.load(row), second)));
    y += 16;
    a += 16;
  }
  if (width & 1) {
    let first = madd(x0, v128.load64_zero(a), v128.load64_zero(y));
    first = madd(x1, v128.load64_zero(a + stride), first);
    first = madd(x2, v128.load64_zero(a + 2 * stride), first);
    first = madd(x3, v128.load64_zero(a + 3 * stride), first);
    let second = f64x2.mul(x4, v128.load64_zero(a + 4 * stride));
    second = madd(x5, v128.load64_zero(a + 5 * stride), second);
    second = madd(x6, v128.load64_zero(a + 6 * stride), second);
    v128.store64_lane(y, f64x2.add(first, madd(x7, v128.load64_zero(a + 7 * stride), second)), 0);
  }
}

/** y <- y + x_0 A_0 */
@inline
export function addRow(width: i32, a: usize, x: usize, y: usize): void {
  const factor = v128.load64_splat(x);
  const end = y + ((<usize>(width & ~1)) << 3);
  while (y < end) {
    v128.store(y, madd(factor, v128.load(a), v128.load(y)));
    y += 16;
    a += 16;
  }
  if (width & 1) v128.store64_lane(y, madd(factor, v128.load64_zero(a), v128.load64_zero(y)), 0);
}
