// The two halves of a product in two phases: how long the rows are, and their values when the pattern is known.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_POINTERS, B_VALUES, BITS, COUNTED_ELEMENTS, double, SEMIRING,
  SUMS, word,
} from './layout';
import { add, multiply, zero } from './semiring';

/** counts_i = entries of row i of the product, for `from` <= i < `to`, from `counts` on. */
export function countRows(job: usize, from: i32, to: i32, counts: usize, scratch: usize, stats: usize): void {
  const pointers = address(job, A_POINTERS);
  const entries = address(job, A_COLUMNS);
  const targets = address(job, B_COLUMNS);
  const starts = address(job, B_POINTERS);
  const bits = address(scratch, BITS);
  let read = 0;
  for (let i = from; i < to; i++) {
    const end = word(pointers, i + 1);
    read += end - word(pointers, i);
    let count: u64 = 0;
    for (let p = word(pointers, i); p < end; p++) {
      const k = word(entries, p);
      const stop = word(starts, k + 1);
      read += stop - word(starts, k);
      for (let q = word(starts, k); q < stop; q++) {
        const j = <u32>word(targets, q);
        const mark = bits + ((<usize>(j >>> 6)) << 3);
        const marks = load<u64>(mark);
        count += ((marks >>> (j & 63)) & 1) ^ 1;
        store<u64>(mark, marks | ((<u64>1) << (j & 63)));
      }
    }
    for (let p = word(pointers, i); p < end; p++) {
      const k = word(entries, p);
      const stop = word(starts, k + 1);
      for (let q = word(starts, k); q < stop; q++) {
        store<u64>(bits + ((<usize>((<u32>word(targets, q)) >>> 6)) << 3), 0);
      }
    }
    store<i32>(counts + ((<usize>(i - from)) << 2), <i32>count);
  }
  store<i32>(stats + COUNTED_ELEMENTS, read);
}

/** The values of rows `from` <= i < `to` of a product whose pointers and columns are there. */
export function refillRows(
  job: usize, from: i32, to: i32, pointers: usize, columns: usize, values: usize, scratch: usize,
): void {
  const semiring = load<i32>(job + SEMIRING);
  if (semiring == 0) refill(true, 0, job, from, to, pointers, columns, values, scratch);
  else refill(false, semiring, job, from, to, pointers, columns, values, scratch);
}

@inline
function refill(
  plain: bool, semiring: i32, job: usize, from: i32, to: i32, pointers: usize, columns: usize, values: usize,
  scratch: usize,
): void {
  const starts = address(job, B_POINTERS);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const sums = address(scratch, SUMS);
  for (let i = from; i < to; i++) {
    const end = word(address(job, A_POINTERS), i + 1);
    for (let p = word(address(job, A_POINTERS), i); p < end; p++) {
      const k = word(address(job, A_COLUMNS), p);
      const factor = double(address(job, A_VALUES), p);
      const stop = word(starts, k + 1);
      for (let q = word(starts, k); q < stop; q++) {
        const sum = sums + ((<usize>word(targets, q)) << 3);
        store<f64>(sum, add(plain, semiring, load<f64>(sum), multiply(plain, semiring, factor, double(terms, q))));
      }
    }
    const last = word(pointers, i + 1);
    for (let k = word(pointers, i); k < last; k++) {
      const sum = sums + ((<usize>word(columns, k)) << 3);
      store<f64>(values + ((<usize>k) << 3), load<f64>(sum));
      store<f64>(sum, zero(plain, semiring));
    }
  }
}
