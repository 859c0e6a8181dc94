// Arithmetic modulo primes below 2^31 in doubles: every intermediate value stays below 2^53.

/** The Mersenne prime 2^31 - 1, modulo which fingerprints are taken. */
export const FINGERPRINT_PRIME = 2 ** 31 - 1;

/** a b mod `prime` for residues of a prime below 2^31, from 16-bit halves. */
export function multiplyModulo(a: number, b: number, prime: number): number {
  const high = remainder(a * (b >>> 16), prime);
  return remainder(high * 65536 + a * (b & 65535), prime);
}

/**
 * x mod `prime` for 0 ≤ x < 2^17 prime, without the slow `%` of doubles: where x / prime is no integer, it is at least 1 / prime
 * > 2^-31 below the next one, and rounding moves it by at most 2^-36.
 */
function remainder(x: number, prime: number): number {
  return x - Math.floor(x / prime) * prime;
}

/** a + b mod `prime` for a residue and a number below the prime. */
export function addModulo(a: number, b: number, prime: number): number {
  const sum = a + b;
  return sum >= prime ? sum - prime : sum;
}

/** base^exponent mod `prime`. */
export function powerModulo(base: number, exponent: number, prime: number): number {
  let result = 1;
  for (let e = exponent, square = base; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = multiplyModulo(result, square, prime);
    square = multiplyModulo(square, square, prime);
  }
  return result;
}

/** The residue of an integer, negative ones too. */
export function modulo(value: number, modulus: number): number {
  const remainder = value % modulus;
  return remainder < 0 ? remainder + modulus : remainder + 0; // not -0
}
