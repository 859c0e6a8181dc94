// Words for pairs of doubles, the 128-bit vectors that all kernels work on.

/** a b + c: fused (one rounding) in the relaxed-simd build, two roundings in the simd build. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, c) : f64x2.add(c, f64x2.mul(a, b));
}

/** c - a b. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_nmadd(a, b, c) : f64x2.sub(c, f64x2.mul(a, b));
}

/** Sum of the two lanes. */
@inline
export function laneSum(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

/** Larger of the two lanes. */
@inline
export function laneMax(a: v128): f64 {
  const first = f64x2.extract_lane(a, 0);
  const second = f64x2.extract_lane(a, 1);
  return first < second ? second : first;
}
