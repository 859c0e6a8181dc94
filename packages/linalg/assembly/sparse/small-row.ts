// Short rows of the product without any scratch memory: a scaled copy of one row, or a small sorted list.
import {
  A_COLUMNS, A_POINTERS, A_VALUES, address, B_COLUMNS, B_VALUES, double, SEMIRING, word,
} from './layout';
import { countElements, countProducts, endBefore, firstFrom } from './rows';
import { add, multiply } from './semiring';

/** The row is one row of B times a number: entry p of A. */
export function copiedRow(job: usize, p: i32, low: i32, high: i32, columns: usize, values: usize): i32 {
  const semiring = load<i32>(job + SEMIRING);
  const k = word(address(job, A_COLUMNS), p);
  const factor = double(address(job, A_VALUES), p);
  const start = firstFrom(job, k, low);
  const count = endBefore(job, k, start, high) - start;
  countProducts(count);
  countElements(1);
  memory.copy(columns, address(job, B_COLUMNS) + ((<usize>start) << 2), (<usize>count) << 2);
  const terms = address(job, B_VALUES);
  if (semiring == 0) {
    for (let k = 0; k < count; k++) {
      store<f64>(values + ((<usize>k) << 3), factor * double(terms, start + k));
    }
  } else {
    for (let k = 0; k < count; k++) {
      store<f64>(values + ((<usize>k) << 3), multiply(false, semiring, factor, double(terms, start + k)));
    }
  }
  return count;
}

/** The row is the sum of two rows of B: entries p and p + 1 of A. */
export function mergedRow(job: usize, p: i32, low: i32, high: i32, columns: usize, values: usize): i32 {
  const semiring = load<i32>(job + SEMIRING);
  if (semiring == 0) return merge(true, 0, job, p, low, high, columns, values);
  return merge(false, semiring, job, p, low, high, columns, values);
}

@inline
function merge(
  plain: bool, semiring: i32, job: usize, p: i32, low: i32, high: i32, columns: usize, values: usize,
): i32 {
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const k = word(address(job, A_COLUMNS), p);
  const l = word(address(job, A_COLUMNS), p + 1);
  const factor = double(address(job, A_VALUES), p);
  const other = double(address(job, A_VALUES), p + 1);
  let q = firstFrom(job, k, low);
  let r = firstFrom(job, l, low);
  const qEnd = endBefore(job, k, q, high);
  const rEnd = endBefore(job, l, r, high);
  countProducts(qEnd - q + rEnd - r);
  countElements(2);
  const start = columns;
  while (q < qEnd || r < rEnd) {
    const left = q < qEnd ? word(targets, q) : i32.MAX_VALUE;
    const right = r < rEnd ? word(targets, r) : i32.MAX_VALUE;
    let sum: f64;
    if (left < right) sum = multiply(plain, semiring, factor, double(terms, q));
    else if (right < left) sum = multiply(plain, semiring, other, double(terms, r));
    else {
      sum = add(
        plain, semiring,
        multiply(plain, semiring, factor, double(terms, q)),
        multiply(plain, semiring, other, double(terms, r)),
      );
    }
    q += i32(left <= right);
    r += i32(right <= left);
    store<i32>(columns, min<i32>(left, right));
    store<f64>(values, sum);
    columns += 4;
    values += 8;
  }
  return <i32>((columns - start) >> 2);
}

/** Every product is put into its place in the sorted row; for rows of a few dozen products. */
export function smallRow(job: usize, i: i32, low: i32, high: i32, columns: usize, values: usize): i32 {
  const semiring = load<i32>(job + SEMIRING);
  const plain = semiring == 0;
  const pointers = address(job, A_POINTERS);
  const targets = address(job, B_COLUMNS);
  const terms = address(job, B_VALUES);
  const end = word(pointers, i + 1);
  countElements(end - word(pointers, i));
  let count = 0;
  for (let p = word(pointers, i); p < end; p++) {
    const k = word(address(job, A_COLUMNS), p);
    const factor = double(address(job, A_VALUES), p);
    const start = firstFrom(job, k, low);
    const stop = endBefore(job, k, start, high);
    countProducts(stop - start);
    let place = 0; // the row of B rises, so its next place is further on
    for (let q = start; q < stop; q++) {
      const j = word(targets, q);
      const product = multiply(plain, semiring, factor, double(terms, q));
      while (place < count && word(columns, place) < j) place++;
      const column = columns + ((<usize>place) << 2);
      const value = values + ((<usize>place) << 3);
      if (place < count && load<i32>(column) == j) {
        store<f64>(value, add(plain, semiring, load<f64>(value), product));
        continue;
      }
      for (let k = count; k > place; k--) {
        store<i32>(columns + ((<usize>k) << 2), word(columns, k - 1));
        store<f64>(values + ((<usize>k) << 3), double(values, k - 1));
      }
      store<i32>(column, j);
      store<f64>(value, product);
      count++;
    }
  }
  return count;
}
