// Rows of the product by expansion, sort and compression (ESC): all products of a block of rows are listed with row
// and column as key, sorted stably, and neighbours with one key are added.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, COLS, double, ITEMS, KEYS, SEMIRING, SPARE_ITEMS,
  SPARE_KEYS, word,
} from './layout';
import { countElements, countProducts, countStored, endBefore, firstFrom, rowProducts, surveyRow } from './rows';
import { add, multiply } from './semiring';
import { bitsOf, sortKeys } from './sort';

/** Products of a block, unless one row has more. */
const BLOCK: i32 = 65536;

/** Writes the rows `from` <= i < `to`, their lengths to `counts`, and returns the number of entries. */
export function expandRows(
  job: usize, from: i32, to: i32, low: i32, high: i32, columns: usize, values: usize, counts: usize, scratch: usize,
): i32 {
  let entries = 0;
  for (let first = from; first < to; ) {
    let end = first;
    for (let size = 0; end < to; end++) {
      surveyRow(job, end, low, high);
      if (end > first && size + rowProducts > BLOCK) break;
      size += rowProducts;
    }
    const count = expand(job, first, end, low, high, scratch);
    const bits = bitsOf(load<i32>(job + COLS));
    // Columns first, then rows: the sort is stable.
    let side = sortKeys(count, 0, bits, true, scratch);
    if (side) swap(scratch);
    side = sortKeys(count, 32, 32 + bitsOf(end - first), true, scratch);
    if (side) swap(scratch);
    entries += compress(
      job, count, columns + ((<usize>entries) << 2), values + ((<usize>entries) << 3),
      counts + ((<usize>(first - from)) << 2), end - first, scratch,
    );
    first = end;
  }
  return entries;
}

/** Makes the spare arrays the ones to work on. */
function swap(scratch: usize): void {
  const keys = load<u32>(scratch + KEYS);
  store<u32>(scratch + KEYS, load<u32>(scratch + SPARE_KEYS));
  store<u32>(scratch + SPARE_KEYS, keys);
  const items = load<u32>(scratch + ITEMS);
  store<u32>(scratch + ITEMS, load<u32>(scratch + SPARE_ITEMS));
  store<u32>(scratch + SPARE_ITEMS, items);
}

function expand(job: usize, first: i32, end: i32, low: i32, high: i32, scratch: usize): i32 {
  const semiring = load<i32>(job + SEMIRING);
  const pointers = address(job, A_POINTERS);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const start = address(scratch, KEYS);
  let key = start;
  let item = address(scratch, ITEMS);
  for (let i = first; i < end; i++) {
    const row = (<u64>(i - first)) << 32;
    const last = word(pointers, i + 1);
    countElements(last - word(pointers, i));
    for (let p = word(pointers, i); p < last; p++) {
      const k = word(address(job, A_COLUMNS), p);
      const factor = double(address(job, A_VALUES), p);
      const begin = firstFrom(job, k, low);
      const stop = endBefore(job, k, begin, high);
      countProducts(stop - begin);
      for (let q = begin; q < stop; q++) {
        store<u64>(key, row | <u64>word(targets, q));
        store<f64>(item, multiply(semiring == 0, semiring, factor, double(terms, q)));
        key += 8;
        item += 8;
      }
    }
  }
  const count = <i32>((key - start) >> 3);
  countStored(count);
  return count;
}

function compress(
  job: usize, count: i32, columns: usize, values: usize, counts: usize, rows: i32, scratch: usize,
): i32 {
  const semiring = load<i32>(job + SEMIRING);
  const keys = address(scratch, KEYS);
  const items = address(scratch, ITEMS);
  memory.fill(counts, 0, (<usize>rows) << 2);
  let entries = 0;
  let previous = u64.MAX_VALUE;
  for (let k = 0; k < count; k++) {
    const key = load<u64>(keys + ((<usize>k) << 3));
    const item = double(items, k);
    if (key == previous) {
      const value = values + ((<usize>(entries - 1)) << 3);
      store<f64>(value, add(semiring == 0, semiring, load<f64>(value), item));
      continue;
    }
    previous = key;
    store<i32>(columns + ((<usize>entries) << 2), <i32>(<u32>key));
    store<f64>(values + ((<usize>(entries++)) << 3), item);
    const counter = counts + ((<usize>(key >>> 32)) << 2);
    store<i32>(counter, load<i32>(counter) + 1);
  }
  return entries;
}
