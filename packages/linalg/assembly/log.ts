// The natural logarithm of one number, for the end of a reduction.
//
// x = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)], and log(1 + f) = f - s (f - R(s^2)) with s = f/(2 + f):
// the algorithm and coefficients of FreeBSD's e_log.c (K. C. Ng, Sun Microsystems, 1993). Below 1 ulp.

/** log(x) for positive normal x, and +Infinity and NaN for themselves. */
export function log(x: f64): f64 {
  if (!(x < Infinity)) return x;
  const bits = reinterpret<u64>(x) + 0x00095f619980c434; // carries into the exponent from sqrt(2) on
  const k = <f64>(<i32>(bits >> 52) - 1023);
  const fraction = reinterpret<f64>((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcc);
  const f = fraction - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const odd =
    z *
    (0.6666666666666735130 +
      w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
  const half = 0.5 * f * f;
  const low = s * (half + even + odd) + k * 1.90821492927058770002e-10;
  return k * 6.93147180369123816490e-1 - (half - low - f);
}
