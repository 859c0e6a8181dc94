// Weights for the integral of a function that is known at given times only: the trapezoidal rule, Simpson's, and Bayesian
// quadrature, whose weights are the best of all for a space of functions.
//
// W. Cao, Y. Pan: The Impact of Computation in Integral
// Reinforcement Learning for Continuous-Time Control (arXiv 2402.17375, 2024), sections 3 and 4.
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, fault, resolveOptions } from '@infimum/core';
import { smallCholesky, solveSmallCholesky } from '@infimum/linalg/numerics';
import { checkInterval } from './gauss-legendre.ts';
import { kernelOf, maternDegree } from './kernels.ts';
import { maternWeights } from './state-space-quadrature.ts';

const quadratureOptions = {
  rule: {
    type: 'choice',
    choices: ['bayesian', 'trapezoidal', 'simpson'],
    default: 'bayesian',
    description: 'The rule; Simpson’s needs an odd number of evenly spaced nodes with both ends',
  },
  kernel: {
    type: 'choice',
    choices: ['matern72', 'matern52', 'matern32', 'matern12', 'wiener', 'rbf'],
    default: 'matern72',
    description: 'Covariance of the functions, of the Bayesian rule and of the worst-case error',
  },
  lengthScale: { type: 'number', above: 0, default: 0.3, unit: 'time', description: 'Length scale of the covariance' },
  normalize: { type: 'boolean', default: false, description: 'Make the Bayesian rule integrate constants exactly' },
  method: {
    type: 'choice',
    choices: ['state-space', 'dense'],
    default: 'state-space',
    description: 'A linear-time Kalman filter, only for Matérn covariances, or the covariance matrix',
  },
} as const satisfies OptionSpecs;

/** Options of `quadratureWeights`. */
export type QuadratureWeightsOptions = OptionsOf<typeof quadratureOptions>;

/** Weights of a rule. */
export interface QuadratureRule {
  /** One a node. */
  readonly weights: Float64Array;
  /** The largest error over all functions of norm 1 in the space of the covariance. */
  readonly worstCaseError: number;
  /** What had to be added to the diagonal of the covariances for a factorisation, over their variance; 0 as a rule. */
  readonly nugget: number;
}

/**
 * The weights c with ∫ f ≈ Σ c_j f(t_j) over [from, to].
 *
 * The Bayesian rule is the posterior mean of the integral when f is a Gaussian process with covariance k: c = K⁻¹ z with
 * K_ij = k(t_i, t_j) and z_i = ∫ k(t_i, t) dt. Its worst-case error, √(∬k - zᵀ K⁻¹ z), is the least of all rules with these nodes;
 * with a Matérn covariance of order ν it falls as N^-(ν + ½). With the covariance `wiener` (from > 0) it is the trapezoidal rule.
 * Time O(N) by the filter, O(N³) by the matrix, whose condition grows so fast with N that its weights lose their digits.
 *
 * @param nodes - rising times within [from, to]
 * @param from - lower end
 * @param to - upper end
 * @throws {InvalidInputError} for nodes that do not rise or lie outside, and nodes that Simpson's rule cannot take
 *
 * Source: W. Cao, Y. Pan (arXiv 2402.17375, 2024).
 *
 * @example
 * ```ts
 * import { quadratureWeights } from '@infimum/bandits-rl/control';
 *
 * const { weights } = quadratureWeights([0, 0.5, 1], 0, 1, { kernel: 'matern32', lengthScale: 1 });
 * console.log(weights.map((weight) => Math.round(weight * 1e6) / 1e6).join(' ')); // 0.212655 0.58358 0.212655
 * ```
 */
export function quadratureWeights(
  nodes: VectorLike,
  from: number,
  to: number,
  options: QuadratureWeightsOptions = {},
): QuadratureRule {
  const { rule, kernel, lengthScale, normalize, method } = resolveOptions(quadratureOptions, options);
  checkInterval(from, to);
  const times = asVector(nodes, 'nodes');
  checkNodes(times, from, to);
  if (kernel === 'wiener' && !(from >= 0)) throw fault('must not be negative for the covariance min(s, t)', 'from', 'negative');
  const degree = maternDegree(kernel);
  if (rule === 'bayesian' && degree !== undefined && method === 'state-space') {
    const { weights, variance } = maternWeights(times, from, to, degree, lengthScale, normalize);
    const worstCaseError = normalize ? worstCase(times, from, to, weights, options) : Math.sqrt(variance);
    return { weights, worstCaseError, nugget: 0 };
  }
  if (rule === 'bayesian') {
    const { weights, nugget } = denseWeights(times, from, to, options);
    return { weights, worstCaseError: worstCase(times, from, to, weights, options), nugget };
  }
  const weights = rule === 'trapezoidal' ? trapezoidalWeights(times, from, to) : simpsonWeights(times, from, to);
  return { weights, worstCaseError: worstCase(times, from, to, weights, options), nugget: 0 };
}

/** Refuses nodes that do not rise or lie outside [from, to]. */
function checkNodes(nodes: Float64Array, from: number, to: number): void {
  for (let i = 0; i < nodes.length; i++) {
    if (nodes[i] < from || nodes[i] > to || (i > 0 && !(nodes[i] > nodes[i - 1]))) {
      throw fault(`must rise within [${from}, ${to}], got ${nodes[i]} at index ${i}`, 'nodes', 'out-of-range', i);
    }
  }
}

/** The error √(∬k - 2 cᵀz + cᵀKc) of any weights. */
function worstCase(
  nodes: Float64Array,
  from: number,
  to: number,
  weights: Float64Array,
  options: QuadratureWeightsOptions,
): number {
  const { kernel: name, lengthScale } = resolveOptions(quadratureOptions, options);
  const kernel = kernelOf(name, lengthScale);
  let square = kernel.total(from, to);
  for (let i = 0; i < nodes.length; i++) {
    let row = -2 * kernel.mean(nodes[i], from, to);
    for (let j = 0; j < nodes.length; j++) row += weights[j] * kernel.value(nodes[i], nodes[j]);
    square += weights[i] * row;
  }
  return Math.sqrt(Math.max(0, square));
}

/** Straight lines between the nodes; constant outside the first and the last. */
function trapezoidalWeights(nodes: Float64Array, from: number, to: number): Float64Array {
  const count = nodes.length;
  const weights = new Float64Array(count);
  for (let i = 0; i + 1 < count; i++) {
    const half = (nodes[i + 1] - nodes[i]) / 2;
    weights[i] += half;
    weights[i + 1] += half;
  }
  weights[0] += nodes[0] - from;
  weights[count - 1] += to - nodes[count - 1];
  return weights;
}

function simpsonWeights(nodes: Float64Array, from: number, to: number): Float64Array {
  const count = nodes.length;
  const step = (to - from) / (count - 1);
  const isEven = nodes.every((node, i) => Math.abs(node - from - i * step) <= 1e-9 * step);
  if (count < 3 || count % 2 === 0 || !isEven) {
    throw fault('must be an odd number of evenly spaced times with both ends', 'nodes', 'shape');
  }
  return Float64Array.from(nodes, (_, i) => {
    if (i === 0 || i === count - 1) return step / 3;
    return (step * (i % 2 === 1 ? 4 : 2)) / 3;
  });
}

/** K⁻¹ z by Cholesky's factor, with the smallest nugget that makes it definite. */
function denseWeights(
  nodes: Float64Array,
  from: number,
  to: number,
  options: QuadratureWeightsOptions,
): { weights: Float64Array; nugget: number } {
  const { kernel: name, lengthScale, normalize } = resolveOptions(quadratureOptions, options);
  const kernel = kernelOf(name, lengthScale);
  const count = nodes.length;
  const covariances = new Float64Array(count * count);
  let trace = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) covariances[i * count + j] = kernel.value(nodes[i], nodes[j]);
    trace += covariances[i * count + i];
  }
  // A node at zero has no variance under `min(s, t)`, and needs no weight: its value is known to be zero.
  let nugget = 0;
  let factor = covariances.slice();
  while (!smallCholesky(factor, count, (nugget * trace) / count) && nugget < 1) {
    nugget = nugget === 0 ? 1e-15 : nugget * 10;
    factor = covariances.slice();
  }
  const weights = Float64Array.from(nodes, (node) => kernel.mean(node, from, to));
  solveSmallCholesky(factor, count, weights);
  if (normalize) {
    const direction = new Float64Array(count).fill(1);
    solveSmallCholesky(factor, count, direction);
    const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
    const share = (to - from - total(weights)) / total(direction);
    for (let i = 0; i < count; i++) weights[i] += share * direction[i];
  }
  return { weights, nugget };
}
