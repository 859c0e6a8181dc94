// A row of the product by merging the rows of B with a heap: sorted without a table, O(p log(entries of A)).
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, double, KEYS, SEMIRING, SPARE_KEYS, word,
} from './layout';
import { countElements, countProducts, endBefore, firstFrom } from './rows';
import { add, multiply } from './semiring';

/**
 * Writes the row and returns its length. The heap at KEYS holds column and number of every row of B that is not at its
 * end, so that of equal columns the row with the smaller number comes first; place and end of each are at SPARE_KEYS.
 */
export function heapRow(
  job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  const semiring = load<i32>(job + SEMIRING);
  if (semiring == 0) return mergeAll(true, 0, job, i, low, high, columns, values, scratch);
  return mergeAll(false, semiring, job, i, low, high, columns, values, scratch);
}

@inline
function mergeAll(
  plain: bool, semiring: i32, job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  const heap = address(scratch, KEYS);
  const places = address(scratch, SPARE_KEYS);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const first = word(address(job, A_POINTERS), i);
  const lists = word(address(job, A_POINTERS), i + 1) - first;
  countElements(lists);
  let size = 0;
  for (let list = 0; list < lists; list++) {
    const k = word(address(job, A_COLUMNS), first + list);
    const start = firstFrom(job, k, low);
    const stop = endBefore(job, k, start, high);
    countProducts(stop - start);
    if (start >= stop) continue;
    store<i32>(places + ((<usize>list) << 3), start);
    store<i32>(places + ((<usize>list) << 3), stop, 4);
    store<u64>(heap + ((<usize>(size++)) << 3), ((<u64>word(targets, start)) << 32) | <u64>list);
  }
  for (let node = (size >> 1) - 1; node >= 0; node--) sift(heap, node, size);
  let count = 0;
  let previous = -1;
  let sum: f64 = 0;
  while (size > 0) {
    const top = load<u64>(heap);
    const j = <i32>(top >>> 32);
    const list = <i32>(<u32>top);
    const placeAddress = places + ((<usize>list) << 3);
    const place = load<i32>(placeAddress);
    const product = multiply(plain, semiring, double(address(job, A_VALUES), first + list), double(terms, place));
    if (j == previous) sum = add(plain, semiring, sum, product);
    else {
      if (previous >= 0) {
        store<i32>(columns + ((<usize>count) << 2), previous);
        store<f64>(values + ((<usize>(count++)) << 3), sum);
      }
      previous = j;
      sum = product;
    }
    if (place + 1 < load<i32>(placeAddress, 4)) {
      store<i32>(placeAddress, place + 1);
      store<u64>(heap, ((<u64>word(targets, place + 1)) << 32) | <u64>list);
    } else {
      store<u64>(heap, load<u64>(heap + ((<usize>(--size)) << 3)));
    }
    sift(heap, 0, size);
  }
  if (previous >= 0) {
    store<i32>(columns + ((<usize>count) << 2), previous);
    store<f64>(values + ((<usize>(count++)) << 3), sum);
  }
  return count;
}

/** Lets the key of a node sink to its place. */
@inline
function sift(heap: usize, node: i32, size: i32): void {
  const key = load<u64>(heap + ((<usize>node) << 3));
  for (;;) {
    let child = 2 * node + 1;
    if (child >= size) break;
    let smaller = load<u64>(heap + ((<usize>child) << 3));
    if (child + 1 < size) {
      const other = load<u64>(heap + ((<usize>(child + 1)) << 3));
      if (other < smaller) {
        smaller = other;
        child++;
      }
    }
    if (key <= smaller) break;
    store<u64>(heap + ((<usize>node) << 3), smaller);
    node = child;
  }
  store<u64>(heap + ((<usize>node) << 3), key);
}
