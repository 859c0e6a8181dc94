// k-bounded distances by comparing symbols until there are more than k mismatches: 64 neighbouring shifts at a time,
// which give up together. The fastest wherever random symbols mismatch often.
import { bytes, int32, layout } from '@infimum/linalg/kernels';
import { ownWidth, SHIFT_GROUP } from '../exact/hamming-simd.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { SymbolArray, SymbolPair } from '../symbols.ts';
import { numberPair } from '../symbols.ts';
import type { BoundedCounter } from './k-mismatch-solution.ts';

/** Shifts of one step, or two patterns if that is more. */
const SHIFTS_PER_STEP = 2 ** 16;

/** Shifts of one step that several threads share. */
const SHARED_SHIFTS = 2 ** 18;

/**
 * O(nm) at worst; about k/(1 - 1/σ) comparisons a shift, 16 an instruction, on random text. Comparisons are counted on one
 * thread only.
 */
export function scanCounter(pair: SymbolPair, k: number, threads = 1): BoundedCounter {
  const { text, pattern } = pair;
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const leastShifts = Math.max(threads === 1 ? SHIFTS_PER_STEP : SHARED_SHIFTS, 2 * m);
  const shiftsPerStep = SHIFT_GROUP * Math.ceil(leastShifts / SHIFT_GROUP);
  const room = Math.min(text.length, shiftsPerStep + m);
  const { workspace, textBytes, patternBytes, counts } = layout(
    { textBytes: bytes(room + SHIFT_GROUP), patternBytes: bytes(m), counts: int32(shiftsPerStep) },
    { threads },
  );
  const byteText = toBytes(pair, room, patternBytes);
  const { scanBytes } = workspace.kernels(stringKernels);
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      byteText.write(from, to + m - 1, textBytes);
      const { byteOffset } = textBytes;
      const patternAt = patternBytes.byteOffset;
      if (threads === 1) comparisons += scanBytes(to - from, m, k, byteOffset, patternAt, counts.byteOffset);
      else {
        const items = Math.ceil((to - from) / SHIFT_GROUP);
        workspace.parallel(stringKernels, 'scanBytes', { items, block: Math.ceil(items / (4 * threads)) }, (first, last) => {
          const start = SHIFT_GROUP * first;
          const shifts = Math.min(SHIFT_GROUP * last, to - from) - start;
          return [shifts, m, k, byteOffset + start, patternAt, counts.byteOffset + 4 * start];
        });
      }
      distances.set(counts.subarray(0, to - from));
      if (byteText.exact) return;
      // Different symbols that share a byte can only hide mismatches: shifts that seem close are compared again.
      for (let i = 0; i < to - from; i++) if (distances[i] <= k) distances[i] = mismatchesUpTo(k, text, pattern, from + i);
    },
    operations: () => (threads === 1 ? { comparisons } : {}),
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

/** How a text is written in bytes. */
interface ByteText {
  /** Whether different bytes are different symbols. */
  readonly exact: boolean;
  /** Writes the text's symbols `from` ≤ i < `to`. */
  write(from: number, to: number, out: Uint8Array): void;
}

/** Symbols that a byte can distinguish, and the byte that none of them has. */
const BYTE_SYMBOLS = 255;

/** The pair in bytes: as it is, or by the low bits of its symbols' numbers, in pieces of at most `room` symbols. */
function toBytes(pair: SymbolPair, room: number, patternBytes: Uint8Array): ByteText {
  const { text } = pair;
  if (ownWidth(pair) === 1) {
    patternBytes.set(pair.pattern);
    return { exact: true, write: (from, to, out) => out.set(text.subarray(from, to)) };
  }
  const { alphabetSize, pattern, numberText } = numberPair(pair);
  const exact = alphabetSize <= BYTE_SYMBOLS;
  const bits = exact ? 255 : 127;
  const numbers = new Int32Array(room);
  const narrow = (values: Int32Array, count: number, out: Uint8Array): void => {
    for (let i = 0; i < count; i++) out[i] = values[i] < 0 ? BYTE_SYMBOLS : values[i] & bits;
  };
  narrow(pattern, pattern.length, patternBytes);
  return { exact, write: (from, to, out) => narrow(numberText(from, to, numbers), to - from, out) };
}
