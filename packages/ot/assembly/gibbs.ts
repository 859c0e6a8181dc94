// The plan of a pair of potentials, with its marginals, in one pass.
import { expNormal } from '../../linalg/assembly/exp';
import { laneSum } from '../../linalg/assembly/lanes';

/** Exponents below this give 0: such masses are far below the rounding of every marginal. */
const LOWEST: f64 = -700;

/** Exponents are cut here, where the exponential is still a number; a plan so large is rejected anyway. */
const HIGHEST: f64 = 708;

/** Rows `from` to `to` of P_ij = exp(scale (x_i + y_j - C_ij)); writes row sums, adds to column sums. */
export function gibbs(
  from: i32, to: i32, cols: i32, cost: usize, x: usize, y: usize, scale: f64,
  plan: usize, rowSums: usize, columnSums: usize,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    const offset = <usize>i * stride;
    const shift = load<f64>(x + ((<usize>i) << 3));
    const sum = rowOf(cols, cost + offset, shift, y, scale, plan + offset, columnSums);
    store<f64>(rowSums + ((<usize>i) << 3), sum);
  }
}

/** One row of the plan, four columns at a time; returns its sum. */
@inline
function rowOf(cols: i32, cost: usize, shift: f64, y: usize, scale: f64, plan: usize, columnSums: usize): f64 {
  const shifts = f64x2.splat(shift);
  const scales = f64x2.splat(scale);
  let even = f64x2.splat(0);
  let odd = even;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const first = exponent(shifts, v128.load(y), v128.load(cost), scales);
    const second = exponent(shifts, v128.load(y, 16), v128.load(cost, 16), scales);
    if (v128.any_true(v128.or(matters(first), matters(second)))) {
      const mass0 = massOf(first);
      const mass1 = massOf(second);
      v128.store(plan, mass0);
      v128.store(plan, mass1, 16);
      v128.store(columnSums, f64x2.add(v128.load(columnSums), mass0));
      v128.store(columnSums, f64x2.add(v128.load(columnSums, 16), mass1), 16);
      even = f64x2.add(even, mass0);
      odd = f64x2.add(odd, mass1);
    } else {
      v128.store(plan, f64x2.splat(0));
      v128.store(plan, f64x2.splat(0), 16);
    }
    y += 32;
    cost += 32;
    plan += 32;
    columnSums += 32;
  }
  let sum = laneSum(f64x2.add(even, odd));
  for (; j < cols; j++) {
    const mass = f64x2.extract_lane(
      massOf(exponent(shifts, v128.load64_splat(y), v128.load64_splat(cost), scales)), 0,
    );
    store<f64>(plan, mass);
    store<f64>(columnSums, load<f64>(columnSums) + mass);
    sum += mass;
    y += 8;
    cost += 8;
    plan += 8;
    columnSums += 8;
  }
  return sum;
}

/** scale (x + y - C). */
@inline
export function exponent(x: v128, y: v128, cost: v128, scale: v128): v128 {
  return f64x2.mul(scale, f64x2.sub(f64x2.add(x, y), cost));
}

@inline
function matters(exponents: v128): v128 {
  return f64x2.ge(exponents, f64x2.splat(LOWEST));
}

/** The exponential of exponents, 0 below the lowest. */
@inline
export function massOf(exponents: v128): v128 {
  const bounded = f64x2.pmax(f64x2.pmin(exponents, f64x2.splat(HIGHEST)), f64x2.splat(LOWEST));
  return v128.and(expNormal(bounded), matters(exponents));
}
