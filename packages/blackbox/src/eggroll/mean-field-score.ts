// The mean-field score of perturbations of low rank: minus the slope of the log-density of one entry of E = A B' / sqrt(r), in place of
// the entry itself, which is the score of normal noise.
//
// Evolution strategies at the hyperscale (2025), arXiv 2511.16652, appendix; the density is sqrt(r) (y/2)^ν K_ν(y) / (sqrt(π) Γ(r/2)) with
// y = sqrt(r) |z|, ν = (r - 1) / 2. Bessel functions K_0 and K_1 by polynomials: M. Abramowitz, I. Stegun, 9.8.1 to 9.8.8, to 1e-7.
import { portableLog } from '@infimum/core/portable-math';

/** Largest size of a score: it is infinite at 0 for rank 1. */
const LARGEST = 10;

/** The score z -> sqrt(r) sign(z) K_{ν-1}(y) / K_ν(y), within ±10; it tends to z as the rank grows. */
export function meanFieldScore(rank: number): (z: number) => number {
  const root = Math.sqrt(rank);
  return (z) => {
    const y = root * Math.abs(z);
    if (y === 0) return 0;
    return Math.sign(z) * Math.min(LARGEST, root * besselRatio((rank - 1) / 2, y));
  };
}

/** K_{ν-1}(y) / K_ν(y) for ν = 0, 1/2, 1, …, by K_{ν+1} = K_{ν-1} + 2 ν K_ν / y. */
export function besselRatio(order: number, y: number): number {
  const isWhole = Number.isInteger(order);
  // K_{-1} = K_1, and K_{-1/2} = K_{1/2}.
  if (order === 0) return 1 / zeroOverOne(y);
  let ratio = isWhole ? zeroOverOne(y) : 1;
  for (let nu = isWhole ? 1 : 0.5; nu < order; nu++) ratio = 1 / (ratio + (2 * nu) / y);
  return ratio;
}

/** K_0(y) / K_1(y). */
function zeroOverOne(y: number): number {
  if (y > 2) return polynomial(2 / y, FAR_ZERO) / polynomial(2 / y, FAR_ONE);
  const log = portableLog(y / 2);
  const [t, h] = [(y / 3.75) ** 2, (y / 2) ** 2];
  const zero = polynomial(h, NEAR_ZERO) - log * polynomial(t, FIRST_ZERO);
  const one = (polynomial(h, NEAR_ONE) + y * y * log * polynomial(t, FIRST_ONE)) / y;
  return zero / one;
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, c) => c + x * sum, 0);
}

/** I_0 and I_1(y) / y over (y / 3.75)². */
const FIRST_ZERO = [1, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813];
const FIRST_ONE = [0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411];
/** What remains of K_0 and of y K_1, over (y / 2)². */
const NEAR_ZERO = [-0.57721566, 0.4227842, 0.23069756, 0.0348859, 0.00262698, 0.0001075, 0.0000074];
const NEAR_ONE = [1, 0.15443144, -0.67278579, -0.18156897, -0.01919402, -0.00110404, -0.00004686];
/** sqrt(y) exp(y) K_0 and K_1 over 2 / y. */
const FAR_ZERO = [1.25331414, -0.07832358, 0.02189568, -0.01062446, 0.00587872, -0.0025154, 0.00053208];
const FAR_ONE = [1.25331414, 0.23498619, -0.0365562, 0.01504268, -0.00780353, 0.00325614, -0.00068245];
