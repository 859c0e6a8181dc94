// The error function and the standard normal distribution, also far in the tails, with the same bits in every engine.
//
// erf x = (2 / sqrt(pi)) sum_n (-1)^n x^(2n+1) / (n! (2n+1)) near zero; elsewhere erfc x = exp(-x²) g(x) / (1 + 2x) with a
// Chebyshev series of g in (x - 4) / (x + 4), which maps the half-line to [-1, 1].
//
// M. Shepherd, J. Laframboise: Chebyshev approximation of (1 + 2x) exp(x²) erfc(x) in 0 <= x < infinity (1981). The
// coefficients were computed with 50 digits for this file.
import { portableExp, portableLog } from '@infimum/core/portable-math';

/** Where the series near zero ends: erfc has lost less than a bit there. */
const NEAR = 0.47;

/** 1 / (n! (2n + 1)) for n = 12 … 0. */
const TAYLOR = [
  1 / (479001600 * 25),
  1 / (39916800 * 23),
  1 / (3628800 * 21),
  1 / (362880 * 19),
  1 / (40320 * 17),
  1 / (5040 * 15),
  1 / (720 * 13),
  1 / (120 * 11),
  1 / (24 * 9),
  1 / (6 * 7),
  1 / (2 * 5),
  1 / 3,
  1,
];

const CHEBYSHEV = [
  1.1774832005374487, -0.007260796620301901, -0.081265123236185, 0.06009212804122225, -0.02875393558027666, 0.01059566336347286,
  -0.003136927294554264, 0.0007456494372536184, -0.0001369696503010054, 1.7183861600300937e-5, -7.158364623450346e-7,
  -2.4261399442449534e-7, 5.5765709395703566e-8, -2.1057869513809494e-9, -1.1717889351884957e-9, 1.9098355172456688e-10,
  1.408871764208813e-11, -6.901108320480815e-12, 9.167958364111294e-14, 2.1454508286554553e-13, -1.4716575027010623e-14,
  -6.668675118770408e-15, 7.504598509880083e-16, 2.22009300666632e-16, -3.1704898956330886e-17,
];

const TWO_OVER_ROOT_PI = 1.1283791670955126;
const ROOT_TWO_PI = 2.5066282746310002;

/**
 * erf x = (2 / sqrt(pi)) times the integral of exp(-t²) from 0 to x, to a few units in the last place.
 *
 * @example
 * ```ts
 * import { errorFunction } from '@infimum/linalg/numerics';
 *
 * console.log(errorFunction(1).toFixed(12)); // 0.842700792950
 * ```
 */
export function errorFunction(x: number): number {
  if (Math.abs(x) < NEAR) return nearZero(x);
  const rest = tail(Math.abs(x));
  return x < 0 ? rest - 1 : 1 - rest;
}

/**
 * erfc x = 1 - erf x, to full relative precision for large x; 0 beyond 27.3.
 *
 * @example
 * ```ts
 * import { complementaryErrorFunction } from '@infimum/linalg/numerics';
 *
 * console.log(complementaryErrorFunction(5).toPrecision(6)); // 1.53746e-12
 * ```
 */
export function complementaryErrorFunction(x: number): number {
  if (Math.abs(x) < NEAR) return 1 - nearZero(x);
  return x < 0 ? 2 - tail(-x) : tail(x);
}

/**
 * The standard normal distribution function N(x), to full relative precision in the lower tail.
 *
 * @example
 * ```ts
 * import { normalCdf } from '@infimum/linalg/numerics';
 *
 * console.log(normalCdf(-10).toPrecision(6)); // 7.61985e-24
 * ```
 */
export function normalCdf(x: number): number {
  const y = Math.abs(x) * Math.SQRT1_2;
  if (y < NEAR) return 0.5 + 0.5 * nearZero(x * Math.SQRT1_2);
  const rest = 0.5 * gaussian(x, 0.5) * scaledTail(y);
  return x < 0 ? rest : 1 - rest;
}

/**
 * ln N(x), also where N(x) is below all numbers.
 *
 * @example
 * ```ts
 * import { logNormalCdf } from '@infimum/linalg/numerics';
 *
 * console.log(logNormalCdf(-100).toFixed(3)); // -5005.524
 * ```
 */
export function logNormalCdf(x: number): number {
  const y = Math.abs(x) * Math.SQRT1_2;
  if (x < 0 && y >= NEAR) return -0.5 * x * x + portableLog(0.5 * scaledTail(y));
  return y < NEAR ? portableLog(normalCdf(x)) : Math.log1p(-0.5 * gaussian(x, 0.5) * scaledTail(y));
}

/**
 * The x with N(x) = p, by Newton's method on ln N, which converges from below.
 *
 * @param p - from 0 (-Infinity) to 1 (Infinity)
 *
 * @example
 * ```ts
 * import { normalQuantile } from '@infimum/linalg/numerics';
 *
 * console.log(normalQuantile(0.975).toFixed(6)); // 1.959964
 * ```
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  if (!(p > 0)) return p === 0 ? -Infinity : Number.NaN;
  const target = portableLog(p);
  let x = -Math.sqrt(-2 * target);
  for (let step = 0; step < 50; step++) {
    const value = logNormalCdf(x);
    const change = ((target - value) * ROOT_TWO_PI) / portableExp(-0.5 * x * x - value);
    x += change;
    if (!(Math.abs(change) > 1e-15 * (1 + Math.abs(x)))) break;
  }
  return x;
}

function nearZero(x: number): number {
  const z = x * x;
  let sum = 0;
  for (const coefficient of TAYLOR) sum = coefficient - z * sum;
  return TWO_OVER_ROOT_PI * x * sum;
}

/** erfc x for x >= 0. */
function tail(x: number): number {
  return x > 27.3 ? 0 : gaussian(x, 1) * scaledTail(x);
}

/** exp(-factor x²): x² = short² + (x - short)(x + short) with an exact first square, so that its rounding does not grow. */
function gaussian(x: number, factor: number): number {
  if (Math.abs(x) > 40) return 0;
  const short = Math.fround(x);
  return portableExp(-factor * short * short) * portableExp(factor * (short - x) * (short + x));
}

/** exp(x²) erfc x for x >= NEAR. */
function scaledTail(x: number): number {
  if (x === Infinity) return 0;
  const t = (x - 4) / (x + 4);
  let [next, afterNext] = [0, 0];
  for (let k = CHEBYSHEV.length - 1; k > 0; k--) {
    const value = 2 * t * next - afterNext + CHEBYSHEV[k];
    afterNext = next;
    next = value;
  }
  return (t * next - afterNext + CHEBYSHEV[0]) / (1 + 2 * x);
}
