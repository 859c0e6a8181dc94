// Addition and multiplication of a semiring. `plain` is a constant where functions are inlined, so that ordinary
// arithmetic has loops of its own.

@inline
export function add(plain: bool, semiring: i32, x: f64, y: f64): f64 {
  if (plain) return x + y;
  return semiring == 1 ? min<f64>(x, y) : max<f64>(x, y);
}

@inline
export function multiply(plain: bool, semiring: i32, x: f64, y: f64): f64 {
  if (plain) return x * y;
  return semiring == 1 ? x + y : <f64>i32(x != 0 && y != 0);
}

/** What can be added without a change, not even of the sign of a zero. */
@inline
export function zero(plain: bool, semiring: i32): f64 {
  if (plain) return -0.0;
  return semiring == 1 ? Infinity : 0;
}
