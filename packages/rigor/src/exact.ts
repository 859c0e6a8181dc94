// Exact arithmetic: doubles as whole numbers times powers of two, fractions, signs of sums of products, ranks modulo a prime.
import { dot } from './dot.ts';

/** m 2^e, exactly. */
export interface Dyadic {
  /** m. */
  readonly mantissa: bigint;
  /** e. */
  readonly exponent: number;
}

const bits = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/**
 * A double as m 2^e, exactly, with |m| < 2^53; 0 is 0 2^0.
 *
 * @throws {RangeError} for NaN and infinities
 *
 * @example
 * ```ts
 * import { dyadic } from '@infimum/rigor';
 *
 * const { mantissa, exponent } = dyadic(0.1);
 * console.log(mantissa, exponent); // 7205759403792794n -56
 * ```
 */
export function dyadic(x: number): Dyadic {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  if (biased === 0x7ff) throw new RangeError(`${x} is no finite number`);
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(bits.getUint32(4));
  const size = biased === 0 ? fraction : fraction | (1n << 52n);
  if (size === 0n) return { mantissa: 0n, exponent: 0 };
  return { mantissa: high >>> 31 ? -size : size, exponent: (biased || 1) - 1075 };
}

/**
 * 2^e, for e from -1074 to 1023.
 *
 * @example
 * ```ts
 * import { powerOfTwo } from '@infimum/rigor';
 *
 * console.log(powerOfTwo(-1074) === Number.MIN_VALUE, powerOfTwo(10)); // true 1024
 * ```
 */
export function powerOfTwo(e: number): number {
  if (e < -1022) return powerOfTwo(e + 1074) * Number.MIN_VALUE;
  bits.setBigUint64(0, BigInt(e + 1023) << 52n);
  return bits.getFloat64(0);
}

/**
 * Binary digits of |m|.
 *
 * @example
 * ```ts
 * import { bitLength } from '@infimum/rigor';
 *
 * console.log(bitLength(255n), bitLength(-256n), bitLength(0n)); // 8 9 0
 * ```
 */
export function bitLength(m: bigint): number {
  const hex = (m < 0n ? -m : m).toString(16);
  return m === 0n ? 0 : 4 * hex.length - Math.clz32(Number.parseInt(hex[0], 16)) + 28;
}

/**
 * m 2^e as a double: the nearest one (ties to even), or the next one below or above.
 *
 * @param direction - 0: the nearest; -1: the largest double that is not above; 1: the smallest that is not below
 * @returns an infinity where no finite double fits
 *
 * @example
 * ```ts
 * import { roundDyadic } from '@infimum/rigor';
 *
 * const third = (1n << 80n) / 3n; // rounded down
 * console.log(roundDyadic(third, -80, 1) > roundDyadic(third, -80, -1)); // true
 * ```
 */
export function roundDyadic(m: bigint, e: number, direction: -1 | 0 | 1): number {
  if (m === 0n) return 0;
  const sign = m < 0n ? -1 : 1;
  const size = m < 0n ? -m : m;
  const dropped = Math.max(0, bitLength(size) - 53, -1074 - e);
  let kept = size >> BigInt(dropped);
  const rest = size - (kept << BigInt(dropped));
  const half = dropped > 0 ? 1n << BigInt(dropped - 1) : 0n;
  const isAway = direction === 0 ? rest > half || (rest === half && (kept & 1n) === 1n) : direction === sign;
  if (rest > 0n && isAway) kept++;
  const exponent = e + dropped;
  const isHuge = exponent > 971 && bitLength(kept) + exponent > 1024;
  if (isHuge) return sign * (direction === -sign ? Number.MAX_VALUE : Infinity);
  return sign * Number(kept) * powerOfTwo(exponent);
}

/**
 * Doubles as whole numbers over a common power of two: x_k = m_k 2^e. The m_k are as small as they can be.
 *
 * @throws {RangeError} for NaN and infinities
 *
 * @example
 * ```ts
 * import { integers } from '@infimum/rigor';
 *
 * const { mantissas, exponent } = integers([0.5, 3, -0.25]);
 * console.log(mantissas.join(' '), exponent); // 2 12 -1 -2
 * ```
 */
export function integers(x: ArrayLike<number>): { readonly mantissas: bigint[]; readonly exponent: number } {
  const parts = Array.from(x, dyadic);
  let exponent = Infinity;
  for (const { mantissa, exponent: own } of parts) {
    if (mantissa !== 0n) exponent = Math.min(exponent, own + bitLength(mantissa & -mantissa) - 1);
  }
  if (exponent === Infinity) exponent = 0;
  const mantissas = parts.map(({ mantissa, exponent: own }) =>
    own >= exponent ? mantissa << BigInt(own - exponent) : mantissa >> BigInt(exponent - own),
  );
  return { mantissas, exponent };
}

/**
 * x . y exactly.
 *
 * @throws {RangeError} for NaN and infinities
 *
 * @example
 * ```ts
 * import { exactDot } from '@infimum/rigor';
 *
 * console.log(exactDot([1e200, 1, -1e200], [1, 2, 1])); // { mantissa: 2n, exponent: 0 }
 * ```
 */
export function exactDot(x: ArrayLike<number>, y: ArrayLike<number>): Dyadic {
  const a = integers(x);
  const b = integers(y);
  let mantissa = 0n;
  for (let k = 0; k < a.mantissas.length; k++) mantissa += a.mantissas[k] * b.mantissas[k];
  return { mantissa, exponent: a.exponent + b.exponent };
}

/**
 * The sign of sum_k c_k x_k, exactly, for whole coefficients of any size: in doubles where the radius decides it, which
 * takes a few operations a term, and in whole numbers otherwise.
 *
 * The coefficients are rounded to doubles once, relative error u, which doubles the radius of the sum at most; where one of
 * them is below 2^-960 of the largest there is no filter.
 *
 * @param coefficients - whole numbers
 * @returns a function of x that gives -1, 0 or 1; it throws a RangeError for an x that is not finite
 *
 * @example
 * ```ts
 * import { signOfForm } from '@infimum/rigor';
 *
 * const sign = signOfForm([1n << 70n, -1n]);
 * console.log(sign([1, 2 ** 70]), sign([1e-30, 2])); // 0 -1
 * ```
 */
export function signOfForm(coefficients: readonly bigint[]): (x: ArrayLike<number>) => number {
  const most = coefficients.reduce((length, c) => Math.max(length, bitLength(c)), 0);
  const rounded = Float64Array.from(coefficients, (c) => roundDyadic(c, -most, 0));
  const smallest = powerOfTwo(-960);
  const isNormal = rounded.every((c, k) => Math.abs(c) >= smallest || coefficients[k] === 0n);
  return (x) => {
    if (isNormal) {
      const { value, radius } = dot(rounded, x);
      if (value > 2 * radius) return 1;
      if (value < -2 * radius) return -1;
    }
    const { mantissas } = integers(x);
    let sum = 0n;
    for (let k = 0; k < coefficients.length; k++) sum += coefficients[k] * mantissas[k];
    return sum > 0n ? 1 : sum < 0n ? -1 : 0;
  };
}

/** A fraction in lowest terms; the denominator is positive. */
export interface Fraction {
  /** Numerator. */
  readonly num: bigint;
  /** Denominator, positive. */
  readonly den: bigint;
}

/** The greatest common divisor, not negative. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/**
 * num/den in lowest terms.
 *
 * @throws {RangeError} for a denominator of 0
 */
export function fraction(num: bigint, den: bigint): Fraction {
  if (den === 0n) throw new RangeError('the denominator is 0');
  const common = den < 0n ? -gcd(num, den) : gcd(num, den);
  return { num: num / common, den: den / common };
}

/**
 * A double as an exact fraction.
 *
 * @throws {RangeError} for NaN and infinities
 *
 * @example
 * ```ts
 * import { formatFraction, fractionOf } from '@infimum/rigor';
 *
 * console.log(formatFraction(fractionOf(0.1))); // 3602879701896397/36028797018963968
 * ```
 */
export function fractionOf(value: number): Fraction {
  const { mantissa, exponent } = dyadic(value);
  if (exponent >= 0) return { num: mantissa << BigInt(exponent), den: 1n };
  return fraction(mantissa, 1n << BigInt(-exponent));
}

/**
 * The nearest double, ties to even; infinities beyond the largest.
 *
 * @example
 * ```ts
 * import { fraction, toNumber } from '@infimum/rigor';
 *
 * console.log(toNumber(fraction(10n ** 400n, 3n * 10n ** 400n)) === 1 / 3); // true
 * ```
 */
export function toNumber({ num, den }: Fraction): number {
  // 66 bits of the quotient; the last bit is set to 1 if a remainder follows.
  const shift = 66 - bitLength(num) + bitLength(den);
  const [top, bottom] = shift >= 0 ? [num << BigInt(shift), den] : [num, den << BigInt(-shift)];
  const quotient = top / bottom;
  const sticky = top % bottom === 0n ? 0n : num < 0n ? -1n : 1n;
  return roundDyadic(2n * quotient + sticky, -shift - 1, 0);
}

/** As `3`, `-5/2`. */
export function formatFraction({ num, den }: Fraction): string {
  return den === 1n ? String(num) : `${num}/${den}`;
}

/**
 * Reads `3`, `-5/2`, `7.32`, `1e-3` exactly, without rounding to a double; undefined for anything else.
 *
 * @example
 * ```ts
 * import { formatFraction, parseFraction } from '@infimum/rigor';
 *
 * console.log(formatFraction(parseFraction('0.1')!), parseFraction('a tenth')); // 1/10 undefined
 * ```
 */
export function parseFraction(text: string): Fraction | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?(?:\/(\d+))?$/.exec(text);
  const digits = match ? (match[2] ?? '') + (match[3] ?? '') : '';
  const isMixed = match?.[5] !== undefined && (match[3] !== undefined || match[4] !== undefined);
  const den = BigInt(match?.[5] ?? 1);
  if (!match || digits === '' || isMixed || den === 0n) return undefined;
  const tens = Number(match[4] ?? 0) - (match[3] ?? '').length;
  const num = BigInt(match[1] + digits);
  let power = 1n;
  for (let k = Math.abs(tens); k > 0; k--) power *= 10n;
  return tens >= 0 ? fraction(num * power, den) : fraction(num, power);
}

/**
 * The rank of a matrix modulo a prime: a lower bound on its rank over the rational numbers, since a minor that is not 0
 * modulo p is not 0. It is too small with probability about 1/p for numbers that were chosen independently of p.
 *
 * @param values - rows x cols, row-major, doubles or whole numbers; doubles may be of any size
 * @param prime - odd, below 2^26, so that products modulo it are exact in doubles
 * @throws {RangeError} for NaN and infinities
 *
 * Cost: O(rows cols rank).
 *
 * @example
 * ```ts
 * import { rankModP } from '@infimum/rigor';
 *
 * console.log(rankModP([1e200, 0, 0, 1e-200], 2, 2), rankModP([1, 2, 2, 4], 2, 2)); // 2 1
 * ```
 */
export function rankModP(values: ArrayLike<number | bigint>, rows: number, cols: number, prime = 67108859): number {
  const table = Float64Array.from({ length: rows * cols }, (_, k) => residue(values[k], prime));
  const reciprocal = 1 / prime;
  let rank = 0;
  for (let col = 0; col < cols && rank < rows; col++) {
    let pivot = rank;
    while (pivot < rows && table[pivot * cols + col] === 0) pivot++;
    if (pivot === rows) continue;
    for (let k = col; k < cols; k++) {
      const [a, b] = [pivot * cols + k, rank * cols + k];
      [table[a], table[b]] = [table[b], table[a]];
    }
    const inverse = powerModP(table[rank * cols + col], prime - 2, prime);
    for (let i = rank + 1; i < rows; i++) {
      if (table[i * cols + col] === 0) continue;
      const factor = prime - ((table[i * cols + col] * inverse) % prime);
      for (let k = col; k < cols; k++) {
        // Below 2^52 + 2^26, and so exact; the quotient is off by one at most.
        const sum = table[i * cols + k] + factor * table[rank * cols + k];
        const rest = sum - prime * Math.floor(sum * reciprocal);
        table[i * cols + k] = rest < 0 ? rest + prime : rest >= prime ? rest - prime : rest;
      }
    }
    rank++;
  }
  return rank;
}

/** m 2^e modulo p; 2 has the inverse (p + 1) / 2. */
function residue(value: number | bigint, prime: number): number {
  const { mantissa, exponent } = typeof value === 'bigint' ? { mantissa: value, exponent: 0 } : dyadic(value);
  const rest = Number(((mantissa % BigInt(prime)) + BigInt(prime)) % BigInt(prime));
  return (rest * powerModP(exponent < 0 ? (prime + 1) / 2 : 2, Math.abs(exponent), prime)) % prime;
}

function powerModP(base: number, exponent: number, prime: number): number {
  let [power, square] = [1, base];
  for (let k = exponent; k > 0; k = Math.floor(k / 2)) {
    if (k % 2 === 1) power = (power * square) % prime;
    square = (square * square) % prime;
  }
  return power;
}
