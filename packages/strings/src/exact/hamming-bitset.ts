// Hamming distances of small alphabets by exclusive or and counting bits, 64 symbols a word.
import { InvalidInputError } from '@infimum/core';
import { bytes, int32, layout } from '@infimum/linalg/kernels';
import type { DistanceCounter } from '../hamming-solution.ts';
import { shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { CompactPair } from '../symbols.ts';

/** Symbols of a pattern beyond which the kernel has no planes. */
export const MAX_BITSET_SYMBOLS = 15;

/** Symbol comparisons in one step. */
const WORK_PER_STEP = 2 ** 30;

/** Bit planes that the symbols of a pair need; one code more for text symbols that the pattern does not have. */
function bitPlanes({ alphabetSize, text, textCounts }: CompactPair): number {
  const known = textCounts.reduce((sum, count) => sum + count, 0);
  const codes = alphabetSize + (known < text.length ? 1 : 0);
  return Math.max(1, Math.ceil(Math.log2(codes)));
}

/**
 * O(nm) comparisons, 64 symbols a word of each of up to four bit planes.
 *
 * @throws {InvalidInputError} `unsupported` if the pattern has more than 15 different symbols
 */
export function bitsetCounter(pair: CompactPair, threads = 1): DistanceCounter {
  const { text, pattern, alphabetSize } = pair;
  if (alphabetSize > MAX_BITSET_SYMBOLS) {
    throw new InvalidInputError(`has ${alphabetSize} different symbols, bit planes take ${MAX_BITSET_SYMBOLS}`, {
      argument: 'pattern',
      code: 'unsupported',
    });
  }
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const planes = bitPlanes(pair);
  const words = Math.ceil((m + 7) / 64);
  const stride = 8 * words;
  const textStride = Math.ceil(text.length / 8) + stride + 8;
  // Symbols as bytes, a byte each, are needed until the planes are written.
  const longest = Math.max(text.length, m + 8) + 16;
  const { workspace, textBits, patternBits, symbols, counts } = layout(
    {
      textBits: bytes(planes * textStride + 8),
      patternBits: bytes(8 * (planes + 1) * stride + 8),
      symbols: bytes(longest),
      counts: int32(shifts + 8),
    },
    { threads },
  );
  const { bitPlane } = workspace.kernels(stringKernels);
  symbols.set(text);
  for (let plane = 0; plane < planes; plane++) {
    bitPlane(text.length, plane, symbols.byteOffset, textBits.byteOffset + plane * textStride);
  }
  for (let shift = 0; shift < 8; shift++) {
    symbols.fill(0, 0, m + 24);
    symbols.set(pattern, shift);
    const at = patternBits.byteOffset + shift * (planes + 1) * stride;
    for (let plane = 0; plane < planes; plane++) bitPlane(m + shift, plane, symbols.byteOffset, at + plane * stride);
    symbols.fill(1, shift, m + shift);
    bitPlane(m + shift, 0, symbols.byteOffset, at + planes * stride);
  }
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep: 8 * Math.max(1, Math.floor(WORK_PER_STEP / (8 * m))),
    count(from, to, distances) {
      const items = Math.min(8, to - from);
      workspace.parallel(stringKernels, 'differentBits', { items, block: 1 }, (shift) => {
        const length = Math.ceil((to - from - shift) / 8);
        const patternAt = patternBits.byteOffset + shift * (planes + 1) * stride;
        const countsAt = counts.byteOffset + 4 * (from + shift);
        return [planes, length, words, textBits.byteOffset + from / 8, textStride, patternAt, countsAt];
      });
      distances.set(counts.subarray(from, to));
      comparisons += (to - from) * m;
    },
    operations: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}
