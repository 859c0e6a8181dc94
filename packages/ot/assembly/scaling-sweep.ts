// A Sinkhorn sweep with scalings, rows and columns in one pass over the kernel.
import { laneSum, madd } from '../../linalg/assembly/lanes';

/**
 * For rows `from` <= i < `to`: s_i = sum_j K_ij v_j, rowSums_i = u_i s_i, u_i = a_i / s_i, columnSums += u_i K_i.
 *
 * A row is read twice, the second time from the first-level cache.
 */
export function scalingSweep(
  from: i32, to: i32, cols: i32, kernel: usize, a: usize, v: usize, u: usize,
  rowSums: usize, columnSums: usize,
): void {
  const stride = (<usize>cols) << 3;
  let i = from;
  // Four rows at a time pass over v twice and over the columns' sums once.
  for (; i + 4 <= to; i += 4) {
    const row = kernel + <usize>i * stride;
    const at = (<usize>i) << 3;
    productsOfTwo(cols, row, row + stride, v, rowSums + at);
    productsOfTwo(cols, row + 2 * stride, row + 3 * stride, v, rowSums + at + 16);
    for (let k: usize = at; k < at + 32; k += 8) fitRow(k, a, u, rowSums, load<f64>(rowSums + k));
    addFourScaled(cols, row, stride, u + at, columnSums);
  }
  for (; i < to; i++) {
    const row = kernel + <usize>i * stride;
    const at = (<usize>i) << 3;
    fitRow(at, a, u, rowSums, product(cols, row, v));
    addScaled(cols, row, load<f64>(u + at), columnSums);
  }
}

/** What a row summed to before, and u = a / K v. */
@inline
function fitRow(at: usize, a: usize, u: usize, rowSums: usize, sum: f64): void {
  store<f64>(rowSums + at, load<f64>(u + at) * sum);
  store<f64>(u + at, load<f64>(a + at) / sum);
}

/** The same as `product` for two rows. */
@inline
function productsOfTwo(cols: i32, row: usize, next: usize, v: usize, out: usize): void {
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let next0 = sum0;
  let next1 = sum0;
  let next2 = sum0;
  let next3 = sum0;
  let j = 0;
  for (; j + 8 <= cols; j += 8) {
    const v0 = v128.load(v);
    const v1 = v128.load(v, 16);
    sum0 = madd(v128.load(row), v0, sum0);
    next0 = madd(v128.load(next), v0, next0);
    sum1 = madd(v128.load(row, 16), v1, sum1);
    next1 = madd(v128.load(next, 16), v1, next1);
    const v2 = v128.load(v, 32);
    const v3 = v128.load(v, 48);
    sum2 = madd(v128.load(row, 32), v2, sum2);
    next2 = madd(v128.load(next, 32), v2, next2);
    sum3 = madd(v128.load(row, 48), v3, sum3);
    next3 = madd(v128.load(next, 48), v3, next3);
    row += 64;
    next += 64;
    v += 64;
  }
  let sum = laneSum(f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3)));
  let nextSum = laneSum(f64x2.add(f64x2.add(next0, next1), f64x2.add(next2, next3)));
  for (; j < cols; j++) {
    sum += load<f64>(row) * load<f64>(v);
    nextSum += load<f64>(next) * load<f64>(v);
    row += 8;
    next += 8;
    v += 8;
  }
  store<f64>(out, sum);
  store<f64>(out, nextSum, 8);
}

/** out += u_0 K_0 + u_1 K_1 + u_2 K_2 + u_3 K_3, one after the other. */
@inline
function addFourScaled(cols: i32, row: usize, stride: usize, u: usize, out: usize): void {
  const row1 = row + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  const scaling0 = v128.load64_splat(u);
  const scaling1 = v128.load64_splat(u, 8);
  const scaling2 = v128.load64_splat(u, 16);
  const scaling3 = v128.load64_splat(u, 24);
  const end = (<usize>(cols & ~3)) << 3;
  let at: usize = 0;
  for (; at < end; at += 32) {
    let sum0 = madd(v128.load(row + at), scaling0, v128.load(out + at));
    let sum1 = madd(v128.load(row + at, 16), scaling0, v128.load(out + at, 16));
    sum0 = madd(v128.load(row1 + at), scaling1, sum0);
    sum1 = madd(v128.load(row1 + at, 16), scaling1, sum1);
    sum0 = madd(v128.load(row2 + at), scaling2, sum0);
    sum1 = madd(v128.load(row2 + at, 16), scaling2, sum1);
    v128.store(out + at, madd(v128.load(row3 + at), scaling3, sum0));
    v128.store(out + at, madd(v128.load(row3 + at, 16), scaling3, sum1), 16);
  }
  for (let j = cols & ~3; j < cols; j++, at += 8) {
    let sum = load<f64>(out + at) + load<f64>(row + at) * load<f64>(u);
    sum += load<f64>(row1 + at) * load<f64>(u, 8);
    sum += load<f64>(row2 + at) * load<f64>(u, 16);
    store<f64>(out + at, sum + load<f64>(row3 + at) * load<f64>(u, 24));
  }
}

/** sum_j K_j v_j in four chains of two lanes. */
@inline
function product(cols: i32, row: usize, v: usize): f64 {
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let j = 0;
  for (; j + 8 <= cols; j += 8) {
    sum0 = madd(v128.load(row), v128.load(v), sum0);
    sum1 = madd(v128.load(row, 16), v128.load(v, 16), sum1);
    sum2 = madd(v128.load(row, 32), v128.load(v, 32), sum2);
    sum3 = madd(v128.load(row, 48), v128.load(v, 48), sum3);
    row += 64;
    v += 64;
  }
  let sum = laneSum(f64x2.add(f64x2.add(sum0, sum1), f64x2.add(sum2, sum3)));
  for (; j < cols; j++) {
    sum += load<f64>(row) * load<f64>(v);
    row += 8;
    v += 8;
  }
  return sum;
}

/** out += scaling K. */
@inline
function addScaled(cols: i32, row: usize, scaling: f64, out: usize): void {
  const scalings = f64x2.splat(scaling);
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    v128.store(out, madd(v128.load(row), scalings, v128.load(out)));
    v128.store(out, madd(v128.load(row, 16), scalings, v128.load(out, 16)), 16);
    row += 32;
    out += 32;
  }
  for (; j < cols; j++) {
    store<f64>(out, load<f64>(out) + load<f64>(row) * scaling);
    row += 8;
    out += 8;
  }
}
