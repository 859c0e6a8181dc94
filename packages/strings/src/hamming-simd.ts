// Hamming distances by comparing 16 bytes at a time: the double loop at the speed of the machine, and the fastest
// there is for short patterns.
import { Workspace } from '@infimum/linalg/kernels';
import { type DistanceCounter, shiftsOf } from './hamming-solution.ts';
import { stringKernels } from './kernels.ts';
import { type CompactPair, compact, type SymbolPair } from './symbols.ts';

/** Shifts in one step, or two patterns if that is more: text and counters stay in the cache. */
const SHIFTS_PER_STEP = 2 ** 15;

/** Shifts that the kernels do at once; their arrays are that much longer. */
export const SHIFT_GROUP = 64;

/** Bytes of a symbol: 1 where the pattern has fewer than 256 different symbols, 2 or 4 where it has more. */
export function symbolWidth(alphabetSize: number): 1 | 2 | 4 {
  return alphabetSize < 2 ** 8 ? 1 : alphabetSize < 2 ** 16 ? 2 : 4;
}

/** O(nm) comparisons, 16 symbols an instruction (8 or 4 where the pattern has more than 255 or 65535 symbols). */
export function simdCounter(pair: SymbolPair): DistanceCounter {
  const m = pair.pattern.length;
  const shifts = shiftsOf(pair);
  const { text, pattern, width } = narrow(pair);
  const shiftsPerStep = SHIFT_GROUP * Math.ceil(Math.max(SHIFTS_PER_STEP, 2 * m) / SHIFT_GROUP);
  const words = (symbols: number) => Math.ceil((symbols * width) / 4);
  const room = shiftsPerStep + m + SHIFT_GROUP;
  const workspace = Workspace.for({ int32: [words(room), words(m), shiftsPerStep] });
  const view = (length: number) => {
    const { buffer, byteOffset } = workspace.int32(words(length));
    const View = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Int32Array;
    return new View(buffer as ArrayBuffer, byteOffset, length);
  };
  const textView = view(room);
  const patternView = view(m);
  patternView.set(pattern);
  const counts = workspace.int32(shiftsPerStep);
  const { equalBytes, equalHalves, equalWords } = workspace.kernels(stringKernels);
  const kernel = width === 1 ? equalBytes : width === 2 ? equalHalves : equalWords;
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      textView.set(text.subarray(from, to + m - 1));
      counts.fill(m);
      kernel(to - from, m, textView.byteOffset, patternView.byteOffset, counts.byteOffset);
      distances.set(counts.subarray(0, to - from), from);
      comparisons += (to - from) * m;
    },
    stats: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}

/** Whether the sequences can be compared byte by byte as they are. */
export function comparesBytes({ text, pattern }: SymbolPair): boolean {
  const signed = text instanceof Int8Array === pattern instanceof Int8Array;
  return text.BYTES_PER_ELEMENT === 1 && pattern.BYTES_PER_ELEMENT === 1 && signed;
}

/** The pair in symbols of 1, 2 or 4 bytes; symbols that the pattern does not have become the largest value. */
function narrow(pair: SymbolPair): SymbolPair & { readonly width: 1 | 2 | 4 } {
  const { text, pattern } = pair;
  if (comparesBytes(pair)) return { text, pattern, width: 1 };
  const compacted: CompactPair = compact(pair);
  return { ...compacted, width: symbolWidth(compacted.alphabetSize) };
}
