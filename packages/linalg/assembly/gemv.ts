// Dense matrix times vector, and transposed matrix times vector, on row-major matrices.
//
// The order of operations for one entry of the result depends on the matrix's shape alone, never on the range
// that is asked for, so that any split of the range gives the same bits.
import { laneSum, madd } from './lanes';

/** y_i = sum_j A_ij x_j for rows `from` <= i < `to`. */
export function gemv(from: i32, to: i32, cols: i32, a: usize, x: usize, y: usize): void {
  const stride = (<usize>cols) << 3;
  let row = a + <usize>from * stride;
  let out = y + ((<usize>from) << 3);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    fourRows(cols, row, stride, x, out);
    row += 4 * stride;
    out += 32;
  }
  for (; i < to; i++) {
    store<f64>(out, oneRow(cols, row, x));
    row += stride;
    out += 8;
  }
}

/** Four rows at once: x is loaded once for all, and eight chains run side by side. */
@inline
function fourRows(cols: i32, row0: usize, stride: usize, x: usize, out: usize): void {
  const end = row0 + ((<usize>(cols & ~3)) << 3);
  let row1 = row0 + stride;
  let row2 = row1 + stride;
  let row3 = row2 + stride;
  let even0 = f64x2.splat(0);
  let even1 = even0;
  let even2 = even0;
  let even3 = even0;
  let odd0 = even0;
  let odd1 = even0;
  let odd2 = even0;
  let odd3 = even0;
  while (row0 < end) {
    const first = v128.load(x);
    even0 = madd(v128.load(row0), first, even0);
    even1 = madd(v128.load(row1), first, even1);
    even2 = madd(v128.load(row2), first, even2);
    even3 = madd(v128.load(row3), first, even3);
    const second = v128.load(x, 16);
    odd0 = madd(v128.load(row0, 16), second, odd0);
    odd1 = madd(v128.load(row1, 16), second, odd1);
    odd2 = madd(v128.load(row2, 16), second, odd2);
    odd3 = madd(v128.load(row3, 16), second, odd3);
    x += 32;
    row0 += 32;
    row1 += 32;
    row2 += 32;
    row3 += 32;
  }
  const tail = cols & 3;
  store<f64>(out, rowEnd(tail, row0, x, f64x2.add(even0, odd0)));
  store<f64>(out, rowEnd(tail, row1, x, f64x2.add(even1, odd1)), 8);
  store<f64>(out, rowEnd(tail, row2, x, f64x2.add(even2, odd2)), 16);
  store<f64>(out, rowEnd(tail, row3, x, f64x2.add(even3, odd3)), 24);
}

/** One row, in the same order as `fourRows`. */
@inline
function oneRow(cols: i32, row: usize, x: usize): f64 {
  const end = row + ((<usize>(cols & ~3)) << 3);
  let even = f64x2.splat(0);
  let odd = even;
  while (row < end) {
    even = madd(v128.load(row), v128.load(x), even);
    odd = madd(v128.load(row, 16), v128.load(x, 16), odd);
    x += 32;
    row += 32;
  }
  return rowEnd(cols & 3, row, x, f64x2.add(even, odd));
}

/** The sum of a row's two chains and of its last columns, fewer than four. */
function rowEnd(tail: i32, row: usize, x: usize, chains: v128): f64 {
  let sum = laneSum(chains);
  for (; tail > 0; tail--) {
    sum += load<f64>(row) * load<f64>(x);
    row += 8;
    x += 8;
  }
  return sum;
}

/** y_j = sum_i A_ij x_i for columns `from` <= j < `to`. */
export function gemvTransposed(from: i32, to: i32, rows: i32, cols: i32, a: usize, x: usize, y: usize): void {
  for (let start = from; start < to; start += COLUMN_BLOCK) {
    const end = min(start + COLUMN_BLOCK, to);
    columnBlock(end - start, rows, (<usize>cols) << 3, a + ((<usize>start) << 3), x, y + ((<usize>start) << 3));
  }
}

/** Columns whose part of y stays in the first-level cache. */
const COLUMN_BLOCK: i32 = 1024;

function columnBlock(width: i32, rows: i32, stride: usize, a: usize, x: usize, y: usize): void {
  memory.fill(y, 0, (<usize>width) << 3);
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    addFourRows(width, a, stride, x, y);
    a += 4 * stride;
    x += 32;
  }
  for (; i < rows; i++) {
    addRow(width, a, x, y);
    a += stride;
    x += 8;
  }
}

/** y <- y + x_0 A_0 + x_1 A_1 + x_2 A_2 + x_3 A_3, added in this order. */
@inline
function addFourRows(width: i32, row0: usize, stride: usize, x: usize, y: usize): void {
  const x0 = v128.load64_splat(x);
  const x1 = v128.load64_splat(x, 8);
  const x2 = v128.load64_splat(x, 16);
  const x3 = v128.load64_splat(x, 24);
  let row1 = row0 + stride;
  let row2 = row1 + stride;
  let row3 = row2 + stride;
  const end = y + ((<usize>(width & ~3)) << 3);
  while (y < end) {
    let first = madd(x0, v128.load(row0), v128.load(y));
    let second = madd(x0, v128.load(row0, 16), v128.load(y, 16));
    first = madd(x1, v128.load(row1), first);
    second = madd(x1, v128.load(row1, 16), second);
    first = madd(x2, v128.load(row2), first);
    second = madd(x2, v128.load(row2, 16), second);
    v128.store(y, madd(x3, v128.load(row3), first));
    v128.store(y, madd(x3, v128.load(row3, 16), second), 16);
    y += 32;
    row0 += 32;
    row1 += 32;
    row2 += 32;
    row3 += 32;
  }
  for (let tail = width & 3; tail > 0; tail--) {
    let value = madd(x0, v128.load64_zero(row0), v128.load64_zero(y));
    value = madd(x1, v128.load64_zero(row1), value);
    value = madd(x2, v128.load64_zero(row2), value);
    v128.store64_lane(y, madd(x3, v128.load64_zero(row3), value), 0);
    y += 8;
    row0 += 8;
    row1 += 8;
    row2 += 8;
    row3 += 8;
  }
}

/** y <- y + x_0 A_0 */
@inline
function addRow(width: i32, row: usize, x: usize, y: usize): void {
  const factor = v128.load64_splat(x);
  const end = y + ((<usize>(width & ~1)) << 3);
  while (y < end) {
    v128.store(y, madd(factor, v128.load(row), v128.load(y)));
    y += 16;
    row += 16;
  }
  if (width & 1) v128.store64_lane(y, madd(factor, v128.load64_zero(row), v128.load64_zero(y)), 0);
}
