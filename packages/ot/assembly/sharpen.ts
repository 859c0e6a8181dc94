// A kernel at a smaller regularisation without exponentials: exp(t / epsilon) is a power of exp(t / (2^k epsilon)).

const LEAST: f64 = 1e-289;

/**
 * For a row: K_j <- (u K_j v_j)^(2^squarings); what comes below 1e-289 is zero. Behind v there is room for a number.
 */
export function sharpen(cols: i32, row: usize, u: f64, v: usize, squarings: i32): void {
  const end = row + ((<usize>cols) << 3);
  for (; row < end; row += 16, v += 16) {
    const isLast = row + 8 == end;
    const entries = isLast ? v128.load64_zero(row) : v128.load(row);
    let power = f64x2.mul(f64x2.mul(f64x2.splat(u), entries), v128.load(v));
    for (let k = 0; k < squarings; k++) power = f64x2.mul(power, power);
    // Sweeps over the numbers next to zero are slow.
    power = v128.and(power, f64x2.ge(power, f64x2.splat(LEAST)));
    if (isLast) v128.store64_lane(row, power, 0);
    else v128.store(row, power);
  }
}
