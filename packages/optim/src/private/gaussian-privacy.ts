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
 * The least ε with δ(ε) <= delta for a Gaussian mechanism of mu = Δ/σ.
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
  if (gaussianDelta(mu, 0) <= delta) return 0;
  let high = 1;
  while (gaussianDelta(mu, high) > delta) high *= 2;
  return fallingRoot((epsilon) => gaussianDelta(mu, epsilon), delta, 0, high);
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

/**
 * Rényi divergence of order a > 1, fractional or not, of the Gaussian mechanism with deviation `sigma` times the sensitivity, on
 * a Poisson sample of rate q: neighbours differ by one record that is added or removed.
 */
export function sampledGaussianRdp(rate: number, sigma: number, order: number): number {
  for (const [name, value] of Object.entries({ rate, sigma, order })) {
    if (typeof value !== 'number') checkNumber(value, name);
  }
  if (!(order <= MOST_ORDER)) checkNumber(order, 'order', { max: MOST_ORDER });
  if (rate === 0) return 0;
  if (rate === 1) return order / (2 * sigma * sigma);
  const logarithm = Number.isInteger(order) ? wholeOrder(rate, sigma, order) : fractionalOrder(rate, sigma, order);
  return Math.max(0, logarithm / (order - 1));
}

/** ln Σ_k C(a, k) (1 - q)^(a-k) q^k e^((k² - k) / (2σ²)). */
function wholeOrder(rate: number, sigma: number, order: number): number {
  let [sum, binomial] = [-Infinity, 0];
  for (let k = 0; k <= order; k++) {
    const term = binomial + k * Math.log(rate) + (order - k) * Math.log1p(-rate) + (k * k - k) / (2 * sigma * sigma);
    sum = logAdd(sum, term);
    binomial += Math.log((order - k) / (k + 1));
  }
  return sum;
}

/** The two alternating series of section 3.3 of Mironov, Talwar and Zhang. */
function fractionalOrder(rate: number, sigma: number, order: number): number {
  const middle = sigma * sigma * Math.log(1 / rate - 1) + 0.5;
  const [logRate, logRest] = [Math.log(rate), Math.log1p(-rate)];
  let [below, above, coefficient] = [-Infinity, -Infinity, 1];
  for (let i = 0; i < 10_000; i++) {
    const j = order - i;
    const size = Math.log(Math.abs(coefficient));
    const first = size + i * logRate + j * logRest + (i * i - i) / (2 * sigma * sigma) + logNormalCdf((middle - i) / sigma);
    const second = size + j * logRate + i * logRest + (j * j - j) / (2 * sigma * sigma) + logNormalCdf((j - middle) / sigma);
    below = coefficient > 0 ? logAdd(below, first) : logSubtract(below, first);
    above = coefficient > 0 ? logAdd(above, second) : logSubtract(above, second);
    if (i > order && Math.max(first, second) < -30) break;
    coefficient *= j / (i + 1);
  }
  return logAdd(below, above);
}
