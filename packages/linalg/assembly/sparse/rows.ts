// Rows of B within a range of columns, and the counters of products.
import { A_COLUMNS, A_POINTERS, address, B_COLUMNS, B_POINTERS, COLS, word } from './layout';

/** Products of two entries since the last reset. */
export let products: i32 = 0;

/** Elements of A read, and products stored before they were added up, since then. */
export let elements: i32 = 0;
export let stored: i32 = 0;

export function resetCounters(): void {
  products = 0;
  elements = 0;
  stored = 0;
}

export function countProducts(count: i32): void {
  products += count;
}

export function countElements(count: i32): void {
  elements += count;
}

export function countStored(count: i32): void {
  stored += count;
}

/** The first entry of row k of B that is not left of column `low`. */
@inline
export function firstFrom(job: usize, k: i32, low: i32): i32 {
  return firstOf(address(job, B_POINTERS), address(job, B_COLUMNS), k, low);
}

/** The end of the entries of row k of B that are left of column `high`. */
@inline
export function endBefore(job: usize, k: i32, start: i32, high: i32): i32 {
  return endOf(address(job, B_POINTERS), address(job, B_COLUMNS), k, start, high, load<i32>(job + COLS));
}

/** As `firstFrom`, for loops that have looked up the addresses. */
@inline
export function firstOf(pointers: usize, columns: usize, k: i32, low: i32): i32 {
  const start = word(pointers, k);
  return low <= 0 ? start : lowerBound(columns, start, word(pointers, k + 1), low);
}

/** As `endBefore`, for loops that have looked up the addresses. */
@inline
export function endOf(pointers: usize, columns: usize, k: i32, start: i32, high: i32, cols: i32): i32 {
  const end = word(pointers, k + 1);
  return high >= cols ? end : lowerBound(columns, start, end, high);
}

/** The first place in [low, high) of a rising array that holds at least `value`, or high. */
function lowerBound(array: usize, low: i32, high: i32, value: i32): i32 {
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (word(array, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The smallest and the largest column that row i of the product can have, and how many products it takes. */
export let firstColumn: i32 = 0;
export let lastColumn: i32 = 0;
export let rowProducts: i32 = 0;

export function surveyRow(job: usize, i: i32, low: i32, high: i32): void {
  const pointers = address(job, A_POINTERS);
  const columns = address(job, A_COLUMNS);
  const starts = address(job, B_POINTERS);
  const targets = address(job, B_COLUMNS);
  const cols = load<i32>(job + COLS);
  let first = i32.MAX_VALUE;
  let last = -1;
  let count = 0;
  const end = word(pointers, i + 1);
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(columns, p);
    const start = firstOf(starts, targets, k, low);
    const stop = endOf(starts, targets, k, start, high, cols);
    if (start >= stop) continue;
    count += stop - start;
    first = min<i32>(first, word(targets, start));
    last = max<i32>(last, word(targets, stop - 1));
  }
  firstColumn = first;
  lastColumn = last;
  rowProducts = count;
}
