// An estimate of the comparisons of a scan, by the scan's own kernel at a few groups of neighbouring shifts; it takes microseconds.
import { int32, layout, scratch } from '@infimum/linalg/kernels';
import type { BitSets } from '../exact/hamming-sets.ts';
import { bitWriter } from '../exact/hamming-sets.ts';
import { ownWidth, SHIFT_GROUP } from '../exact/hamming-simd.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { SymbolArray, SymbolPair } from '../symbols.ts';

/** Averages over the sampled groups. */
export interface ScanSample {
  /** Symbols until all shifts of a group have more than k mismatches, as the kernel notices it. */
  readonly symbols: number;
  /** Mismatches of a shift, at most k. */
  readonly mismatches: number;
}

/** Number of sampled groups of shifts, spread over the text. */
const GROUPS = 4;

/** A pair in bytes, written piece by piece, and the kernel that compares them. */
interface SampledBytes {
  readonly kernel: 'scanBytes' | 'scanDisjoint';
  writeText(from: number, to: number, out: Uint8Array): void;
  writePattern(from: number, to: number, out: Uint8Array): void;
}

/**
 * Scans a few groups of shifts for at most k mismatches. Text and pattern are written only as far as the kernel reads them, so groups that
 * are given up early cost little for patterns of any length.
 *
 * @param sets - text and pattern as sets of bits, where symbols match others
 */
export function sampleScan(pair: SymbolPair, k: number, sets?: BitSets): ScanSample {
  const { kernel, writeText, writePattern } = sets ? bytesOfSets(pair, sets) : bytesOf(pair);
  const m = pair.pattern.length;
  const shifts = shiftsOf(pair);
  const size = Math.min(SHIFT_GROUP, shifts);
  const groups = Math.max(1, Math.min(GROUPS, Math.floor(shifts / SHIFT_GROUP)));
  using memory = layout({
    text: scratch(Math.ceil((m + SHIFT_GROUP) / 8)),
    pattern: scratch(Math.ceil(m / 8)),
    counts: int32(SHIFT_GROUP),
  });
  const { workspace, counts } = memory;
  const [textBytes, patternBytes] = [memory.text, memory.pattern].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  // The kernel processes whole groups.
  if (size < SHIFT_GROUP) textBytes.fill(0);
  const scan = workspace.kernels(stringKernels)[kernel];
  let [symbols, mismatches, ofPattern] = [0, 0, 0];
  for (let g = 0; g < groups; g++) {
    const first = Math.floor((g * (shifts - size)) / Math.max(1, groups - 1));
    let compared = 0;
    let ofText = 0;
    // Random symbols reach k + 1 mismatches within twice as many, and 64 shifts a little later.
    for (let length = Math.min(m, 2 * k + 128); ; length = Math.min(m, 4 * length)) {
      writePattern(ofPattern, Math.max(ofPattern, length), patternBytes.subarray(ofPattern));
      ofPattern = Math.max(ofPattern, length);
      writeText(first + ofText, first + size + length - 1, textBytes.subarray(ofText));
      ofText = size + length - 1;
      const { byteOffset } = counts;
      compared = scan(size, length, k, textBytes.byteOffset, patternBytes.byteOffset, byteOffset);
      if (length === m || compared < SHIFT_GROUP * length) break;
    }
    symbols += compared / SHIFT_GROUP / groups;
    for (let i = 0; i < size; i++) mismatches += Math.min(k, counts[i]) / (groups * size);
  }
  return { symbols, mismatches };
}

/** Symbols that are bytes as they are, others hashed: one in 256 different ones is taken for equal. */
function bytesOf(pair: SymbolPair): SampledBytes {
  const write =
    ownWidth(pair) === 1
      ? (symbols: SymbolArray) => (from: number, to: number, out: Uint8Array) => out.set(symbols.subarray(from, to))
      : (symbols: SymbolArray) => (from: number, to: number, out: Uint8Array) => {
          const values = new Int32Array(symbols.subarray(from, to));
          // Multiplicative hashing (Knuth): the high bits of a product with 2^32 / golden ratio.
          for (let i = 0; i < values.length; i++) out[i] = Math.imul(values[i], 0x9e3779b1) >>> 24;
        };
  return { kernel: 'scanBytes', writeText: write(pair.text), writePattern: write(pair.pattern) };
}

function bytesOfSets({ text }: SymbolPair, sets: BitSets): SampledBytes {
  return {
    kernel: 'scanDisjoint',
    writeText: bitWriter(text, sets),
    writePattern: (from, to, out) => out.set(sets.pattern.subarray(from, to)),
  };
}
