// Hamming distances of few symbols by bits of matches, 128 shifts at a time, for any symbols that match others too.
import { fault } from '@infimum/core';
import { bytes, int32, layout } from '@infimum/linalg/kernels';
import type { DistanceCounter } from '../hamming-solution.ts';
import { countsView, shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { Matching } from '../matching.ts';
import { matches } from '../matching.ts';
import type { SymbolPair } from '../symbols.ts';
import { isSigned, numberPair } from '../symbols.ts';
import { bitWriter } from './hamming-sets.ts';
import { ownWidth } from './hamming-simd.ts';

/** Symbols of a byte, but for one that stands for all others. */
export const MAX_BITSET_SYMBOLS = 255;

/** Bytes of the bits of a step, which stay in the second-level cache; and shifts of one that several threads share. */
const STEP_BYTES = 2 ** 18;
const SHARED_SHIFTS = 2 ** 18;

/** Shifts that the kernel does at once. */
const GROUP = 128;

/** Further settings of a counter, and the number of threads. */
export interface CountingChoices {
  readonly threads?: number;
  /** Matches of unequal symbols. */
  readonly matching?: Matching | undefined;
}

/**
 * O(nm / 128) additions of bits, and O(nσ) for the bits of σ symbols of the pattern.
 *
 * @throws {InvalidInputError} `unsupported` where more than 255 symbols matter
 */
export function bitsetCounter(pair: SymbolPair, { threads = 1, matching }: CountingChoices = {}): DistanceCounter {
  const m = pair.pattern.length;
  const shifts = shiftsOf(pair);
  const { symbols: all, kindOf, write } = kindsOf(pair, matching);
  // Wild symbols of the pattern match everywhere: their positions are left out.
  const symbols = [...new Set<number>(pair.pattern)].filter((p) => p !== matching?.wildcard);
  const most = Math.max(2 ** 11, Math.min(2 ** 15, STEP_BYTES / Math.max(1, symbols.length)), 2 * m);
  const shiftsPerStep = GROUP * Math.ceil(Math.min(shifts, threads === 1 ? most : Math.max(most, SHARED_SHIFTS)) / GROUP);
  const stride = 16 * Math.ceil((shiftsPerStep + m + GROUP) / GROUP) + 16;
  const { workspace, textBytes, tables, planes, zeros, places, counts } = layout(
    {
      textBytes: bytes(8 * stride),
      tables: bytes(256 * symbols.length),
      planes: bytes(8 * stride * symbols.length),
      zeros: bytes(shiftsPerStep / 8 + 16),
      places: int32(m + 8),
      counts: bytes(4 * shiftsPerStep),
    },
    { threads },
  );
  const numbers = new Map(symbols.map((p, q) => [p, q]));
  const wanted = symbols.map(() => 1);
  symbols.forEach((p, q) => {
    for (const t of all) if (matching ? matches(t, p, matching) : t === p) tables[256 * q + kindOf(t)] = 255;
  });
  places.fill(zeros.byteOffset);
  let total = 0;
  for (let j = 0; j < m; j++) {
    const q = numbers.get(pair.pattern[j]);
    if (q === undefined) continue;
    places[total++] = planes.byteOffset + (8 * q + (j & 7)) * stride + (j >> 3);
    wanted[q] |= 1 << (j & 7);
  }
  const length = 8 * Math.ceil(total / 8);
  let comparisons = 0;
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      write(from, Math.min(pair.text.length, to + m - 1), textBytes);
      workspace.parallel(stringKernels, 'matchPlanes', { items: symbols.length, block: 1 }, (q) => [
        stride,
        wanted[q],
        textBytes.byteOffset,
        tables.byteOffset + 256 * q,
        planes.byteOffset + 8 * stride * q,
      ]);
      const { narrow, view } = countsView(counts, distances);
      const items = Math.ceil((to - from) / GROUP);
      const block = threads === 1 ? items : Math.ceil(items / (4 * threads));
      workspace.parallel(stringKernels, 'countSlices', { items, block }, (first, last) => [
        GROUP * first,
        GROUP * last,
        length,
        places.byteOffset,
        total,
        counts.byteOffset,
        narrow,
      ]);
      distances.set(view.subarray(0, to - from));
      comparisons += (to - from) * m;
    },
    operations: () => ({ comparisons }),
    release: () => workspace.release(),
  };
}

/** The symbols that a pair's matches depend on. */
export function knownSymbols({ pattern }: SymbolPair, matching: Matching | undefined): Set<number> {
  const known = new Set<number>(pattern);
  if (!matching) return known;
  for (const p of [...known]) for (const member of matching.sets.get(p) ?? []) known.add(member);
  for (const symbol of matching.sets.keys()) known.add(symbol);
  if (matching.wildcard !== undefined) known.add(matching.wildcard);
  return known;
}

/** Whether `bitsetCounter` takes a pair. */
export function bitsetTakes(pair: SymbolPair, matching?: Matching): boolean {
  return ownWidth(pair) === 1 || knownSymbols(pair, matching).size <= MAX_BITSET_SYMBOLS;
}

/** The symbols that matter, and how they and a text are written in bytes. */
function kindsOf(pair: SymbolPair, matching: Matching | undefined) {
  const { text } = pair;
  const known = knownSymbols(pair, matching);
  if (ownWidth(pair) === 1) {
    const least = isSigned(text) ? -128 : 0;
    return {
      // A value that the array cannot hold is never found.
      symbols: [...known].filter((symbol) => symbol >= least && symbol < least + 256),
      kindOf: (symbol: number) => symbol & 255,
      write: (from: number, to: number, out: Uint8Array) => out.set(text.subarray(from, to)),
    };
  }
  if (known.size > MAX_BITSET_SYMBOLS) {
    throw fault(
      `has ${known.size} relevant symbols; the limit for match bits is ${MAX_BITSET_SYMBOLS}`,
      'pattern',
      'unsupported',
    );
  }
  const symbols = [...known];
  const kinds = new Map(symbols.map((symbol, kind) => [symbol, kind]));
  const kindOf = (symbol: number) => kinds.get(symbol) as number;
  if (matching) return { symbols, kindOf, write: bitWriter(text, { text: kinds, others: MAX_BITSET_SYMBOLS }) };
  // Numbers are given in the order of first occurrence, as the set has it; -1 is written as 255.
  const { numberText } = numberPair(pair);
  let numbers = new Int32Array(0);
  const write = (from: number, to: number, out: Uint8Array) => {
    if (numbers.length < to - from) numbers = new Int32Array(to - from);
    numberText(from, to, numbers);
    for (let i = 0; i < to - from; i++) out[i] = numbers[i];
  };
  return { symbols, kindOf, write };
}
