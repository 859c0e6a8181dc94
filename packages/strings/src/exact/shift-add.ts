// Shift-Add: one counter of mismatches for every prefix of the pattern, all of them packed into a few words that
// move by one counter with every symbol of the text.
//
// R. Baeza-Yates, G. Gonnet: A new approach to text searching (1992).
import { InvalidInputError } from '@infimum/core';
import type { DistanceCounter } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import type { CompactPair } from '../symbols.ts';

/** Counters beyond this many 32-bit words are slower than every other method. */
const MAX_WORDS = 64;

/** Text symbols in one step. */
const SYMBOLS_PER_STEP = 2 ** 20;

/** Words of 32 bits that a pattern of m symbols needs for counts up to k + 1. */
function shiftAddWords(m: number, k: number): number {
  return Math.ceil(m / Math.floor(31 / counterBits(k)));
}

/** Whether Shift-Add takes a pattern of m symbols with counts up to k + 1. */
export function shiftAddFits(m: number, k: number): boolean {
  return counterBits(k) <= 31 && shiftAddWords(m, k) <= MAX_WORDS;
}

/** Bits of a counter: enough for k + 1, and one that an overflow goes to. */
function counterBits(k: number): number {
  return Math.ceil(Math.log2(k + 2)) + 1;
}

/**
 * min(D_i, k + 1) in O(n m log(k) / w) for words of w = 32 bits; exact distances for k = m.
 *
 * @throws {InvalidInputError} `unsupported` if the counters need more than 64 words
 */
export function shiftAddCounter(pair: CompactPair, k: number): DistanceCounter {
  const { text, pattern, alphabetSize } = pair;
  const m = pattern.length;
  const limit = Math.min(k, m);
  if (!shiftAddFits(m, limit)) {
    throw new InvalidInputError(`needs more than ${MAX_WORDS} words of counters`, { argument: 'pattern', code: 'unsupported' });
  }
  const bits = counterBits(limit);
  const perWord = Math.floor(31 / bits);
  const words = Math.ceil(m / perWord);
  const shifts = shiftsOf(pair);
  // What a text symbol adds: 1 to the counter of every place whose symbol differs. Foreign symbols come last.
  const additions = new Int32Array((alphabetSize + 1) * words);
  for (let symbol = 0; symbol <= alphabetSize; symbol++) {
    for (let j = 0; j < m; j++) {
      if (pattern[j] === symbol) continue;
      additions[symbol * words + Math.floor(j / perWord)] |= 1 << (bits * (j % perWord));
    }
  }
  const overflowBit = 2 ** (bits - 1);
  let overflowMask = 0;
  for (let field = 0; field < perWord; field++) overflowMask |= overflowBit << (bits * field);
  const counters = new Int32Array(words);
  const overflows = new Int32Array(words);
  const carryShift = bits * (perWord - 1);
  const fieldMask = 2 ** (bits * perWord) - 1;
  const lastShift = bits * ((m - 1) % perWord);

  /** Takes in one symbol; returns the mismatches of the window that ends with it, at most `limit` + 1. */
  function advance(symbol: number): number {
    const base = (symbol < 0 ? alphabetSize : symbol) * words;
    let carry = 0;
    let overflowCarry = 0;
    for (let word = 0; word < words; word++) {
      const old = counters[word];
      const oldOverflow = overflows[word];
      const sum = (((old << bits) & fieldMask) | carry) + additions[base + word];
      overflows[word] = ((oldOverflow << bits) & fieldMask & overflowMask) | overflowCarry | (sum & overflowMask);
      counters[word] = sum & ~overflowMask;
      carry = old >>> carryShift;
      overflowCarry = (oldOverflow >>> carryShift) & overflowBit;
    }
    if ((overflows[words - 1] >>> lastShift) & overflowBit) return limit + 1;
    return Math.min(limit + 1, (counters[words - 1] >>> lastShift) & (overflowBit - 1));
  }

  let read = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep: Math.max(1, Math.floor(SYMBOLS_PER_STEP / words)),
    count(from, to, distances) {
      for (; read < from + m - 1; read++) advance(text[read]);
      for (let i = 0; i < to - from; i++) distances[i] = advance(text[read++]);
    },
    operations: () => ({ comparisons: read * words }),
    release: () => {},
  };
}
