// A row of the product whose columns may stand in any order: in that of their first products, with a place a column that
// says where its sum is. Nothing is gathered, sorted or cleared.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_POINTERS, B_VALUES, COLS, double, NEXT_PLACE, PLACES, SEMIRING, word,
} from './layout';
import { countElements, countProducts, endOf, firstOf } from './rows';
import { add, multiply } from './semiring';

/** Writes the row and returns its length. */
export function listRow(job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize): i32 {
  const semiring = load<i32>(job + SEMIRING);
  return semiring == 0
    ? list(true, 0, job, i, low, high, columns, values, scratch)
    : list(false, semiring, job, i, low, high, columns, values, scratch);
}

@inline
function list(
  plain: bool, semiring: i32, job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  const pointers = address(job, A_POINTERS);
  const entries = address(job, A_COLUMNS);
  const factors = address(job, A_VALUES);
  const starts = address(job, B_POINTERS);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const places = address(scratch, PLACES);
  const cols = load<i32>(job + COLS);
  // Places below that of the row's first entry are of rows before.
  const first = load<u32>(scratch + NEXT_PLACE) + 1;
  let next = first;
  let products = 0;
  const end = word(pointers, i + 1);
  countElements(end - word(pointers, i));
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(entries, p);
    const factor = double(factors, p);
    const start = firstOf(starts, targets, k, low);
    const stop = endOf(starts, targets, k, start, high, cols);
    products += stop - start;
    let term = terms + ((<usize>start) << 3);
    const last = targets + ((<usize>stop) << 2);
    for (let target = targets + ((<usize>start) << 2); target < last; target += 4) {
      const j = load<u32>(target);
      const slot = places + ((<usize>j) << 2);
      const place = load<u32>(slot);
      const product = multiply(plain, semiring, factor, load<f64>(term));
      term += 8;
      if (place >= first) {
        const sum = values + ((<usize>(place - first)) << 3);
        store<f64>(sum, add(plain, semiring, load<f64>(sum), product));
      } else {
        store<u32>(slot, next);
        store<u32>(columns + ((<usize>(next - first)) << 2), j);
        store<f64>(values + ((<usize>(next - first)) << 3), product);
        next++;
      }
    }
  }
  countProducts(products);
  store<u32>(scratch + NEXT_PLACE, next - 1);
  return <i32>(next - first);
}
