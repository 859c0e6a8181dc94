// Products with few long rows in 32 bits. `src/fisher/row-kernels.ts` documents each of them.
import { laneSum, madd } from '../../../linalg/assembly/lanes';

/** Two entries of 32 bits as doubles. */
@inline
function wide(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

/** The odd entry as a double. */
@inline
function wideOne(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_zero(at));
}

export function dots32(from: i32, to: i32, cols: i32, a: usize, stride: i32, x: usize, y: usize): void {
  const step = (<usize>stride) << 2;
  a += <usize>from * step;
  y += (<usize>from) << 3;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    fourDots(cols, a, step, x, y);
    a += 4 * step;
    y += 32;
  }
  for (; i < to; i++) {
    let sum = f64x2.splat(0);
    let k = 0;
    for (; k + 2 <= cols; k += 2) sum = madd(wide(a + ((<usize>k) << 2)), v128.load(x + ((<usize>k) << 3)), sum);
    if (k < cols) sum = madd(wideOne(a + ((<usize>k) << 2)), v128.load64_zero(x + ((<usize>k) << 3)), sum);
    store<f64>(y, load<f64>(y) + laneSum(sum));
    a += step;
    y += 8;
  }
}

@inline
function fourDots(cols: i32, a: usize, step: usize, x: usize, y: usize): void {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = x + ((<usize>(cols & ~1)) << 3);
  while (x < end) {
    const pair = v128.load(x);
    let row = a;
    s0 = madd(wide(row), pair, s0);
    row += step;
    s1 = madd(wide(row), pair, s1);
    row += step;
    s2 = madd(wide(row), pair, s2);
    row += step;
    s3 = madd(wide(row), pair, s3);
    x += 16;
    a += 8;
  }
  if (cols & 1) {
    const one = v128.load64_zero(x);
    s0 = madd(wideOne(a), one, s0);
    s1 = madd(wideOne(a + step), one, s1);
    s2 = madd(wideOne(a + 2 * step), one, s2);
    s3 = madd(wideOne(a + 3 * step), one, s3);
  }
  store<f64>(y, load<f64>(y) + laneSum(s0));
  store<f64>(y, load<f64>(y, 8) + laneSum(s1), 8);
  store<f64>(y, load<f64>(y, 16) + laneSum(s2), 16);
  store<f64>(y, load<f64>(y, 24) + laneSum(s3), 24);
}

export function combine32(rows: i32, cols: i32, a: usize, stride: i32, factors: usize, y: usize): void {
  const step = (<usize>stride) << 2;
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    const f0 = v128.load64_splat(factors);
    const f1 = v128.load64_splat(factors, 8);
    const f2 = v128.load64_splat(factors, 16);
    const f3 = v128.load64_splat(factors, 24);
    let row = a;
    let out = y;
    const end = y + ((<usize>(cols & ~1)) << 3);
    while (out < end) {
      const first = madd(f1, wide(row + step), madd(f0, wide(row), v128.load(out)));
      const second = madd(f3, wide(row + 3 * step), f64x2.mul(f2, wide(row + 2 * step)));
      v128.store(out, f64x2.add(first, second));
      row += 8;
      out += 16;
    }
    if (cols & 1) {
      const first = madd(f1, wideOne(row + step), madd(f0, wideOne(row), v128.load64_zero(out)));
      const second = madd(f3, wideOne(row + 3 * step), f64x2.mul(f2, wideOne(row + 2 * step)));
      v128.store64_lane(out, f64x2.add(first, second), 0);
    }
    a += 4 * step;
    factors += 32;
  }
  for (; i < rows; i++) {
    const factor = v128.load64_splat(factors);
    let k = 0;
    for (; k + 2 <= cols; k += 2) {
      const out = y + ((<usize>k) << 3);
      v128.store(out, madd(factor, wide(a + ((<usize>k) << 2)), v128.load(out)));
    }
    if (k < cols) {
      const out = y + ((<usize>k) << 3);
      v128.store64_lane(out, madd(factor, wideOne(a + ((<usize>k) << 2)), v128.load64_zero(out)), 0);
    }
    a += step;
    factors += 8;
  }
}

/** Rows and columns of a tile of the Gram matrix, which stays in registers, and how far a sum in 32 bits goes. */
const HEIGHT: i32 = 4;
const WIDTH: i32 = 8;
const DEPTH: i32 = 128;

/** a b + c in four lanes of 32 bits. */
@inline
function madd32(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}

export function gram32(rows: i32, cols: i32, a: usize, stride: i32, gram: usize, scratch: usize): void {
  const groups = (rows + WIDTH - 1) / WIDTH;
  for (let from = 0; from < cols; from += DEPTH) {
    const depth = min(DEPTH, cols - from);
    packAll(rows, depth, a + ((<usize>from) << 2), (<usize>stride) << 2, scratch);
    for (let j = 0; j < groups; j++) {
      const right = scratch + ((<usize>(j * WIDTH * depth)) << 2);
      // Only tiles that reach the lower triangle.
      for (let i = j * WIDTH; i < rows; i += HEIGHT) {
        const group = i / WIDTH;
        const left = scratch + ((<usize>(group * WIDTH * depth + i % WIDTH)) << 2);
        tile32(rows, i, j * WIDTH, depth, left, right, gram);
      }
    }
  }
}

/** Packs rows eight at a time: entry k of the eight, then entry k + 1; what is missing of the last eight is zero. */
function packAll(rows: i32, depth: i32, a: usize, step: usize, out: usize): void {
  for (let first = 0; first < rows; first += WIDTH) {
    if (first + WIDTH <= rows) packEight(depth, a, step, out);
    else {
      const count = rows - first;
      memory.fill(out, 0, (<usize>(WIDTH * depth)) << 2);
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < depth; k++) {
          store<f32>(out + ((<usize>(k * WIDTH + i)) << 2), load<f32>(a + <usize>i * step + ((<usize>k) << 2)));
        }
      }
    }
    a += WIDTH * step;
    out += (<usize>(WIDTH * depth)) << 2;
  }
}

function packEight(depth: i32, a: usize, step: usize, out: usize): void {
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    packFour(a, step, out);
    packFour(a + 4 * step, step, out + 16);
    a += 16;
    out += 128;
  }
  for (; k < depth; k++) {
    let entry = a;
    for (let i = 0; i < WIDTH; i++) {
      store<f32>(out + ((<usize>i) << 2), load<f32>(entry));
      entry += step;
    }
    a += 4;
    out += 32;
  }
}

/** Four entries of four rows, turned: entry k of the four goes to out + 32 k. */
@inline
function packFour(a: usize, step: usize, out: usize): void {
  const r0 = v128.load(a);
  const r1 = v128.load(a + step);
  const r2 = v128.load(a + 2 * step);
  const r3 = v128.load(a + 3 * step);
  const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
  const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
  const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
  const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
  v128.store(out, i64x2.shuffle(low01, low23, 0, 2));
  v128.store(out, i64x2.shuffle(low01, low23, 1, 3), 32);
  v128.store(out, i64x2.shuffle(high01, high23, 0, 2), 64);
  v128.store(out, i64x2.shuffle(high01, high23, 1, 3), 96);
}

/** Adds the inner products of four rows with eight, over one run of columns, to the Gram matrix. */
function tile32(rows: i32, top: i32, left: i32, depth: i32, a: usize, b: usize, gram: usize): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>(depth * WIDTH)) << 2);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let ai = v128.load32_splat(a);
    c00 = madd32(ai, b0, c00);
    c01 = madd32(ai, b1, c01);
    ai = v128.load32_splat(a, 4);
    c10 = madd32(ai, b0, c10);
    c11 = madd32(ai, b1, c11);
    ai = v128.load32_splat(a, 8);
    c20 = madd32(ai, b0, c20);
    c21 = madd32(ai, b1, c21);
    ai = v128.load32_splat(a, 12);
    c30 = madd32(ai, b0, c30);
    c31 = madd32(ai, b1, c31);
    a += 32;
    b += 32;
  }
  addRow32(rows, top, left, c00, c01, gram);
  addRow32(rows, top + 1, left, c10, c11, gram);
  addRow32(rows, top + 2, left, c20, c21, gram);
  addRow32(rows, top + 3, left, c30, c31, gram);
}

/** Adds eight sums to a row of the Gram matrix, whose rows have room for whole tiles. */
@inline
function addRow32(rows: i32, row: i32, left: i32, first: v128, second: v128, gram: usize): void {
  if (row >= rows) return;
  const width = (rows + WIDTH - 1) / WIDTH * WIDTH;
  const at = gram + ((<usize>(row * width + left)) << 3);
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(first)));
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(i64x2.shuffle(first, first, 1, 1))), 16);
  v128.store(at, f64x2.add(v128.load(at, 32), f64x2.promote_low_f32x4(second)), 32);
  v128.store(at, f64x2.add(v128.load(at, 48), f64x2.promote_low_f32x4(i64x2.shuffle(second, second, 1, 1))), 48);
}
