// A hyper-gradient by implicit differentiation with an estimate of its error: what one Newton step of y changes, what the
// residual of the linear system can hide, and what rounding becomes by the condition that both systems showed.
import { dot, norm } from '@infimum/linalg/numerics';
import type { AdjointReport } from './adjoint.ts';
import { conjugateGradients } from './adjoint.ts';
import type { SecondOrderProblem } from './bilevel-problem.ts';

/** A hyper-gradient with all that was computed on the way. */
export interface ImplicitGradient {
  /** ∇_x f − ∇²_xy g v. */
  readonly gradient: Float64Array;
  /** |∇_x f| + |∇²_xy g v|. */
  readonly size: number;
  /** ∇_y g at y. */
  readonly slope: Float64Array;
  /** v·∇_y g: what the error of y adds to f, to the first order. */
  readonly valueError: number;
  /** How the linear system ended. */
  readonly linear: AdjointReport;
  /** Whether a system met a direction without curvature. */
  readonly flat: boolean;
  /** Estimate of the error. */
  readonly errorEstimate: number;
}

/** The hyper-gradient at y, near a lower solution. `v` holds a first guess of the adjoint, and the adjoint afterwards. */
export function implicitGradient(
  problem: SecondOrderProblem,
  x: Float64Array,
  y: Float64Array,
  v: Float64Array,
  limits: { tolerance: number; maxIterations: number },
): ImplicitGradient {
  const main = adjointGradient(problem, x, y, v, limits);
  const slope = new Float64Array(y.length);
  problem.gradGy(x, y, slope);
  const newton = new Float64Array(y.length);
  const product = (w: Float64Array, out: Float64Array) => problem.hvpGyy(x, y, w, out);
  const step = conjugateGradients(product, slope, newton, limits);
  const moved = y.map((entry, j) => entry - newton[j]);
  const corrected = adjointGradient(problem, x, moved, v.slice(), limits);
  const change = norm(corrected.gradient.map((entry, i) => entry - main.gradient[i]));
  const flat = main.linear.flat || step.flat;
  // |H b| / |b| is a curvature, |v| / |b| the inverse of another: their product shows some of the condition.
  const image = new Float64Array(y.length);
  product(main.fy, image);
  const softest = Math.max(quotient(v, main.fy), quotient(newton, slope));
  const condition = Math.max(1, softest * quotient(image, main.fy));
  const rounding = 4 * Number.EPSILON * condition * main.size;
  return {
    gradient: main.gradient,
    size: main.size,
    slope,
    valueError: dot(v, slope),
    linear: main.linear,
    flat,
    errorEstimate: flat ? Infinity : 1.5 * change + 2 * main.linear.residual * main.size + rounding,
  };
}

function adjointGradient(
  problem: SecondOrderProblem,
  x: Float64Array,
  y: Float64Array,
  v: Float64Array,
  limits: { tolerance: number; maxIterations: number },
) {
  const fy = new Float64Array(y.length);
  problem.gradFy(x, y, fy);
  const linear = conjugateGradients((w, out) => problem.hvpGyy(x, y, w, out), fy, v, limits);
  const [gradient, cross] = [new Float64Array(x.length), new Float64Array(x.length)];
  problem.gradFx(x, y, gradient);
  problem.jvpGxy(x, y, v, cross);
  const size = norm(gradient) + norm(cross);
  for (let i = 0; i < x.length; i++) gradient[i] -= cross[i];
  return { gradient, linear, size, fy };
}

/** |a| / |b|, nothing for b = 0. */
function quotient(a: Float64Array, b: Float64Array): number {
  const below = norm(b);
  return below > 0 ? norm(a) / below : 0;
}
