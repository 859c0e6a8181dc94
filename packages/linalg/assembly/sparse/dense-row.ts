// A row of the product in a dense accumulator (SPA). A bit marks every column that was touched; reading the bits in
// order gives the columns in order, without any sort. Where a row is thin, a second level of bits marks the words of
// the first.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, BITS, double, SEMIRING, SUMMARY, SUMS, word,
} from './layout';
import { countProducts, endBefore, firstColumn, firstFrom, lastColumn, rowProducts } from './rows';
import { add, multiply, zero } from './semiring';

/** Writes the row and returns its length; `surveyRow` has been called for it. */
export function denseRow(
  job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  if (rowProducts == 0) return 0;
  const semiring = load<i32>(job + SEMIRING);
  const isFlat = (lastColumn >>> 6) - (firstColumn >>> 6) < rowProducts;
  if (semiring == 0) {
    if (isFlat) {
      scatter(true, true, 0, job, i, low, high, scratch);
      return gatherFlat(true, 0, columns, values, scratch);
    }
    scatter(true, false, 0, job, i, low, high, scratch);
    return gatherSummary(true, 0, columns, values, scratch);
  }
  scatter(false, false, semiring, job, i, low, high, scratch);
  return gatherSummary(false, semiring, columns, values, scratch);
}

@inline
function scatter(
  plain: bool, flat: bool, semiring: i32, job: usize, i: i32, low: i32, high: i32, scratch: usize,
): void {
  const pointers = address(job, A_POINTERS);
  const entries = address(job, A_COLUMNS);
  const factors = address(job, A_VALUES);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const sums = address(scratch, SUMS);
  const bits = address(scratch, BITS);
  const summary = address(scratch, SUMMARY);
  const end = word(pointers, i + 1);
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(entries, p);
    const factor = double(factors, p);
    const start = firstFrom(job, k, low);
    const stop = endBefore(job, k, start, high);
    countProducts(stop - start);
    let target = targets + ((<usize>start) << 2);
    let term = terms + ((<usize>start) << 3);
    const last = targets + ((<usize>stop) << 2);
    while (target < last) {
      const j = load<u32>(target);
      const sum = sums + ((<usize>j) << 3);
      store<f64>(sum, add(plain, semiring, load<f64>(sum), multiply(plain, semiring, factor, load<f64>(term))));
      const group = j >>> 6;
      const mark = bits + ((<usize>group) << 3);
      const marks = load<u64>(mark);
      if (!flat && marks == 0) {
        const top = summary + ((<usize>(group >>> 6)) << 3);
        store<u64>(top, load<u64>(top) | ((<u64>1) << (group & 63)));
      }
      store<u64>(mark, marks | ((<u64>1) << (j & 63)));
      target += 4;
      term += 8;
    }
  }
}

/** Reads all words of bits between the first and the last column. */
@inline
function gatherFlat(plain: bool, semiring: i32, columns: usize, values: usize, scratch: usize): i32 {
  const start = columns;
  for (let group = firstColumn >>> 6; group <= lastColumn >>> 6; group++) {
    const mark = address(scratch, BITS) + ((<usize>group) << 3);
    let marks = load<u64>(mark);
    if (marks == 0) continue;
    store<u64>(mark, 0);
    const sums = address(scratch, SUMS) + ((<usize>group) << 9);
    do {
      const bit = <i32>ctz<u64>(marks);
      const sum = sums + ((<usize>bit) << 3);
      store<i32>(columns, (group << 6) | bit);
      store<f64>(values, load<f64>(sum));
      store<f64>(sum, zero(plain, semiring));
      columns += 4;
      values += 8;
      marks &= marks - 1;
    } while (marks != 0);
  }
  return <i32>((columns - start) >> 2);
}

/** Reads the words of bits that the summary marks. */
@inline
function gatherSummary(plain: bool, semiring: i32, columns: usize, values: usize, scratch: usize): i32 {
  const start = columns;
  for (let block = firstColumn >>> 12; block <= lastColumn >>> 12; block++) {
    const top = address(scratch, SUMMARY) + ((<usize>block) << 3);
    let groups = load<u64>(top);
    if (groups == 0) continue;
    store<u64>(top, 0);
    do {
      const group = (block << 6) | <i32>ctz<u64>(groups);
      const mark = address(scratch, BITS) + ((<usize>group) << 3);
      const sums = address(scratch, SUMS) + ((<usize>group) << 9);
      let marks = load<u64>(mark);
      store<u64>(mark, 0);
      do {
        const bit = <i32>ctz<u64>(marks);
        const sum = sums + ((<usize>bit) << 3);
        store<i32>(columns, (group << 6) | bit);
        store<f64>(values, load<f64>(sum));
        store<f64>(sum, zero(plain, semiring));
        columns += 4;
        values += 8;
        marks &= marks - 1;
      } while (marks != 0);
      groups &= groups - 1;
    } while (groups != 0);
  }
  return <i32>((columns - start) >> 2);
}
