// Number-theoretic transforms modulo a prime below 2^30.

/** Decimation in frequency, in place: natural order in, bit-reversed order out. `roots` has the powers of a root of unity. */
export function modularForward(length: i32, values: usize, roots: usize, prime: i32): void {
  const inverse = 1.0 / <f64>prime;
  for (let half = length >> 1, stride = 1; half >= 1; half >>= 1, stride <<= 1) {
    for (let block = 0; block < length; block += 2 * half) {
      let low = values + ((<usize>block) << 2);
      let high = low + ((<usize>half) << 2);
      let root = roots;
      for (let j = 0; j < half; j++) {
        const a = load<i32>(low);
        const b = load<i32>(high);
        store<i32>(low, raised(a + b - prime, prime));
        store<i32>(high, multiply(raised(a - b, prime), load<i32>(root), prime, inverse));
        low += 4;
        high += 4;
        root += (<usize>stride) << 2;
      }
    }
  }
}

/** a b mod prime: the quotient from floating point is off by at most one. */
@inline
function multiply(a: i32, b: i32, prime: i32, inverse: f64): i32 {
  const quotient = <i32>(<f64>a * <f64>b * inverse);
  return raised(raised(a * b - quotient * prime, prime) - prime, prime);
}

@inline
function raised(value: i32, prime: i32): i32 {
  return value + ((value >> 31) & prime);
}
