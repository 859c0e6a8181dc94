// The scratch memory of the accumulators of row-wise products: which arrays each of them needs, and how large.
import type { CsrMatrix } from './csr-matrix.ts';
import type { WorkEstimate } from './spgemm-tokens.ts';

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

/** What an accumulator needs beside its result. */
export function scratchRooms(
  accumulator: Accumulator,
  a: CsrMatrix,
  b: CsrMatrix,
  { rowProducts, rowBounds, mostProducts }: WorkEstimate,
  isMasked: boolean,
): ScratchRoom[] {
  const { cols } = b;
  const words = Math.ceil(cols / 64);
  const sums: ScratchRoom = { field: 0, doubles: cols, fill: 'zero of the semiring' };
  const bits: ScratchRoom = { field: 1, doubles: words, fill: 'zeros' };
  const summary: ScratchRoom = { field: 2, doubles: Math.ceil(words / 64), fill: 'zeros' };
  const keys = (doubles: number): ScratchRoom[] => [
    { field: 5, doubles, fill: 'zeros' },
    { field: 6, doubles, fill: 'zeros' },
  ];
  if (isMasked) return [sums, { field: 9, doubles: Math.ceil(cols / 8), fill: 'zeros' }];
  const longest = rowBounds.reduce((most, bound) => Math.max(most, bound), 0);
  const slots = Math.max(16, 2 * 2 ** Math.ceil(Math.log2(Math.max(1, longest))));
  const table: ScratchRoom[] = [
    { field: 3, doubles: slots / 2, fill: 'free' },
    { field: 4, doubles: slots, fill: 'zeros' },
    ...keys(longest),
  ];
  switch (accumulator) {
    case 'dense':
      return [sums, bits, summary];
    case 'hash':
      return [...table, bits];
    case 'heap': {
      let widest = 0;
      for (let i = 0; i < a.rows; i++) widest = Math.max(widest, a.rowPointers[i + 1] - a.rowPointers[i]);
      return [...keys(widest), bits];
    }
    case 'esc': {
      const total = rowProducts.reduce((sum, count) => sum + count, 0);
      const room = Math.min(total, Math.max(EXPANSION, mostProducts));
      return [
        ...keys(room),
        { field: 7, doubles: room, fill: 'zeros' },
        { field: 8, doubles: room, fill: 'zeros' },
        bits,
      ];
    }
    default:
      return cols > DENSE_SPAN ? [sums, bits, summary, ...table] : [sums, bits, summary];
  }
}
