// A kernel at a smaller regularisation without exponentials: exp(t / epsilon) is a power of exp(t / (2^k epsilon)).

/** For rows `from` to `to`: K_ij <- (u_i K_ij v_j)^(2^squarings), or zero where u_i K_ij v_j is below `least`. */
export function sharpen(
  from: i32, to: i32, cols: i32, kernel: usize, u: usize, v: usize, squarings: i32, least: f64,
): void {
  const stride = (<usize>cols) << 3;
  for (let i = from; i < to; i++) {
    sharpenRow(cols, load<f64>(u + ((<usize>i) << 3)), kernel + <usize>i * stride, v, squarings, least);
  }
}

@inline
function sharpenRow(cols: i32, scaling: f64, kernel: usize, v: usize, squarings: i32, least: f64): void {
  const scalings = f64x2.splat(scaling);
  const lowest = f64x2.splat(least);
  let j = 0;
  for (; j + 4 <= cols; j += 4) {
    let power0 = f64x2.mul(f64x2.mul(scalings, v128.load(kernel)), v128.load(v));
    let power1 = f64x2.mul(f64x2.mul(scalings, v128.load(kernel, 16)), v128.load(v, 16));
    // What is smaller would underflow by and by, and the numbers next to zero are slow.
    power0 = v128.and(power0, f64x2.ge(power0, lowest));
    power1 = v128.and(power1, f64x2.ge(power1, lowest));
    for (let k = 0; k < squarings; k++) {
      power0 = f64x2.mul(power0, power0);
      power1 = f64x2.mul(power1, power1);
    }
    v128.store(kernel, power0);
    v128.store(kernel, power1, 16);
    kernel += 32;
    v += 32;
  }
  for (; j < cols; j++) {
    let power = scaling * load<f64>(kernel) * load<f64>(v);
    if (!(power >= least)) power = 0;
    for (let k = 0; k < squarings; k++) power *= power;
    store<f64>(kernel, power);
    kernel += 8;
    v += 8;
  }
}
