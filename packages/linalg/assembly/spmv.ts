// Sparse matrices in compressed rows (CSR) times vectors.

/** y_i = sum_j A_ij x_j for rows `from` <= i < `to`. */
export function csrGemv(from: i32, to: i32, pointers: usize, indices: usize, values: usize, x: usize, y: usize): void {
  let k = load<i32>(pointers + ((<usize>from) << 2));
  for (let i = from; i < to; i++) {
    const end = load<i32>(pointers + ((<usize>(i + 1)) << 2));
    let even: f64 = 0;
    let odd: f64 = 0;
    for (; k + 2 <= end; k += 2) {
      even += product(k, indices, values, x);
      odd += product(k + 1, indices, values, x);
    }
    if (k < end) even += product(k++, indices, values, x);
    store<f64>(y + ((<usize>i) << 3), even + odd);
  }
}

/** Entry k of the matrix times the x that it belongs to. */
@inline
export function product(k: i32, indices: usize, values: usize, x: usize): f64 {
  const j = <usize>load<i32>(indices + ((<usize>k) << 2));
  return load<f64>(values + ((<usize>k) << 3)) * load<f64>(x + (j << 3));
}
