// The scratch memory of the accumulators of row-wise products: which arrays each of them needs, and how large.

import type { CsrMatrix } from '../matrices.ts';
import type { Token, WorkEstimate } from './spgemm-tokens.ts';

/** What adds up a row. */
export type Accumulator = 'auto' | 'dense' | 'hash' | 'heap' | 'esc';

/** Columns up to which a row is never hashed by `auto`. */
const DENSE_SPAN = 262144;
/** Products that an expansion block has at least room for. */
const EXPANSION = 65536;

/** Header of 16 words, and the counters of the radix sort. */
export const SCRATCH_WORDS = 16 + 256;

/** An array of scratch memory. */
export interface ScratchRoom {
  /** The word of the header that holds its address. */
  readonly field: number;
  /** Its size. */
  readonly doubles: number;
  /** What it holds before the first row. */
  readonly fill: 'zeros' | 'zero of the semiring' | 'free';
}

/** Columns over which rows must spread to be cheaper to list and sort than to scatter over sums, which no cache holds then. */
const WIDE = 65536;
/** Products a row, in the mean, up to which rows are thin. */
const THIN = 64;
/** Rows before and after the middle of a token by which its spread is judged. */
const JUDGED = 8;

/**
 * Whether the rows of a token are so thin, and their columns so far apart, that `auto` lists, sorts and adds their
 * products. The rows of a grid are thin, too, but close together: their sums stay in the cache.
 */
export function isThin({ from, to, products }: Token, a: CsrMatrix, b: CsrMatrix): boolean {
  if (b.cols < WIDE || products > THIN * (to - from)) return false;
  const middle = (from + to) >>> 1;
  let first = b.cols;
  let last = -1;
  for (let i = Math.max(from, middle - JUDGED); i < Math.min(to, middle + JUDGED); i++) {
    for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
      const [start, end] = [b.rowPointers[a.columnIndices[p]], b.rowPointers[a.columnIndices[p] + 1]];
      if (start === end) continue;
      first = Math.min(first, b.columnIndices[start]);
      last = Math.max(last, b.columnIndices[end - 1]);
    }
  }
  return last - first >= WIDE;
}

/** What an accumulator needs beside its result. */
export function scratchRooms(
  accumulator: Accumulator,
  a: CsrMatrix,
  { cols }: CsrMatrix,
  { rowProducts, rowBounds, mostProducts, products }: WorkEstimate,
  thin: readonly Token[],
): ScratchRoom[] {
  const words = Math.ceil(cols / 64);
  const bits: ScratchRoom = { field: 1, doubles: words, fill: 'zeros' };
  const dense: ScratchRoom[] = [
    { field: 0, doubles: cols, fill: 'zero of the semiring' },
    bits,
    { field: 2, doubles: Math.ceil(words / 64), fill: 'zeros' },
  ];
  const longest = largestOf(rowBounds);
  const expansion = (mostOfRow: number): number => Math.min(products, Math.max(EXPANSION, mostOfRow));
  switch (accumulator) {
    case 'dense':
      return dense;
    case 'hash':
      return [...table(longest), ...keys(longest), bits];
    case 'heap': {
      let widest = 0;
      for (let i = 0; i < a.rows; i++) widest = Math.max(widest, a.rowPointers[i + 1] - a.rowPointers[i]);
      return [...keys(widest), bits];
    }
    case 'esc':
      return [...keys(expansion(mostProducts)), ...items(expansion(mostProducts)), bits];
    default: {
      const most = thin.reduce((most, { from, to }) => {
        return Math.max(most, largestOf(rowProducts.subarray(from, to)));
      }, 0);
      const listed = thin.length > 0 ? expansion(most) : 0;
      const hashed = cols > DENSE_SPAN ? longest : 0;
      return [...dense, ...(hashed > 0 ? table(hashed) : []), ...keys(Math.max(listed, hashed)), ...items(listed)];
    }
  }
}

/** What a masked product needs: a sum and a flag a column. */
export function maskedRooms(cols: number): ScratchRoom[] {
  return [
    { field: 0, doubles: cols, fill: 'zero of the semiring' },
    { field: 9, doubles: Math.ceil(cols / 8), fill: 'zeros' },
  ];
}

/** Keys and values of a hash table, twice as long as rows can be. */
function table(longest: number): ScratchRoom[] {
  const slots = Math.max(16, 2 * 2 ** Math.ceil(Math.log2(Math.max(1, longest))));
  return [
    { field: 3, doubles: slots / 2, fill: 'free' },
    { field: 4, doubles: slots, fill: 'zeros' },
  ];
}

/** Keys to be sorted, and as many to sort them to. */
function keys(doubles: number): ScratchRoom[] {
  return [
    { field: 5, doubles, fill: 'zeros' },
    { field: 6, doubles, fill: 'zeros' },
  ];
}

/** Values that go with the keys. */
function items(doubles: number): ScratchRoom[] {
  return [
    { field: 7, doubles, fill: 'zeros' },
    { field: 8, doubles, fill: 'zeros' },
  ];
}

function largestOf(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > most) most = values[i];
  return most;
}
