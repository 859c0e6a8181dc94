// How far a pattern agrees with a text from two positions on: by direct comparison, then by fingerprints of prefixes
// and bisection.
//
// R. Karp, M. Rabin: Efficient randomized pattern-matching algorithms (1987), modulo 2^31 - 1 with two random bases.
import { Random } from '@infimum/core';
import type { SymbolPair } from '../symbols.ts';
import { compact } from '../symbols.ts';
import { addModulo, FINGERPRINT_PRIME, multiplyModulo } from '../transforms/modular-arithmetic.ts';
import type { CommonExtensions } from './common-extensions.ts';

/** Symbols compared one by one before fingerprints are used. */
const DIRECT = 16;

/** Longest common extensions of a text and a pattern; never too short, too long with probability about m²/2^61. */
export class FingerprintExtensions implements CommonExtensions {
  readonly #text: Int32Array;
  readonly #pattern: Int32Array;
  readonly #prefixes: readonly { text: Int32Array; pattern: Int32Array; powers: Int32Array }[];

  /** Time O(n + m). */
  constructor(pair: SymbolPair, seed: number) {
    // Numbers, since symbols may be more than there are residues.
    const { text, pattern } = compact(pair);
    this.#text = text;
    this.#pattern = pattern;
    const random = new Random(seed);
    this.#prefixes = [0, 1].map(() => {
      const base = 2 ** 16 + random.integer(FINGERPRINT_PRIME - 2 ** 17);
      return {
        text: prefixFingerprints(text, base),
        pattern: prefixFingerprints(pattern, base),
        powers: powersOf(base, pattern.length),
      };
    });
  }

  /** The largest l with text[i … i+l) = pattern[j … j+l). */
  at(i: number, j: number): number {
    const text = this.#text;
    const pattern = this.#pattern;
    const longest = Math.min(text.length - i, pattern.length - j);
    const direct = Math.min(DIRECT, longest);
    let length = 0;
    while (length < direct && text[i + length] === pattern[j + length]) length++;
    if (length < direct || length === longest) return length;
    let stride = DIRECT;
    while (length + stride <= longest && this.#equal(i + length, j + length, stride)) {
      length += stride;
      stride *= 2;
    }
    // Equal up to length, different within the next stride.
    for (stride = 2 ** Math.floor(Math.log2(Math.min(stride, longest - length) || 1)); stride >= 1; stride /= 2) {
      if (length + stride <= longest && this.#equal(i + length, j + length, stride)) length += stride;
    }
    return length;
  }

  #equal(i: number, j: number, length: number): boolean {
    for (const { text, pattern, powers } of this.#prefixes) {
      if (fingerprintOf(text, powers, i, length) !== fingerprintOf(pattern, powers, j, length)) return false;
    }
    return true;
  }
}

/** Fingerprints of all prefixes of numbers of at least -1: h_0 = 0, h_{i+1} = h_i base + number + 1. */
function prefixFingerprints(numbers: Int32Array, base: number): Int32Array {
  const prefixes = new Int32Array(numbers.length + 1);
  for (let i = 0; i < numbers.length; i++) {
    const moved = multiplyModulo(prefixes[i], base, FINGERPRINT_PRIME);
    prefixes[i + 1] = addModulo(moved, numbers[i] + 1, FINGERPRINT_PRIME);
  }
  return prefixes;
}

function powersOf(base: number, count: number): Int32Array {
  const powers = new Int32Array(count + 1);
  powers[0] = 1;
  for (let e = 1; e <= count; e++) powers[e] = multiplyModulo(powers[e - 1], base, FINGERPRINT_PRIME);
  return powers;
}

function fingerprintOf(prefixes: Int32Array, powers: Int32Array, from: number, length: number): number {
  const moved = multiplyModulo(prefixes[from], powers[length], FINGERPRINT_PRIME);
  const difference = prefixes[from + length] - moved;
  return difference < 0 ? difference + FINGERPRINT_PRIME : difference;
}
