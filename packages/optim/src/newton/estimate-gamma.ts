// Measuring gradient-normalised smoothness: the radius in which the linearised gradient is right relatively to the
// gradient at the centre.
import type { Objective } from '@infimum/core';
import { checkInteger, checkNumber, checkObject, checkVector, Random } from '@infimum/core';
import { portableExp, portableLog } from '@infimum/core/portable-math';
import { dot } from '@infimum/linalg/numerics';
import type { Metric, MetricMatrix } from '../smooth/metric.ts';
import { createMetric } from '../smooth/metric.ts';
import { checkObjective, counted } from '../smooth-minimization.ts';
import { createShiftedSystem } from './create-shifted-system.ts';
import type { HessianChoice, ShiftedSystem } from './shifted-system.ts';

/** Options of `estimateGamma`. */
export interface EstimateGammaOptions {
  /** The metric B; `'identity'` by default. */
  readonly metric?: MetricMatrix;
  /** The matrix H: `'exact'` by default, `'none'`, or an approximation. */
  readonly hessian?: HessianChoice;
  /** Random directions that are tried, with both signs; 64 by default. */
  readonly directions?: number;
  /** Seed of the directions; 0 by default. */
  readonly seed?: number;
  /** The least and the largest radius that are looked at; 1e-8 and 1e8 by default. */
  readonly minRadius?: number;
  /** See `minRadius`. */
  readonly maxRadius?: number;
  /** Radii between them, evenly spaced in the logarithm; 400 by default. */
  readonly points?: number;
}

/** Deviations below this, relatively to the gradients that they are the difference of, are rounding. */
const ROUNDING = 1e-12;

/**
 * Estimates the gradient-normalised smoothness of f at x for a matrix H,
 *
 *   gamma(x) = max { r >= 0 : |g(x + h) - g(x) - H h|* <= |g(x)|* |h| / r for all |h| <= r },
 *
 * the radius with which `gradientNormalizedNewton` is sure to accept its step. Tests random directions, the gradient
 * and the Newton step, at growing radii until the first violation, and refines there. As only finitely many directions are
 * tested, the estimate is at least gamma(x), and falls towards it with more of them. `Infinity` where nothing is violated,
 * as for a quadratic with its Hessian.
 *
 * Costs up to 2 (directions + 2) points gradients.
 *
 * Source: A. Semenov, M. Jaggi, N. Doikov: Gradient-normalized smoothness for optimization with approximate Hessians,
 * arXiv:2506.13710.
 *
 * @param objective - f with its gradient, and the derivatives that the choice of H needs
 * @param x - the centre, d numbers
 * @throws {InvalidInputError} for an x of another length, a metric that is not positive definite, and options out of range
 *
 * @example
 * ```ts
 * import { estimateGamma } from '@infimum/optim/newton';
 *
 * const gamma = estimateGamma(
 *   {
 *     dimension: 1,
 *     value: ([x]) => x ** 4 / 4,
 *     gradient: ([x], out) => out.set([x ** 3]),
 *     hessian: ([x], out) => out.set([3 * x * x]),
 *   },
 *   Float64Array.of(1),
 * );
 * console.log(gamma.toFixed(6)); // 0.532089
 * ```
 */
export function estimateGamma(objective: Objective, x: Float64Array, options: EstimateGammaOptions = {}): number {
  checkObject(options, 'options');
  const { metric: matrix = 'identity', hessian = 'exact', directions = 64, seed = 0 } = options;
  const { minRadius = 1e-8, maxRadius = 1e8, points = 400 } = options;
  checkObjective(objective);
  checkVector(x, 'x', objective.dimension);
  checkInteger(directions, 'directions', { min: 1, max: 1e6 });
  checkInteger(seed, 'seed', { min: 0 });
  checkNumber(minRadius, 'minRadius', { above: 0 });
  checkNumber(maxRadius, 'maxRadius', { above: minRadius });
  checkInteger(points, 'points', { min: 2, max: 1e6 });
  using metric = createMetric(matrix, x.length);
  using system = createShiftedSystem(objective, counted(objective).calls, metric, hessian, 'cholesky');
  const [center, raised] = [new Float64Array(x.length), new Float64Array(x.length)];
  objective.gradient(x, center);
  metric.solve(center, raised);
  system.prepare(x, center, raised);

  const { norm, deviation } = deviations(objective, x, center, metric);
  const rays = unitDirections(center, raised, norm, { metric, system, directions, seed });
  let seen = 0; // the largest deviation over radius so far
  const violated = (radius: number) => {
    let most = seen;
    for (const ray of rays) most = Math.max(most, deviation(ray.direction, ray.image, radius) / radius);
    return { most, beyond: !(radius * most <= norm) };
  };
  const growth = portableLog(maxRadius / minRadius);
  let safe = 0;
  for (let k = 0; k < points; k++) {
    const radius = minRadius * portableExp((k / (points - 1)) * growth);
    const { most, beyond } = violated(radius);
    if (beyond) return bisect(safe, radius, (middle) => violated(middle).beyond);
    seen = most;
    safe = radius;
  }
  return Infinity;
}

/** How far g(x + t u) is from g + t H u, in the dual norm. */
function deviations(objective: Objective, x: Float64Array, center: Float64Array, metric: Metric) {
  const size = x.length;
  const [moved, gradient, difference, raised] = Array.from({ length: 4 }, () => new Float64Array(size));
  const dualNorm = (g: Float64Array) => {
    metric.solve(g, raised);
    return Math.sqrt(Math.max(0, dot(g, raised)));
  };
  const norm = dualNorm(center);
  const deviation = (direction: Float64Array, image: Float64Array, radius: number): number => {
    for (let i = 0; i < size; i++) moved[i] = x[i] + radius * direction[i];
    if (!Number.isFinite(objective.value(moved))) return Infinity;
    objective.gradient(moved, gradient);
    let scale = 0;
    for (let i = 0; i < size; i++) {
      const along = radius * image[i];
      difference[i] = gradient[i] - center[i] - along;
      scale += gradient[i] ** 2 + center[i] ** 2 + along ** 2;
    }
    let square = 0;
    for (let i = 0; i < size; i++) square += difference[i] ** 2;
    if (square <= ROUNDING ** 2 * scale) return 0;
    const far = dualNorm(difference);
    return Number.isFinite(far) ? far : Infinity;
  };
  return { norm, deviation };
}

interface Ray {
  readonly direction: Float64Array;
  /** H times the direction. */
  readonly image: Float64Array;
}

/** Down the gradient, along the Newton step, and random ones, all with both signs and of length one. */
function unitDirections(
  center: Float64Array,
  raised: Float64Array,
  norm: number,
  { metric, system, directions, seed }: { metric: Metric; system: ShiftedSystem; directions: number; seed: number },
): Ray[] {
  const size = center.length;
  const rays: Ray[] = [];
  const add = (direction: Float64Array) => {
    const length = metric.norm(direction);
    if (!(length > 0)) return;
    for (const sign of [1, -1]) {
      const unit = direction.map((value) => (sign * value) / length);
      const image = new Float64Array(size);
      system.multiply(unit, image);
      rays.push({ direction: unit, image });
    }
  };
  add(raised);
  const step = new Float64Array(size);
  if (norm > 0 && system.factor(norm) && system.solve(center, raised, step)) add(step);
  const random = new Random(seed);
  for (let k = 0; k < directions; k++) {
    const direction = random.normals(new Float64Array(size));
    metric.solveFactorTransposed(direction, direction);
    add(direction);
  }
  return rays;
}

/** The last radius that is fine, between one that is and one that is not. */
function bisect(safe: number, beyond: number, violated: (radius: number) => boolean): number {
  for (let step = 0; step < 60 && beyond - safe > 1e-14 * beyond; step++) {
    const middle = (safe + beyond) / 2;
    if (violated(middle)) beyond = middle;
    else safe = middle;
  }
  return safe;
}
