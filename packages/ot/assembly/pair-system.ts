// Newton systems on the pairs of a truncated kernel: what to keep, and products with the Schur complement.
import { madd } from '../../linalg/assembly/lanes';
import { product } from './kernel-pairs';

/**
 * Adds every mass to the bin of its upper 13 bits below the sign: four bins an octave, in the order of the numbers.
 */
export function massBins(count: i32, values: usize, bins: usize): void {
  for (let k: usize = 0; k < <usize>count; k++) {
    const value = values + (k << 3);
    const bin = bins + ((<usize>(load<i64>(value) >> 50)) << 3);
    store<f64>(bin, load<f64>(bin) + load<f64>(value));
  }
}

/**
 * Copies the pairs with a mass of at least `threshold`; masses below it become zero there, and are added to `excess`,
 * that of row i at i and that of column j at rows + j.
 *
 * Returns how many masses were kept, or -1 as soon as there are more pairs than `capacity`.
 */
export function keepPairs(
  rows: i32, pointers: usize, columns: usize, values: usize, threshold: f64, capacity: i32,
  keptPointers: usize, keptColumns: usize, keptValues: usize, excess: usize,
): i32 {
  const thresholds = f64x2.splat(threshold);
  const columnExcess = excess + ((<usize>rows) << 3);
  let pairs = 0;
  let entries = 0;
  store<i32>(keptPointers, 0);
  for (let i = 0; i < rows; i++) {
    const end = <usize>load<i32>(pointers + ((<usize>i) << 2), 4);
    let dropped = f64x2.splat(0);
    for (let k = <usize>load<i32>(pointers + ((<usize>i) << 2)); k < end; k++) {
      const masses = v128.load(values + (k << 4));
      const isKept = f64x2.ge(masses, thresholds);
      const column = load<i32>(columns + (k << 2));
      const lanes = i64x2.bitmask(isKept);
      if (lanes != 0) {
        if (pairs == capacity) return -1;
        store<i32>(keptColumns + ((<usize>pairs) << 2), column);
        v128.store(keptValues + ((<usize>pairs) << 4), v128.and(masses, isKept));
        entries += lanes == 3 ? 2 : 1;
        pairs++;
      }
      if (lanes != 3) {
        const rest = v128.andnot(masses, isKept);
        const at = columnExcess + ((<usize>column) << 3);
        dropped = f64x2.add(dropped, rest);
        v128.store(at, f64x2.add(v128.load(at), rest));
      }
    }
    const at = excess + ((<usize>i) << 3);
    store<f64>(at, load<f64>(at) + f64x2.extract_lane(dropped, 0) + f64x2.extract_lane(dropped, 1));
    store<i32>(keptPointers + ((<usize>i) << 2), pairs, 4);
  }
  return entries;
}

/**
 * Writes the diagonal R_i = excess_i + sum_j B_ij, and adds sum_i B_ij (R_i - B_ij) / R_i to `complement`; for the largest
 * of a row the difference is the sum of the others.
 */
export function schurDiagonal(
  rows: i32, pointers: usize, columns: usize, values: usize, excess: usize, diagonal: usize, complement: usize,
): void {
  for (let i = 0; i < rows; i++) {
    const at = (<usize>i) << 3;
    const begin = (<usize>load<i32>(pointers + ((<usize>i) << 2))) << 1;
    const end = (<usize>load<i32>(pointers + ((<usize>i) << 2), 4)) << 1;
    let largest: f64 = 0;
    let others = load<f64>(excess + at);
    for (let k = begin; k < end; k++) {
      const mass = load<f64>(values + (k << 3));
      others += min(largest, mass);
      largest = max(largest, mass);
    }
    const sum = others + largest;
    const inverse = 1 / sum;
    store<f64>(diagonal + at, sum);
    for (let k = begin; k < end; k++) {
      const mass = load<f64>(values + (k << 3));
      const rest = mass == largest ? others : sum - mass;
      const column = <usize>(load<i32>(columns + ((k >> 1) << 2))) + (k & 1);
      const out = complement + (column << 3);
      store<f64>(out, load<f64>(out) + mass * (rest * inverse));
    }
  }
}

/**
 * For rows `from` to `to`: writes t_i = sum_j B_ij p_j / d_i, and adds to
 * out_j the sum over i of B_ij (p_j - t_i).
 */
export function reducedProduct(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, d: usize, p: usize, t: usize, out: usize,
): void {
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    const begin = <usize>load<i32>(pointers + ((<usize>i) << 2));
    const end = <usize>load<i32>(pointers + ((<usize>i) << 2), 4);
    const mean = product(begin, end, columns, values, p) / load<f64>(d + at);
    store<f64>(t + at, mean);
    const means = f64x2.splat(mean);
    for (let k = begin; k < end; k++) {
      const column = (<usize>load<i32>(columns + (k << 2))) << 3;
      const difference = f64x2.sub(v128.load(p + column), means);
      v128.store(out + column, madd(v128.load(values + (k << 4)), difference, v128.load(out + column)));
    }
  }
}
