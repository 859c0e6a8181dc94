// Intervals: every function returns an interval that contains all values of the real function on the given intervals.
//
// R. E. Moore: Interval Analysis (1966). Elementary functions are series in whole numbers over 2^192 with counted errors.
import type { Dyadic } from './exact.ts';
import { bitLength, dyadic, powerOfTwo, roundDyadic } from './exact.ts';
import { down, ETA, up } from './rounding.ts';

/** All real numbers from `lower` to `upper`; an infinite end means that no bound is known. */
export interface Interval {
  /** The least number. */
  readonly lower: number;
  /** The largest. */
  readonly upper: number;
}

/** No bounds known: the result of a division by 0, of a logarithm of 0 or less, and of NaN. */
export const unknown: Interval = { lower: -Infinity, upper: Infinity };

/**
 * The interval of two ends, or of one double; `unknown` unless lower <= upper.
 *
 * @example
 * ```ts
 * import { add, interval } from '@infimum/rigor';
 *
 * const { lower, upper } = add(interval(0.1), interval(0.2));
 * console.log(lower <= 0.3, upper > 0.3); // true true
 * ```
 */
export function interval(lower: number, upper = lower): Interval {
  return lower <= upper && lower < Infinity && upper > -Infinity ? { lower, upper } : unknown;
}

const isZero = ({ lower, upper }: Interval): boolean => lower === 0 && upper === 0;
const isBounded = ({ lower, upper }: Interval): boolean => upper - lower < Infinity;

/** a + b. */
export function add(a: Interval, b: Interval): Interval {
  if (isZero(a)) return b;
  if (isZero(b)) return a;
  return interval(down(a.lower + b.lower), up(a.upper + b.upper));
}

/** -a. */
export function negate(a: Interval): Interval {
  return { lower: -a.upper, upper: -a.lower };
}

/** a - b. */
export function subtract(a: Interval, b: Interval): Interval {
  return add(a, negate(b));
}

/** a b. */
export function multiply(a: Interval, b: Interval): Interval {
  if ((isZero(a) && isBounded(b)) || (isZero(b) && isBounded(a))) return { lower: 0, upper: 0 };
  return hullOf(a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper);
}

/**
 * a / b; unknown where b contains 0.
 *
 * @example
 * ```ts
 * import { divide, interval } from '@infimum/rigor';
 *
 * const { lower, upper } = divide(interval(1), interval(2, 4));
 * console.log(lower.toFixed(3), upper.toFixed(3), divide(interval(1), interval(-1, 1)).upper); // 0.250 0.500 Infinity
 * ```
 */
export function divide(a: Interval, b: Interval): Interval {
  if (!(b.lower > 0 || b.upper < 0)) return unknown;
  return hullOf(a.lower / b.lower, a.lower / b.upper, a.upper / b.lower, a.upper / b.upper);
}

/** From below the least to above the largest of four rounded numbers; NaN among them gives nothing. */
function hullOf(p: number, q: number, r: number, s: number): Interval {
  return interval(down(Math.min(p, q, r, s)), up(Math.max(p, q, r, s)));
}

/** a², never below 0. */
export function square(a: Interval): Interval {
  const most = Math.max(-a.lower, a.upper);
  const least = a.lower > 0 ? a.lower : a.upper < 0 ? -a.upper : 0;
  return interval(Math.max(0, down(Math.min(least * least, Number.MAX_VALUE))), up(most * most));
}

/** The smallest interval of doubles that contains both. */
export function hull(a: Interval, b: Interval): Interval {
  return interval(Math.min(a.lower, b.lower), Math.max(a.upper, b.upper));
}

/** The largest |x| in an interval. */
export function magnitude({ lower, upper }: Interval): number {
  return Math.max(-lower, upper);
}

/**
 * The square root; unknown where a has numbers below 0. Newton's iterate is moved until its exact square is not above
 * (below) the number.
 *
 * @example
 * ```ts
 * import { interval, squareRoot } from '@infimum/rigor';
 *
 * const { lower, upper } = squareRoot(interval(2));
 * console.log(upper - lower === 2 ** -52, squareRoot(interval(9)).upper); // true 3
 * ```
 */
export function squareRoot(a: Interval): Interval {
  if (!(a.lower >= 0 && a.lower <= a.upper)) return unknown;
  return interval(rootOf(a.lower, -1), a.upper < Infinity ? rootOf(a.upper, 1) : Infinity);
}

/** The largest double whose square is at most x >= 0 (direction -1), or the smallest whose square is at least x (1). */
export function rootOf(x: number, direction: -1 | 1): number {
  if (x === 0) return 0;
  const { mantissa, exponent } = dyadic(x);
  const half = Math.floor((bitLength(mantissa) + exponent - 1) / 2);
  // In [1, 4), and exact in the end, since roots are no denormals.
  const shift = exponent - 2 * half;
  const scaled = roundDyadic(mantissa, shift, 0);
  let root = (1 + scaled) / 2;
  for (let turn = 0; turn < 6; turn++) root = (root + scaled / root) / 2;
  // The square's distance from x in units of 2^-106, exactly.
  const excess = (r: number): bigint => {
    const { mantissa: m, exponent: e } = dyadic(r);
    return ((m * m) << BigInt(2 * e + 106)) - (mantissa << BigInt(shift + 106));
  };
  const step = Number.EPSILON;
  while (excess(root) > 0n) root -= step;
  while (excess(root + step) <= 0n) root += step;
  if (direction > 0 && excess(root) < 0n) root += step;
  return root * powerOfTwo(half);
}

/** Binary places of the whole numbers below. */
const PLACES = 192;

const scale = 192n;
const LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6af40f343267298b62dn;
const HALF_PI = 0x1921fb54442d18469898cc51701b839a252049c1114cf98e8n;

/** The largest whole number not above x 2^192. */
function fixed({ mantissa, exponent }: Dyadic): bigint {
  const shift = exponent + PLACES;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

/** Errors of a series: a unit for each of its at most 64 terms and as much again for what a term hands on, and for its rest. */
const SERIES = 256n;

/**
 * e^x, for |x| < 800, as m 2^e with the error of m: x = k ln 2 + r, and 1 + r + r²/2 + … for r. The error of r is that of x
 * and |k| that of ln 2, at most 1201 units, which e^r < 2.1 makes 2600.
 */
function exponential(x: number): { m: bigint; e: number; error: bigint } {
  const units = fixed(dyadic(x));
  const k = floorDivide(units, LN2);
  const r = units - k * LN2;
  let term = 1n << scale;
  let sum = term;
  for (let j = 1n; term > 0n; j++) {
    term = ((term * r) >> scale) / j;
    sum += term;
  }
  return { m: sum, e: Number(k) - PLACES, error: 2600n + SERIES };
}

/**
 * e^a.
 *
 * @example
 * ```ts
 * import { exp, interval } from '@infimum/rigor';
 *
 * const { lower, upper } = exp(interval(1));
 * console.log(lower <= Math.E && Math.E <= upper, upper - lower < 1e-15); // true true
 * ```
 */
export function exp(a: Interval): Interval {
  if (!(a.lower <= a.upper)) return unknown;
  const end = (x: number, direction: -1 | 1): number => {
    if (x < -750) return direction < 0 ? 0 : ETA;
    if (x > 750) return direction < 0 ? Number.MAX_VALUE : Infinity;
    const { m, e, error } = exponential(x);
    return roundDyadic(m + BigInt(direction) * error, e, direction);
  };
  return interval(end(a.lower, -1), end(a.upper, 1));
}

/**
 * The natural logarithm; unknown where a has 0 or less. x = m 2^k with m in [1, 2), and
 * log m = 2 artanh z = 2 (z + z³/3 + …), z = (m - 1) / (m + 1) < 1/3.
 */
export function log(a: Interval): Interval {
  if (!(a.lower > 0 && a.lower <= a.upper)) return unknown;
  const end = (x: number, direction: -1 | 1): number => {
    if (x === Infinity) return x;
    const { mantissa, exponent } = dyadic(x);
    const k = bitLength(mantissa) + exponent - 1;
    const m = fixed({ mantissa, exponent: exponent - k });
    const one = 1n << scale;
    const z = ((m - one) << scale) / (m + one);
    const zSquare = (z * z) >> scale;
    let power = z;
    let sum = 0n;
    for (let j = 1n; power > 0n; j += 2n) {
      sum += power / j;
      power = (power * zSquare) >> scale;
    }
    // Of z and every power a unit, of ln 2 one for each k: at most 1075.
    const error = 2n * SERIES + 1100n;
    return roundDyadic(2n * sum + BigInt(k) * LN2 + BigInt(direction) * error, -PLACES, direction);
  };
  return interval(end(a.lower, -1), end(a.upper, 1));
}

/**
 * sin a. Beyond 2^53 the result is [-1, 1].
 *
 * @example
 * ```ts
 * import { interval, sin } from '@infimum/rigor';
 *
 * console.log(sin(interval(1, 2)).upper, sin(interval(1, 2)).lower.toFixed(6)); // 1 0.841471
 * ```
 */
export function sin(a: Interval): Interval {
  return sine(a, 0n);
}

/** cos a = sin(a + pi / 2). Beyond 2^53 the result is [-1, 1]. */
export function cos(a: Interval): Interval {
  return sine(a, 1n);
}

/** Below this the cube of x is less than half a last place of x. */
const TINY = 1 / 134217728;

/** Errors of an angle: of its own unit and of at most 2^54 quarters of a turn, and of the series. */
const ANGLE = 1n << 55n;

/** sin(a + quarters pi / 2): the values at the ends, and 1 or -1 where the interval contains a maximum or a minimum. */
function sine(a: Interval, quarters: bigint): Interval {
  const limit = 2 / Number.EPSILON;
  if (!(a.lower > -limit && a.upper < limit && a.upper - a.lower < 7)) return { lower: -1, upper: 1 };
  const from = fixed(dyadic(a.lower)) + quarters * HALF_PI;
  const to = fixed(dyadic(a.upper)) + quarters * HALF_PI;
  const first = floorDivide(from - ANGLE, HALF_PI);
  const last = floorDivide(to + ANGLE, HALF_PI);
  let [lower, upper] = [1, -1];
  for (let k = first + 1n; k <= last; k++) {
    if ((k & 3n) === 1n) upper = 1;
    if ((k & 3n) === 3n) lower = -1;
  }
  for (const [x, units] of [[a.lower, from] as const, [a.upper, to] as const]) {
    const [below, above] =
      quarters === 0n && Math.abs(x) < TINY ? nearLine(x) : [-1, 1].map((side) => sineEnd(units, side as -1 | 1));
    lower = Math.min(lower, below);
    upper = Math.max(upper, above);
  }
  return { lower: Math.max(-1, lower), upper: Math.min(1, upper) };
}

/** The enclosure, for tiny x, of a function between x - |x|³ and x (towards 0). */
function nearLine(x: number): [number, number] {
  return x === 0 ? [0, 0] : x > 0 ? [down(x), x] : [x, up(x)];
}

/** An end of the sine of an angle in units of 2^-192: its series or the cosine's for the nearest quarter of a turn. */
function sineEnd(units: bigint, direction: -1 | 1): number {
  const quarter = floorDivide(2n * units + HALF_PI, 2n * HALF_PI);
  const r = units - quarter * HALF_PI;
  const rSquare = (r * r) >> scale;
  const isCosine = (quarter & 1n) === 1n;
  let term = isCosine ? 1n << scale : r;
  let sum = term;
  for (let j = isCosine ? 1n : 2n; term !== 0n && term !== -1n; j += 2n) {
    term = -((term * rSquare) >> scale) / (j * (j + 1n));
    sum += term;
  }
  const value = (quarter & 2n) === 2n ? -sum : sum;
  return roundDyadic(value + BigInt(direction) * (ANGLE + SERIES), -PLACES, direction);
}

/** The largest whole number not above n / d, for d > 0. */
function floorDivide(n: bigint, d: bigint): bigint {
  const quotient = n / d;
  return n < 0n && quotient * d !== n ? quotient - 1n : quotient;
}

/** tanh a = (e^2a - 1) / (e^2a + 1). */
export function tanh(a: Interval): Interval {
  if (!(a.lower <= a.upper)) return unknown;
  const end = (x: number, direction: -1 | 1): number => {
    if (x < 0) return -end(-x, -direction as -1 | 1);
    if (x < TINY) return nearLine(x)[direction < 0 ? 0 : 1];
    if (x > 20) return direction > 0 ? 1 : 1 - Number.EPSILON / 2;
    const { m, e, error } = exponential(2 * x);
    const power = (m + BigInt(direction) * error) << BigInt(e + PLACES);
    const one = 1n << scale;
    const quotient = ((power - one) << scale) / (power + one);
    return roundDyadic(quotient + BigInt(direction), -PLACES, direction);
  };
  return interval(end(a.lower, -1), end(a.upper, 1));
}
