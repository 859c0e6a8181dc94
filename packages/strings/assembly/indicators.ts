// Between numbered symbols and transforms: indicators and coordinates on the way in, rounded counts on the way out.

/** out_j = 1 where numbers_j = symbol, else 0. `length` is rounded up to a multiple of 4. */
export function indicator(length: i32, symbol: i32, numbers: usize, out: usize): void {
  const wanted = i32x4.splat(symbol);
  const one = i32x4.splat(1);
  for (let j = 0; j < length; j += 4) {
    const equal = v128.and(i32x4.eq(v128.load(numbers), wanted), one);
    v128.store(out, f64x2.convert_low_i32x4_s(equal));
    v128.store(out, f64x2.convert_low_i32x4_s(v128.shuffle<i64>(equal, equal, 1, 0)), 16);
    numbers += 16;
    out += 32;
  }
}

/** out_j = table_{numbers_j + 1}. */
export function coordinates(length: i32, table: usize, numbers: usize, out: usize): void {
  for (let j = 0; j < length; j++) {
    store<f64>(out, load<f64>(table + ((<usize>load<i32>(numbers)) << 3), 8));
    numbers += 4;
    out += 8;
  }
}

/**
 * matches_i += round(scale values_i + share known_i) for i < `count`. Returns the largest distance from an integer.
 */
export function addRounded(
  count: i32, scale: f64, values: usize, share: f64, known: usize, matches: usize,
): f64 {
  const scales = f64x2.splat(scale);
  const shares = f64x2.splat(share);
  let worst = f64x2.splat(0);
  let i = 2;
  for (; i <= count; i += 2) {
    const base = f64x2.mul(shares, f64x2.convert_low_i32x4_s(v128.load64_zero(known)));
    const value = f64x2.add(f64x2.mul(scales, v128.load(values)), base);
    const rounded = f64x2.nearest(value);
    worst = f64x2.max(worst, f64x2.abs(f64x2.sub(value, rounded)));
    const whole = i32x4.trunc_sat_f64x2_s_zero(rounded);
    v128.store64_lane(matches, i32x4.add(v128.load64_zero(matches), whole), 0);
    values += 16;
    known += 8;
    matches += 8;
  }
  let largest = max(f64x2.extract_lane(worst, 0), f64x2.extract_lane(worst, 1));
  if (i - 2 < count) {
    const value = scale * load<f64>(values) + share * <f64>load<i32>(known);
    const rounded = nearest(value);
    largest = max(largest, abs(value - rounded));
    store<i32>(matches, load<i32>(matches) + <i32>rounded);
  }
  return largest;
}
