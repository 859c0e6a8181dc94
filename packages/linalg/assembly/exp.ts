// The exponential function, two lanes at a time, by table and polynomial.
//
// x = k ln2/64 + r with integer k and |r| <= ln2/128, so exp(x) = 2^(k/64) exp(r). The table gives 2^(k/64);
// exp(r) - 1 is its Taylor polynomial of degree 5, whose remainder r^6/720 is below 4e-17.
//
// P. Tang: Table-driven implementation of the exponential function in IEEE floating-point arithmetic (1989).
import * as constants from './constants';
import { madd, nmadd } from './lanes';

/** out_i = exp(x_i), at most 2 ulp from the truth for every double; `out` may be `x`. */
export function exp(n: i32, x: usize, out: usize): void {
  for (; n >= 8; n -= 8) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const x3 = v128.load(x, 48);
    const normal = v128.and(v128.and(isNormal(x0), isNormal(x1)), v128.and(isNormal(x2), isNormal(x3)));
    if (i64x2.all_true(normal)) {
      v128.store(out, expNormal(x0));
      v128.store(out, expNormal(x1), 16);
      v128.store(out, expNormal(x2), 32);
      v128.store(out, expNormal(x3), 48);
    } else {
      v128.store(out, expLanes(x0));
      v128.store(out, expLanes(x1), 16);
      v128.store(out, expLanes(x2), 32);
      v128.store(out, expLanes(x3), 48);
    }
    x += 64;
    out += 64;
  }
  for (; n > 0; n--) {
    v128.store64_lane(out, expLanes(v128.load64_zero(x)), 0);
    x += 8;
    out += 8;
  }
}

/** exp(x) for every double. */
function expLanes(x: v128): v128 {
  const normal = isNormal(x);
  return v128.bitselect(expNormal(x), expAny(x), normal);
}

/** Lanes that `expNormal` can do. */
@inline
function isNormal(x: v128): v128 {
  return f64x2.lt(f64x2.abs(x), v128.load64_splat(constants.EXP_HIGHEST));
}

/** exp(x) for x of at most 0: what lies below -700 is taken for -700, which adds 1e-304 in place of less. */
@inline
export function expNonPositive(x: v128): v128 {
  return expNormal(f64x2.pmax(x, v128.load64_splat(constants.EXP_LOWEST)));
}

/** exp(x) for |x| < 708, where the result is a normal number. */
@inline
export function expNormal(x: v128): v128 {
  const shifted = stepsShifted(x);
  const power = i64x2.add(tableEntries(shifted), i64x2.shl(shifted, 46));
  return madd(power, expRemainder(x, shifted), power);
}

/** exp(x) in two steps of scaling, so that denormal and infinite results round once. */
function expAny(x: v128): v128 {
  const bounded = f64x2.max(f64x2.min(x, f64x2.splat(710)), f64x2.splat(-746));
  const shifted = stepsShifted(bounded);
  const steps = i64x2.sub(shifted, v128.load64_splat(constants.ROUND));
  const index = v128.and(steps, i64x2.splat(63));
  const table = i64x2.add(tableEntries(shifted), i64x2.shl(index, 46));
  const fraction = madd(table, expRemainder(bounded, shifted), table);
  const exponent = i64x2.shr_s(steps, 6);
  const half = i64x2.shr_s(exponent, 1);
  const result = f64x2.mul(f64x2.mul(fraction, powerOfTwo(half)), powerOfTwo(i64x2.sub(exponent, half)));
  return v128.bitselect(result, x, f64x2.eq(x, x));
}

/** The number of steps k, as the low bits of k + 1.5 2^52. */
@inline
function stepsShifted(x: v128): v128 {
  return madd(x, v128.load64_splat(constants.EXP_INVERSE_STEP), v128.load64_splat(constants.ROUND));
}

@inline
function tableEntries(shifted: v128): v128 {
  const first = (i32x4.extract_lane(shifted, 0) & 63) << 3;
  const second = (i32x4.extract_lane(shifted, 2) & 63) << 3;
  return v128.load64_lane(second, v128.load64_zero(first), 1);
}

/** exp(r) - 1 for the remainder r. */
@inline
function expRemainder(x: v128, shifted: v128): v128 {
  const steps = f64x2.sub(shifted, v128.load64_splat(constants.ROUND));
  const high = nmadd(steps, v128.load64_splat(constants.EXP_STEP_HIGH), x);
  const r = nmadd(steps, v128.load64_splat(constants.EXP_STEP_LOW), high);
  const square = f64x2.mul(r, r);
  const low = madd(v128.load64_splat(constants.EXP_3), r, v128.load64_splat(constants.EXP_2));
  const top = madd(v128.load64_splat(constants.EXP_5), r, v128.load64_splat(constants.EXP_4));
  return madd(madd(top, square, low), square, r);
}

/** 2^n for integers n within the exponents of normal numbers. */
@inline
function powerOfTwo(n: v128): v128 {
  return i64x2.shl(i64x2.add(n, i64x2.splat(1023)), 52);
}
