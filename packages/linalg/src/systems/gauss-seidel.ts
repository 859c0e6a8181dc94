// The Gauss-Seidel iteration: every unknown from its own equation, with the latest values of the others.
//
// L. Seidel: Ueber ein Verfahren, die Gleichungen, auf welche die Methode der kleinsten Quadrate führt, durch successive
// Annäherung aufzulösen (1874).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, tolerance } from './linear-system.ts';
import type { MatrixOfRows } from './row-operators.ts';
import { successiveOverRelaxationSteps } from './successive-over-relaxation.ts';

/** Options of `gaussSeidel`. */
export const gaussSeidelOptions = {
  tolerance,
  initial,
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `gaussSeidel`. */
export type GaussSeidelOptions = OptionsOf<typeof gaussSeidelOptions> & RunOptions<LinearIterate>;

/**
 * Sweeps through the equations and solves each for its own unknown. Converges for symmetric positive definite and for
 * diagonally dominant matrices; on the five-point Laplacian twice as fast as `jacobi`. An iteration takes O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal, or an operator that gives its rows, one after the other: `row(i, entry)`, or
 *   `applyTransposed`, with n products a sweep
 * @param b - the right-hand side
 * @param options - start and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range; `unsupported` for an operator without rows
 *
 * @example
 * ```ts
 * import { gaussSeidel } from '@infimum/linalg/systems';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = gaussSeidel(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 *
 * // -x'' = 1 on eight points, whose rows are nowhere stored.
 * const rows = {
 *   rows: 8,
 *   cols: 8,
 *   row(i: number, entry: (column: number, value: number) => void) {
 *     if (i > 0) entry(i - 1, -1);
 *     entry(i, 2);
 *     if (i < 7) entry(i + 1, -1);
 *   },
 * };
 * console.log(gaussSeidel(rows, new Float64Array(8).fill(1)).x[3].toFixed(6)); // 10.000000
 * ```
 */
export function gaussSeidel(
  a: MatrixOfRows,
  b: VectorLike,
  options: GaussSeidelOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(gaussSeidelOptions, options, gaussSeidelSteps(a, b, options));
}

/** The steps of `gaussSeidel`, to be driven by `run` or by your own loop. */
export function gaussSeidelSteps(
  a: MatrixOfRows,
  b: VectorLike,
  options: GaussSeidelOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial } = resolveOptions(gaussSeidelOptions, options);
  return successiveOverRelaxationSteps(a, b, { tolerance, initial, relaxation: 1 });
}
