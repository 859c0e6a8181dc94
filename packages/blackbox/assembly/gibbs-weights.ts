// Weights exp(-alpha (f - least)) of particles and the sums that an effective sample size is made of. The exponential is a polynomial of
// degree 13 after x = k log 2 + r, |r| <= log(2) / 2, its even and odd powers apart; operations that IEEE 754 defines exactly.

@inline
function constant(table: usize, index: usize): v128 {
  return v128.load64_splat(table + (index << 3));
}

/**
 * Writes the weights of `count` values, an even number; 0 where alpha (f - least) is not in [0, 708). `sums` are those of the weights,
 * of their squares, and of both times alpha (f - least).
 */
export function gibbsWeights(
  count: i32, values: usize, least: f64, alpha: f64, table: usize, weights: usize, sums: usize,
): void {
  const lowest = f64x2.splat(least);
  const rate = f64x2.splat(alpha);
  let sum = f64x2.splat(0);
  let squares = f64x2.splat(0);
  let sumExcess = f64x2.splat(0);
  let squaresExcess = f64x2.splat(0);
  const bytes = (<usize>count) << 3;
  for (let at: usize = 0; at < bytes; at += 16) {
    const given = f64x2.mul(rate, f64x2.sub(v128.load(values + at), lowest));
    // Neither is true of what is no number.
    const counts = v128.and(f64x2.ge(given, f64x2.splat(0)), f64x2.lt(given, constant(table, 4)));
    const excess = v128.and(given, counts);
    // The nearest integer k is in the last bits of k + 1.5 · 2^52.
    const shifted = f64x2.add(f64x2.mul(excess, constant(table, 0)), constant(table, 1));
    const k = f64x2.sub(shifted, constant(table, 1));
    const r = f64x2.sub(f64x2.sub(excess, f64x2.mul(k, constant(table, 2))), f64x2.mul(k, constant(table, 3)));
    const z = f64x2.mul(r, r);
    let even = constant(table, 5);
    let odd = constant(table, 12);
    for (let i: usize = 1; i < 7; i++) {
      even = f64x2.add(constant(table, 5 + i), f64x2.mul(z, even));
      odd = f64x2.add(constant(table, 12 + i), f64x2.mul(z, odd));
    }
    const power = i64x2.shl(i64x2.sub(i64x2.splat(1023), shifted), 52);
    const weight = v128.and(f64x2.mul(f64x2.sub(even, f64x2.mul(r, odd)), power), counts);
    v128.store(weights + at, weight);
    const square = f64x2.mul(weight, weight);
    sum = f64x2.add(sum, weight);
    squares = f64x2.add(squares, square);
    sumExcess = f64x2.add(sumExcess, f64x2.mul(weight, excess));
    squaresExcess = f64x2.add(squaresExcess, f64x2.mul(square, excess));
  }
  store<f64>(sums, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
  store<f64>(sums, f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1), 8);
  store<f64>(sums, f64x2.extract_lane(sumExcess, 0) + f64x2.extract_lane(sumExcess, 1), 16);
  store<f64>(sums, f64x2.extract_lane(squaresExcess, 0) + f64x2.extract_lane(squaresExcess, 1), 24);
}
