// A Gibbs kernel of which only the entries that matter are kept, in sparse rows of pairs of neighbouring columns. A pair
// is a vector, so that loops over it need no gathering; `columns` has the first column of each.
import { laneSum, madd } from '../../linalg/assembly/lanes';
import { exponent, massOf } from './gibbs';

/**
 * For rows `from` to `to`: how many pairs have an entry with x_i + y_j - C_ij >= min(lowX_i, lowY_j).
 */
export function countPairs(
  from: i32, to: i32, cols: i32, cost: usize, x: usize, y: usize, lowX: usize, lowY: usize, counts: usize,
): void {
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const shift = v128.load64_splat(x + at);
    const low = v128.load64_splat(lowX + at);
    let row = cost + ((<usize>i * <usize>cols) << 3);
    let yj = y;
    let lowYj = lowY;
    let count = 0;
    let j = 0;
    for (; j + 4 <= cols; j += 4) {
      const first = matters(shift, v128.load(yj), v128.load(row), low, v128.load(lowYj));
      const second = matters(shift, v128.load(yj, 16), v128.load(row, 16), low, v128.load(lowYj, 16));
      if (v128.any_true(v128.or(first, second))) {
        count += i32(v128.any_true(first)) + i32(v128.any_true(second));
      }
      row += 32;
      yj += 32;
      lowYj += 32;
    }
    for (; j < cols; j += 2) {
      count += i32(v128.any_true(last(cols - j, shift, yj, row, low, lowYj)));
      row += 16;
      yj += 16;
      lowYj += 16;
    }
    store<i32>(counts + ((<usize>i) << 2), count);
  }
}

/**
 * For rows `from` to `to`: writes those pairs' first columns and masses exp(scale (x_i + y_j - C_ij)) from place
 * `pointers_i` on; a column beyond the last has mass 0.
 */
export function fillPairs(
  from: i32, to: i32, cols: i32, cost: usize, x: usize, y: usize, scale: f64, lowX: usize, lowY: usize,
  pointers: usize, columns: usize, values: usize,
): void {
  const scales = f64x2.splat(scale);
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const shift = v128.load64_splat(x + at);
    const low = v128.load64_splat(lowX + at);
    const place = <usize>load<i32>(pointers + ((<usize>i) << 2));
    let column = columns + (place << 2);
    let value = values + (place << 4);
    let row = cost + ((<usize>i * <usize>cols) << 3);
    let yj = y;
    let lowYj = lowY;
    let j = 0;
    for (; j + 4 <= cols; j += 4) {
      const first = matters(shift, v128.load(yj), v128.load(row), low, v128.load(lowYj));
      const second = matters(shift, v128.load(yj, 16), v128.load(row, 16), low, v128.load(lowYj, 16));
      if (v128.any_true(v128.or(first, second))) {
        if (v128.any_true(first)) {
          store<i32>(column, j);
          v128.store(value, massOf(exponent(shift, v128.load(yj), v128.load(row), scales)));
          column += 4;
          value += 16;
        }
        if (v128.any_true(second)) {
          store<i32>(column, j + 2);
          v128.store(value, massOf(exponent(shift, v128.load(yj, 16), v128.load(row, 16), scales)));
          column += 4;
          value += 16;
        }
      }
      row += 32;
      yj += 32;
      lowYj += 32;
    }
    for (; j < cols; j += 2) {
      if (v128.any_true(last(cols - j, shift, yj, row, low, lowYj))) {
        let mass = massOf(exponent(shift, v128.load(yj), v128.load(row), scales));
        if (cols - j < 2) mass = f64x2.replace_lane(mass, 1, 0);
        store<i32>(column, j);
        v128.store(value, mass);
        column += 4;
        value += 16;
      }
      row += 16;
      yj += 16;
      lowYj += 16;
    }
  }
}

@inline
function matters(x: v128, y: v128, cost: v128, lowX: v128, lowY: v128): v128 {
  return f64x2.ge(f64x2.sub(f64x2.add(x, y), cost), f64x2.pmin(lowX, lowY));
}

/** Which of the last columns matter, of which there are `left`. */
@inline
function last(left: i32, x: v128, y: usize, cost: usize, lowX: v128, lowY: usize): v128 {
  const both = matters(x, v128.load(y), v128.load(cost), lowX, v128.load(lowY));
  return left < 2 ? i64x2.replace_lane(both, 1, 0) : both;
}

/**
 * For rows `from` to `to` of a Sinkhorn sweep: s_i = sum_j K_ij v_j, rowSums_i = u_i s_i, u_i = a_i / s_i,
 * columnSums += u_i K_i. A row is read twice, the second time from the first-level cache.
 */
export function pairSweep(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, a: usize, v: usize, u: usize,
  rowSums: usize, columnSums: usize,
): void {
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const begin = <usize>load<i32>(pointers + ((<usize>i) << 2));
    const end = <usize>load<i32>(pointers + ((<usize>i) << 2), 4);
    const sum = product(begin, end, columns, values, v);
    store<f64>(rowSums + at, load<f64>(u + at) * sum);
    const scaling = load<f64>(a + at) / sum;
    store<f64>(u + at, scaling);
    const scalings = f64x2.splat(scaling);
    for (let k = begin; k < end; k++) {
      const out = columnSums + ((<usize>load<i32>(columns + (k << 2))) << 3);
      v128.store(out, madd(v128.load(values + (k << 4)), scalings, v128.load(out)));
    }
  }
}

/** For rows `from` to `to` of P_ij = u_i K_ij v_j: writes row sums, adds to column sums. */
export function pairSums(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, u: usize, v: usize,
  rowSums: usize, columnSums: usize,
): void {
  sums(from, to, pointers, columns, values, u, v, rowSums, columnSums, false);
}

/** The same, and K becomes P. */
export function scalePairs(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, u: usize, v: usize,
  rowSums: usize, columnSums: usize,
): void {
  sums(from, to, pointers, columns, values, u, v, rowSums, columnSums, true);
}

@inline
function sums(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, u: usize, v: usize,
  rowSums: usize, columnSums: usize, stores: bool,
): void {
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const begin = <usize>load<i32>(pointers + ((<usize>i) << 2));
    const end = <usize>load<i32>(pointers + ((<usize>i) << 2), 4);
    const scalings = v128.load64_splat(u + at);
    let sum = f64x2.splat(0);
    for (let k = begin; k < end; k++) {
      const column = (<usize>load<i32>(columns + (k << 2))) << 3;
      const mass = f64x2.mul(f64x2.mul(scalings, v128.load(values + (k << 4))), v128.load(v + column));
      if (stores) v128.store(values + (k << 4), mass);
      sum = f64x2.add(sum, mass);
      v128.store(columnSums + column, f64x2.add(v128.load(columnSums + column), mass));
    }
    store<f64>(rowSums + at, laneSum(sum));
  }
}

/** sum_j K_ij v_j over the pairs `begin` to `end`, in two chains. */
@inline
export function product(begin: usize, end: usize, columns: usize, values: usize, v: usize): f64 {
  let even = f64x2.splat(0);
  let odd = even;
  let k = begin;
  for (; k + 2 <= end; k += 2) {
    const place = columns + (k << 2);
    const value = values + (k << 4);
    even = madd(v128.load(value), v128.load(v + ((<usize>load<i32>(place)) << 3)), even);
    odd = madd(v128.load(value, 16), v128.load(v + ((<usize>load<i32>(place, 4)) << 3)), odd);
  }
  if (k < end) {
    const column = (<usize>load<i32>(columns + (k << 2))) << 3;
    even = madd(v128.load(values + (k << 4)), v128.load(v + column), even);
  }
  return laneSum(f64x2.add(even, odd));
}
