// The Gauss-Seidel iteration: every unknown from its own equation, with the others as they are by now.
//
// L. Seidel: Ueber ein Verfahren, die Gleichungen, auf welche die Methode der kleinsten Quadrate führt, durch successive
// Annäherung aufzulösen (1874).
import { type Outcome, type RunOptions, run, type Steps } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import type { LinearIterate, LinearOptions, LinearSolution } from './linear-system.ts';
import { successiveOverRelaxationSteps } from './successive-over-relaxation.ts';

/**
 * Sweeps through the equations and solves each for its own unknown. Converges for symmetric positive definite and for
 * diagonally dominant matrices; on the five-point Laplacian twice as fast as `jacobi`. An iteration takes O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal
 * @param b - the right-hand side
 * @param options - start and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range
 *
 * @example
 * ```ts
 * import { gaussSeidel, matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = gaussSeidel(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function gaussSeidel(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: LinearOptions & RunOptions<LinearIterate> = {},
): Outcome<LinearSolution, LinearIterate> {
  return run(gaussSeidelSteps(a, b, options), { ...options, maxIterations: options.maxIterations ?? 10_000 });
}

/** The steps of `gaussSeidel`, for those who drive them. */
export function gaussSeidelSteps(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  { tolerance, initialSolution }: LinearOptions = {},
): Steps<LinearSolution, LinearIterate> {
  return successiveOverRelaxationSteps(a, b, { tolerance, initialSolution, relaxation: 1 });
}
