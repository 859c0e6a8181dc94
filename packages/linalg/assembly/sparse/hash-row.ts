// A row of the product in a hash table: multiplicative hashing, linear probing, at most half full.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, COLS, double, KEYS, SEMIRING, SORTED, SPARE_KEYS,
  TABLE_KEYS, TABLE_VALUES, word,
} from './layout';
import { countElements, countProducts, endBefore, firstFrom, rowProducts } from './rows';
import { add, multiply } from './semiring';
import { bitsOf, sortKeys } from './sort';

/** Writes the row and returns its length; `surveyRow` has been called for it. */
export function hashRow(
  job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  const semiring = load<i32>(job + SEMIRING);
  const bits = 1 + max<i32>(3, bitsOf(min<i32>(rowProducts, high - low)));
  const count = semiring == 0
    ? insertAll(true, 0, bits, job, i, low, high, scratch)
    : insertAll(false, semiring, bits, job, i, low, high, scratch);
  let keys = address(scratch, KEYS);
  if (load<i32>(job + SORTED)) {
    if (sortKeys(count, 32, 32 + bitsOf(load<i32>(job + COLS)), false, scratch)) keys = address(scratch, SPARE_KEYS);
  }
  const tableKeys = address(scratch, TABLE_KEYS);
  const tableValues = address(scratch, TABLE_VALUES);
  for (let k = 0; k < count; k++) {
    const key = load<u64>(keys + ((<usize>k) << 3));
    const slot = <usize>(<u32>key);
    store<i32>(columns + ((<usize>k) << 2), <i32>(key >>> 32));
    store<f64>(values + ((<usize>k) << 3), load<f64>(tableValues + (slot << 3)));
    store<i32>(tableKeys + (slot << 2), -1);
  }
  return count;
}

/** Inserts all products; lists column and slot of each new entry at KEYS, and returns how many there are. */
@inline
function insertAll(
  plain: bool, semiring: i32, bits: i32, job: usize, i: i32, low: i32, high: i32, scratch: usize,
): i32 {
  const pointers = address(job, A_POINTERS);
  const tableKeys = address(scratch, TABLE_KEYS);
  const tableValues = address(scratch, TABLE_VALUES);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const mask: u32 = (1 << bits) - 1;
  let list = address(scratch, KEYS);
  const end = word(pointers, i + 1);
  countElements(end - word(pointers, i));
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(address(job, A_COLUMNS), p);
    const factor = double(address(job, A_VALUES), p);
    const start = firstFrom(job, k, low);
    const stop = endBefore(job, k, start, high);
    countProducts(stop - start);
    for (let q = start; q < stop; q++) {
      const j = word(targets, q);
      const product = multiply(plain, semiring, factor, double(terms, q));
      let slot = (<u32>j * 0x9e3779b1) >>> (32 - bits);
      for (;;) {
        const keyAddress = tableKeys + ((<usize>slot) << 2);
        const key = load<i32>(keyAddress);
        const sum = tableValues + ((<usize>slot) << 3);
        if (key == j) {
          store<f64>(sum, add(plain, semiring, load<f64>(sum), product));
          break;
        }
        if (key == -1) {
          store<i32>(keyAddress, j);
          store<f64>(sum, product);
          store<u64>(list, ((<u64>j) << 32) | slot);
          list += 8;
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
  }
  return <i32>((list - address(scratch, KEYS)) >> 3);
}
