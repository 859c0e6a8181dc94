// One sweep of Gauss-Seidel and its relatives over the rows of a sparse matrix in compressed rows (CSR).
import { product } from './spmv';

/**
 * x_i += factors_i (b_i - sum_j A_ij x_j) for i = 0 … rows - 1, with the x_j as they are now. The entries of a row are
 * taken from the last to the first, so that those that have only just been changed come late and the next row waits for
 * fewer additions.
 */
export function relaxForwards(
  rows: i32, pointers: usize, indices: usize, values: usize, factors: usize, b: usize, x: usize,
): void {
  let start = load<i32>(pointers);
  for (let i = 0; i < rows; i++) {
    const end = load<i32>(pointers + ((<usize>(i + 1)) << 2));
    let rest = load<f64>(b + ((<usize>i) << 3));
    for (let k = end - 1; k >= start; k--) rest -= product(k, indices, values, x);
    start = end;
    change(i, rest, factors, x);
  }
}

/** The same for i = rows - 1 … 0, the entries of a row from the first to the last. */
export function relaxBackwards(
  rows: i32, pointers: usize, indices: usize, values: usize, factors: usize, b: usize, x: usize,
): void {
  let end = load<i32>(pointers + ((<usize>rows) << 2));
  for (let i = rows - 1; i >= 0; i--) {
    const start = load<i32>(pointers + ((<usize>i) << 2));
    let rest = load<f64>(b + ((<usize>i) << 3));
    for (let k = start; k < end; k++) rest -= product(k, indices, values, x);
    end = start;
    change(i, rest, factors, x);
  }
}

@inline
function change(i: i32, rest: f64, factors: usize, x: usize): void {
  const address = x + ((<usize>i) << 3);
  store<f64>(address, load<f64>(address) + load<f64>(factors + ((<usize>i) << 3)) * rest);
}
