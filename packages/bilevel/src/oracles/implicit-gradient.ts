// A hyper-gradient by implicit differentiation with an estimate of its error: the change by one Newton step of y, the possible effect of
// the residual of the linear system, and rounding times the condition number observed in both systems.
import { addScaled, distance, dot, norm } from '@infimum/linalg/numerics';
import type { AdjointLimits, AdjointReport, Product } from './adjoint.ts';
import { conjugateGradients, leastNormSolution } from './adjoint.ts';
import type { SecondOrderProblem } from './bilevel-problem.ts';

/** A hyper-gradient with its intermediate results. */
export interface ImplicitGradient {
  /** ∇_x f − ∇²_xy g v. */
  readonly gradient: Float64Array;
  /** The same after a Newton step of y. */
  readonly refined: Float64Array;
  /** |∇_x f| + |∇²_xy g v|. */
  readonly size: number;
  /** ∇_y g at y. */
  readonly slope: Float64Array;
  /** v·∇_y g: the first-order effect of the error of y on f. */
  readonly valueError: number;
  /** |H v − ∇_y f| over |∇_y f|, the larger one of those before and after the Newton step. */
  readonly residual: number;
  /** Whether a system had a direction without curvature, or with a curvature that a Newton step of y changes by half. */
  readonly flat: boolean;
  /** Estimate of the error. */
  readonly errorEstimate: number;
}

/** When to stop; whether to take the least-norm adjoint if a system has a flat direction. */
interface ImplicitLimits extends AdjointLimits {
  readonly leastNorm?: boolean;
}

/**
 * The hyper-gradient at y, near a lower solution. `v` holds a first guess of the adjoint, and the adjoint afterwards: if a system has a
 * flat direction, the one of least norm if `leastNorm` is set.
 */
export function implicitGradient(
  problem: SecondOrderProblem,
  x: Float64Array,
  y: Float64Array,
  v: Float64Array,
  limits: ImplicitLimits,
): ImplicitGradient {
  const main = adjointGradient(problem, x, y, v, limits);
  const slope = new Float64Array(y.length);
  problem.gradGy(x, y, slope);
  const newton = new Float64Array(y.length);
  const product = (w: Float64Array, out: Float64Array) => problem.hvpGyy(x, y, w, out);
  const step = solveSystem(product, slope, newton, limits);
  const moved = y.slice();
  addScaled(moved, -1, newton);
  const vMoved = v.slice();
  const corrected = adjointGradient(problem, x, moved, vMoved, limits);
  const change = distance(corrected.gradient, main.gradient);
  const image = new Float64Array(y.length);
  product(main.fy, image);
  const curvature = quotient(image, main.fy);
  const isSolid = [v, vMoved].every((w) => keepsCurvature(problem, x, y, moved, w, curvature));
  const flat = main.linear.flat || step.flat || corrected.linear.flat || !isSolid;
  const residual = Math.max(main.linear.residual, corrected.linear.residual, isSolid ? 0 : 1);
  // |H b| / |b| is a curvature, |v| / |b| the inverse of another: their product is a lower estimate of the condition number.
  const softest = Math.max(quotient(v, main.fy), quotient(newton, slope));
  const condition = Math.max(1, softest * curvature);
  const rounding = 4 * Number.EPSILON * condition * main.size;
  return {
    gradient: main.gradient,
    refined: corrected.gradient,
    size: main.size,
    slope,
    valueError: dot(v, slope),
    residual,
    flat,
    errorEstimate: flat ? Infinity : 1.5 * change + 2 * main.linear.residual * main.size + rounding,
  };
}

/** Curvature below this share of another one of the same Hessian is taken for rounding. */
const RANK_TOLERANCE = 1e-12;

/**
 * Whether the curvature of g(x, ·) along w is more than rounding relative to another curvature, and the same at y and at the end of a
 * Newton step, by a half. Where lower solutions fill a curve, at a y beside it the curvature along the curve is proportional to the
 * distance of y: a Newton step removes it.
 */
export function keepsCurvature(
  problem: SecondOrderProblem,
  x: Float64Array,
  y: Float64Array,
  moved: Float64Array,
  w: Float64Array,
  curvature: number,
): boolean {
  const length = norm(w);
  if (length === 0) return true;
  const unit = w.map((entry) => entry / length);
  const [here, there] = [new Float64Array(w.length), new Float64Array(w.length)];
  problem.hvpGyy(x, y, unit, here);
  problem.hvpGyy(x, moved, unit, there);
  const [before, after] = [dot(unit, here), dot(unit, there)];
  const most = Math.max(Math.abs(before), Math.abs(after));
  return Math.abs(before) > RANK_TOLERANCE * curvature && Math.abs(before - after) <= 0.5 * most;
}

/** H v = b in place; `flat` where there is a direction without curvature, and v then of least norm if that is wanted. */
function solveSystem(product: Product, b: Float64Array, v: Float64Array, limits: ImplicitLimits): AdjointReport {
  const report = conjugateGradients(product, b, v, limits);
  if (!report.flat || !limits.leastNorm) return report;
  const least = leastNormSolution(product, b, limits);
  v.set(least.v);
  return { ...report, residual: least.residual, flat: false };
}

function adjointGradient(
  problem: SecondOrderProblem,
  x: Float64Array,
  y: Float64Array,
  v: Float64Array,
  limits: ImplicitLimits,
) {
  const fy = new Float64Array(y.length);
  problem.gradFy(x, y, fy);
  const linear = solveSystem((w, out) => problem.hvpGyy(x, y, w, out), fy, v, limits);
  const [gradient, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  problem.gradFx(x, y, gradient);
  problem.jvpGxy(x, y, v, cross);
  const size = norm(gradient) + norm(cross);
  addScaled(gradient, -1, cross);
  return { gradient, linear, size, fy };
}

/** |a| / |b|, nothing for b = 0. */
function quotient(a: Float64Array, b: Float64Array): number {
  const below = norm(b);
  return below > 0 ? norm(a) / below : 0;
}
