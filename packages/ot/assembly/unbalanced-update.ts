// Multiplicative updates of unbalanced plans, with the sums of the new plan, in one pass.
import { laneSum } from '../../linalg/assembly/lanes';

/** Masses below this become zero: far below the rounding of every sum, and slow once they are denormal. */
const SMALLEST: f64 = 1e-290;

/**
 * Rows `from` to `to` of P_ij <- P_ij K_ij r_i c_j; writes row sums, adds to column sums, raises the two `extremes`: the
 * largest mass before, and the largest change.
 */
export function scaledUpdate(
  from: i32, to: i32, cols: i32, plan: usize, kernel: usize, r: usize, c: usize,
  rowSums: usize, columnSums: usize, extremes: usize,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const offset = <usize>i * stride;
    const factor = load<f64>(r + at);
    updateRow(cols, false, factor, plan + offset, kernel + offset, c, rowSums + at, columnSums, extremes);
  }
}

/** The same for P_ij <- P_ij K_ij / (r_i + c_j). */
export function quotientUpdate(
  from: i32, to: i32, cols: i32, plan: usize, kernel: usize, r: usize, c: usize,
  rowSums: usize, columnSums: usize, extremes: usize,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const offset = <usize>i * stride;
    const sum = load<f64>(r + at);
    updateRow(cols, true, sum, plan + offset, kernel + offset, c, rowSums + at, columnSums, extremes);
  }
}

/** One row, two columns at a time. */
@inline
function updateRow(
  cols: i32, divides: bool, ofRow: f64, plan: usize, kernel: usize, c: usize,
  rowSum: usize, columnSums: usize, extremes: usize,
): void {
  const row = f64x2.splat(ofRow);
  let sums = f64x2.splat(0);
  let largest = f64x2.splat(load<f64>(extremes));
  let moved = f64x2.splat(load<f64>(extremes, 8));
  let j = 0;
  for (; j + 2 <= cols; j += 2) {
    const mass = v128.load(plan);
    const next = updated(mass, v128.load(kernel), row, v128.load(c), divides);
    v128.store(plan, next);
    v128.store(columnSums, f64x2.add(v128.load(columnSums), next));
    sums = f64x2.add(sums, next);
    largest = f64x2.pmax(largest, mass);
    moved = f64x2.pmax(moved, f64x2.abs(f64x2.sub(next, mass)));
    plan += 16;
    kernel += 16;
    c += 16;
    columnSums += 16;
  }
  let sum = laneSum(sums);
  if (j < cols) {
    const mass = v128.load64_splat(plan);
    const next = updated(mass, v128.load64_splat(kernel), row, v128.load64_splat(c), divides);
    const value = f64x2.extract_lane(next, 0);
    store<f64>(plan, value);
    store<f64>(columnSums, load<f64>(columnSums) + value);
    sum += value;
    largest = f64x2.pmax(largest, mass);
    moved = f64x2.pmax(moved, f64x2.abs(f64x2.sub(next, mass)));
  }
  store<f64>(rowSum, sum);
  store<f64>(extremes, Math.max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  store<f64>(extremes, Math.max(f64x2.extract_lane(moved, 0), f64x2.extract_lane(moved, 1)), 8);
}

/** The new masses; zero stays zero, whatever it is multiplied by. */
@inline
function updated(mass: v128, kernel: v128, row: v128, c: v128, divides: bool): v128 {
  const next = divides
    ? f64x2.div(f64x2.mul(mass, kernel), f64x2.add(row, c))
    : f64x2.mul(f64x2.mul(mass, kernel), f64x2.mul(row, c));
  return v128.and(next, v128.and(f64x2.ge(next, f64x2.splat(SMALLEST)), f64x2.gt(mass, f64x2.splat(0))));
}
