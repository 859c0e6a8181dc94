// The steps of optimisers. `src/training/step-kernels.ts` documents each of them.
//
// Divisions and roots are what they cost, and two of each take as long as one. Nothing is fused, so that all builds give the
// bits of the plain loops.

/** A running mean and its square's, and the step of Adam, for two parameters. */
@inline
function adamPair(
  x: v128, gradient: v128, mean: v128, square: v128, meanOut: usize, squareOut: usize, single: bool,
  beta1: f64, beta2: f64, pull: f64, shrink: f64, rate: f64, scale1: f64, scale2: f64, epsilon: f64,
): v128 {
  const g = f64x2.add(gradient, f64x2.mul(f64x2.splat(pull), x));
  const m = f64x2.add(f64x2.mul(f64x2.splat(beta1), mean), f64x2.mul(f64x2.splat(1 - beta1), g));
  const v = f64x2.add(
    f64x2.mul(f64x2.splat(beta2), square),
    f64x2.mul(f64x2.mul(f64x2.splat(1 - beta2), g), g),
  );
  put(meanOut, m, single);
  put(squareOut, v, single);
  const root = f64x2.add(f64x2.sqrt(f64x2.mul(v, f64x2.splat(scale2))), f64x2.splat(epsilon));
  const numerator = f64x2.mul(f64x2.mul(f64x2.splat(rate), m), f64x2.splat(scale1));
  return f64x2.sub(f64x2.mul(f64x2.splat(shrink), x), quotient(numerator, root));
}

export function adam(
  n: i32, x: usize, gradient: usize, mean: usize, square: usize,
  beta1: f64, beta2: f64, pull: f64, shrink: f64, rate: f64, scale1: f64, scale2: f64, epsilon: f64,
): void {
  const end = x + ((<usize>(n & ~1)) << 3);
  while (x < end) {
    v128.store(x, adamPair(
      v128.load(x), v128.load(gradient), v128.load(mean), v128.load(square), mean, square, false,
      beta1, beta2, pull, shrink, rate, scale1, scale2, epsilon,
    ));
    x += 16;
    gradient += 16;
    mean += 16;
    square += 16;
  }
  if (n & 1) {
    put(x, adamPair(
      v128.load64_zero(x), v128.load64_zero(gradient), v128.load64_zero(mean), v128.load64_zero(square),
      mean, square, true, beta1, beta2, pull, shrink, rate, scale1, scale2, epsilon,
    ), true);
  }
}

/** The step of AdaHessian for two parameters; `power` is 2 for the curvature, 1 for its root, 0 for none. */
@inline
function hessianPair(
  power: i32, x: v128, g: v128, mean: v128, square: v128, diagonal: v128,
  meanOut: usize, squareOut: usize, single: bool,
  beta1: f64, fresh: f64, memory: f64, rate: f64, scale2: f64, minCurvature: f64, epsilon: f64, shrink: f64,
  pull: f64,
): v128 {
  const m = f64x2.add(f64x2.mul(f64x2.splat(beta1), mean), f64x2.mul(f64x2.splat(fresh), g));
  const v = f64x2.add(
    f64x2.mul(f64x2.splat(memory), square),
    f64x2.mul(f64x2.mul(f64x2.splat(1 - memory), diagonal), diagonal),
  );
  put(meanOut, m, single);
  put(squareOut, v, single);
  let root = f64x2.add(f64x2.sqrt(f64x2.mul(v, f64x2.splat(scale2))), f64x2.splat(minCurvature));
  if (power == 1) root = f64x2.sqrt(root);
  if (power == 0) root = f64x2.splat(1);
  root = f64x2.add(root, f64x2.splat(epsilon));
  const step = quotient(f64x2.mul(f64x2.splat(rate), m), root);
  const shrunk = f64x2.sub(f64x2.mul(f64x2.splat(shrink), x), step);
  return f64x2.sub(shrunk, f64x2.mul(f64x2.splat(pull), x));
}

export function adaHessian(
  n: i32, power: i32, x: usize, gradient: usize, mean: usize, square: usize, diagonal: usize,
  beta1: f64, fresh: f64, memory: f64, rate: f64, scale2: f64, minCurvature: f64, epsilon: f64, shrink: f64,
  pull: f64,
): void {
  const end = x + ((<usize>(n & ~1)) << 3);
  while (x < end) {
    v128.store(x, hessianPair(
      power, v128.load(x), v128.load(gradient), v128.load(mean), v128.load(square), v128.load(diagonal),
      mean, square, false, beta1, fresh, memory, rate, scale2, minCurvature, epsilon, shrink, pull,
    ));
    x += 16;
    gradient += 16;
    mean += 16;
    square += 16;
    diagonal += 16;
  }
  if (n & 1) {
    put(x, hessianPair(
      power, v128.load64_zero(x), v128.load64_zero(gradient), v128.load64_zero(mean), v128.load64_zero(square),
      v128.load64_zero(diagonal), mean, square, true,
      beta1, fresh, memory, rate, scale2, minCurvature, epsilon, shrink, pull,
    ), true);
  }
}

export function averageRuns(runs: i32, length: i32, most: f64, values: usize): i32 {
  const share = 1 / <f64>length;
  let zero: f64 = 0;
  for (let run = 0; run < runs; run++) {
    let pairs = f64x2.splat(0);
    const start = values;
    const end = values + ((<usize>(length & ~1)) << 3);
    for (; values < end; values += 16) pairs = f64x2.add(pairs, f64x2.abs(v128.load(values)));
    let sum = f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
    if (length & 1) {
      sum += Math.abs(load<f64>(values));
      values += 8;
    }
    // Zero times what is not finite is no number, and stays so in a sum.
    zero += 0 * sum;
    const mean = f64x2.min(f64x2.splat(sum * share), f64x2.splat(most));
    let at = start;
    for (; at < end; at += 16) v128.store(at, mean);
    if (length & 1) v128.store64_lane(at, mean, 0);
  }
  return zero == 0 ? 1 : 0;
}

export function moduli(n: i32, most: f64, values: usize): i32 {
  let zero = f64x2.splat(0);
  const largest = f64x2.splat(most);
  const end = values + ((<usize>(n & ~1)) << 3);
  for (; values < end; values += 16) {
    const size = f64x2.abs(v128.load(values));
    zero = f64x2.add(zero, f64x2.mul(f64x2.splat(0), size));
    v128.store(values, f64x2.min(size, largest));
  }
  let sum = f64x2.extract_lane(zero, 0) + f64x2.extract_lane(zero, 1);
  if (n & 1) {
    const size = f64x2.abs(v128.load64_zero(values));
    sum += 0 * f64x2.extract_lane(size, 0);
    v128.store64_lane(values, f64x2.min(size, largest), 0);
  }
  return sum == 0 ? 1 : 0;
}

export function signs(n: i32, words: usize, out: usize): void {
  const signBit = i64x2.splat(i64.MIN_VALUE);
  const minusOne = f64x2.splat(-1);
  for (let i = 0; i < n; i += 32) {
    const word = <i64>load<u32>(words);
    words += 4;
    // The bits of this pair and of those after it lie in the lanes, the next one at the top.
    let bits = i64x2.replace_lane(i64x2.splat(word << 63), 1, word << 62);
    let left = word;
    for (let k = i; k < min(i + 32, n); k += 2) {
      // A bit that is set takes the sign away.
      const pair = v128.xor(minusOne, v128.and(bits, signBit));
      if (k + 1 < n) v128.store(out, pair);
      else v128.store64_lane(out, pair, 0);
      left >>= 2;
      bits = i64x2.replace_lane(i64x2.splat(left << 63), 1, left << 62);
      out += 16;
    }
  }
}

/** Quotients where the divisor is above zero, else zeros. */
@inline
function quotient(numerator: v128, divisor: v128): v128 {
  return v128.and(f64x2.div(numerator, divisor), f64x2.gt(divisor, f64x2.splat(0)));
}

/** Stores two entries, or the first alone. */
@inline
function put(at: usize, pair: v128, single: bool): void {
  if (single) v128.store64_lane(at, pair, 0);
  else v128.store(at, pair);
}
