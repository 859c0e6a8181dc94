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

/** y_j = sum_i A_ij x_i for columns `from` <= j < `to`; the columns of each row are sorted. */
export function csrGemvTransposed(
  from: i32, to: i32, rows: i32, pointers: usize, indices: usize, values: usize, x: usize, y: usize,
): void {
  memory.fill(y + ((<usize>from) << 3), 0, (<usize>(to - from)) << 3);
  for (let i = 0; i < rows; i++) {
    const factor = load<f64>(x + ((<usize>i) << 3));
    const end = load<i32>(pointers, 4);
    for (let k = lowerBound(load<i32>(pointers), end, from, indices); k < end; k++) {
      const j = load<i32>(indices + ((<usize>k) << 2));
      if (j >= to) break;
      const address = y + ((<usize>j) << 3);
      store<f64>(address, load<f64>(address) + factor * load<f64>(values + ((<usize>k) << 3)));
    }
    pointers += 4;
  }
}

/** The first k in [low, high) with indices_k >= column, or high. */
@inline
function lowerBound(low: i32, high: i32, column: i32, indices: usize): i32 {
  if (column == 0) return low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (load<i32>(indices + ((<usize>middle) << 2)) < column) low = middle + 1;
    else high = middle;
  }
  return low;
}
