// Newton's method with bounds, in a trust region: projected searches along the gradient find the face, conjugate gradients
// minimise the model on it.
//
// C. J. Lin, J. Moré: Newton's method for large bound-constrained optimization problems (1999).
import type { ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { converged, fault, resolveOptions, runWith, stalled } from '@infimum/core';
import { dot, norm } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { boundsOf, clip, lower, upper } from '../bounds.ts';
import { multiplySquare } from '../multiply-square.ts';
import type { CountedObjective, SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import {
  counted,
  gradientTest,
  gradientTolerance,
  smoothStart,
  tolerance,
  unitOf,
  valueTolerance,
} from '../smooth-minimization.ts';
import { projectedNorm } from './lbfgsb.ts';

const projectedTrustRegionOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  lower,
  upper,
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of Newton's method with bounds. */
export type ProjectedTrustRegionOptions = OptionsOf<typeof projectedTrustRegionOptions> & RunOptions<SmoothIterate>;

/** Shares of the predicted decrease from which on a step is taken, is poor, and is good. */
const [TAKEN, POOR, GOOD] = [1e-4, 0.25, 0.75];

/** Trials in one iteration: a quarter of the radius each. */
const MOST_TRIALS = 40;

/**
 * Minimises a smooth f, convex or not, over lower <= x <= upper by Newton steps in a trust region. A search along the
 * projected gradient path finds a point where the model has fallen enough, and with it bounds that hold; conjugate gradients
 * on the other variables, with projected steps, continue until the model's residual is a tenth, negative curvature is found, or
 * the boundary of the region is reached.
 *
 * O(d) and a product with the Hessian for an inner iteration. `gradientNorm` is that of the projected gradient, without the
 * coordinates at a bound that they are pushed against. `converged` when it is at most tolerance min(1, its norm at the
 * start), or changes f by less than 1e-4 tolerance |f|; `stalled` when no trial is accepted.
 *
 * @param objective - f with its gradient, and products with its Hessian or the Hessian itself
 * @param initial - where to start, d numbers; is moved into the box
 * @param options - bounds, method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, an objective without second
 *   derivatives, and options out of range
 *
 * @example
 * ```ts
 * import { projectedTrustRegion, rosenbrock } from '@infimum/optim';
 *
 * const { x, status } = projectedTrustRegion(rosenbrock(), Float64Array.of(-1.2, 1), { upper: 0.5 });
 * console.log(status, x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' ')); // converged 0.5 0.25
 * ```
 */
export function projectedTrustRegion(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ProjectedTrustRegionOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(projectedTrustRegionOptions, options, projectedTrustRegionSteps(objective, initial, options));
}

/** The steps of `projectedTrustRegion`. */
export function* projectedTrustRegionSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: ProjectedTrustRegionOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const settings = resolveOptions(projectedTrustRegionOptions, options);
  const [oracle, start] = smoothStart(objective, initial, settings);
  const f = counted(oracle);
  const d = oracle.dimension;
  const bounds = boundsOf(d, settings.lower, settings.upper);
  const multiply = hessianAt(f, d);
  let [x, trial] = [Float64Array.from(start), new Float64Array(d)];
  clip(bounds, x);
  const gradient = new Float64Array(d);
  f.gradient(x, gradient);
  let value = f.value(x);
  let gradientNorm = projectedNorm(bounds, x, gradient);
  const isDone = gradientTest(settings, gradientNorm);
  let radius = Math.max(1, norm(x));
  for (let iteration = 0; ; iteration++) {
    const here = () => f.solution(x, gradientNorm, value);
    yield { iteration, gradientNorm, solution: here };
    const done = isDone(gradientNorm, value, x);
    if (done) return converged(here(), done);
    if (!Number.isFinite(value)) return stalled(here(), 'the value at the start is not finite');
    if (!Number.isFinite(gradientNorm)) return stalled(here(), 'the gradient is not finite here');
    // The model is that of f over the unit.
    const unit = unitOf(gradientNorm, value);
    const slope = gradient.map((entry) => entry / unit);
    const whole = multiply(x);
    const product = (v: Float64Array, out: Float64Array) => {
      whole(v, out);
      for (let i = 0; i < d; i++) out[i] /= unit;
    };
    let isTaken = false;
    for (let tries = 0; tries < MOST_TRIALS && !isTaken; tries++) {
      const model = new Model(bounds, x, slope, product);
      model.searchPath(radius);
      model.minimizeOnFace(radius, gradientNorm);
      trial.set(model.point);
      const next = f.value(trial);
      const noise = 1e-15 * Math.abs(value);
      const ratio = (value - next + noise) / (model.decrease * unit + noise);
      const length = norm(model.step);
      isTaken = ratio > TAKEN && next <= value + noise;
      if (!(ratio >= POOR)) radius = Math.min(radius, length) / 4;
      else if (ratio > GOOD && length > 0.9 * radius) radius *= 2;
      if (length === 0 || !(radius > 0)) break;
      if (isTaken) value = next;
    }
    if (!isTaken) return stalled(here(), 'further gains are below rounding, or f is inconsistent with its gradient here');
    if (x.every((entry, i) => entry === trial[i])) return stalled(here(), 'the step is lost in the rounding of x');
    [x, trial] = [trial, x];
    f.gradient(x, gradient);
    gradientNorm = projectedNorm(bounds, x, gradient);
  }
}

/** The quadratic model round x, and the point in the box that it is followed to. */
class Model {
  readonly point: Float64Array;
  readonly step: Float64Array;
  /** By how much the model is lower at the point. */
  decrease = 0;
  readonly #bounds: Bounds;
  readonly #x: Float64Array;
  readonly #gradient: Float64Array;
  readonly #product: (v: Float64Array, out: Float64Array) => void;
  readonly #image: Float64Array; // H step

  constructor(bounds: Bounds, x: Float64Array, gradient: Float64Array, product: (v: Float64Array, out: Float64Array) => void) {
    this.#bounds = bounds;
    this.#x = x;
    this.#gradient = gradient;
    this.#product = product;
    this.point = x.slice();
    this.step = new Float64Array(x.length);
    this.#image = new Float64Array(x.length);
  }

  /** Goes to a point of the box; the model's decrease there. */
  #goTo(target: Float64Array): number {
    this.point.set(target);
    clip(this.#bounds, this.point);
    for (let i = 0; i < target.length; i++) this.step[i] = this.point[i] - this.#x[i];
    this.#product(this.step, this.#image);
    this.decrease = -dot(this.#gradient, this.step) - dot(this.step, this.#image) / 2;
    return this.decrease;
  }

  /** A point on the projected gradient path with enough decrease, as far as the region allows. */
  searchPath(radius: number): void {
    const target = new Float64Array(this.#x.length);
    let share = radius / norm(this.#gradient);
    const isEnough = () => {
      for (let i = 0; i < target.length; i++) target[i] = this.#x[i] - share * this.#gradient[i];
      const decrease = this.#goTo(target);
      return norm(this.step) <= radius && decrease >= -0.01 * dot(this.#gradient, this.step);
    };
    for (let tries = 0; tries < 60 && !isEnough(); tries++) share /= 4;
  }

  /** Conjugate gradients on the variables that are at no bound, projected, until one more of them meets its bound. */
  minimizeOnFace(radius: number, gradientNorm: number): void {
    const { lower, upper } = this.#bounds;
    const d = this.#x.length;
    const [residual, search, image] = [new Float64Array(d), new Float64Array(d), new Float64Array(d)];
    const move = new Float64Array(d);
    for (let face = 0; face <= d; face++) {
      const isFree = (i: number) => this.point[i] > lower[i] && this.point[i] < upper[i];
      for (let i = 0; i < d; i++) residual[i] = isFree(i) ? -this.#gradient[i] - this.#image[i] : 0;
      let energy = dot(residual, residual);
      const target = Math.min(0.1, Math.sqrt(gradientNorm)) * Math.sqrt(energy);
      if (!(energy > 0)) return;
      search.set(residual);
      move.fill(0);
      let isAtBorder = false;
      for (let k = 0; k < 2 * d + 10 && Math.sqrt(energy) > target && !isAtBorder; k++) {
        this.#product(search, image);
        for (let i = 0; i < d; i++) if (!isFree(i)) image[i] = 0;
        const curvature = dot(search, image);
        const isConvex = curvature > Number.EPSILON * dot(search, search) * 1e-3;
        let share = isConvex ? energy / curvature : Infinity;
        const most = toBorder(this.step, move, search, radius);
        if (!(share < most)) {
          share = most;
          isAtBorder = true;
        }
        for (let i = 0; i < d; i++) move[i] += share * search[i];
        for (let i = 0; i < d; i++) residual[i] -= share * image[i];
        const nextEnergy = dot(residual, residual);
        for (let i = 0; i < d; i++) search[i] = residual[i] + (nextEnergy / energy) * search[i];
        energy = nextEnergy;
      }
      if (!this.#searchAlong(move) || isAtBorder) return;
      // Go on only where bounds have been met on the way.
      let met = false;
      for (let i = 0; i < d; i++) if (move[i] !== 0 && !isFree(i)) met = true;
      if (!met) return;
    }
  }

  /** The projected point along a move with enough decrease of the model; false if there is none. */
  #searchAlong(move: Float64Array): boolean {
    const [from, before] = [this.point.slice(), this.decrease];
    const target = new Float64Array(from.length);
    let slope = 0; // of the model along the move
    for (let i = 0; i < from.length; i++) slope += move[i] * (this.#gradient[i] + this.#image[i]);
    if (!(slope < 0)) return false;
    for (let share = 1, tries = 0; tries < 40; share /= 2, tries++) {
      for (let i = 0; i < from.length; i++) target[i] = from[i] + share * move[i];
      if (this.#goTo(target) >= before - 1e-4 * share * slope) return true;
    }
    this.#goTo(from);
    return false;
  }
}

/** The largest t with |step + move + t search| <= radius. */
function toBorder(step: Float64Array, move: Float64Array, search: Float64Array, radius: number): number {
  let [a, b, c] = [0, 0, 0];
  for (let i = 0; i < step.length; i++) {
    const at = step[i] + move[i];
    a += search[i] * search[i];
    b += search[i] * at;
    c += at * at;
  }
  const rest = radius * radius - c;
  if (!(rest > 0)) return 0;
  return rest / (b + Math.sqrt(b * b + a * rest));
}

/** Products with the Hessian at a point, or with the matrix that is written out there once. */
function hessianAt(f: CountedObjective, size: number) {
  const { hessian, hessianVector } = f;
  if (hessianVector) {
    return (x: Float64Array) => (v: Float64Array, out: Float64Array) => hessianVector(x, v, out);
  }
  if (!hessian) throw fault('must have hessianVector or hessian', 'objective', 'unsupported');
  const matrix = new Float64Array(size * size);
  return (x: Float64Array) => {
    hessian(x, matrix);
    return (v: Float64Array, out: Float64Array) => multiplySquare(matrix, v, out);
  };
}
