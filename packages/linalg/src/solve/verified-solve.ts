// The solution of a linear system with proved bounds on its error.
import type { MatrixLike, VectorLike } from '@infimum/core';
import { InvalidInputError } from '@infimum/core';
import { enclosureOfSolution } from '@infimum/rigor';
import { asEntries, asSquare } from '../inputs.ts';
import { inverse, solve } from './solve.ts';

/** An approximate solution and how far off it is. */
export interface VerifiedSolution {
  /** The approximate solution. */
  readonly x: Float64Array;
  /** `certified`: A is regular, and the solution for the given doubles is within `radii` of x. `unknown`: nothing is proved. */
  readonly verdict: 'certified' | 'unknown';
  /** Bounds on |x*_i - x_i|; Infinity where nothing is proved. */
  readonly radii: Float64Array;
}

/**
 * Solves A x = b and proves how far the answer is from the solution of the system in the given doubles: an approximate inverse R with
 * |I - R A| < 1 shows that A is regular and bounds the error by the residual, which is computed in twice the precision (Rump 2010). The
 * bounds are on the error itself. The verdict is `unknown` if the condition number of A is near 1/eps. Time 4 n³, ten to thirty
 * times that of `solve`.
 *
 * @param a - n x n
 * @param b - n
 * @throws {InvalidInputError} for shapes that do not fit and entries that are not finite
 *
 * @example
 * ```ts
 * import { verifiedSolve } from '@infimum/linalg';
 *
 * const { x, verdict, radii } = verifiedSolve([[3, 1], [1, 2]], [1, 1]);
 * console.log(verdict, Math.abs(x[0] - 0.2) <= radii[0], radii[0] < 1e-15); // certified true true
 * ```
 */
export function verifiedSolve(a: MatrixLike, b: VectorLike): VerifiedSolution {
  const matrix = asSquare(a);
  const right = asEntries(b, 'b', matrix.rows);
  try {
    const { x } = solve(matrix, right);
    const proof = enclosureOfSolution(matrix.values, right, inverse(matrix).values, x);
    if (proof) return { x, verdict: 'certified', radii: proof.radii };
    return { x, verdict: 'unknown', radii: unbounded(x.length) };
  } catch (error) {
    if (!(error instanceof InvalidInputError) || error.code !== 'out-of-range') throw error;
    return { x: new Float64Array(right.length), verdict: 'unknown', radii: unbounded(right.length) };
  }
}

function unbounded(n: number): Float64Array {
  return new Float64Array(n).fill(Infinity);
}
