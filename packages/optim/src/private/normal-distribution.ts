// The standard normal distribution, also far in its tails, and its inverse uses in accounting.
//
// W. J. Cody: Rational Chebyshev approximations for the error function (1969).

const HALF_ROOT = Math.SQRT1_2;
const ONE_OVER_ROOT_PI = 0.5641895835477563;

/** Coefficients of numerators and denominators, the highest power first: erf below .46875, e^(y²) erfc(y) up to 4, and beyond. */
const NEAR_ABOVE = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694] as const;
const NEAR_BELOW = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171] as const;
const MIDDLE_ABOVE = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
] as const;
const MIDDLE_BELOW = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597, 4362.619090143247,
  3439.3676741437216, 1230.3393548037495,
] as const;
const FAR_ABOVE = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
] as const;
const FAR_BELOW = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
] as const;

/** N(x), the distribution function. */
export function normalCdf(x: number): number {
  const y = Math.abs(x) * HALF_ROOT;
  if (y < 0.46875) return 0.5 + 0.5 * nearErf(x * HALF_ROOT);
  const tail = 0.5 * Math.exp(-0.5 * x * x) * scaledTail(y);
  return x < 0 ? tail : 1 - tail;
}

/** ln N(x), also where N(x) is below all numbers. */
export function logNormalCdf(x: number): number {
  const y = Math.abs(x) * HALF_ROOT;
  if (y < 0.46875) return Math.log(0.5 + 0.5 * nearErf(x * HALF_ROOT));
  return x < 0 ? -0.5 * x * x + Math.log(0.5 * scaledTail(y)) : Math.log1p(-0.5 * Math.exp(-0.5 * x * x) * scaledTail(y));
}

/** erf(y) for |y| < .46875. */
function nearErf(y: number): number {
  return y * ratio(NEAR_ABOVE, NEAR_BELOW, y * y);
}

/** e^(y²) erfc(y) for y >= .46875. */
function scaledTail(y: number): number {
  if (y <= 4) return ratio(MIDDLE_ABOVE, MIDDLE_BELOW, y);
  const square = 1 / (y * y);
  return (ONE_OVER_ROOT_PI - square * ratio(FAR_ABOVE, FAR_BELOW, square)) / y;
}

function ratio(above: readonly number[], below: readonly number[], x: number): number {
  let [numerator, denominator] = [0, 0];
  for (let k = 0; k < above.length; k++) {
    numerator = numerator * x + above[k];
    denominator = denominator * x + below[k];
  }
  return numerator / denominator;
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
