// The scratch memory of the accumulators of row-wise products: which arrays each of them needs, and how large.
import type { CsrMatrix } from '../matrices.ts';
import { HASHED_SHARE } from './spgemm-chooser.ts';
import type { WorkEstimate } from './spgemm-tokens.ts';

/** What adds up a row. */
export type Accumulator = 'auto' | 'dense' | 'hash' | 'heap' | 'esc';

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

/** What an accumulator needs beside its result. */
export function scratchRooms(
  accumulator: Accumulator,
  a: CsrMatrix,
  { cols }: CsrMatrix,
  { rowBounds, mostProducts, products }: WorkEstimate,
  sorted: boolean,
): ScratchRoom[] {
  const words = Math.ceil(cols / 64);
  const bits: ScratchRoom = { field: 1, doubles: words, fill: 'zeros' };
  const dense: ScratchRoom[] = [
    { field: 0, doubles: cols, fill: 'zero of the semiring' },
    bits,
    { field: 2, doubles: Math.ceil(words / 64), fill: 'zeros' },
  ];
  const longest = largestOf(rowBounds);
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
    case 'esc': {
      const expansion = Math.min(products, Math.max(EXPANSION, mostProducts));
      return [...keys(expansion), ...items(expansion), bits];
    }
    default: {
      const hashed = Math.min(longest, Math.ceil(HASHED_SHARE * cols));
      const places: ScratchRoom = { field: 10, doubles: Math.ceil(cols / 2), fill: 'zeros' };
      return [...dense, ...(sorted ? [] : [places]), ...table(hashed), ...keys(hashed)];
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
