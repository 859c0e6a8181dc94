// Blocks of rows of a sparse product with one accumulator, or with one chosen for each row.
import { denseRow } from './dense-row';
import { expandRows } from './expand-rows';
import { hashRow } from './hash-row';
import { heapRow } from './heap-row';
import {
  A_POINTERS, address, COPIED_ROWS, ELEMENTS, ENTRIES, HASHED_ROWS, PRODUCTS, STORED, USED_SCRATCH, word,
} from './layout';
import {
  elements, firstColumn, lastColumn, products, resetCounters, rowProducts, stored, surveyRow,
} from './rows';
import { copiedRow, mergedRow, smallRow } from './small-row';

/** Columns that a dense accumulator may spread over and stay in the cache. */
const DENSE_SPAN: i32 = 262144;
/** Products up to which a wide row is kept as a sorted list. */
const SMALL_PRODUCTS: i32 = 64;

const COPY = 0;
const MERGE = 1;
const SMALL = 2;
const DENSE = 3;
const HASH = 4;

/** The accumulator for a row that `surveyRow` has looked at. */
@inline
function choose(entries: i32): i32 {
  if (entries == 1) return COPY;
  if (entries == 2) return MERGE;
  const span = lastColumn - firstColumn;
  if (span < DENSE_SPAN || span < rowProducts << 5) return DENSE;
  return rowProducts <= SMALL_PRODUCTS ? SMALL : HASH;
}

export function multiplyAuto(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  const pointers = address(job, A_POINTERS);
  let entries = 0;
  memory.fill(stats + COPIED_ROWS, 0, HASHED_ROWS + 4 - COPIED_ROWS);
  for (let i = from; i < to; i++) {
    const p = word(pointers, i);
    const length = word(pointers, i + 1) - p;
    let count = 0;
    if (length > 0) {
      if (length > 2) surveyRow(job, i, low, high);
      const kind = choose(length);
      if (kind == DENSE) count = denseRow(job, i, low, high, columns, values, scratch);
      else if (kind == COPY) count = copiedRow(job, p, low, high, columns, values);
      else if (kind == MERGE) count = mergedRow(job, p, low, high, columns, values);
      else if (kind == SMALL) count = smallRow(job, i, low, high, columns, values);
      else count = hashRow(job, i, low, high, columns, values, scratch);
      const counter = stats + COPIED_ROWS + ((<usize>kind) << 2);
      store<i32>(counter, load<i32>(counter) + 1);
    }
    store<i32>(counts + ((<usize>(i - from)) << 2), count);
    columns += (<usize>count) << 2;
    values += (<usize>count) << 3;
    entries += count;
  }
  finish(entries, scratch, stats);
}

export function multiplyDense(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  let entries = 0;
  for (let i = from; i < to; i++) {
    surveyRow(job, i, low, high);
    const count = denseRow(job, i, low, high, columns, values, scratch);
    store<i32>(counts + ((<usize>(i - from)) << 2), count);
    columns += (<usize>count) << 2;
    values += (<usize>count) << 3;
    entries += count;
  }
  finish(entries, scratch, stats);
}

export function multiplyHash(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  let entries = 0;
  for (let i = from; i < to; i++) {
    surveyRow(job, i, low, high);
    const count = hashRow(job, i, low, high, columns, values, scratch);
    store<i32>(counts + ((<usize>(i - from)) << 2), count);
    columns += (<usize>count) << 2;
    values += (<usize>count) << 3;
    entries += count;
  }
  finish(entries, scratch, stats);
}

export function multiplyHeap(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  let entries = 0;
  for (let i = from; i < to; i++) {
    const count = heapRow(job, i, low, high, columns, values, scratch);
    store<i32>(counts + ((<usize>(i - from)) << 2), count);
    columns += (<usize>count) << 2;
    values += (<usize>count) << 3;
    entries += count;
  }
  finish(entries, scratch, stats);
}

export function multiplyExpanded(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  finish(expandRows(job, from, to, low, high, columns, values, counts, scratch), scratch, stats);
}

function finish(entries: i32, scratch: usize, stats: usize): void {
  store<i32>(stats + ENTRIES, entries);
  store<i32>(stats + PRODUCTS, products);
  store<i32>(stats + ELEMENTS, elements);
  store<i32>(stats + STORED, stored);
  store<u32>(stats + USED_SCRATCH, <u32>scratch);
}
