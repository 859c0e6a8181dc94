// Short rows of the product without any scratch memory: a scaled copy of one row of B, or the sum of two.
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
