// Newton's method with truncated conjugate gradients and a line search.
//
// J. Nocedal, S. Wright: Numerical optimization (2006), algorithm 7.1; S. G. Nash: A survey of truncated-Newton methods
// (2000).
import type { Objective, ObjectiveLike, OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { defineSolver, fault, resolveOptions, runWith } from '@infimum/core';
import { addScaled, dot, norm } from '@infimum/linalg/numerics';
import { multiplySquare } from '../multiply-square.ts';
import { smooth } from '../smooth/smooth-problem.ts';
import type { CountedObjective, SmoothIterate, SmoothSolution } from '../smooth-minimization.ts';
import { gradientTolerance, tolerance, valueTolerance } from '../smooth-minimization.ts';
import { lineSearchDescentSteps } from './line-search-descent.ts';

const newtonCgOptions = {
  tolerance,
  gradientTolerance,
  valueTolerance,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of Newton's method with truncated conjugate gradients. */
export type NewtonCgOptions = OptionsOf<typeof newtonCgOptions> & RunOptions<SmoothIterate>;

/**
 * Minimises a smooth f by Newton steps that conjugate gradients compute only as accurately as needed: to a residual of
 * min(1/2, |g|^(1/2)) |g|, or until they find a direction of negative curvature. A line search enforces the strong Wolfe
 * conditions. For many variables, where products with the Hessian cost about as much as gradients. Where the objective
 * factors its Hessian, the factors are the preconditioner, so that one inner iteration gives the exact step.
 *
 * O(d) an inner iteration and one product with the Hessian; where there are many they pause, and every pause is an iteration. `converged`
 * when |g| <= tolerance min(1, |g_0|), or |g| max(1, |x|) <= 1e-4 tolerance |f|; `stalled` when
 * no step decreases f any more.
 *
 * Source: J. Nocedal, S. Wright: Numerical optimization (2006).
 *
 * @param objective - f with its gradient, and products with its Hessian or the Hessian itself
 * @param initial - where to start, d numbers
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for a starting point that does not fit or is not finite, for an objective without derivatives
 *   of second order, and for options out of range
 *
 * @example
 * ```ts
 * import { newtonCg, rosenbrock } from '@infimum/optim';
 *
 * const { x, status } = newtonCg(rosenbrock(100), new Float64Array(100));
 * console.log(status, x.every((value) => Math.abs(value - 1) < 1e-6)); // converged true
 * ```
 */
export function newtonCg(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NewtonCgOptions = {},
): Outcome<SmoothSolution, SmoothIterate> {
  return runWith(newtonCgOptions, options, newtonCgSteps(objective, initial, options));
}

/** The steps of `newtonCg`, to be driven by `run` or by your own loop. */
export function newtonCgSteps(
  objective: ObjectiveLike,
  initial: VectorLike,
  options: NewtonCgOptions = {},
): Steps<SmoothSolution, SmoothIterate> {
  const stopping = resolveOptions(newtonCgOptions, options);
  const factorHessian = typeof objective === 'object' ? objective.factorHessian?.bind(objective) : undefined;
  return lineSearchDescentSteps(objective, initial, stopping, (f) => ({
    name: 'Newton direction',
    direction: truncatedNewton(f, initial.length, factorHessian),
    firstStep: () => 1,
    forget: () => false,
  }));
}

export const newtonCgSolver = /* @__PURE__ */ defineSolver({
  id: 'optim/newton-cg',
  title: 'Newton-CG',
  summary: 'Newton steps by truncated conjugate gradients with a line search: for many variables.',
  problem: smooth,
  role: 'baseline',
  paper: { title: 'A survey of truncated-Newton methods', year: 2000 },
  cost: 'O(d) \\text{ and a product with the Hessian per inner iteration}',
  options: newtonCgOptions,
  declines: ({ objective }) =>
    objective.hessian || objective.hessianVector ? undefined : 'the function has neither a Hessian nor Hessian products',
  steps: ({ objective, initial }, options) => newtonCgSteps(objective, initial, options),
});

/** Inner iterations between two pauses, times the variables. */
const TURN = 2 ** 17;

/** Writes a direction of descent: an approximate Newton step. */
function truncatedNewton(f: CountedObjective, size: number, factorHessian: Objective['factorHessian']) {
  const product = hessianProduct(f, size);
  const [residual, search, image] = Array.from({ length: 3 }, () => new Float64Array(size));
  const solved = factorHessian ? new Float64Array(size) : residual; // the preconditioned residual
  let startNorm: number | undefined;
  return function* (
    x: Float64Array,
    gradient: Float64Array,
    gradientNorm: number,
    out: Float64Array,
    over: number,
  ): Generator<undefined, void> {
    // In units of the gradient, whose squares may leave the range. Products are those of f itself.
    const unit = gradientNorm * over;
    startNorm ??= unit;
    const target = Math.min(0.5, Math.sqrt(unit / Math.min(1, startNorm)));
    const multiply = product(x);
    const factored = factorHessian?.(x);
    if (factored) f.calls.hessian++;
    const precondition = () => {
      if (factored) factored(residual, solved);
      else if (solved !== residual) solved.set(residual);
    };
    out.fill(0);
    for (let i = 0; i < size; i++) residual[i] = gradient[i] / gradientNorm;
    precondition();
    for (let i = 0; i < size; i++) search[i] = -solved[i];
    let energy = dot(residual, solved);
    let work = 0;
    for (let iteration = 0; iteration < 20 * size; iteration++) {
      if (work > TURN) {
        work = 0;
        yield;
      }
      work += size;
      multiply(search, image);
      const curvature = dot(search, image) / unit;
      if (!(curvature > 3 * Number.EPSILON * norm(search) * (norm(image) / unit))) {
        // Down the gradient, as far as a positive curvature of the same size would go.
        if (iteration === 0) addScaled(out, energy / Math.max(Math.abs(curvature), Number.EPSILON * energy), search);
        return;
      }
      const step = energy / curvature;
      addScaled(out, step, search);
      addScaled(residual, step / unit, image);
      if (norm(residual) <= target) return;
      precondition();
      const nextEnergy = dot(residual, solved);
      for (let i = 0; i < size; i++) search[i] = (nextEnergy / energy) * search[i] - solved[i];
      energy = nextEnergy;
    }
  };
}

/** Products with the Hessian at a point, or with the matrix that is written out there once. */
function hessianProduct(f: CountedObjective, size: number) {
  const { hessianVector, hessian } = f;
  if (hessianVector) {
    return (x: Float64Array) => (v: Float64Array, out: Float64Array) => hessianVector(x, v, out);
  }
  if (!hessian) throw fault('must have hessianVector or hessian', 'objective', 'unsupported');
  const matrix = new Float64Array(size * size);
  const multiply = (v: Float64Array, out: Float64Array) => multiplySquare(matrix, v, out);
  return (x: Float64Array) => {
    hessian(x, matrix);
    return multiply;
  };
}
