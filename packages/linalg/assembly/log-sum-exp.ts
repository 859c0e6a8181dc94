// Sums of exponentials over the rows and columns of a row-major matrix, in the form of optimal transport:
//
//   rows:    out_i = log sum_j exp(scale (shift_j - M_ij))
//   columns: out_j = log sum_i exp(scale (shift_i - M_ij))        scale > 0
//
// and plain: log sum exp(M_ij). With d = shift - M (or M) and D the largest d, the sum is
// exp(scale D) S with S = sum exp(scale (d - D)), so out = scale D + log S: nothing overflows.
//
// Terms that cannot matter are skipped. S >= 1, because the term with d = D is exp(0) = 1. Of n terms, those
// with scale (d - D) < -T add up to less than n exp(-T). With T = ln 2 (54 + ceil(log2 n)) that is at most
// 2^-54, less than half the spacing of the doubles around S: adding them to S would not change a bit of it, so
// the result does not depend on which terms share a group that is skipped or not. (Skipping is relative to the
// running maximum, whose own term 1 is in the running sum; the final D is no smaller.) For the same reason a
// term far below may be replaced by exp(-700).
//
// An entry of the shift that is -Infinity drops its column or row: d = -Infinity, whose term is exp(-700) in
// place of 0. When all are dropped D is -Infinity and so is scale D + log S; only the differences d - D need a
// finite stand-in for D.
import * as constants from './constants';
import { expNonPositive } from './exp';
import { laneMax, laneSum } from './lanes';
import { log } from './log';

/** out_i = log sum_j exp(scale (shift_j - M_ij)) for rows `from` <= i < `to`. */
export function logSumExpRows(
  from: i32, to: i32, cols: i32, scale: f64, shift: usize, matrix: usize, out: usize,
): void {
  const reach = threshold(cols) / scale;
  for (let i = from; i < to; i++) {
    const row = matrix + ((<usize>i * <usize>cols) << 3);
    store<f64>(out + ((<usize>i) << 3), rowOf(true, cols, scale, reach, shift, row));
  }
}

/** out_i = log sum_j exp(M_ij) for rows `from` <= i < `to`. */
export function plainLogSumExpRows(from: i32, to: i32, cols: i32, matrix: usize, out: usize): void {
  const reach = threshold(cols);
  for (let i = from; i < to; i++) {
    const row = matrix + ((<usize>i * <usize>cols) << 3);
    store<f64>(out + ((<usize>i) << 3), rowOf(false, cols, 1, reach, 0, row));
  }
}

/** T of the header, for n terms. */
@inline
function threshold(n: i32): f64 {
  return 0.6931471805599454 * <f64>(54 + 32 - clz(n));
}

/** Columns that one pass looks at for their maximum and then, still in the first-level cache, adds up. */
const CHUNK: i32 = 1024;

/** One row: chunk by chunk, the running maximum D and the sum S relative to it. */
@inline
function rowOf(shifted: bool, cols: i32, scale: f64, reach: f64, shift: usize, row: usize): f64 {
  let largest = -Infinity;
  let sum: f64 = 0;
  for (let start = 0; start < cols; start += CHUNK) {
    const count = min(CHUNK, cols - start);
    const found = chunkMax(shifted, count, shift, row);
    if (found > largest) {
      sum *= rescale(scale, largest, found);
      largest = found;
    }
    if (found >= largest - reach) sum += chunkSum(shifted, count, scale, largest, reach, shift, row);
    shift += (<usize>CHUNK) << 3;
    row += (<usize>CHUNK) << 3;
  }
  return scale * largest + log(sum);
}

/** exp(scale (old - new)): what the sum shrinks by when the maximum rises; tiny for old = -Infinity. */
function rescale(scale: f64, old: f64, larger: f64): f64 {
  return f64x2.extract_lane(expNonPositive(f64x2.splat(scale * (old - larger))), 0);
}

/** out_j = log sum_i exp(scale (shift_i - M_ij)) for columns `from` <= j < `to`; `sums` is room for `cols`. */
export function logSumExpColumns(
  from: i32, to: i32, rows: i32, cols: i32, scale: f64, shift: usize, matrix: usize, out: usize, sums: usize,
): void {
  columnsOf(true, from, to, rows, cols, scale, shift, matrix, out, sums);
}

/** out_j = log sum_i exp(M_ij) for columns `from` <= j < `to`; `sums` is room for `cols` numbers. */
export function plainLogSumExpColumns(
  from: i32, to: i32, rows: i32, cols: i32, matrix: usize, out: usize, sums: usize,
): void {
  columnsOf(false, from, to, rows, cols, 1, 0, matrix, out, sums);
}

/** All columns at once, a few rows at a time: the matrix is read once, in order. `out` holds D meanwhile. */
@inline
function columnsOf(
  shifted: bool, from: i32, to: i32, rows: i32, cols: i32, scale: f64,
  shift: usize, matrix: usize, out: usize, sums: usize,
): void {
  const reach = threshold(rows) / scale;
  const width = to - from;
  const start = (<usize>from) << 3;
  const stride = (<usize>cols) << 3;
  out += start;
  sums += start;
  let row = matrix + start;
  for (let j = 0; j < width; j++) store<f64>(out + ((<usize>j) << 3), -Infinity);
  memory.fill(sums, 0, (<usize>width) << 3);
  let i = 0;
  for (; i + 8 <= rows; i += 8) {
    eightRows(shifted, width, stride, scale, reach, shift, row, out, sums);
    shift += 64;
    row += 8 * stride;
  }
  for (; i < rows; i++) {
    singleRow(shifted, width, scale, reach, shift, row, out, sums);
    shift += 8;
    row += stride;
  }
  for (let j = 0; j < width; j++) {
    store<f64>(out, scale * load<f64>(out) + log(load<f64>(sums)));
    out += 8;
    sums += 8;
  }
}

function eightRows(
  shifted: bool, width: i32, stride: usize, scale: f64, reach: f64,
  shift: usize, row: usize, out: usize, sums: usize,
): void {
  const factor = f64x2.splat(scale);
  const far = f64x2.splat(reach);
  for (; width > 0; width -= 2) {
    // The last of an odd number of columns goes through lane 0 alone, so that it has the same bits.
    const odd = width == 1;
    const d0 = columnPair(odd, shifted, shift, row);
    const d1 = columnPair(odd, shifted, shift + 8, row + stride);
    const d2 = columnPair(odd, shifted, shift + 16, row + 2 * stride);
    const d3 = columnPair(odd, shifted, shift + 24, row + 3 * stride);
    const d4 = columnPair(odd, shifted, shift + 32, row + 4 * stride);
    const d5 = columnPair(odd, shifted, shift + 40, row + 5 * stride);
    const d6 = columnPair(odd, shifted, shift + 48, row + 6 * stride);
    const d7 = columnPair(odd, shifted, shift + 56, row + 7 * stride);
    const top0 = f64x2.pmax(f64x2.pmax(d0, d1), f64x2.pmax(d2, d3));
    const top = f64x2.pmax(top0, f64x2.pmax(f64x2.pmax(d4, d5), f64x2.pmax(d6, d7)));
    const largest = raise(odd, top, factor, out, sums);
    if (!i64x2.all_true(f64x2.lt(top, f64x2.sub(largest, far)))) {
      const base = f64x2.pmax(v128.load64_splat(constants.LOWEST), largest);
      let s0 = f64x2.add(term(d0, base, factor), term(d1, base, factor));
      let s1 = f64x2.add(term(d2, base, factor), term(d3, base, factor));
      s0 = f64x2.add(s0, f64x2.add(term(d4, base, factor), term(d5, base, factor)));
      s1 = f64x2.add(s1, f64x2.add(term(d6, base, factor), term(d7, base, factor)));
      storePair(odd, sums, f64x2.add(loadPair(odd, sums), f64x2.add(s0, s1)));
    }
    row += 16;
    out += 16;
    sums += 16;
  }
}

function singleRow(
  shifted: bool, width: i32, scale: f64, reach: f64, shift: usize, row: usize, out: usize, sums: usize,
): void {
  const factor = f64x2.splat(scale);
  const far = f64x2.splat(reach);
  for (; width > 0; width -= 2) {
    const odd = width == 1;
    const d = columnPair(odd, shifted, shift, row);
    const largest = raise(odd, d, factor, out, sums);
    if (!i64x2.all_true(f64x2.lt(d, f64x2.sub(largest, far)))) {
      const base = f64x2.pmax(v128.load64_splat(constants.LOWEST), largest);
      storePair(odd, sums, f64x2.add(loadPair(odd, sums), term(d, base, factor)));
    }
    row += 16;
    out += 16;
    sums += 16;
  }
}

/** Raises the running maxima of two columns to `top` where that is larger, and shrinks their sums. */
@inline
function raise(odd: bool, top: v128, factor: v128, out: usize, sums: usize): v128 {
  const old = loadPair(odd, out);
  const largest = f64x2.pmax(old, top);
  if (v128.any_true(f64x2.lt(old, top))) {
    storePair(odd, out, largest);
    const drop = f64x2.sub(old, largest);
    // -Infinity - -Infinity is no number; nothing has been summed there.
    const change = v128.and(drop, f64x2.eq(drop, drop));
    storePair(odd, sums, f64x2.mul(loadPair(odd, sums), expNonPositive(f64x2.mul(change, factor))));
  }
  return largest;
}

@inline
function columnPair(odd: bool, shifted: bool, shift: usize, row: usize): v128 {
  const m = loadPair(odd, row);
  return shifted ? f64x2.sub(v128.load64_splat(shift), m) : m;
}

@inline
function loadPair(odd: bool, address: usize): v128 {
  return odd ? v128.load64_zero(address) : v128.load(address);
}

@inline
function storePair(odd: bool, address: usize, values: v128): void {
  if (odd) v128.store64_lane(address, values, 0);
  else v128.store(address, values);
}

/** d = shift - M, or M. */
@inline
function pair(shifted: bool, shift: usize, row: usize): v128 {
  return shifted ? f64x2.sub(v128.load(shift), v128.load(row)) : v128.load(row);
}

@inline
function last(shifted: bool, shift: usize, row: usize): f64 {
  return shifted ? load<f64>(shift) - load<f64>(row) : load<f64>(row);
}

function chunkMax(shifted: bool, count: i32, shift: usize, row: usize): f64 {
  let m0 = f64x2.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  const end = row + ((<usize>(count & ~7)) << 3);
  while (row < end) {
    m0 = f64x2.pmax(m0, pair(shifted, shift, row));
    m1 = f64x2.pmax(m1, pair(shifted, shift + 16, row + 16));
    m2 = f64x2.pmax(m2, pair(shifted, shift + 32, row + 32));
    m3 = f64x2.pmax(m3, pair(shifted, shift + 48, row + 48));
    shift += 64;
    row += 64;
  }
  let largest = laneMax(f64x2.pmax(f64x2.pmax(m0, m1), f64x2.pmax(m2, m3)));
  for (let tail = count & 7; tail > 0; tail--) {
    const d = last(shifted, shift, row);
    if (d > largest) largest = d;
    shift += 8;
    row += 8;
  }
  return largest;
}

function chunkSum(
  shifted: bool, count: i32, scale: f64, largest: f64, reach: f64, shift: usize, row: usize,
): f64 {
  const factor = f64x2.splat(scale);
  const base = f64x2.splat(max(largest, -f64.MAX_VALUE));
  const floor = f64x2.splat(largest - reach);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = row + ((<usize>(count & ~7)) << 3);
  while (row < end) {
    const d0 = pair(shifted, shift, row);
    const d1 = pair(shifted, shift + 16, row + 16);
    const d2 = pair(shifted, shift + 32, row + 32);
    const d3 = pair(shifted, shift + 48, row + 48);
    const top = f64x2.pmax(f64x2.pmax(d0, d1), f64x2.pmax(d2, d3));
    if (!i64x2.all_true(f64x2.lt(top, floor))) {
      s0 = f64x2.add(s0, term(d0, base, factor));
      s1 = f64x2.add(s1, term(d1, base, factor));
      s2 = f64x2.add(s2, term(d2, base, factor));
      s3 = f64x2.add(s3, term(d3, base, factor));
    }
    shift += 64;
    row += 64;
  }
  let sum = laneSum(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (let tail = count & 7; tail > 0; tail--) {
    sum += f64x2.extract_lane(term(f64x2.splat(last(shifted, shift, row)), base, factor), 0);
    shift += 8;
    row += 8;
  }
  return sum;
}

/** exp(scale (d - D)) */
@inline
function term(d: v128, base: v128, factor: v128): v128 {
  return expNonPositive(f64x2.mul(f64x2.sub(d, base), factor));
}
