// How near a pair (x, y) is to a solution of a bilevel problem, computed from the derivatives there: the basis of every `converged` of this
// package, and of the metric that confirms it.
import { norm } from '@infimum/linalg/numerics';
import type { ConvexSet } from '@infimum/optim/proximal';
import type { BilevelProblem } from './bilevel-problem.ts';
import { isSecondOrder, lowerProx } from './bilevel-problem.ts';
import { implicitGradient } from './implicit-gradient.ts';
import { lowerFactor } from './lower-factor.ts';
import type { GradientOracle } from './minimize-by-gradients.ts';
import { finish, minimiseByGradients } from './minimize-by-gradients.ts';

/** The result of a method. */
export interface BilevelPoint {
  /** The upper variables. */
  readonly x: Float64Array;
  /** The lower variables: of σf + g where σ > 0, of g where it is 0. */
  readonly y: Float64Array;
  /** Of penalty methods, the minimiser of g alone; empty for others. */
  readonly z: Float64Array;
  /** σ of penalty methods; 0 for implicit ones. */
  readonly sigma: number;
}

/** Residuals, each relative to the scale of its own terms. */
interface Judgement {
  /** The projected hyper-gradient. */
  readonly stationarity: number;
  /** The lower level; for penalty methods divided by σ, as its error enters the hyper-gradient. */
  readonly lower: number;
  /** Of implicit methods, the residual of H v = ∇_y f after the judge solved it. */
  readonly adjoint: number;
  /** The largest of them; NaN if one is. */
  readonly worst: number;
}

/** A judge of one problem and start. */
export interface Judge {
  /** Judges a point: some gradients, a linear system, and at the first call a solve of the lower level at the start. */
  judge(point: BilevelPoint): Judgement;
  /** Whether the worst residual is at most the tolerance; cheaper, since cheap residuals are checked first. */
  reaches(point: BilevelPoint, tolerance: number): boolean;
}

/** Residual to which the judge solves linear systems. */
const ADJOINT_TOLERANCE = 1e-11;

/** A judge for a problem with a start. */
export function judgeOf(problem: BilevelProblem, initial: { readonly x: Float64Array; readonly y: Float64Array }): Judge {
  let upperScale: number | undefined;
  let lowerStart: number | undefined;
  const zero = new Float64Array(problem.dimY);
  const gradientY = (oracle: BilevelProblem['gradGy'], x: Float64Array, y: Float64Array) => {
    const out = new Float64Array(problem.dimY);
    oracle(x, y, out);
    return out;
  };
  const lowerScale = (x: Float64Array) => {
    lowerStart ??= norm(gradientY(problem.gradGy, initial.x, initial.y));
    return Math.max(lowerStart, norm(gradientY(problem.gradGy, x, zero)));
  };
  const lowerOf = ({ x, y, z, sigma }: BilevelPoint) => {
    const relative = (entries: Float64Array, at: Float64Array) =>
      ratio(proximalNorm(at, entries, lowerProx(problem, x)), lowerScale(x));
    const slope = gradientY(problem.gradGy, x, y);
    if (sigma === 0) return relative(slope, y);
    const fy = gradientY(problem.gradFy, x, y);
    const alone = relative(gradientY(problem.gradGy, x, z), z);
    const combined = relative(
      slope.map((entry, j) => entry + sigma * fy[j]),
      y,
    );
    return Math.max(alone, combined) / Math.min(1, sigma);
  };
  const upperOf = (point: BilevelPoint) => {
    const { gradient, refined, size, adjoint } = hyperGradientAt(problem, point, ADJOINT_TOLERANCE);
    upperScale ??= startScale(problem, initial.x, initial.y, lowerScale(initial.x));
    const left = [gradient, refined].map((entries) => proximalNorm(point.x, entries, projection(problem.setX)));
    return { stationarity: ratio(Math.max(...left), Math.max(upperScale, size)), adjoint };
  };
  return {
    judge: (point) => {
      const lower = lowerOf(point);
      const { stationarity, adjoint } = upperOf(point);
      return { stationarity, lower, adjoint, worst: Math.max(stationarity, lower, adjoint) };
    },
    reaches: (point, tolerance) => {
      if (!(lowerOf(point) <= tolerance)) return false;
      const { stationarity, adjoint } = upperOf(point);
      return stationarity <= tolerance && adjoint <= tolerance;
    },
  };
}

/** |∇_x f| + |the contribution of the lower level| at the start, with the lower level solved to six digits. */
function startScale(problem: BilevelProblem, x: Float64Array, y0: Float64Array, lowerScale: number): number {
  const y = y0.slice();
  solveLower(problem, x, y, 1e-6 * lowerScale, 300);
  // A solve that stopped because gradients failed gives no scale: the scale of a distant start would accept anything.
  const slope = new Float64Array(problem.dimY);
  problem.gradGy(x, y, slope);
  if (!Number.isFinite(norm(slope))) return Number.NaN;
  if (isSecondOrder(problem) && !lowerProx(problem, x)) {
    return hyperGradientAt(problem, { x, y, z: new Float64Array(0), sigma: 0 }, 1e-6).size;
  }
  const [z, sigma] = [y.slice(), 1e-2];
  solvePenalized(problem, x, y, sigma, 1e-4 * sigma * lowerScale, 300);
  return hyperGradientAt(problem, { x, y, z, sigma }, 1e-6).size;
}

/** Moves y to a minimiser of g(x, ·), up to an absolute residual. */
export function solveLower(
  problem: BilevelProblem,
  x: Float64Array,
  y: Float64Array,
  tolerance: number,
  maxIterations?: number,
): ReturnType<typeof finish<{ residual: number; converged: boolean }>> {
  return finish(minimiseByGradients(lowerOracle(problem, x), y, { tolerance, maxIterations }));
}

/** g(x, ·) by its derivatives. */
export function lowerOracle(problem: BilevelProblem, x: Float64Array) {
  const { hvpGyy } = problem;
  return {
    gradient: (at: Float64Array, out: Float64Array) => problem.gradGy(x, at, out),
    ...(hvpGyy && { product: (at: Float64Array, w: Float64Array, out: Float64Array) => hvpGyy(x, at, w, out) }),
    factor: lowerFactor(problem, x),
    prox: lowerProx(problem, x),
  };
}

/** Moves y to a minimiser of σf + g, up to an absolute residual. */
export function solvePenalized(
  problem: BilevelProblem,
  x: Float64Array,
  y: Float64Array,
  sigma: number,
  tolerance: number,
  maxIterations?: number,
) {
  return finish(minimiseByGradients(penalisedOracle(problem, x, sigma), y, { tolerance, maxIterations }));
}

/** σf(x, ·) + g(x, ·) by its gradients. */
export function penalisedOracle(problem: BilevelProblem, x: Float64Array, sigma: number) {
  const fy = new Float64Array(problem.dimY);
  return {
    gradient: (at: Float64Array, out: Float64Array) => {
      problem.gradGy(x, at, out);
      problem.gradFy(x, at, fy);
      for (let j = 0; j < out.length; j++) out[j] += sigma * fy[j];
    },
    prox: lowerProx(problem, x),
  };
}

/**
 * The hyper-gradient by the formula for the point, for implicit methods also after a Newton step of y, |∇_x f| + |the rest|,
 * and the residual of H v = ∇_y f, which is 1 where the curvature vanishes after the step.
 */
export function hyperGradientAt(
  problem: BilevelProblem,
  { x, y, z, sigma }: BilevelPoint,
  tolerance: number,
): { gradient: Float64Array; refined: Float64Array; size: number; adjoint: number } {
  if (sigma === 0 && isSecondOrder(problem)) {
    const maxIterations = Math.min(10 * y.length + 20, 2000);
    const limits = { tolerance, maxIterations, leastNorm: true };
    const { residual, ...found } = implicitGradient(problem, x, y, new Float64Array(y.length), limits);
    return { ...found, adjoint: residual };
  }
  const gradient = new Float64Array(problem.dimX);
  const cross = new Float64Array(problem.dimX);
  problem.gradFx(x, y, gradient);
  if (sigma > 0) {
    const other = new Float64Array(problem.dimX);
    problem.gradGx(x, y, cross);
    problem.gradGx(x, z, other);
    for (let i = 0; i < cross.length; i++) cross[i] = (cross[i] - other[i]) / sigma;
  }
  const size = norm(gradient) + norm(cross);
  for (let i = 0; i < gradient.length; i++) gradient[i] += cross[i];
  return { gradient, refined: gradient, size, adjoint: 0 };
}

/** The projection onto a set as a prox. */
export function projection(set: ConvexSet | undefined) {
  return set && ((x: Float64Array) => set.project(x, x));
}

/** |x − prox(x − t d)| / t with a step t that is short relative to x: |d| without a prox. */
export function proximalNorm(x: Float64Array, d: Float64Array, prox: GradientOracle['prox']): number {
  const length = norm(d);
  if (!prox || !(length > 0 && length < Infinity)) return length;
  const t = (1e-4 * (norm(x) || 1)) / length;
  const moved = x.map((entry, i) => entry - t * d[i]);
  prox(moved, t);
  return norm(moved.map((entry, i) => x[i] - entry)) / t;
}

/** 0/0 counts as 0; with an infinite denominator everything would be small, so no ratio is formed. */
function ratio(a: number, b: number): number {
  return a === 0 ? 0 : b < Infinity ? a / b : Number.NaN;
}
