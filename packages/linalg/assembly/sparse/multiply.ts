// Blocks of rows of a sparse product with one accumulator, or with one chosen for each row.
import { denseRow } from './dense-row';
import { expandRows } from './expand-rows';
import { hashRow } from './hash-row';
import { heapRow } from './heap-row';
import {
  A_POINTERS, address, COPIED_ROWS, ELEMENTS, ENTRIES, HASHED_ROWS, PRODUCTS, RATIO, SORTED, STORED, USED_SCRATCH, word,
} from './layout';
import { listRow } from './list-row';
import {
  elements, firstColumn, lastColumn, products, resetCounters, rowProducts, stored, surveyRow,
} from './rows';
import { copiedRow, mergedRow } from './small-row';

const COPY = 0;
const MERGE = 1;
const DENSE = 2;
const HASH = 3;

export function multiplyAuto(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  const pointers = address(job, A_POINTERS);
  const sorted = load<i32>(job + SORTED) != 0;
  const ratio = <u64>load<u32>(job + RATIO);
  let entries = 0;
  memory.fill(stats + COPIED_ROWS, 0, HASHED_ROWS + 4 - COPIED_ROWS);
  for (let i = from; i < to; i++) {
    const p = word(pointers, i);
    const length = word(pointers, i + 1) - p;
    let count = 0;
    if (length > 0) {
      let kind = length == 1 ? COPY : length == 2 && sorted ? MERGE : DENSE;
      let isNarrow = false;
      if (kind == DENSE) {
        surveyRow(job, i, low, high);
        const span = max<i32>(0, lastColumn - firstColumn);
        if (<u64>span > ratio * <u64>rowProducts) kind = HASH;
        // Intervals that many products fall on are added two at a time, whatever order is wanted.
        isNarrow = span < rowProducts;
      }
      if (kind == COPY) count = copiedRow(job, p, low, high, columns, values);
      else if (kind == MERGE) count = mergedRow(job, p, low, high, columns, values);
      else if (kind == HASH) count = hashRow(job, i, low, high, columns, values, scratch);
      else if (sorted || isNarrow) count = denseRow(job, i, low, high, columns, values, scratch);
      else count = listRow(job, i, low, high, columns, values, scratch);
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
