// The exact privacy of the Gaussian mechanism, and that of its concentrated and Rényi forms.
//
// B. Balle, Y.-X. Wang: Improving the Gaussian mechanism for differential privacy (2018); M. Bun, T. Steinke: Concentrated
// differential privacy (2016); I. Mironov, K. Talwar, L. Zhang: Rényi differential privacy of the sampled Gaussian mechanism (2019).
import { checkNumber } from '@infimum/core';
import { fallingRoot, logAdd, logNormalCdf, logSubtract } from './normal-distribution.ts';

/**
 * δ(ε) of a Gaussian mechanism with noise of deviation σ on a query of sensitivity Δ, mu = Δ/σ: the exact value
 * N(-ε/mu + mu/2) - e^ε N(-ε/mu - mu/2). Releases compose to mu = √(mu_1² + mu_2² + …), chosen adaptively or not.
 *
 * @throws {InvalidInputError} naming `mu` or `epsilon`
 *
 * @example
 * ```ts
 * import { gaussianDelta } from '@infimum/optim/private';
 *
 * console.log(gaussianDelta(1, 1).toFixed(9)); // 0.126936738
 * ```
 */
export function gaussianDelta(mu: number, epsilon: number): number {
  checkNumber(mu, 'mu', { above: 0 });
  checkNumber(epsilon, 'epsilon', { min: 0 });
  const first = logNormalCdf(-epsilon / mu + mu / 2);
  return Math.exp(logSubtract(first, epsilon + logNormalCdf(-epsilon / mu - mu / 2)));
}

/**
 * The least ε with δ(ε) <= delta for a Gaussian mechanism of mu = Δ/σ, rounded upwards.
 *
 * @throws {InvalidInputError} naming `mu` or `delta`
 *
 * @example
 * ```ts
 * import { gaussianEpsilon } from '@infimum/optim/private';
 *
 * console.log(gaussianEpsilon(1, 1e-5).toFixed(6)); // 4.377178
 * ```
 */
export function gaussianEpsilon(mu: number, delta: number): number {
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  // δ(ε) has a relative error of at most 1e-10.
  const target = delta * (1 - 1e-10);
  if (gaussianDelta(mu, 0) <= target) return 0;
  let high = 1;
  while (gaussianDelta(mu, high) > target) high *= 2;
  return fallingRoot((epsilon) => gaussianDelta(mu, epsilon), target, 0, high);
}

/** The largest mu with δ(epsilon) <= delta: Gaussian noise of deviation Δ/mu is (epsilon, delta)-private. */
export function gaussianMu(epsilon: number, delta: number): number {
  checkNumber(epsilon, 'epsilon', { above: 0 });
  checkNumber(delta, 'delta', { above: 0, below: 1 });
  let deviation = 1;
  while (gaussianDelta(1 / deviation, epsilon) > delta) deviation *= 2;
  return 1 / fallingRoot((s) => gaussianDelta(1 / s, epsilon), delta, 1e-8, deviation);
}

/** The ρ of concentrated privacy that gives (epsilon, delta) by ε = ρ + 2√(ρ ln(1/δ)). */
export function concentratedBudget(epsilon: number, delta: number): number {
  for (const [name, value] of Object.entries({ epsilon, delta })) checkNumber(value, name);
  const logarithm = Math.log(1 / delta);
  return (Math.sqrt(logarithm + epsilon) - Math.sqrt(logarithm)) ** 2;
}

/** The ε of ρ-concentrated privacy, ρ + 2√(ρ ln(1/δ)): simple, and loose. */
export function concentratedEpsilon(rho: number, delta: number): number {
  for (const [name, value] of Object.entries({ rho, delta })) checkNumber(value, name);
  return rho + 2 * Math.sqrt(rho * Math.log(1 / delta));
}

/** Largest order: the sum for whole orders has one term more. */
const MOST_ORDER = 1e6;

/** What all terms together may be wrong by, as part of them. */
const ROUNDING = 1e-9;

/** Noise below which fractional orders have a bound by the whole ones around them. */
const LEAST_SIGMA = 0.1;

/**
 * Rényi divergence of order a > 1, fractional or not, of the Gaussian mechanism with deviation `sigma` times the sensitivity, on
 * a Poisson sample of rate q: neighbours differ by one record that is added or removed. Sums of positive terms, rounded upwards; for
 * fractional orders with sigma below 0.1 the bound that convexity gives.
 */
export function sampledGaussianRdp(rate: number, sigma: number, order: number): number {
  checkOrder(rate, sigma, order);
  if (rate === 0) return 0;
  if (rate === 1) return order / (2 * sigma * sigma);
  return ((1 + ROUNDING) * cumulant(poissonCumulant, rate, sigma, order)) / (order - 1);
}

/**
 * The same for samples of a fixed size, a share `rate` of all records, drawn without replacement: neighbours differ by one record that
 * is replaced, and `sigma` is in multiples of what that moves a sum by. An upper bound (Y.-X. Wang, B. Balle, S. Kasiviswanathan 2019,
 * theorem 27).
 */
export function fixedSampleRdp(rate: number, sigma: number, order: number): number {
  checkOrder(rate, sigma, order);
  if (rate === 0) return 0;
  if (rate === 1) return order / (2 * sigma * sigma);
  return ((1 + ROUNDING) * cumulant(fixedCumulant, rate, sigma, order)) / (order - 1);
}

function checkOrder(rate: number, sigma: number, order: number): void {
  for (const [name, value] of Object.entries({ rate, sigma, order })) {
    if (typeof value !== 'number') checkNumber(value, name);
  }
  if (!(order <= MOST_ORDER)) checkNumber(order, 'order', { max: MOST_ORDER });
}

type Cumulant = (rate: number, sigma: number, order: number) => number;

/** (a - 1) times the divergence: convex in a, and 0 at 1. */
function cumulant(whole: Cumulant, rate: number, sigma: number, order: number): number {
  if (Number.isInteger(order)) return whole(rate, sigma, order);
  if (whole === poissonCumulant && sigma >= LEAST_SIGMA) {
    const found = fractionalCumulant(rate, sigma, order);
    if (found < Infinity) return found;
  }
  const below = Math.floor(order);
  const [low, high] = [below > 1 ? whole(rate, sigma, below) : 0, whole(rate, sigma, below + 1)];
  return low + (order - below) * (high - low);
}

/** ln(e^x - 1). */
const logExpm1 = (x: number): number => x + Math.log(-Math.expm1(-x));

/** ln(1 + Σ_{k > 1} C(a, k) (1 - q)^(a-k) q^k (e^((k² - k) / 2σ²) - 1)). */
function poissonCumulant(rate: number, sigma: number, order: number): number {
  return sumOfOrders(
    order,
    (k) => k * Math.log(rate) + (order - k) * Math.log1p(-rate) + logExpm1((k * k - k) / (2 * sigma * sigma)),
  );
}

/** ln(1 + Σ_{k > 1} C(a, k) e^(term k)). */
function sumOfOrders(order: number, term: (k: number) => number): number {
  let [sum, binomial] = [-Infinity, Math.log(order)];
  for (let k = 2; k <= order; k++) {
    binomial += Math.log((order - k + 1) / k);
    sum = logAdd(sum, binomial + term(k));
  }
  return logAdd(0, sum) > 1 ? logAdd(0, sum) : Math.log1p(Math.exp(sum));
}

/**
 * ln E (1 + q z)^a, z = e^((2x - 1)/2σ²) - 1, x normal with deviation σ: E z = 0, so that 1 + a q z is taken off. Trapezoids over a whole
 * bell are wrong by e^(-2π² σ²/h + …), as the integrand is analytic within π σ² of the axis: less than 1e-15 of the whole.
 */
function fractionalCumulant(rate: number, sigma: number, order: number): number {
  const step = Math.min(sigma / 4, (sigma * sigma) / 2);
  let sum = 0;
  for (let x = -12 * sigma; x < order + 12 * sigma; x += step) {
    const change = rate * Math.expm1((2 * x - 1) / (2 * sigma * sigma));
    const [whole, bell] = [order * Math.log1p(change), (-x * x) / (2 * sigma * sigma)];
    // The power alone may be beyond numbers where its product is not.
    const moment = whole > 600 ? Math.exp(whole + bell) : Math.exp(bell) * Math.max(0, Math.expm1(whole) - order * change);
    sum += moment;
  }
  return Math.log1p((sum * step) / (sigma * Math.sqrt(2 * Math.PI)));
}

/** Orders up to which centred moments are taken; beyond them 2 e^((k² - k) / 2σ²) stands. */
const MOST_MOMENT = 64;

/** ln(1 + Σ_{k > 1} C(a, k) q^k min(4 √(E z^k- E z^k+), 2 e^((k² - k) / 2σ²))), k- and k+ the even numbers around k. */
function fixedCumulant(rate: number, sigma: number, order: number): number {
  const moments = evenMoments(sigma, Math.min(order + 1, MOST_MOMENT));
  return sumOfOrders(order, (k) => {
    const low = moments[Math.floor(k / 2)] ?? Infinity;
    const high = moments[Math.ceil(k / 2)] ?? Infinity;
    return k * Math.log(rate) + Math.min(Math.log(4) + (low + high) / 2, Math.LN2 + (k * k - k) / (2 * sigma * sigma));
  });
}

/** ln E z^2i for i up to most / 2. */
function evenMoments(sigma: number, most: number): number[] {
  const logs = Array<number>(Math.floor(most / 2) + 1).fill(-Infinity);
  for (let x = -20 * sigma; x < most + 20 * sigma; x += sigma / 8) {
    const exponent = (2 * x - 1) / (2 * sigma * sigma);
    const size = exponent > 1 ? logExpm1(exponent) : Math.log(Math.abs(Math.expm1(exponent)));
    const bell = (-x * x) / (2 * sigma * sigma) - Math.log(8 * Math.sqrt(2 * Math.PI));
    for (let i = 0; i < logs.length; i++) logs[i] = logAdd(logs[i], 2 * i * size + bell);
  }
  return logs;
}
