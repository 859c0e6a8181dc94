// Covariances of Gaussian processes on the line, with their integrals: what Bayesian quadrature by a dense matrix needs.
//
// Matérn covariances of half-integer order are polynomials times an exponential, and so are their integrals; see C. Rasmussen,
// C. Williams, Gaussian Processes for Machine Learning (2006), section 4.2.
import { gaussLegendre } from './gauss-legendre.ts';

/** Names of the covariances. */
const KERNELS = ['wiener', 'matern12', 'matern32', 'matern52', 'matern72', 'rbf'] as const;

/** A covariance by name. */
export type KernelName = (typeof KERNELS)[number];

/** A covariance, and its integrals over [from, to]. */
export interface Kernel {
  /** k(s, t). */
  value(s: number, t: number): number;
  /** ∫ k(t, s) ds over [from, to], for t inside. */
  mean(t: number, from: number, to: number): number;
  /** ∬ k over [from, to]². */
  total(from: number, to: number): number;
}

/** p of a Matérn covariance of order p + ½; undefined for all others. */
export function maternDegree(name: KernelName): number | undefined {
  const place = ['matern12', 'matern32', 'matern52', 'matern72'].indexOf(name);
  return place < 0 ? undefined : place;
}

/** The covariance of a name and a length scale. */
export function kernelOf(name: KernelName, lengthScale: number): Kernel {
  const degree = maternDegree(name);
  if (degree !== undefined) return matern(degree, lengthScale);
  return name === 'wiener' ? wiener : squaredExponential(lengthScale);
}

/** min(s, t), for s and t above zero. */
const wiener: Kernel = {
  value: (s, t) => Math.min(s, t),
  mean: (t, from, to) => (t * t - from * from) / 2 + t * (to - t),
  total: (from, to) => {
    const length = to - from;
    return length * length * (from + length / 3);
  },
};

/** ∫ f over [from, to] by Gauss' rule on panels no longer than `panel`. */
function integrate(f: (t: number) => number, from: number, to: number, panel: number): number {
  const panels = Math.min(1000, Math.max(1, Math.ceil((to - from) / panel)));
  const width = (to - from) / panels;
  const { nodes, weights } = gaussLegendre(20, 0, width);
  let sum = 0;
  for (let k = 0; k < panels; k++) {
    for (let i = 0; i < nodes.length; i++) sum += weights[i] * f(from + k * width + nodes[i]);
  }
  return sum;
}

function squaredExponential(lengthScale: number): Kernel {
  const value = (s: number, t: number) => Math.exp(-(((s - t) / lengthScale) ** 2) / 2);
  return {
    value,
    mean: (t, from, to) => integrate((s) => value(s, t), from, to, lengthScale),
    total: (from, to) => {
      const length = to - from;
      return 2 * integrate((r) => (length - r) * value(r, 0), 0, length, lengthScale);
    },
  };
}

function matern(p: number, lengthScale: number): Kernel {
  const rate = Math.sqrt(2 * p + 1);
  // p!/(2p)! (p+i)!/(i! (p-i)!) 2^(p-i): what s^(p-i) e^-s is multiplied by.
  const coefficients = Array.from(
    { length: p + 1 },
    (_, i) => (factorial(p) / factorial(2 * p)) * (factorial(p + i) / (factorial(i) * factorial(p - i))) * 2 ** (p - i),
  );
  const value = (a: number, b: number) => {
    const s = (rate * Math.abs(a - b)) / lengthScale;
    let sum = 0;
    for (let i = 0; i <= p; i++) sum += coefficients[i] * s ** (p - i);
    return Math.exp(-s) * sum;
  };
  /** ∫ of the covariance from 0 to r, over the length scale. */
  const partial = (r: number) => {
    const s = (rate * r) / lengthScale;
    let sum = 0;
    for (let i = 0; i <= p; i++) sum += coefficients[i] * factorial(p - i) * incompleteGamma(p - i, s);
    return sum / rate;
  };
  return {
    value,
    mean: (t, from, to) => lengthScale * (partial(t - from) + partial(to - t)),
    total: (from, to) => {
      const length = to - from;
      return 2 * integrate((r) => (length - r) * value(r, 0), 0, length, lengthScale);
    },
  };
}

/** n! of a small n. */
export function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** 1 - e^-s Σ_{j <= n} s^j/j!, without cancellation: for small s it is the rest of the exponential's series. */
export function incompleteGamma(n: number, s: number): number {
  if (s >= 1) {
    let [term, sum] = [1, 1];
    for (let j = 1; j <= n; j++) {
      term *= s / j;
      sum += term;
    }
    return 1 - (s > 700 ? 0 : Math.exp(-s) * sum);
  }
  let term = 1;
  for (let j = 1; j <= n + 1; j++) term *= s / j;
  let sum = 0;
  for (let j = n + 2; term > 1e-17 * sum; j++) {
    sum += term;
    term *= s / j;
  }
  return Math.exp(-s) * sum;
}
