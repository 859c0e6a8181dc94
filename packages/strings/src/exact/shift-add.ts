// Shift-Add: one counter of mismatches for every prefix of the pattern, all of them packed into a few words that
// move by one counter with every symbol of the text.
//
// R. Baeza-Yates, G. Gonnet: A new approach to text searching (1992).
import { fault } from '@infimum/core';
import { int32, layout } from '@infimum/linalg/kernels';
import type { DistanceCounter } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
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
export function shiftAddCounter(pair: CompactPair, k: number, threads = 1): DistanceCounter {
  const { text, pattern, alphabetSize } = pair;
  const m = pattern.length;
  const limit = Math.min(k, m);
  if (!shiftAddFits(m, limit)) throw fault(`needs more than ${MAX_WORDS} words of counters`, 'pattern', 'unsupported');
  const bits = counterBits(limit);
  const perWord = Math.floor(31 / bits);
  const words = Math.ceil(m / perWord);
  const shifts = shiftsOf(pair);
  // The addition of a text symbol: 1 to the counter of every position whose symbol differs. Foreign symbols come last.
  const additions = new Int32Array((alphabetSize + 1) * words);
  for (let symbol = 0; symbol <= alphabetSize; symbol++) {
    for (let j = 0; j < m; j++) {
      if (pattern[j] === symbol) continue;
      additions[symbol * words + Math.floor(j / perWord)] |= 1 << (bits * (j % perWord));
    }
  }
  const shiftsPerStep = Math.max(1, threads * Math.floor(SYMBOLS_PER_STEP / words));
  const memory = layout(
    {
      text: int32(text.length),
      additions,
      counters: int32(2 * words * threads),
      counts: int32(Math.min(shifts, shiftsPerStep)),
    },
    { threads },
  );
  const { workspace, counters, counts } = memory;
  for (let i = 0; i < text.length; i++) memory.text[i] = text[i] < 0 ? alphabetSize : text[i];
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      const items = to - from;
      workspace.parallel(stringKernels, 'shiftAdd', { items, block: Math.ceil(items / threads) }, (first, last, thread) => {
        const [textAt, additionsAt] = [memory.text.byteOffset + 4 * from, memory.additions.byteOffset];
        const countersAt = counters.byteOffset + 8 * words * thread;
        return [first, last, m, limit + 1, bits, words, textAt, additionsAt, countersAt, counts.byteOffset];
      });
      distances.set(counts.subarray(0, items));
      comparisons += items * words;
    },
    operations: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}
