// The windows of SMASH: rows that are hashed together because their products fit into the scratchpad.
import { fault } from '@infimum/core';
import type { CsrMatrix } from '../matrices.ts';
import type { WorkEstimate } from './spgemm-tokens.ts';

/** Rows whose products, or a range of columns of one row whose entries, fit into the scratchpad. */
export interface SmashWindow {
  readonly from: number;
  readonly to: number;
  /** The columns `low` <= j < `high`. */
  readonly low: number;
  readonly high: number;
  /** Bits of a tag that hold the column. */
  readonly columnBits: number;
  /** Products; of a range of columns at most so many. */
  readonly products: number;
  /** Whether it is a part of a row that is too large for a window. */
  readonly isOversized: boolean;
  /** Whether the next window goes on with the same row. */
  readonly isContinued: boolean;
}

/**
 * Windows are greedy: rows are added while their products are at most `capacity` and their tags fit into 31 bits. A row
 * with more products has windows of its own: ranges of columns with at most `capacity` entries each.
 *
 * @throws {InvalidInputError} for more columns than tags have room for
 */
export function smashWindows(a: CsrMatrix, b: CsrMatrix, { rowProducts }: WorkEstimate, capacity: number): SmashWindow[] {
  const columnBits = bitsFor(b.cols);
  if (columnBits > 30) throw fault(`has ${b.cols} columns, at most 2^30 fit into tags`, 'b', 'unsupported');
  const mostRows = 2 ** (31 - columnBits) - 1;
  const windows: SmashWindow[] = [];
  let from = 0;
  let products = 0;
  const close = (to: number) => {
    if (to > from) {
      const columns = { low: 0, high: b.cols, columnBits };
      windows.push({ from, to, ...columns, products, isOversized: false, isContinued: false });
    }
    from = to;
    products = 0;
  };
  for (let i = 0; i < a.rows; i++) {
    if (rowProducts[i] > capacity) {
      close(i);
      windows.push(...rangesOf(a, b, i, capacity));
      from = i + 1;
      continue;
    }
    if (products + rowProducts[i] > capacity || i - from >= mostRows) close(i);
    products += rowProducts[i];
  }
  close(a.rows);
  return windows;
}

/** Bits that numbers below `bound` take. */
function bitsFor(bound: number): number {
  return bound <= 1 ? 0 : Math.ceil(Math.log2(bound));
}

/** A row in ranges of columns, each with at most `capacity` entries: the columns are marked and counted. */
function rangesOf(a: CsrMatrix, b: CsrMatrix, row: number, capacity: number): SmashWindow[] {
  const products = new Float64Array(b.cols);
  for (let p = a.rowPointers[row]; p < a.rowPointers[row + 1]; p++) {
    const k = a.columnIndices[p];
    for (let q = b.rowPointers[k]; q < b.rowPointers[k + 1]; q++) products[b.columnIndices[q]]++;
  }
  const cuts = [0];
  let entries = 0;
  for (let j = 0; j < b.cols; j++) {
    if (products[j] === 0) continue;
    if (entries === capacity) {
      cuts.push(j);
      entries = 0;
    }
    entries++;
  }
  return cuts.map((low, part) => {
    const isLast = part === cuts.length - 1;
    const high = isLast ? b.cols : cuts[part + 1];
    return {
      from: row,
      to: row + 1,
      low,
      high,
      columnBits: bitsFor(high - low),
      products: products.subarray(low, high).reduce((sum, count) => sum + count, 0),
      isOversized: true,
      isContinued: !isLast,
    };
  });
}
