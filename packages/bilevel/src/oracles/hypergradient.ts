// The hyper-gradient at a point (x, y) by the implicit function theorem, with the information needed to assess it: residuals, an
// estimate of its error, and the general formula for lower levels with many solutions or active constraints.
import type { DenseLike, OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, checkMatrix, fault, resolveOptions } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import { leastNormSolution } from './adjoint.ts';
import type { BilevelProblem } from './bilevel-problem.ts';
import { checkBilevelProblem, checkSecondOrder } from './bilevel-problem.ts';
import { implicitGradient, keepsCurvature } from './implicit-gradient.ts';

/** A hyper-gradient with its residuals and error estimate. */
export interface Hypergradient {
  /** ∇_x f − ∇²_xy g v, p numbers. */
  readonly gradient: Float64Array;
  /** v with H v = ∇_y f, q numbers. */
  readonly v: Float64Array;
  /** |∇_y g(x, y)|: how far y is from solving the lower level, by its gradient. */
  readonly lowerResidual: number;
  /** |H v − ∇_y f| over |∇_y f|. */
  readonly linearResidual: number;
  /** Estimate of |gradient − exact gradient|, from the change by one Newton step of y and the residual of v. */
  readonly errorEstimate: number;
  /** `stalled` where the linear system is not solved, or the formula does not hold at this y. */
  readonly status: 'converged' | 'stalled';
  /** Why. */
  readonly reason: string;
}

/** Why there is no hyper-gradient by the implicit function theorem. */
const FLAT_HESSIAN =
  'not defined here: the lower Hessian has a persistent direction without curvature; with several lower solutions use hypergradientPinv at the one that minimises f';

const hypergradientOptions = {
  tolerance: { type: 'number', min: 0, below: 1, default: 1e-10, description: 'Relative residual of H v = ∇_y f to stop at' },
  maxIterations: { type: 'integer', min: 1, default: 1000, description: 'Maximum products with H per linear system' },
} as const satisfies OptionSpecs;

/** Options of `hypergradient`. */
export type HypergradientOptions = OptionsOf<typeof hypergradientOptions>;

/**
 * The hyper-gradient `∇F = ∇_x f − ∇²_xy g H⁻¹ ∇_y f`, `H = ∇²_yy g`, at a y that need not solve the lower level exactly; any
 * method may have found it. Conjugate gradients on H itself, never on H². The error estimate is 1.5 times the change of the gradient by a
 * Newton step of y, plus the possible effect of the residual of the linear system; it detects ill conditioning, which a small |∇_y g| does
 * not.
 *
 * Two linear systems and seven other calls.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`
 * @param x - upper variables, p numbers
 * @param y - lower variables, q numbers, near a solution
 * @throws {InvalidInputError} for a problem without products, and vectors of another length or with entries that are not finite
 *
 * @example
 * ```ts
 * import { hypergradient } from '@infimum/bilevel';
 *
 * // g = Σ a_j (y_j − x_j)²/2 with a = (1, 1e-4), f = |y − 1|²/2: the exact gradient at x = 0 is (−1, −1).
 * const a = [1, 1e-4];
 * const problem = {
 *   dimX: 2,
 *   dimY: 2,
 *   gradFx: (_x: Float64Array, _y: Float64Array, out: Float64Array) => void out.fill(0),
 *   gradFy: (_x: Float64Array, y: Float64Array, out: Float64Array) => out.set(y.map((t) => t - 1)),
 *   gradGx: (x: Float64Array, y: Float64Array, out: Float64Array) => out.set(a.map((t, j) => t * (x[j] - y[j]))),
 *   gradGy: (x: Float64Array, y: Float64Array, out: Float64Array) => out.set(a.map((t, j) => t * (y[j] - x[j]))),
 *   hvpGyy: (_x: Float64Array, _y: Float64Array, v: Float64Array, out: Float64Array) => out.set(a.map((t, j) => t * v[j])),
 *   jvpGxy: (_x: Float64Array, _y: Float64Array, v: Float64Array, out: Float64Array) => out.set(a.map((t, j) => -t * v[j])),
 * };
 * // y = (0, 1) has a lower gradient of 1e-4 only, and is wrong by 1.
 * const { gradient, errorEstimate } = hypergradient(problem, [0, 0], [0, 1]);
 * console.log(gradient.map(Math.round).join(' '), errorEstimate >= 1); // -1 0 true
 * ```
 */
export function hypergradient(
  problem: BilevelProblem,
  x: VectorLike,
  y: VectorLike,
  options: HypergradientOptions = {},
): Hypergradient {
  const { tolerance, maxIterations } = resolveOptions(hypergradientOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  const at = asVector(x, 'x', problem.dimX);
  const near = asVector(y, 'y', problem.dimY);
  const v = new Float64Array(near.length);
  const found = implicitGradient(problem, at, near, v, { tolerance, maxIterations });
  const { gradient, slope, residual, flat, errorEstimate } = found;
  const solved = `the linear system is solved to ${residual.toPrecision(2)}`;
  return {
    gradient,
    v,
    lowerResidual: norm(slope),
    linearResidual: residual,
    errorEstimate,
    status: !flat && residual <= tolerance ? 'converged' : 'stalled',
    reason: flat ? FLAT_HESSIAN : solved,
  };
}

/** Residual up to which ∇_y f counts as in the range of the Hessian. */
const IN_RANGE = 1e-6;

/** What `hypergradientPinv` gives. */
export interface PseudoInverseGradient {
  /** ∇_x f − ∇²_xy g v, p numbers. */
  readonly gradient: Float64Array;
  /** The least-norm v, q numbers. */
  readonly v: Float64Array;
  /** |H v + A'μ − ∇_y f| over |∇_y f|. */
  readonly rangeResidual: number;
  /** `stalled` where the formula does not hold at this y: the residual is above 1e-6, or y is too far from the lower solutions. */
  readonly status: 'converged' | 'stalled';
  /** Why. */
  readonly reason: string;
}

/** Checks rows of active constraints. */
function checkActiveRows(value: unknown, argument: string): asserts value is DenseLike {
  checkMatrix(value, argument);
}

const pinvOptions = {
  activeRows: { type: 'value', check: checkActiveRows, description: 'Rows of active constraints on y; none by default' },
  tolerance: { type: 'number', min: 0, below: 1, default: 1e-10, description: 'Residual of MINRES at which to stop, relative' },
} as const satisfies OptionSpecs;

/** Options of `hypergradientPinv`. */
export type HypergradientPinvOptions = OptionsOf<typeof pinvOptions>;

/**
 * The gradient of `ψ(x) = min f(x, y) over the minimisers y of g(x, ·)`, where there are many:
 * `∇ψ = ∇_x f − ∇²_xy g [∇²_yy g]⁺ ∇_y f` at the minimiser y* with the least f; with active linear constraints A on y the system `[[H, A'],
 * [A, 0]]` replaces the pseudo-inverse. Holds where ∇_y f lies in the range, which follows from optimality of y*. `status` says whether it
 * does, and whether y is near enough to a lower solution for the test: a Newton step may not change the curvature along v by half.
 *
 * MINRES on H: one product an iteration, at most the rank of H of them but for rounding.
 *
 * @param problem - with `hvpGyy` and `jvpGxy`
 * @param x - upper variables, p numbers
 * @param y - y*, q numbers
 * @throws {InvalidInputError} for a problem without products, and shapes that do not fit
 */
export function hypergradientPinv(
  problem: BilevelProblem,
  x: VectorLike,
  y: VectorLike,
  options: HypergradientPinvOptions = {},
): PseudoInverseGradient {
  const { activeRows, tolerance } = resolveOptions(pinvOptions, options);
  checkBilevelProblem(problem);
  checkSecondOrder(problem);
  const at = asVector(x, 'x', problem.dimX);
  const near = asVector(y, 'y', problem.dimY);
  if (activeRows && activeRows.cols !== problem.dimY) {
    throw fault(`has ${activeRows.cols} columns for ${problem.dimY} lower variables`, 'activeRows', 'shape');
  }
  const fy = new Float64Array(near.length);
  problem.gradFy(at, near, fy);
  const slope = new Float64Array(near.length);
  problem.gradGy(at, near, slope);
  const maxIterations = 10 * (near.length + (activeRows?.rows ?? 0)) + 10;
  const limits = { tolerance, maxIterations, activeRows };
  const product = (w: Float64Array, out: Float64Array) => problem.hvpGyy(at, near, w, out);
  const newton = leastNormSolution(product, slope, limits).v;
  const moved = near.map((entry, j) => entry - newton[j]);
  const image = new Float64Array(near.length);
  product(fy, image);
  const curvature = norm(image) / (norm(fy) || 1);
  const isSolid = (w: Float64Array) => keepsCurvature(problem, at, near, moved, w, curvature);
  let { v, residual } = leastNormSolution(product, fy, limits);
  // A rounding error outside the range must not be divided by a curvature that is itself rounding.
  if (!isSolid(v)) ({ v, residual } = leastNormSolution(product, fy, { ...limits, tolerance: IN_RANGE }));
  const solid = isSolid(v);
  const gradient = new Float64Array(at.length);
  const cross = new Float64Array(at.length);
  problem.gradFx(at, near, gradient);
  problem.jvpGxy(at, near, v, cross);
  for (let i = 0; i < gradient.length; i++) gradient[i] -= cross[i];
  const misses = 'y does not minimise f among the lower solutions: its gradient leaves the range of the Hessian';
  const far = 'a Newton step of y changes the curvature along v: y is too far from the lower solutions';
  return {
    gradient,
    v,
    rangeResidual: residual,
    status: residual <= IN_RANGE && solid ? 'converged' : 'stalled',
    reason: !isSolid ? far : residual <= 1e-6 ? 'the gradient of f in y lies in the range of the Hessian' : misses,
  };
}
