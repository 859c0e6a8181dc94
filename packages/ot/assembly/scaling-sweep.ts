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
  for (let i = from; i < to; i++) {
    const row = kernel + <usize>i * stride;
    const at = (<usize>i) << 3;
    const sum = product(cols, row, v);
    store<f64>(rowSums + at, load<f64>(u + at) * sum);
    const scaling = load<f64>(a + at) / sum;
    store<f64>(u + at, scaling);
    addScaled(cols, row, scaling, columnSums);
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
