// Hamming distances of symbols that stand for several, by sets of bits: 16 places at a time match where two bytes have a
// bit in common. For classes of symbols in text and pattern, and for wildcards where the pattern has few symbols: one pass.
import { bytes, layout } from '@infimum/linalg/kernels';
import type { ShiftCounter } from '../hamming-solution.ts';
import { countsView, shiftsOf } from '../hamming-solution.ts';
import { stringKernels } from '../kernels.ts';
import type { Matching } from '../matching.ts';
import { isWorthTable, matches } from '../matching.ts';
import type { SymbolArray, SymbolPair } from '../symbols.ts';
import { SHIFT_GROUP, SHIFTS_PER_STEP } from './hamming-simd.ts';

/** Bits of a byte. */
const BITS = 8;

/** Shifts of one step that several threads share. */
const SHARED_SHIFTS = 2 ** 18;

/** A pair in sets of bits: of the pattern, and how text symbols are written. */
export interface BitSets {
  readonly pattern: Uint8Array;
  /** Text symbols that have other bits than most, with these. */
  readonly text: ReadonlyMap<number, number>;
  /** The bits of all other text symbols. */
  readonly others: number;
}

/**
 * The sets of a pair. One if the pattern represents at most eight symbols in all, a wildcard among them; otherwise
 * one for every eight symbols of the pattern, whose matches are to be added: positions with other symbols match nothing.
 */
export function bitSets({ pattern }: SymbolPair, matching: Matching): BitSets[] {
  const { wildcard, sets } = matching;
  const symbols = [...new Set<number>(pattern)];
  const members = new Set(symbols.filter((p) => p !== wildcard).flatMap((p) => sets.get(p) ?? [p]));
  const wild = symbols.includes(wildcard as number) ? 1 << members.size : 0;
  // A symbol with an empty set still matches wildcards.
  const empty = symbols.some((p) => p !== wildcard && sets.get(p)?.length === 0);
  if (members.size + (wild ? 1 : 0) <= BITS && !empty) {
    const bitOf = new Map([...members].map((member, bit) => [member, 1 << bit]));
    const bits = (symbol: number) => (sets.get(symbol) ?? [symbol]).reduce((sum, member) => sum | (bitOf.get(member) ?? 0), 0);
    const text = new Map([...members, ...sets.keys()].map((symbol) => [symbol, bits(symbol) | wild]));
    if (wildcard !== undefined) text.set(wildcard, 255);
    const patternBits = new Map(symbols.map((p) => [p, p === wildcard ? wild : bits(p)]));
    return [{ pattern: Uint8Array.from(pattern, (p) => patternBits.get(p) as number), text, others: wild }];
  }
  const groups: BitSets[] = [];
  const known = [...new Set([...members, ...symbols, ...sets.keys(), ...(wildcard === undefined ? [] : [wildcard])])];
  for (let first = 0; first < symbols.length; first += BITS) {
    const group = symbols.slice(first, first + BITS);
    const bits = (t: number) => group.reduce((sum, p, bit) => (matches(t, p, matching) ? sum | (1 << bit) : sum), 0);
    groups.push({
      pattern: Uint8Array.from(pattern, (p) => (group.includes(p) ? 1 << group.indexOf(p) : 0)),
      text: new Map(known.map((t) => [t, bits(t)])),
      others: group.reduce((sum, p, bit) => (p === wildcard ? sum | (1 << bit) : sum), 0),
    });
  }
  return groups;
}

/** One set in place of several: symbols share bits, so that distances can only be too small. */
export function mergedSets(groups: readonly BitSets[]): BitSets {
  const text = new Map<number, number>();
  for (const group of groups) {
    for (const [symbol, bits] of group.text) text.set(symbol, (text.get(symbol) ?? 0) | bits);
  }
  return {
    pattern: Uint8Array.from(groups[0].pattern, (_, j) => groups.reduce((sum, { pattern }) => sum | pattern[j], 0)),
    text,
    others: groups.reduce((sum, { others }) => sum | others, 0),
  };
}

/** Settings of the count. */
export interface SetsChoices {
  /** Distances may be cut off at k + 1. */
  readonly k?: number | undefined;
  readonly threads?: number | undefined;
}

/** O(nm) comparisons for each set, 16 an instruction; with a bound on the distances, far shifts are given up together. */
export function setsCounter(
  pair: SymbolPair,
  matching: Matching,
  { k, threads = 1 }: SetsChoices = {},
  groups: readonly BitSets[] = bitSets(pair, matching),
): ShiftCounter<{ readonly comparisons?: number }> {
  const { text, pattern } = pair;
  const m = pattern.length;
  const shifts = shiftsOf(pair);
  const least = Math.max(threads === 1 ? SHIFTS_PER_STEP : SHARED_SHIFTS, 2 * m);
  const shiftsPerStep = SHIFT_GROUP * Math.ceil(Math.min(least, shifts) / SHIFT_GROUP);
  const { workspace, textBytes, patterns, counts } = layout(
    {
      textBytes: bytes(shiftsPerStep + m + SHIFT_GROUP),
      patterns: groups.map(() => bytes(m)),
      counts: bytes(4 * shiftsPerStep),
    },
    { threads },
  );
  groups.forEach(({ pattern }, g) => void patterns[g].set(pattern));
  const writers = groups.map((group) => bitWriter(text, group));
  const scans = k !== undefined && groups.length === 1;
  let comparisons = 0;
  const compare = (shifts: number, patternAt: number, narrow: number): void => {
    const items = Math.ceil(shifts / SHIFT_GROUP);
    const block = threads === 1 ? items : Math.ceil(items / (4 * threads));
    const part = (first: number, last: number) => {
      const start = SHIFT_GROUP * first;
      const places = [textBytes.byteOffset + start, patternAt, counts.byteOffset + (narrow ? 1 : 4) * start] as const;
      return { count: Math.min(SHIFT_GROUP * last, shifts) - start, places };
    };
    workspace.parallel(stringKernels, scans ? 'scanDisjoint' : 'disjointBytes', { items, block }, (first, last) => {
      const { count, places } = part(first, last);
      return scans ? [count, m, k, ...places] : [count, m, ...places, narrow];
    });
    comparisons += shifts * m;
  };
  return {
    patternLength: m,
    shifts,
    shiftsPerStep,
    count(from, to, distances) {
      const last = to - from;
      distances.fill(-(groups.length - 1) * m, 0, last);
      patterns.forEach((pattern, g) => {
        writers[g](from, to + m - 1, textBytes);
        const { narrow, view } = countsView(counts, scans ? undefined : distances);
        compare(last, pattern.byteOffset, narrow);
        for (let i = 0; i < last; i++) distances[i] += view[i];
      });
      if (k === undefined || scans) return;
      for (let i = 0; i < last; i++) if (distances[i] > k) distances[i] = k + 1;
    },
    operations: () => (scans ? {} : { comparisons }),
    release: () => workspace.release(),
  };
}

/** Writes the bits of the text's symbols `from` ≤ i < `to`. */
export function bitWriter(
  text: SymbolArray,
  { text: bits, others }: Pick<BitSets, 'text' | 'others'>,
): (from: number, to: number, out: Uint8Array) => void {
  if (!isWorthTable(text)) {
    return (from, to, out) => {
      for (let i = from; i < to; i++) out[i - from] = bits.get(text[i]) ?? others;
    };
  }
  // Symbols as they are stored in 8 or 16 bits, signed or not; what cannot be stored is not there.
  const mask = 2 ** (8 * text.BYTES_PER_ELEMENT) - 1;
  const table = new Uint8Array(mask + 1).fill(others);
  const [least, most] = BOUNDS[text.BYTES_PER_ELEMENT as 1 | 2];
  for (const [symbol, set] of bits) {
    if (symbol >= least && symbol <= most) table[symbol & mask] = set;
  }
  return (from, to, out) => {
    for (let i = from; i < to; i++) out[i - from] = table[text[i] & mask];
  };
}

/** Symbols of one and two bytes, signed or not. */
const BOUNDS = { 1: [-(2 ** 7), 2 ** 8 - 1], 2: [-(2 ** 15), 2 ** 16 - 1] } as const;
