// ψ_σ(x) and its gradient at one point, with both inner problems solved to a tolerance: for plots, tests, and custom outer methods. Two
// values of σ give the extrapolation whose error is of the order σ².
import type { OptionSpecs, OptionsOf, VectorLike } from '@infimum/core';
import { asVector, checkNumber, checkNumbers, fault, resolveOptions } from '@infimum/core';
import { norm } from '@infimum/linalg/numerics';
import type { BilevelProblem } from '../oracles/bilevel-problem.ts';
import { checkBilevelProblem } from '../oracles/bilevel-problem.ts';
import { hyperGradientAt, solveLower, solvePenalized } from '../oracles/judge.ts';

/** A penalised value. */
export interface PenalizedValue {
  /** ψ_σ(x). */
  readonly value: number;
  /** ∇ψ_σ(x), p numbers. */
  readonly gradient: Float64Array;
  /** The minimiser of σf + g, q numbers. */
  readonly y: Float64Array;
  /** The minimiser of g, q numbers. */
  readonly z: Float64Array;
  /** Residuals of both, absolute. */
  readonly residuals: readonly [number, number];
  /** Whether both are at most the tolerance times the lower gradient at the start; σ times that for y. */
  readonly status: 'converged' | 'stalled';
}

const penalizedValueOptions = {
  initial: { type: 'value', check: checkInitial, description: 'Initial point of both inner problems; zeros by default' },
  tolerance: { type: 'number', min: 0, default: 1e-10, description: 'Residual of inner problems, over the first lower slope' },
  maxIterations: { type: 'integer', min: 1, default: 20_000, description: 'Maximum steps per inner problem' },
} as const satisfies OptionSpecs;

/** Options of `penalizedValue`. */
export type PenalizedValueOptions = OptionsOf<typeof penalizedValueOptions>;

function checkInitial(value: unknown, argument: string): asserts value is VectorLike {
  checkNumbers(value, argument);
}

/**
 * `ψ_σ(x) = (min_y σf(x, y) + g(x, y) − min_z g(x, z))/σ` and
 * `∇ψ_σ(x) = ∇_x f(x, y) + (∇_x g(x, y) − ∇_x g(x, z))/σ`. Not above the hyper-objective, and rises to it as σ falls; value and
 * gradient are off by O(σ) where the lower level has the proximal error bound. Local where the lower level is not convex: both
 * inner problems find the minimiser that their start leads to.
 *
 * @param problem - with values f and g
 * @param x - p numbers
 * @param sigma - σ, above 0
 * @throws {InvalidInputError} for a problem without values, σ that is not positive, and vectors of another length
 *
 * @example
 * ```ts
 * import { penalizedValue } from '@infimum/bilevel';
 *
 * // ψ_σ(x) = (x − 1)²/2 + (2x − 3)²/2/(1 + σ)
 * const problem = {
 *   dimX: 1,
 *   dimY: 1,
 *   f: ([x]: Float64Array, [y]: Float64Array) => ((x - 1) ** 2 + (y - 3) ** 2) / 2,
 *   g: ([x]: Float64Array, [y]: Float64Array) => (y - 2 * x) ** 2 / 2,
 *   gradFx: ([x]: Float64Array, _: Float64Array, out: Float64Array) => out.fill(x - 1),
 *   gradFy: (_: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - 3),
 *   gradGx: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(-2 * (y - 2 * x)),
 *   gradGy: ([x]: Float64Array, [y]: Float64Array, out: Float64Array) => out.fill(y - 2 * x),
 * };
 * const { value, gradient } = penalizedValue(problem, [0], 1);
 * console.log(value.toFixed(6), gradient[0].toFixed(6)); // 2.750000 -4.000000
 * ```
 */
export function penalizedValue(
  problem: BilevelProblem,
  x: VectorLike,
  sigma: number,
  options: PenalizedValueOptions = {},
): PenalizedValue {
  const { initial, tolerance, maxIterations } = resolveOptions(penalizedValueOptions, options);
  checkBilevelProblem(problem);
  const at = asVector(x, 'x', problem.dimX);
  checkNumber(sigma, 'sigma', { above: 0 });
  const { f, g } = problem;
  if (!f || !g) throw fault('is needed', f ? 'problem.g' : 'problem.f', 'missing');
  const z = new Float64Array(problem.dimY);
  if (initial) z.set(asVector(initial, 'initial', problem.dimY));
  problem.setY?.project(z, z);
  const y = z.slice();
  const slope = new Float64Array(problem.dimY);
  problem.gradGy(at, z, slope);
  const scale = norm(slope) || 1;
  const lower = solveLower(problem, at, z, tolerance * scale, maxIterations);
  // Starts from the minimiser of g: the branch is then the same, and few steps are needed.
  const goal = tolerance * Math.min(1, sigma) * scale;
  const warm = lower.converged ? z.slice() : y;
  const both = solvePenalized(problem, at, warm, sigma, goal, maxIterations);
  return {
    value: f(at, warm) + (g(at, warm) - g(at, z)) / sigma,
    gradient: hyperGradientAt(problem, { x: at, y: warm, z, sigma }, 0).gradient,
    y: warm,
    z,
    residuals: [both.residual, lower.residual],
    status: lower.converged && both.converged ? 'converged' : 'stalled',
  };
}
