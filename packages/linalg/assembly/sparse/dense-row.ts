// A row of the product in a dense accumulator (SPA). A bit marks every column that was touched; reading the bits in
// order gives the columns in order, without any sort. Where a row is thin, a second level of bits marks the words of
// the first.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_POINTERS, B_VALUES, BITS, COLS, double, SEMIRING, SUMMARY, SUMS,
  word,
} from './layout';
import { countElements, countProducts, endOf, firstColumn, firstOf, lastColumn, rowProducts } from './rows';
import { add, multiply, zero } from './semiring';

/** A row of B that fills an interval of at least so many columns is added two columns at a time. */
const SHORTEST_INTERVAL: i32 = 8;

/** Writes the row and returns its length; `surveyRow` has been called for it. */
export function denseRow(
  job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize, scratch: usize,
): i32 {
  countElements(word(address(job, A_POINTERS), i + 1) - word(address(job, A_POINTERS), i));
  if (rowProducts == 0) return 0;
  countProducts(rowProducts);
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
  const starts = address(job, B_POINTERS);
  const cols = load<i32>(job + COLS);
  const end = word(pointers, i + 1);
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(entries, p);
    const factor = double(factors, p);
    const start = firstOf(starts, targets, k, low);
    const stop = endOf(starts, targets, k, start, high, cols);
    if (plain && stop - start >= SHORTEST_INTERVAL && word(targets, stop - 1) - word(targets, start) == stop - start - 1) {
      addInterval(factor, stop - start, terms + ((<usize>start) << 3), sums + ((<usize>word(targets, start)) << 3));
      markInterval(word(targets, start), word(targets, stop - 1), bits, flat ? 0 : summary);
      continue;
    }
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

/** sums_j += factor term_j, two at a time; not fused, so that the bits are those of one at a time. */
function addInterval(factor: f64, count: i32, term: usize, sum: usize): void {
  const factors = f64x2.splat(factor);
  let k = 2;
  for (; k <= count; k += 2) {
    v128.store(sum, f64x2.add(v128.load(sum), f64x2.mul(factors, v128.load(term))));
    sum += 16;
    term += 16;
  }
  if (k - 2 < count) store<f64>(sum, load<f64>(sum) + factor * load<f64>(term));
}

/** Sets the bits of the columns `first` to `last`, and of their words if there is a summary. */
function markInterval(first: u32, last: u32, bits: usize, summary: usize): void {
  for (let group = first >>> 6; group <= last >>> 6; group++) {
    let marks = u64.MAX_VALUE;
    if (group == first >>> 6) marks <<= first & 63;
    if (group == last >>> 6) marks &= u64.MAX_VALUE >>> (63 - (last & 63));
    const mark = bits + ((<usize>group) << 3);
    store<u64>(mark, load<u64>(mark) | marks);
    if (!summary) continue;
    const top = summary + ((<usize>(group >>> 6)) << 3);
    store<u64>(top, load<u64>(top) | ((<u64>1) << (group & 63)));
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
