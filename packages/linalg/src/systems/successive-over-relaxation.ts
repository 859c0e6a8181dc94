// Successive over-relaxation (SOR): Gauss-Seidel sweeps with longer steps.
//
// D. Young: Iterative methods for solving partial difference equations of elliptic type (1954).
import type { OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { checkNumber, resolveOptions, runWith } from '@infimum/core';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { relaxationOptions, sweepingSteps } from './relaxation-sweep.ts';
import type { MatrixOfRows } from './row-operators.ts';

/** Options of `successiveOverRelaxation`. */
export type SuccessiveOverRelaxationOptions = OptionsOf<typeof relaxationOptions> & RunOptions<LinearIterate>;

/**
 * x_i <- x_i + relaxation (b_i - sum_j a_ij x_j) / a_ii, row after row. Converges for symmetric positive definite
 * matrices and any relaxation between 0 and 2. With the best one (`optimalRelaxation`), the five-point Laplacian of a
 * grid of n x n takes O(n) sweeps instead of O(n²). A sweep takes O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal, or an operator that gives its rows, one after the other: `row(i, entry)`, or
 *   `applyTransposed`, with n products a sweep
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range; `unsupported` for an operator without rows
 *
 * @example
 * ```ts
 * import { matrixFromRows, successiveOverRelaxation } from '@infimum/linalg';
 *
 * const { x } = successiveOverRelaxation(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]), { relaxation: 1.1 });
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function successiveOverRelaxation(
  a: MatrixOfRows,
  b: VectorLike,
  options: SuccessiveOverRelaxationOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(relaxationOptions, options, successiveOverRelaxationSteps(a, b, options));
}

/** The steps of `successiveOverRelaxation`, to be driven by `run` or by your own loop. */
export function* successiveOverRelaxationSteps(
  a: MatrixOfRows,
  b: VectorLike,
  options: SuccessiveOverRelaxationOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const resolved = resolveOptions(relaxationOptions, options);
  return yield* sweepingSteps(a, b, resolved, (sweeps) => sweeps.forwards());
}

/**
 * Young's best relaxation 2 / (1 + sqrt(1 - rho²)) for a consistently ordered matrix whose Jacobi iteration has the
 * spectral radius rho; the sweeps then have the radius `optimalRelaxation(rho)` - 1. For the five-point Laplacian with n
 * inner points a side, rho = cos(pi / (n + 1)).
 *
 * @throws {InvalidInputError} for a radius outside [0, 1)
 *
 * @example
 * ```ts
 * import { optimalRelaxation } from '@infimum/linalg';
 *
 * console.log(optimalRelaxation(Math.cos(Math.PI / 50)).toFixed(4)); // 1.8818
 * ```
 */
export function optimalRelaxation(jacobiRadius: number): number {
  checkNumber(jacobiRadius, 'jacobiRadius', { min: 0, below: 1 });
  return 2 / (1 + Math.sqrt((1 - jacobiRadius) * (1 + jacobiRadius)));
}
