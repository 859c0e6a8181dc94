// The minimum of a smooth function from its gradients alone, to rounding where that is possible: used where a method needs lower levels
// solved accurately. Newton's method with a factor of the Hessian where it is small, with conjugate gradients where there are products with
// it, L-BFGS without them, accelerated proximal gradients over a set or with a term that is not smooth.
//
// R. Dembo, T. Steihaug: Truncated-Newton algorithms for large-scale unconstrained optimization (1983); D. Liu, J. Nocedal: On
// the limited memory BFGS method (1989); B. O'Donoghue, E. Candès: Adaptive restart for accelerated gradient schemes (2012).
import { dot, LbfgsHistory, norm } from '@infimum/linalg/numerics';
import type { Factor } from './adjoint.ts';
import { conjugateGradients } from './adjoint.ts';

/** A function of y by its derivatives. */
export interface GradientOracle {
  /** Writes the gradient at y. */
  gradient(y: Float64Array, out: Float64Array): void;
  /** Writes the Hessian at y times v. */
  product?(y: Float64Array, v: Float64Array, out: Float64Array): void;
  /** A factor of the Hessian at y; undefined where it is too large, or not positive definite beyond rounding. */
  factor?(y: Float64Array): Factor | undefined;
  /** y <- prox of a step times the non-smooth part: the projection for a set. */
  readonly prox?: ((y: Float64Array, step: number) => void) | undefined;
}

/** How a minimisation ended. */
export interface GradientReport {
  /** |∇| at the end, or that of the proximal gradient. */
  readonly residual: number;
  /** Whether the residual is at most the tolerance. */
  readonly converged: boolean;
  /** Steps done. */
  readonly iterations: number;
}

/** When to stop. */
export interface GradientLimits {
  /** Residual to reach, absolute: the caller knows the scale. */
  readonly tolerance: number;
  /** Maximum number of steps; 1000 by default. */
  readonly maxIterations?: number;
}

/** Yields once a step, with its number; y is changed in place, and holds the best point at the end. */
export type GradientSteps = Generator<number, GradientReport>;

/** Drives steps to their end. */
export function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value as T;
  }
}

/** Minimises in place; see the top of the file. Local where the function is not convex. */
export function minimiseByGradients(oracle: GradientOracle, y: Float64Array, limits: GradientLimits): GradientSteps {
  return oracle.prox ? proximal(oracle, oracle.prox, y, limits) : lineSearched(oracle, y, limits);
}

/** Steps without progress after which rounding is taken to be the reason, near the goal; far from it the residual may rise for a while. */
const PATIENCE = 8;
const FAR_PATIENCE = 60;

function* lineSearched(
  { gradient, product, factor }: GradientOracle,
  y: Float64Array,
  { tolerance, maxIterations = 1000 }: GradientLimits,
): GradientSteps {
  const size = y.length;
  const [slope, ahead, direction, moved, change] = Array.from({ length: 5 }, () => new Float64Array(size));
  const history = product ? undefined : new LbfgsHistory(size, 12);
  const best = y.slice();
  gradient(y, slope);
  let residual = norm(slope);
  let least = residual;
  const near = 1e-7 * residual;
  let waited = 0;
  let iteration = 0;
  while (!(least <= tolerance) && iteration < maxIterations && waited < (least <= near ? PATIENCE : FAR_PATIENCE)) {
    yield iteration;
    iteration++;
    if (product) newtonDirection(product, factor?.(y), y, slope, direction);
    else (history as LbfgsHistory).direction(slope, direction);
    let start = dot(slope, direction);
    if (!(start < 0)) {
      for (let i = 0; i < size; i++) direction[i] = -slope[i];
      start = -residual * residual;
    }
    // Without curvature there is no length scale: try a step of the size of y.
    const first = product || !history?.isEmpty ? 1 : (1e-2 * (norm(y) || 1)) / norm(direction);
    const step = secantSearch(
      (t) => {
        for (let i = 0; i < size; i++) moved[i] = y[i] + t * direction[i];
        gradient(moved, ahead);
        return dot(ahead, direction);
      },
      start,
      first,
    );
    for (let i = 0; i < size; i++) {
      change[i] = ahead[i] - slope[i];
      direction[i] *= step;
    }
    history?.add(direction, change);
    y.set(moved);
    slope.set(ahead);
    residual = norm(slope);
    if (residual < least) {
      waited = residual < 0.9 * least ? 0 : waited + 1;
      least = residual;
      best.set(y);
    } else waited++;
  }
  y.set(best);
  return { residual: least, converged: least <= tolerance, iterations: iteration };
}

/** A step at which the slope along the direction is half of what it was at most; `slopeAt` is last called at that step. */
function secantSearch(slopeAt: (t: number) => number, start: number, first: number): number {
  let [low, lowSlope, high, highSlope] = [0, start, Infinity, 0];
  let t = first;
  for (let tries = 0; tries < 30; tries++) {
    const slope = slopeAt(t);
    if (Math.abs(slope) <= 0.5 * Math.abs(start)) return t;
    if (slope < 0) [low, lowSlope] = [t, slope];
    else [high, highSlope] = [t, slope];
    if (high === Infinity) {
      const secant = lowSlope > start ? (t * start) / (start - lowSlope) : Infinity;
      t = Math.min(Math.max(secant, 2 * t), 10 * t);
    } else {
      const secant = low + ((high - low) * lowSlope) / (lowSlope - highSlope);
      const margin = 0.05 * (high - low);
      t = Math.min(Math.max(secant, low + margin), high - margin);
    }
  }
  return t;
}

/** direction <- about -H⁻¹ slope, by the factor, or by conjugate gradients that stop at curvature that is not positive. */
function newtonDirection(
  product: (y: Float64Array, v: Float64Array, out: Float64Array) => void,
  factor: Factor | undefined,
  y: Float64Array,
  slope: Float64Array,
  direction: Float64Array,
): void {
  if (factor) {
    direction.set(slope);
    factor.solve(direction);
  } else {
    direction.fill(0);
    const maxIterations = Math.min(250, 4 * y.length + 10);
    conjugateGradients((v, out) => product(y, v, out), slope, direction, { tolerance: 1e-4, maxIterations });
    if (!direction.some((entry) => entry !== 0)) direction.set(slope);
  }
  for (let i = 0; i < direction.length; i++) direction[i] = -direction[i];
}

function* proximal(
  { gradient }: GradientOracle,
  prox: (y: Float64Array, step: number) => void,
  y: Float64Array,
  { tolerance, maxIterations = 20_000 }: GradientLimits,
): GradientSteps {
  const size = y.length;
  const [slope, slopeNext, next, point] = Array.from({ length: 4 }, () => new Float64Array(size));
  prox(y, 0);
  point.set(y);
  gradient(point, slope);
  let lipschitz = norm(slope) / (norm(y) || 1) || 1;
  let momentum = 1;
  let residual = Infinity;
  let iteration = 0;
  for (; iteration < maxIterations; iteration++) {
    yield iteration;
    for (let tries = 0; tries < 60; tries++) {
      for (let i = 0; i < size; i++) next[i] = point[i] - slope[i] / lipschitz;
      prox(next, 1 / lipschitz);
      gradient(next, slopeNext);
      let [moves, turns, inner] = [0, 0, 0];
      for (let i = 0; i < size; i++) {
        const [d, e] = [next[i] - point[i], slopeNext[i] - slope[i]];
        moves += d * d;
        turns += e * e;
        inner += d * e;
      }
      // Cocoercivity along the step, as convex functions of this curvature have it; plainly Lipschitz for others.
      if (
        moves === 0 ||
        (inner > 0 ? turns <= lipschitz * inner * (1 + 1e-9) + 1e-28 * turns : turns <= lipschitz ** 2 * moves)
      )
        break;
      if (Math.sqrt(turns) <= 1e-9 * norm(slope)) break; // the rest is rounding
      lipschitz *= 1.7;
    }
    residual = 0;
    let against = 0;
    for (let i = 0; i < size; i++) {
      const d = point[i] - next[i];
      residual += d * d;
      against += d * (next[i] - y[i]);
    }
    residual = lipschitz * Math.sqrt(residual);
    if (against > 0) momentum = 1;
    const after = 0.5 + Math.sqrt(0.25 + momentum * momentum);
    for (let i = 0; i < size; i++) {
      point[i] = next[i] + (against > 0 ? 0 : ((momentum - 1) / after) * (next[i] - y[i]));
      y[i] = next[i];
    }
    if (residual <= tolerance) break;
    prox(point, 0);
    gradient(point, slope);
    momentum = after;
  }
  return { residual, converged: residual <= tolerance, iterations: iteration };
}
