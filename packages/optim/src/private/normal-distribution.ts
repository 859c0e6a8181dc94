// The standard normal distribution, also far in its tails, and its inverse uses in accounting.

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** ln N(x), N the distribution function: a series near zero, the continued fraction of Mills' ratio beyond. */
export function logNormalCdf(x: number): number {
  if (x > 3) return Math.log1p(-Math.exp(logNormalCdf(-x)));
  if (x >= -3) return Math.log(0.5 + series(x));
  let tail = 0;
  for (let k = Math.ceil(15 + 700 / (x * x)); k >= 1; k--) tail = k / (-x + tail);
  return -0.5 * x * x - HALF_LOG_TWO_PI - Math.log(-x + tail);
}

/** N(x) - 1/2 = φ(x) Σ x^(2k+1) / (2k+1)!!. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return sum * Math.exp(-0.5 * x * x - HALF_LOG_TWO_PI);
}

/** ln(e^a + e^b). */
export function logAdd(a: number, b: number): number {
  const [large, small] = a > b ? [a, b] : [b, a];
  return small === -Infinity ? large : large + Math.log1p(Math.exp(small - large));
}

/** ln(e^a - e^b) for a >= b; -Infinity where they meet. */
export function logSubtract(a: number, b: number): number {
  if (!(a > b)) return -Infinity;
  return b === -Infinity ? a : a + Math.log(-Math.expm1(b - a));
}

/** The least argument in [low, high] at which a falling function is at most `target`, from above, to 1e-12 of its size. */
export function fallingRoot(value: (x: number) => number, target: number, low: number, high: number): number {
  let [left, right] = [low, high];
  for (let k = 0; k < 200 && right - left > 1e-13 * (1 + right); k++) {
    const middle = (left + right) / 2;
    if (value(middle) > target) left = middle;
    else right = middle;
  }
  return right;
}
