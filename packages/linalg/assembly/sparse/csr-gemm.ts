// A sparse matrix times a dense one, eight columns at a time.
import { madd } from '../lanes';
import { double, word } from './layout';

/** Y_i = sum_k A_ik X_k for rows `from` <= i < `to`; X and Y have `width` columns. */
export function csrGemm(
  from: i32, to: i32, pointers: usize, columns: usize, values: usize, width: i32, x: usize, y: usize,
): void {
  const stride = (<usize>width) << 3;
  for (let i = from; i < to; i++) {
    const start = word(pointers, i);
    const end = word(pointers, i + 1);
    const row = y + <usize>i * stride;
    let j = 0;
    for (; j + 8 <= width; j += 8) {
      const offset = (<usize>j) << 3;
      let s0 = f64x2.splat(0);
      let s1 = s0;
      let s2 = s0;
      let s3 = s0;
      for (let k = start; k < end; k++) {
        const source = x + <usize>word(columns, k) * stride + offset;
        const factor = f64x2.splat(double(values, k));
        s0 = madd(factor, v128.load(source), s0);
        s1 = madd(factor, v128.load(source, 16), s1);
        s2 = madd(factor, v128.load(source, 32), s2);
        s3 = madd(factor, v128.load(source, 48), s3);
      }
      v128.store(row + offset, s0);
      v128.store(row + offset, s1, 16);
      v128.store(row + offset, s2, 32);
      v128.store(row + offset, s3, 48);
    }
    for (; j < width; j++) {
      const offset = (<usize>j) << 3;
      let sum = f64x2.splat(0);
      for (let k = start; k < end; k++) {
        const source = x + <usize>word(columns, k) * stride + offset;
        sum = madd(f64x2.splat(double(values, k)), v128.load64_zero(source), sum);
      }
      v128.store64_lane(row + offset, sum, 0);
    }
  }
}
