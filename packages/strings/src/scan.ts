// k-bounded distances by comparing symbols until there are more than k mismatches: 64 neighbouring shifts at a time,
// which give up together. The fastest wherever random symbols mismatch often.
import { Workspace } from '@infimum/linalg/kernels';
import { comparesBytes, SHIFT_GROUP } from './hamming-simd.ts';
import { shiftsOf } from './hamming-solution.ts';
import type { BoundedCounter } from './k-mismatch-solution.ts';
import { stringKernels } from './kernels.ts';
import { compact, type SymbolArray, type SymbolPair } from './symbols.ts';

/** Shifts of one step. */
const SHIFTS_PER_STEP = 2 ** 16;

/** Symbols that a byte can tell apart. */
const BYTE_SYMBOLS = 255;

/** O(nm) at worst; about k/(1 - 1/σ) comparisons a shift, 16 an instruction, on random text. */
export function scanCounter(pair: SymbolPair, k: number): BoundedCounter {
  const { text, pattern } = pair;
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const bytes = toBytes(pair);
  const sizes = [text.length + SHIFT_GROUP, m].map((length) => Math.ceil(length / 4));
  const workspace = Workspace.for({ int32: [...sizes, SHIFTS_PER_STEP] });
  const [textBytes, patternBytes] = sizes.map((size) => {
    const { buffer, byteOffset, byteLength } = workspace.int32(size);
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  textBytes.set(bytes.text);
  patternBytes.set(bytes.pattern);
  const counts = workspace.int32(SHIFTS_PER_STEP);
  const { scanBytes } = workspace.kernels(stringKernels);
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep: SHIFTS_PER_STEP,
    count(from, to, distances) {
      counts.fill(0);
      const textAt = textBytes.byteOffset + from;
      comparisons += scanBytes(to - from, m, k, textAt, patternBytes.byteOffset, counts.byteOffset);
      distances.set(counts.subarray(0, to - from), from);
      if (bytes.exact) return;
      // Different symbols that share a byte can only hide mismatches: what seems close is compared again.
      for (let i = from; i < to; i++)
        if (distances[i] <= k) distances[i] = mismatchesUpTo(k, text, pattern, i);
    },
    stats: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}

/** min(D_i, k + 1) by comparing symbol by symbol. */
export function mismatchesUpTo(k: number, text: SymbolArray, pattern: SymbolArray, shift: number): number {
  let mismatches = 0;
  for (let j = 0; j < pattern.length && mismatches <= k; j++) {
    if (text[shift + j] !== pattern[j]) mismatches++;
  }
  return mismatches;
}

/** The pair in bytes; not exact where the pattern has more symbols than a byte can tell apart. */
function toBytes(pair: SymbolPair): { text: ArrayLike<number>; pattern: ArrayLike<number>; exact: boolean } {
  if (comparesBytes(pair)) return { text: pair.text, pattern: pair.pattern, exact: true };
  const { text, pattern, alphabetSize } = compact(pair);
  const toByte = (symbol: number) => (symbol < 0 ? BYTE_SYMBOLS : symbol % BYTE_SYMBOLS);
  return {
    text: Uint8Array.from(text, toByte),
    pattern: Uint8Array.from(pattern, toByte),
    exact: alphabetSize <= BYTE_SYMBOLS,
  };
}
