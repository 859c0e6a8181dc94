// Fractions of whole numbers of any size.
import { InvalidInputError } from '@infimum/core';

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

/** num/den in lowest terms. */
export function fraction(num: bigint, den: bigint): Fraction {
  const common = gcd(num, den) || 1n;
  const sign = den < 0n ? -1n : 1n;
  return { num: (sign * num) / common, den: (sign * den) / common };
}

/** The fraction that a double is, exactly. */
export function fractionOf(value: number): Fraction {
  let scaled = value;
  let twos = 0n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    twos++;
  }
  return fraction(BigInt(scaled), 1n << twos);
}

/** The nearest number, but for the last bit. */
export function toNumber({ num, den }: Fraction): number {
  const sign = num < 0n ? -1 : 1;
  const size = num < 0n ? -num : num;
  if (size === 0n) return 0;
  // 64 bits of the quotient, and a power of two.
  const shift = 64 - (size.toString(2).length - den.toString(2).length);
  const quotient = shift >= 0 ? (size << BigInt(shift)) / den : size / (den << BigInt(-shift));
  // Two factors: 2^-shift alone may be no number.
  const half = Math.trunc(-shift / 2);
  return sign * Number(quotient) * 2 ** half * 2 ** (-shift - half);
}

/** As `3`, `-5/2`. */
export function formatFraction({ num, den }: Fraction): string {
  return den === 1n ? String(num) : `${num}/${den}`;
}

/**
 * Reads `3`, `-5/2`, `7.32`, `1e-3`, never by way of a double.
 *
 * @throws {InvalidInputError} for anything else, naming `argument`
 */
export function parseFraction(text: string, argument: string): Fraction {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?(?:\/(\d+))?$/.exec(text);
  const digits = match ? (match[2] ?? '') + (match[3] ?? '') : '';
  const isMixed = match?.[5] !== undefined && (match[3] !== undefined || match[4] !== undefined);
  if (!match || digits === '' || isMixed || (match[5] !== undefined && BigInt(match[5]) === 0n)) {
    throw new InvalidInputError(`'${text}' is no number`, { argument, code: 'type' });
  }
  const power = Number(match[4] ?? 0) - (match[3] ?? '').length;
  const num = BigInt(digits) * (match[1] === '-' ? -1n : 1n);
  if (power >= 0) return fraction(num * 10n ** BigInt(power), BigInt(match[5] ?? 1));
  return fraction(num, 10n ** BigInt(-power));
}
