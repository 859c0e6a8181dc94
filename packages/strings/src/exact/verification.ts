// Verification of distances for registered problems, independent of the algorithms: the definition at some shifts, and a random fingerprint
// of all distances in linear time.
import type { SymbolArray, SymbolPair } from '../symbols.ts';
import { powerModulo } from '../transforms/modular-arithmetic.ts';

/** Shifts that are compared with the definition. */
const SAMPLED_SHIFTS = 512;

/** Evenly spread shifts, the first and last among them. */
export function sampledShifts(shifts: number): number[] {
  const count = Math.min(SAMPLED_SHIFTS, shifts);
  return Array.from({ length: count }, (_, s) => Math.floor((s * (shifts - 1)) / Math.max(1, count - 1)));
}

/** D_i by the definition. */
export function distanceAt({ text, pattern }: SymbolPair, shift: number): number {
  let distance = 0;
  for (let j = 0; j < pattern.length; j++) if (text[shift + j] !== pattern[j]) distance++;
  return distance;
}

/** The prime of the fingerprints, below 2^26 so that products are exact. */
const PRIME = 67_108_859;

/** Points at which distances, as coefficients of a polynomial, are evaluated. */
const POINTS = [31_415_926, 27_182_818];

/**
 * Whether all distances are right: sum_i D_i z^i mod p at two points. A wrong answer that was not made for these points
 * passes with a probability of about (n/p)².
 *
 * The true value takes O(n + m): matches of the pattern's place x are the text's places y in [x, x + n - m] with the same
 * symbol, and contribute z^(y-x); their sum moves along with x.
 */
export function fingerprintsAgree(pair: SymbolPair, distances: ArrayLike<number>): boolean {
  return POINTS.every((z) => fingerprintOf(distances, z) === trueFingerprint(pair, z));
}

function fingerprintOf(distances: ArrayLike<number>, z: number): number {
  let sum = 0;
  for (let i = distances.length - 1; i >= 0; i--) sum = (sum * z + distances[i]) % PRIME;
  return sum;
}

function trueFingerprint({ text, pattern }: SymbolPair, z: number): number {
  const shifts = text.length - pattern.length + 1;
  const powers = new Int32Array(text.length + 1);
  powers[0] = 1;
  for (let e = 1; e <= text.length; e++) powers[e] = (powers[e - 1] * z) % PRIME;
  let all = 0;
  for (let i = 0; i < shifts; i++) all = (all + powers[i]) % PRIME;
  const inverse = powerModulo(z, PRIME - 2, PRIME);
  // For every symbol of the pattern: the sum of z^y over its places y in the window.
  const sums = new Map<number, number>();
  for (const symbol of pattern) sums.set(symbol, 0);
  const add = (symbols: SymbolArray, y: number, sign: 1 | -1) => {
    const sum = sums.get(symbols[y]);
    if (sum !== undefined) sums.set(symbols[y], (sum + (sign > 0 ? powers[y] : PRIME - powers[y])) % PRIME);
  };
  for (let y = 0; y < shifts; y++) add(text, y, 1);
  let matches = 0;
  let shiftedBack = 1;
  for (let x = 0; x < pattern.length; x++) {
    matches = (matches + (sums.get(pattern[x]) as number) * shiftedBack) % PRIME;
    shiftedBack = (shiftedBack * inverse) % PRIME;
    add(text, x, -1);
    if (x + shifts < text.length) add(text, x + shifts, 1);
  }
  return ((((pattern.length % PRIME) * all) % PRIME) + PRIME - matches) % PRIME;
}
