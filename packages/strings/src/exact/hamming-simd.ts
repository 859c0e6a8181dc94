// Hamming distances by comparing 16 bytes at a time: the double loop with SIMD, the fastest method for short patterns.
import { bytes, layout } from '@infimum/linalg/kernels';
import { HASH, NUMBER, SIMD_COMPARISON } from '../costs.ts';
import type { DistanceCounter } from '../hamming-solution.ts';
import { countsView, shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { NumberedPair, SymbolPair } from '../symbols.ts';
import { isSigned, numberPair } from '../symbols.ts';

/** Shifts in one step, or two patterns if that is more: text and counters stay in the cache. */
export const SHIFTS_PER_STEP = 2 ** 15;

/** Comparisons of a step that several threads share: enough to be worth waking them. */
const SHARED_WORK = 2 ** 27;

/** Shifts that the kernels do at once; their arrays are that much longer. */
export const SHIFT_GROUP = 64;

/** How symbols are compared. */
export interface SymbolWidth {
  /** Bytes of a symbol. */
  readonly width: 1 | 2 | 4;
  /** Whether the sequences are compared as they are; otherwise symbols are numbered first. */
  readonly asIs: boolean;
  /** Nanoseconds of numbering a symbol. */
  readonly numbering: number;
}

/**
 * The cheaper of comparing symbols as they are and of numbering them first, which leaves 1 byte a symbol where the
 * pattern has fewer than 256 different ones.
 */
export function comparisonWidth(
  pair: SymbolPair,
  { alphabetSize, isHashed }: Pick<NumberedPair, 'alphabetSize' | 'isHashed'>,
): SymbolWidth {
  const m = pair.pattern.length;
  const own = ownWidth(pair);
  const narrow = alphabetSize < 2 ** 8 ? 1 : alphabetSize < 2 ** 16 ? 2 : 4;
  const numbering = isHashed ? HASH : NUMBER;
  const asIs = own !== undefined && SIMD_COMPARISON[own] * m <= SIMD_COMPARISON[narrow] * m + numbering;
  return asIs ? { width: own, asIs, numbering: 0 } : { width: narrow, asIs, numbering };
}

/** Bytes of a symbol in both sequences; undefined where equal bytes need not be equal symbols. */
export function ownWidth({ text, pattern }: SymbolPair): 1 | 2 | 4 | undefined {
  const width = text.BYTES_PER_ELEMENT;
  return width === pattern.BYTES_PER_ELEMENT && isSigned(text) === isSigned(pattern) ? (width as 1 | 2 | 4) : undefined;
}

/**
 * O(nm) comparisons, 16 symbols an instruction (8 or 4 of two or four bytes each).
 *
 * @param numbered - the pattern, where it has been numbered already
 */
export function simdCounter(pair: SymbolPair, threads = 1, numbered: NumberedPair = numberPair(pair)): DistanceCounter {
  const m = pair.pattern.length;
  const shifts = shiftsOf(pair);
  const { width, asIs } = comparisonWidth(pair, numbered);
  const leastShifts = threads === 1 ? SHIFTS_PER_STEP : Math.min(2 ** 20, Math.ceil(SHARED_WORK / m));
  const shiftsPerStep = SHIFT_GROUP * Math.ceil(Math.max(SHIFTS_PER_STEP, leastShifts, 2 * m) / SHIFT_GROUP);
  const numbers = new Int32Array(asIs ? 0 : Math.min(pair.text.length, shiftsPerStep + m));
  const { workspace, text, pattern, counts } = layout(
    { text: bytes(width * (shiftsPerStep + m + SHIFT_GROUP)), pattern: bytes(width * m), counts: bytes(4 * shiftsPerStep) },
    { threads },
  );
  const View = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
  const [textView, patternView] = [text, pattern].map(
    ({ buffer, byteOffset, length }) => new View(buffer as ArrayBuffer, byteOffset, length / width),
  );
  patternView.set(asIs ? pair.pattern : numbered.pattern);
  const kernel = width === 1 ? 'differentBytes' : width === 2 ? 'differentHalves' : 'differentWords';
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      const end = to + m - 1;
      if (asIs) textView.set(pair.text.subarray(from, end));
      else textView.set(numbered.numberText(from, end, numbers));
      const { narrow, view } = countsView(counts, width === 1 ? distances : undefined);
      const items = Math.ceil((to - from) / SHIFT_GROUP);
      const block = threads === 1 ? items : Math.ceil(items / (4 * threads));
      workspace.parallel(stringKernels, kernel, { items, block }, (first, last) => {
        const start = SHIFT_GROUP * first;
        const shifts = Math.min(SHIFT_GROUP * last, to - from) - start;
        const textAt = textView.byteOffset + width * start;
        return [shifts, m, textAt, patternView.byteOffset, counts.byteOffset + (narrow ? 1 : 4) * start, narrow];
      });
      distances.set(view.subarray(0, to - from));
      comparisons += (to - from) * m;
    },
    operations: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}
