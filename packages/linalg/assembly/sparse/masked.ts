// Rows of a sparse product at the places of a mask only.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, double, ELEMENTS, ENTRIES, FLAGS, MASK_COLUMNS, MASK_POINTERS,
  PRODUCTS, SEMIRING, STORED, SUMS, USED_SCRATCH, word,
} from './layout';
import { countElements, countProducts, elements, endBefore, firstFrom, products, resetCounters } from './rows';
import { add, multiply, zero } from './semiring';

/** Nothing is asked for here, something is, something was found. */
const NOTHING: u8 = 0;
const WANTED: u8 = 1;
const FOUND: u8 = 2;

export function multiplyMasked(
  job: usize, from: i32, to: i32, low: i32, high: i32,
  columns: usize, values: usize, counts: usize, scratch: usize, stats: usize,
): void {
  resetCounters();
  const semiring = load<i32>(job + SEMIRING);
  let entries = 0;
  for (let i = from; i < to; i++) {
    const count = semiring == 0
      ? maskedRow(true, 0, job, i, low, high, columns, values, scratch)
      : maskedRow(false, semiring, job, i, low, high, columns, values, scratch);
    store<i32>(counts + ((<usize>(i - from)) << 2), count);
    columns += (<usize>count) << 2;
    values += (<usize>count) << 3;
    entries += count;
  }
  store<i32>(stats + ENTRIES, entries);
  store<i32>(stats + PRODUCTS, products);
  store<i32>(stats + ELEMENTS, elements);
  store<i32>(stats + STORED, 0);
  store<u32>(stats + USED_SCRATCH, <u32>scratch);
}

@inline
function maskedRow(
  plain: bool, semiring: i32, job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  const flags = address(scratch, FLAGS);
  const sums = address(scratch, SUMS);
  const mask = address(job, MASK_COLUMNS);
  const maskStart = word(address(job, MASK_POINTERS), i);
  const maskEnd = word(address(job, MASK_POINTERS), i + 1);
  for (let q = maskStart; q < maskEnd; q++) store<u8>(flags + <usize>word(mask, q), WANTED);
  const end = word(address(job, A_POINTERS), i + 1);
  countElements(end - word(address(job, A_POINTERS), i));
  for (let p = word(address(job, A_POINTERS), i); p < end; p++) {
    const k = word(address(job, A_COLUMNS), p);
    const factor = double(address(job, A_VALUES), p);
    const start = firstFrom(job, k, low);
    const stop = endBefore(job, k, start, high);
    countProducts(stop - start);
    for (let q = start; q < stop; q++) {
      const j = <usize>word(address(job, B_COLUMNS), q);
      if (load<u8>(flags + j) == NOTHING) continue;
      store<u8>(flags + j, FOUND);
      const sum = sums + (j << 3);
      const product = multiply(plain, semiring, factor, double(address(job, B_VALUES), q));
      store<f64>(sum, add(plain, semiring, load<f64>(sum), product));
    }
  }
  let count = 0;
  for (let q = maskStart; q < maskEnd; q++) {
    const j = word(mask, q);
    const flag = flags + <usize>j;
    if (load<u8>(flag) == FOUND) {
      const sum = sums + ((<usize>j) << 3);
      store<i32>(columns + ((<usize>count) << 2), j);
      store<f64>(values + ((<usize>(count++)) << 3), load<f64>(sum));
      store<f64>(sum, zero(plain, semiring));
    }
    store<u8>(flag, NOTHING);
  }
  return count;
}
