// Nonlinear least squares: Levenberg-Marquardt steps in a trust region, or dogleg steps, with bounds and robust losses.
//
// J. Moré: The Levenberg-Marquardt algorithm: implementation and theory (1978); M. Powell: A hybrid method for nonlinear
// equations (1970) for the dogleg; C. Kanzow, N. Yamashita, M. Fukushima: Levenberg-Marquardt methods with strong local
// convergence properties for solving nonlinear equations with convex constraints (2004) for the projection; D. Bates,
// D. Watts: A relative offset orthogonality convergence criterion for nonlinear least squares (1981) for the test.
import type {
  Derivative,
  Iterate,
  OptionSpecs,
  OptionsOf,
  Outcome,
  ResolvedOptions,
  RunOptions,
  Steps,
  VectorLike,
} from '@infimum/core';
import {
  allocateVector,
  asVector,
  checkFunction,
  checkInteger,
  converged,
  fault,
  resolveOptions,
  runWith,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import { svd } from '@infimum/linalg';
import { dot, largestMagnitude, norm } from '@infimum/linalg/numerics';
import type { Bounds } from '../bounds.ts';
import { boundsOf, clip, isHeld, lower, upper } from '../bounds.ts';
import { differenceJacobian } from '../differences/finite-differences.ts';
import { minimizeModel } from '../newton/region-model.ts';
import { takeReturned } from '../smooth-minimization.ts';
import { robustCost, scaleByLoss, weighByLoss } from './robust-loss.ts';

/** Residuals f of n variables. */
export interface Residuals {
  /** Number of variables n. */
  readonly dimension: number;
  /** Number of residuals m. */
  readonly count: number;
  /** Writes the m residuals at x. */
  residuals(x: Float64Array, out: Float64Array): void;
  /** Writes their Jacobian matrix, m x n numbers row by row; made by differences where it is missing. */
  jacobian?(x: Float64Array, out: Float64Array): void;
}

/**
 * Residuals as callers have them: a function that returns them, or with their Jacobian matrix; what has `out` writes its numbers there or
 * returns them. `dimension` follows from the start, `count` from the residuals there.
 */
export type ResidualsLike =
  | ((x: Float64Array) => VectorLike)
  | {
      readonly dimension?: number;
      readonly count?: number;
      readonly residuals: Derivative<[x: Float64Array]>;
      readonly jacobian?: Derivative<[x: Float64Array]> | ((x: Float64Array) => readonly VectorLike[]);
    };

/** Options of `leastSquares`. */
export const leastSquaresOptions = {
  tolerance: {
    type: 'number',
    min: 0,
    default: 1e-8,
    description:
      'Relative offset at which to stop: the part of the residuals that a linear change of x would remove, relative to the residuals; or the relative change of x',
  },
  method: {
    type: 'choice',
    choices: ['levenberg-marquardt', 'dogleg'],
    default: 'levenberg-marquardt',
    description: 'Exact minimum of the model in a trust region, or a cheaper dogleg',
  },
  lower,
  upper,
  loss: {
    type: 'choice',
    choices: ['linear', 'soft-l1', 'huber', 'cauchy', 'arctan'],
    default: 'linear',
    description: 'Weight of large residuals; linear is least squares',
  },
  lossScale: { type: 'number', above: 0, default: 1, description: 'Residual beyond which a robust loss has less weight' },
  differences: {
    type: 'choice',
    choices: ['central', 'forward'],
    default: 'central',
    description: 'Differences for a missing Jacobian matrix: accurate to about 10 digits, or to 8 at half the cost',
  },
  initialRadius: {
    type: 'number',
    above: 0,
    default: 1,
    description: 'Initial radius of the trust region, relative to the scaled length of the start',
  },
  maxIterations: { type: 'integer', min: 0, default: 1000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of nonlinear least squares. */
export type LeastSquaresOptions = OptionsOf<typeof leastSquaresOptions> & RunOptions<LeastSquaresIterate>;

/** The solution. */
export interface LeastSquaresSolution {
  /** The point x, within the bounds. */
  readonly x: Float64Array;
  /** Half of the sum of squares, or of what the loss makes of it. */
  readonly value: number;
  /** The residuals at x. */
  readonly residuals: Float64Array;
  /** The relative offset at x; see `tolerance`. */
  readonly offset: number;
  /**
   * s² (J'J)^-1 with s² = |f|² / (m - n): the covariance of x if the residuals are independent errors of one size. Rows of
   * variables at a bound are zero. Absent where m <= n or the Jacobian has no full rank.
   */
  readonly covariance?: DenseMatrix;
  /** Rank of the Jacobian matrix among the variables that no bound holds, up to rounding. */
  readonly rank: number;
  /** Evaluations of residuals, those of differences included, and of Jacobian matrices. */
  readonly evaluations: {
    /** Evaluations of the residuals, those of differences included. */
    readonly residuals: number;
    /** Jacobian matrices. */
    readonly jacobian: number;
  };
}

/** One iteration. */
export interface LeastSquaresIterate extends Iterate<LeastSquaresSolution> {
  /** Half of the sum of squares, or of what the loss makes of it. */
  readonly value: number;
  /** The relative offset. */
  readonly offset: number;
}

/**
 * Minimises (1/2) sum_i f_i(x)² for residuals f of n variables, or (1/2) sum_i s² rho((f_i / s)²) with a robust loss rho,
 * over lower <= x <= upper. Steps minimise |f + J p|² in a ball of the variables scaled with the lengths of J's columns, by
 * the singular values of J; steps that leave the box are moved back into it, and variables at a bound that they are pushed
 * against are held.
 *
 * O(m n² + n³) an iteration and an evaluation of f and J; without `jacobian` J costs 2 n evaluations. `converged` when the
 * relative offset is at most `tolerance`: |J p| / |f| for the linear least squares solution p, which does not depend on the
 * scales of f and x and says how many standard errors are missing; or, for residuals that vanish, the length of p over that
 * of x, both scaled, or 1e7 |f|, over that at the start where that is below 1. Where further gains are below rounding it is `converged` if
 * no
 * column of J has a cosine with f above `tolerance`, and `stalled` else.
 *
 * @param problem - the residuals, and their Jacobian matrix where it is known
 * @param initial - where to start, n numbers; is moved into the box
 * @param options - method and limits; `maxIterations` is 1000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, residuals that are not finite there,
 *   and options out of range
 *
 * @example
 * ```ts
 * import { leastSquares } from '@infimum/optim';
 *
 * // Rosenbrock's function is a sum of two squares.
 * const { x, status, value } = leastSquares(
 *   ([a, b]) => [10 * (b - a * a), 1 - a],
 *   [-1.2, 1],
 * );
 * console.log(status, x.map((entry) => Math.round(1e6 * entry) / 1e6).join(' '), value < 1e-12); // converged 1 1 true
 * ```
 */
export function leastSquares(
  problem: ResidualsLike,
  initial: VectorLike,
  options: LeastSquaresOptions = {},
): Outcome<LeastSquaresSolution, LeastSquaresIterate> {
  return runWith(leastSquaresOptions, options, leastSquaresSteps(problem, initial, options));
}

/** Shares of the predicted decrease from which on a step is taken, is poor, and is good. */
const [TAKEN, POOR, GOOD] = [1e-4, 0.25, 0.75];

/** Trials in one iteration: a quarter of the radius each. */
const MOST_TRIALS = 60;

const ROUNDING = 'further gains are below rounding';

/** Iterations in which rounding decided before the method gives up. */
const PATIENCE = 20;

/** The steps of `leastSquares`. */
export function* leastSquaresSteps(
  problem: ResidualsLike,
  initial: VectorLike,
  options: LeastSquaresOptions = {},
): Steps<LeastSquaresSolution, LeastSquaresIterate> {
  const settings = resolveOptions(leastSquaresOptions, options);
  const { tolerance, method, initialRadius } = settings;
  const dimension = typeof problem === 'object' ? problem?.dimension : undefined;
  const start = asVector(initial, 'initial', dimension).slice();
  const bounds = boundsOf(start.length, settings.lower, settings.upper);
  clip(bounds, start);
  const own = asResiduals(problem, start);
  const first = allocateVector(own.count, 'problem.count').fill(Number.NaN);
  own.residuals(start, first);
  const scale = scaleOf(first);
  const lossScale = settings.lossScale / scale;
  const state = new GaussNewton(scaledResiduals(own, scale), start, first, bounds, { ...settings, lossScale }, scale);
  if (!Number.isFinite(state.value)) throw fault('is a point where the residuals are not finite', 'initial', 'not-finite');
  let radius = 0;
  let idle = 0; // iterations in which rounding decided
  let least = Infinity; // offset
  for (let iteration = 0; ; iteration++) {
    const isKnown = state.linearize();
    const { offset } = state;
    const value = state.value * scale * scale;
    const solution = () => state.solution();
    yield { iteration, value, offset, solution };
    if (!isKnown) return stalled(solution(), 'the Jacobian matrix is not finite here');
    if (offset <= tolerance) {
      return converged(solution(), `the relative offset is at most ${tolerance.toExponential(1)}`);
    }
    idle = offset < 0.5 * least ? 0 : idle;
    least = Math.min(least, offset);
    /** Where rounding ends the run, residuals that no column of J points along are those of a minimum. */
    const ended = () =>
      state.orthogonality <= tolerance
        ? converged(solution(), `the residuals are orthogonal to the Jacobian's columns to ${tolerance.toExponential(1)}`)
        : stalled(solution(), ROUNDING);
    if (idle >= PATIENCE) return ended();
    if (iteration === 0) radius = initialRadius * (state.scaledLength() || 1);

    let isTaken = false;
    for (let trial = 0; trial < MOST_TRIALS && !isTaken; trial++) {
      const length = state.propose(method, radius);
      const gain = state.evaluateTrial();
      if (!state.moves()) return ended();
      const { predicted, noise } = state;
      isTaken = gain >= TAKEN * predicted - noise && gain >= -noise;
      if (!Number.isFinite(gain) || gain < POOR * predicted - noise) radius = Math.min(radius, length) / 4;
      else if (gain > GOOD * predicted && length > 0.9 * radius) radius = 2 * radius;
      if (isTaken && predicted <= noise) idle++;
    }
    if (!isTaken) return ended();
    state.accept();
  }
}

/** The residuals that the method sees. */
function asResiduals(problem: ResidualsLike, start: Float64Array): Residuals {
  const given = typeof problem === 'function' ? { residuals: problem } : problem;
  if (typeof given?.residuals !== 'function') {
    throw fault('must be a function that returns residuals, or have the function residuals(x, out)', 'problem', 'type');
  }
  const {
    residuals,
    jacobian,
    count = lengthAt(given.residuals, start),
  } = given as Exclude<ResidualsLike, (x: Float64Array) => VectorLike>;
  checkInteger(start.length, 'problem.dimension', { min: 1 });
  checkInteger(count, 'problem.count', { min: 1, max: 2 ** 28 });
  if (jacobian !== undefined) checkFunction(jacobian, 'problem.jacobian');
  return {
    dimension: start.length,
    count,
    residuals: (x, out) => takeReturned(residuals.call(given, x, out), out, 'problem.residuals'),
    ...(jacobian && {
      jacobian: (x: Float64Array, out: Float64Array) =>
        takeReturned((jacobian as Derivative<[x: Float64Array]>).call(given, x, out), out, 'problem.jacobian'),
    }),
  };
}

/** Residuals above or below these sizes are scaled, so that their squares neither overflow nor vanish. */
const FAR = 1e100;

/** A power of two near to the size of residuals, where that is so far from 1 that squares are in danger; else 1. */
function scaleOf(residuals: Float64Array): number {
  const size = largestMagnitude(residuals);
  const isFar = size > 0 && size < Infinity && (size > FAR || size < 1 / FAR);
  return isFar ? 2 ** Math.round(Math.log2(size)) : 1;
}

/** Residuals over a scale. */
function scaledResiduals(problem: Residuals, scale: number): Residuals {
  if (scale === 1) return problem;
  const { jacobian } = problem;
  const shrink = (out: Float64Array) => {
    for (let k = 0; k < out.length; k++) out[k] /= scale;
  };
  return {
    ...problem,
    residuals: (x, out) => {
      problem.residuals(x, out);
      shrink(out);
    },
    ...(jacobian && {
      jacobian: (x: Float64Array, out: Float64Array) => {
        jacobian(x, out);
        shrink(out);
      },
    }),
  };
}

/** How many numbers a function returns at a point. */
function lengthAt(residuals: Derivative<[x: Float64Array]>, x: Float64Array): number {
  const returned = residuals(x, new Float64Array(0));
  if (returned) return returned.length;
  throw fault('is required for residuals that are written, not returned', 'problem.count', 'missing');
}

/** Residuals this much smaller than at the start, times the tolerance, are none. */
const VANISHED = 1e-7;

/** A variable this much smaller than it was is passing through zero: differences keep to its former size. */
const PASSING = 1e-3;

/** Where the method stands, what it knows of the model there, and what it tries. */
class GaussNewton {
  value = 0;
  offset = Infinity;
  /** The largest cosine between the residuals and a column of J. */
  orthogonality = 0;
  /** What the model promises of the step that is tried, and what rounding may hide. */
  predicted = 0;
  noise = 0;
  readonly #problem: Residuals;
  readonly #settings: ResolvedOptions<typeof leastSquaresOptions>;
  readonly #bounds: Bounds;
  readonly #scale: number; // of the residuals
  readonly #calls = { residuals: 0, jacobian: 0 };
  #x: Float64Array;
  #trial: Float64Array;
  #residuals: Float64Array;
  #trialResiduals: Float64Array;
  #trialValue = 0;
  readonly #jacobian: Float64Array;
  readonly #gradient: Float64Array;
  readonly #start: number; // |f| there
  readonly #typical: Float64Array; // sizes of variables
  readonly #lengths: Float64Array; // of J's columns, the largest so far
  // The model in the coordinates of the singular vectors, rising singular values, those of rounding left out.
  #free = new Int32Array(0);
  #vectors: Float64Array[] = []; // scaled back to x
  #curvatures: Float64Array = new Float64Array(0); // squared singular values
  #slopes: Float64Array = new Float64Array(0);
  #step = new Float64Array(0);
  #model = new Float64Array(0); // the residuals that the model is about

  constructor(
    problem: Residuals,
    start: Float64Array,
    first: Float64Array,
    bounds: Bounds,
    settings: ResolvedOptions<typeof leastSquaresOptions>,
    scale: number,
  ) {
    const { dimension, count } = problem;
    this.#problem = problem;
    this.#settings = settings;
    this.#scale = scale;
    this.#bounds = bounds;
    this.#x = start;
    this.#trial = this.#x.slice();
    this.#residuals = first.map((residual) => residual / scale);
    this.#trialResiduals = new Float64Array(count);
    this.#jacobian = new Float64Array(count * dimension);
    this.#gradient = new Float64Array(dimension);
    this.#lengths = new Float64Array(dimension);
    this.#typical = new Float64Array(dimension);
    this.#calls.residuals = 1;
    this.value = robustCost(settings.loss, settings.lossScale, this.#residuals);
    this.#start = norm(this.#residuals);
  }

  #write(x: Float64Array, out: Float64Array): void {
    this.#calls.residuals++;
    this.#problem.residuals(x, out);
  }

  #evaluate(x: Float64Array, out: Float64Array): number {
    this.#write(x, out);
    const { loss, lossScale } = this.#settings;
    return robustCost(loss, lossScale, out);
  }

  /** Takes up the model at x; false if it is not finite. */
  linearize(): boolean {
    const { dimension: n, count: m, jacobian } = this.#problem;
    const { loss, lossScale, differences } = this.#settings;
    this.#calls.jacobian++;
    if (jacobian) jacobian(this.#x, this.#jacobian);
    else {
      const values = (x: Float64Array, out: Float64Array) => this.#write(x, out);
      for (let j = 0; j < n; j++) this.#typical[j] = Math.max(this.#typical[j], PASSING * Math.abs(this.#x[j]));
      const range = { ...this.#bounds, typical: this.#typical };
      differenceJacobian(values, this.#x, m, this.#jacobian, differences, range);
    }
    for (let k = 0; k < this.#jacobian.length; k++) if (!Number.isFinite(this.#jacobian[k])) return false;
    const f = this.#residuals.slice();
    const counted = { f: f.slice(), jacobian: loss === 'linear' ? this.#jacobian : this.#jacobian.slice() };
    weighByLoss(loss, lossScale, counted.f, counted.jacobian);
    scaleByLoss(loss, lossScale, f, this.#jacobian);
    this.#model = f;
    this.#gradient.fill(0);
    for (let i = 0, k = 0; i < m; i++) {
      for (let j = 0; j < n; j++, k++) this.#gradient[j] += this.#jacobian[k] * f[i];
    }
    const lengths = columnLengths(this.#jacobian, n);
    for (let j = 0; j < n; j++) this.#lengths[j] = Math.max(this.#lengths[j], lengths[j]);
    this.#free = Int32Array.from({ length: n }, (_, j) => j).filter(
      (j) => lengths[j] > 0 && !isHeld(this.#bounds, this.#x, this.#gradient, j),
    );
    const model = this.#decompose(this.#jacobian, f, this.#lengths);
    this.#vectors = model.vectors;
    this.#curvatures = model.curvatures;
    this.#slopes = model.slopes;
    this.#step = new Float64Array(model.vectors.length);
    // What is left is judged by residuals as they count, not by the model's, which are large where its curvature is small.
    const countedLengths = loss === 'linear' ? lengths : columnLengths(counted.jacobian, n);
    this.orthogonality = this.#largestCosine(counted.jacobian, counted.f, countedLengths);
    this.offset =
      loss === 'linear'
        ? this.#offsetOf(model, f, this.#lengths)
        : this.#offsetOf(this.#decompose(counted.jacobian, counted.f, countedLengths), counted.f, countedLengths);
    // Directions in which few residuals count pass for rounding: each column must be orthogonal too, unless all residuals vanish.
    if (loss !== 'linear') {
      const vanishing = norm(this.#residuals) / (VANISHED * Math.min(1, this.#start));
      this.offset = Math.max(this.offset, Math.min(0.1 * this.orthogonality, vanishing));
    }
    // A column that was long and has become short may pass for rounding: then its length here decides.
    if (loss === 'linear' && this.offset <= this.#settings.tolerance) {
      this.offset = Math.max(this.offset, this.#offsetOf(this.#decompose(this.#jacobian, f, lengths), f, lengths));
    }
    return true;
  }

  /** The largest cosine between the residuals and a free column of J. */
  #largestCosine(jacobian: Float64Array, f: Float64Array, lengths: Float64Array): number {
    const { dimension: n, count: m } = this.#problem;
    const size = norm(f);
    let most = 0;
    for (const j of this.#free) {
      let product = 0; // of the column over its length, to avoid overflow
      for (let i = 0; i < m; i++) product += (jacobian[i * n + j] / lengths[j]) * f[i];
      most = Math.max(most, Math.abs(product) / size);
    }
    return most;
  }

  /** The model by the singular values of the free columns, each divided by a length. */
  #decompose(jacobian: Float64Array, f: Float64Array, lengths: Float64Array): LinearModel {
    const { dimension: n, count: m } = this.#problem;
    const free = this.#free;
    if (free.length === 0) {
      return { vectors: [], curvatures: new Float64Array(0), slopes: new Float64Array(0), inside: 0, length: 0 };
    }
    const scaled = { rows: m, cols: free.length, values: new Float64Array(m * free.length) };
    for (let i = 0; i < m; i++) {
      for (let k = 0; k < free.length; k++) scaled.values[i * free.length + k] = jacobian[i * n + free[k]] / lengths[free[k]];
    }
    const { u, values, v } = svd(scaled);
    const least = Number.EPSILON * Math.max(m, n) * values[0];
    const rank = values.filter((value) => value > least).length;
    const vectors: Float64Array[] = [];
    const [curvatures, slopes] = [new Float64Array(rank), new Float64Array(rank)];
    let [inside, length] = [0, 0];
    for (let r = 0; r < rank; r++) {
      const k = rank - 1 - r; // rising
      let projection = 0;
      for (let i = 0; i < m; i++) projection += u.values[i * u.cols + k] * f[i];
      curvatures[r] = values[k] * values[k];
      slopes[r] = values[k] * projection;
      inside += projection * projection;
      length += (projection / values[k]) ** 2;
      const vector = new Float64Array(free.length);
      for (let j = 0; j < free.length; j++) vector[j] = v.values[j * v.cols + k] / lengths[free[j]];
      vectors.push(vector);
    }
    return { vectors, curvatures, slopes, inside, length };
  }

  /** The relative offset; see `tolerance`. */
  #offsetOf({ inside, length }: LinearModel, f: Float64Array, lengths: Float64Array): number {
    const byResiduals = inside === 0 ? 0 : Math.sqrt(inside) / norm(f);
    const byPoint = length === 0 ? 0 : Math.sqrt(length) / scaledLength(lengths, this.#x);
    // For residuals that vanish although J does not become regular; a steep start is no measure.
    const byStart = norm(f) === 0 ? 0 : norm(f) / (VANISHED * Math.min(1, this.#start));
    return Math.min(byPoint, byResiduals, byStart);
  }

  /** |x| in units of the lengths of J's columns. */
  scaledLength(): number {
    return scaledLength(this.#lengths, this.#x);
  }

  /** Writes the step of a method within the radius to the trial point; its scaled length. */
  propose(method: 'levenberg-marquardt' | 'dogleg', radius: number): number {
    const y = this.#step;
    if (y.length > 0) {
      if (method === 'dogleg') doglegStep(this.#curvatures, this.#slopes, radius, y);
      else minimizeModel(this.#curvatures, this.#slopes, radius, y);
    }
    this.#trial.set(this.#x);
    for (let k = 0; k < y.length; k++) {
      for (let j = 0; j < this.#free.length; j++) this.#trial[this.#free[j]] += y[k] * this.#vectors[k][j];
    }
    clip(this.#bounds, this.#trial);
    return norm(y);
  }

  /** Evaluates the trial point; by how much the value falls. */
  evaluateTrial(): number {
    const { dimension: n, count: m } = this.#problem;
    this.#trialValue = this.#evaluate(this.#trial, this.#trialResiduals);
    let promised = 0; // -(f . Jp + |Jp|²/2)
    for (let i = 0; i < m; i++) {
      let image = 0;
      for (let j = 0; j < n; j++) image += this.#jacobian[i * n + j] * (this.#trial[j] - this.#x[j]);
      promised -= image * (this.#model[i] + image / 2);
    }
    this.predicted = Math.max(0, promised);
    this.noise = 8 * Number.EPSILON * this.value;
    const gain = this.value - this.#trialValue;
    return Number.isNaN(gain) ? -Infinity : gain;
  }

  /** Whether the trial point is another one. */
  moves(): boolean {
    for (let j = 0; j < this.#x.length; j++) if (this.#x[j] !== this.#trial[j]) return true;
    return false;
  }

  /** Moves to the trial point. */
  accept(): void {
    [this.#x, this.#trial] = [this.#trial, this.#x];
    [this.#residuals, this.#trialResiduals] = [this.#trialResiduals, this.#residuals];
    this.value = this.#trialValue;
  }

  solution(): LeastSquaresSolution {
    const covariance = this.#covariance();
    return {
      x: this.#x.slice(),
      value: this.value * this.#scale * this.#scale,
      residuals: this.#residuals.map((residual) => residual * this.#scale),
      offset: this.offset,
      ...(covariance && { covariance }),
      rank: this.#vectors.length,
      evaluations: { ...this.#calls },
    };
  }

  #covariance(): DenseMatrix | undefined {
    const { dimension: n, count: m } = this.#problem;
    const held = this.#bounds.isBounded ? n - this.#free.length : 0;
    const rank = this.#vectors.length;
    if (m <= n || rank + held < n) return undefined;
    const variance = (2 * this.value) / (m - rank);
    const values = new Float64Array(n * n);
    for (let k = 0; k < rank; k++) {
      const vector = this.#vectors[k];
      for (let i = 0; i < rank; i++) {
        const factor = (variance * vector[i]) / this.#curvatures[k];
        for (let j = 0; j < rank; j++) values[this.#free[i] * n + this.#free[j]] += factor * vector[j];
      }
    }
    return { rows: n, cols: n, values };
  }
}

/** |f + J p|² in the coordinates of the singular vectors, rising singular values, those of rounding left out. */
interface LinearModel {
  /** The singular vectors, scaled back to x. */
  readonly vectors: Float64Array[];
  /** Squared singular values. */
  readonly curvatures: Float64Array;
  readonly slopes: Float64Array;
  /** |J p|² and |p|², scaled, of the linear least squares solution p. */
  readonly inside: number;
  readonly length: number;
}

/** The Euclidean lengths of a matrix's columns. */
function columnLengths(values: Float64Array, n: number): Float64Array {
  const lengths = new Float64Array(n);
  for (let k = 0; k < values.length; k++) lengths[k % n] = Math.hypot(lengths[k % n], values[k]);
  return lengths;
}

function scaledLength(lengths: Float64Array, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < x.length; j++) sum += (lengths[j] * x[j]) ** 2;
  return Math.sqrt(sum);
}

/** The minimum of the model on the way from zero along the gradient to its Cauchy point and on to the Gauss-Newton step. */
function doglegStep(curvatures: Float64Array, slopes: Float64Array, radius: number, y: Float64Array): void {
  for (let k = 0; k < y.length; k++) y[k] = -slopes[k] / curvatures[k];
  if (norm(y) <= radius) return;
  const newton = y.slice();
  const steepness = norm(slopes);
  let bend = 0; // g'Hg / |g|²
  for (let k = 0; k < y.length; k++) bend += curvatures[k] * (slopes[k] / steepness) ** 2;
  const reach = Math.min(steepness / bend, radius);
  for (let k = 0; k < y.length; k++) y[k] = (-slopes[k] / steepness) * reach;
  if (reach >= radius) return;
  const change = newton.map((value, k) => value - y[k]);
  const [a, b, c] = [dot(change, change), dot(y, change), reach * reach - radius * radius];
  const share = -c / (b + Math.sqrt(Math.max(0, b * b - a * c)));
  for (let k = 0; k < y.length; k++) y[k] += share * change[k];
}
