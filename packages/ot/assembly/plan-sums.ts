// Marginals of a plan that is a kernel with scaled rows and columns, in one pass that writes no plan.
import { laneSum } from '../../linalg/assembly/lanes';

/** For rows `from` to `to` of P_ij = u_i K_ij v_j: writes row sums, adds to column sums. */
export function planSums(
  from: i32, to: i32, cols: i32, kernel: usize, u: usize, v: usize, rowSums: usize, columnSums: usize,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 3;
    sumsOfRow(cols, load<f64>(u + at), kernel + <usize>i * stride, v, rowSums + at, columnSums);
  }
}

@inline
function sumsOfRow(cols: i32, scaling: f64, kernel: usize, v: usize, rowSum: usize, columnSums: usize): void {
  const scalings = f64x2.splat(scaling);
  let even = f64x2.splat(0);
  let odd = even;
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    const mass0 = f64x2.mul(f64x2.mul(scalings, v128.load(kernel)), v128.load(v));
    const mass1 = f64x2.mul(f64x2.mul(scalings, v128.load(kernel, 16)), v128.load(v, 16));
    even = f64x2.add(even, mass0);
    odd = f64x2.add(odd, mass1);
    v128.store(columnSums, f64x2.add(v128.load(columnSums), mass0));
    v128.store(columnSums, f64x2.add(v128.load(columnSums, 16), mass1), 16);
    kernel += 32;
    v += 32;
    columnSums += 32;
  }
  let sum = laneSum(f64x2.add(even, odd));
  for (; j < cols; j++) {
    const mass = scaling * load<f64>(kernel) * load<f64>(v);
    sum += mass;
    store<f64>(columnSums, load<f64>(columnSums) + mass);
    kernel += 8;
    v += 8;
    columnSums += 8;
  }
  store<f64>(rowSum, sum);
}
