// The Jacobi iteration: every unknown from its own equation, with the old values of the others.
//
// C. Jacobi: Ueber eine neue Auflösungsart der bei der Methode der kleinsten Quadrate vorkommenden lineären Gleichungen
// (1845).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import type { AnyMatrix } from '../matrices.ts';
import { norm } from '../numerics/vectors.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, scaledSteps, squareSides, tolerance } from './linear-system.ts';
import { stationarySteps } from './relaxation-sweep.ts';
import type { DiagonalOperator, RowOperator } from './row-operators.ts';
import { nonzeroDiagonal, ProductAndDiagonal, productAndDiagonal, productsOfRows } from './row-operators.ts';

/** Options of `jacobi`. */
export const jacobiOptions = {
  tolerance,
  initial,
  relaxation: {
    type: 'number',
    was: 'damping',
    above: 0,
    max: 1,
    default: 1,
    description: 'Damping factor; 2/3 is usual for smoothing',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `jacobi`. */
export type JacobiOptions = OptionsOf<typeof jacobiOptions> & RunOptions<LinearIterate>;

/**
 * x <- x + relaxation D^-1 (b - A x). Converges for diagonally dominant matrices, at the rate of the spectral radius of
 * I - relaxation D^-1 A; slow, but all unknowns at once. An iteration takes O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal; or an operator with its products and its diagonal, or with its rows
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range; `unsupported` for an operator without a diagonal
 *
 * @example
 * ```ts
 * import { jacobi } from '@infimum/linalg/systems';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = jacobi(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 *
 * // A = 3 I + ones / 4, of which only products are taken.
 * const a = {
 *   rows: 4,
 *   cols: 4,
 *   apply(x: Float64Array, out: Float64Array) {
 *     const sum = x.reduce((total, value) => total + value, 0);
 *     for (let i = 0; i < 4; i++) out[i] = 3 * x[i] + sum / 4;
 *   },
 *   diagonal: (out: Float64Array) => void out.fill(3.25),
 * };
 * console.log(jacobi(a, new Float64Array(4).fill(8)).x.map(Math.round).join(' ')); // 2 2 2 2
 * ```
 */
export function jacobi(
  a: AnyMatrix | DiagonalOperator | RowOperator,
  b: VectorLike,
  options: JacobiOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(jacobiOptions, options, jacobiSteps(a, b, options));
}

/** The steps of `jacobi`, to be driven by `run` or by your own loop. */
export function* jacobiSteps(
  a: AnyMatrix | DiagonalOperator | RowOperator,
  b: VectorLike,
  options: JacobiOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, relaxation } = resolveOptions(jacobiOptions, options);
  const system = productAndDiagonal(a, (shape) => squareSides(shape, b, initial));
  return yield* scaledSteps(system, tolerance, function* (matrix, b, start) {
    const { apply, diagonal } = matrix instanceof ProductAndDiagonal ? matrix : productsOfRows(matrix);
    nonzeroDiagonal(diagonal);
    const x = new Float64Array(b.length);
    const rest = new Float64Array(b.length);
    const residual = (): number => {
      apply(x, rest);
      for (let i = 0; i < rest.length; i++) rest[i] = b[i] - rest[i];
      return norm(rest);
    };
    return yield* stationarySteps(b, { tolerance, start, residual }, x, () => {
      for (let i = 0; i < x.length; i++) x[i] += (relaxation * rest[i]) / diagonal[i];
    });
  });
}
