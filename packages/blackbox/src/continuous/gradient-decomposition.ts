// The parts of a consensus hop: an implicit gradient step, the noise of the samples, and the curvature of the step.
//
// K. Riedl, T. Klock, C. Geldhauser, M. Fornasier: Gradient is all you need? (2023), arXiv 2306.09778.
import { allocateVector, checkFunction, checkInteger, checkNumber, checkObject, checkVector } from '@infimum/core';
import { distance, norm } from '@infimum/linalg/numerics';
import { weightedMean } from '../weighted-mean.ts';
import { randomOf } from './black-box.ts';
import { gibbsWeights } from './consensus.ts';

/** A hop and its parts. */
export interface GradientDecomposition {
  /** The consensus of the samples. */
  next: Float64Array;
  /** The step size tau = alpha sigma² of the equivalent gradient step. */
  tau: number;
  /** The gradient at the point, by central differences. */
  gradient: Float64Array;
  /** The implicit gradient step: the minimiser of f + |. - x|² / (2 tau) that descent finds. */
  proximal: Float64Array;
  /** |next - x + tau gradient|: the deviation from a gradient step. */
  remainder: number;
  /** |next - proximal|: the noise of finitely many samples, and of a finite alpha. */
  sampling: number;
  /** |proximal - x + tau gradient|: the difference of implicit and explicit steps. */
  discretization: number;
  /** The cosine of the angle between the hop and the negative gradient. */
  cosine: number;
  /** The effective sample size; while it is large, the noise falls as one over its root. */
  effectiveSampleSize: number;
}

/**
 * One hop of `consensusHopping` taken apart: next = x - tau grad f(x) + (next - proximal) + (proximal - x + tau grad f(x)). Costs
 * N + O(d) evaluations, and some thousand for the implicit step.
 *
 * @param value - f
 * @param x - the start of the hop
 * @param options - number of samples N, `alpha`, `sigma`, `seed`
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { gradientDecomposition } from '@infimum/blackbox';
 *
 * const { proximal, cosine } = gradientDecomposition(([x]) => 1.5 * x * x, Float64Array.of(2), {
 *   population: 10_000, alpha: 50, sigma: 0.2, seed: 1,
 * });
 * console.log(proximal[0].toFixed(4), cosine); // 0.2857 1
 * ```
 */
export function gradientDecomposition(
  value: (x: Float64Array) => number,
  x: Float64Array,
  options: { population: number; alpha: number; sigma: number; seed?: number },
): GradientDecomposition {
  checkFunction(value, 'value');
  checkObject(options, 'settings');
  const { population, alpha, sigma, seed = 0 } = options;

  checkVector(x, 'x');
  checkInteger(population, 'population', { min: 1, max: 2 ** 24 });
  checkNumber(alpha, 'alpha', { above: 0 });
  checkNumber(sigma, 'sigma', { above: 0 });
  const d = x.length;
  const points = randomOf(seed).normals(allocateVector(population * d, 'population'));
  for (let i = 0; i < points.length; i++) points[i] = x[i % d] + sigma * points[i];
  const values = Float64Array.from({ length: population }, (_, i) => value(points.slice(i * d, (i + 1) * d)));
  const weights = new Float64Array(population);
  const effectiveSampleSize = gibbsWeights(values, alpha, weights);
  const next = effectiveSampleSize > 0 ? weightedMean(points, weights, new Float64Array(d)) : x.slice();
  const tau = alpha * sigma * sigma;
  const gradient = differences(value, x);
  const proximal = proximalPoint(value, x, tau);
  const explicit = x.map((entry, j) => entry - tau * gradient[j]);
  return {
    next,
    tau,
    gradient,
    proximal,
    remainder: distance(next, explicit),
    sampling: distance(next, proximal),
    discretization: distance(proximal, explicit),
    cosine: cosineOf(
      x.map((entry, j) => entry - next[j]),
      gradient,
    ),
    effectiveSampleSize,
  };
}

/**
 * The implicit gradient step argmin f + |. - x|² / (2 tau), by gradient descent with halved steps from x and gradients by
 * differences: the global minimiser if f is convex, otherwise the one reached downhill from x.
 */
export function proximalPoint(value: (x: Float64Array) => number, x: Float64Array, tau: number): Float64Array {
  checkFunction(value, 'value');
  checkVector(x, 'x');
  checkNumber(tau, 'tau', { above: 0 });
  const penalized = (p: Float64Array) => value(p) + distance(p, x) ** 2 / (2 * tau);
  let point = x.slice();
  let height = penalized(point);
  let step = tau;
  for (let k = 0; k < 500; k++) {
    const slope = differences(penalized, point);
    const square = slope.reduce((sum, entry) => sum + entry * entry, 0);
    if (!(square > 1e-24) || !Number.isFinite(square)) break;
    let isLower = false;
    for (let halving = 0; halving < 40 && !isLower; halving++) {
      const trial = point.map((entry, j) => entry - step * slope[j]);
      const trialHeight = penalized(trial);
      isLower = trialHeight <= height - 0.3 * step * square;
      if (isLower) [point, height] = [trial, trialHeight];
      else step /= 2;
    }
    if (!isLower) break;
    step *= 2;
  }
  return point;
}

/** The gradient by central differences. */
function differences(value: (x: Float64Array) => number, x: Float64Array): Float64Array {
  const moved = x.slice();
  return x.map((entry, j) => {
    const h = 1e-5 * Math.max(1, Math.abs(entry));
    moved[j] = entry + h;
    const above = value(moved.slice());
    moved[j] = entry - h;
    const below = value(moved.slice());
    moved[j] = entry;
    return (above - below) / (2 * h);
  });
}

function cosineOf(a: Float64Array, b: Float64Array): number {
  const product = a.reduce((sum, entry, j) => sum + entry * b[j], 0);
  const norms = norm(a) * norm(b);
  return norms > 0 ? Math.max(-1, Math.min(1, product / norms)) : 0;
}
