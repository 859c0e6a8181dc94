// LSQR: least squares by the bidiagonalisation of A, equal to conjugate gradients on the normal equations in exact
// arithmetic, and more accurate in floating point.
//
// C. Paige, M. Saunders: LSQR: an algorithm for sparse linear equations and sparse least squares (1982).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { LinearMap } from '../linear-operator.ts';
import type { AnyMatrix } from '../matrices.ts';
import type { LeastSquaresAccuracy, LeastSquaresProblem } from './least-squares-process.ts';
import { LeastSquaresProcess } from './least-squares-process.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { initial, longestSide, rectangularSystem, runBySize, scaledSteps, tolerance } from './linear-system.ts';

/** λ of the regularised problem. */
export const damping = {
  type: 'number',
  min: 0,
  max: 1e100,
  default: 0,
  description: 'λ: minimises |A x - b|² + λ² |x|²',
} as const;

const lsqrOptions = { tolerance, initial, damping } as const satisfies OptionSpecs;

/** Options of `lsqr`. */
export type LsqrOptions = OptionsOf<typeof lsqrOptions> & LimitOptions<LsqrIterate>;

/** One iteration of LSQR. */
export interface LsqrIterate extends LinearIterate, LeastSquaresAccuracy {}

/**
 * The x that minimises |A x - b|² + λ² |x|², for A of any shape and rank; of least norm for λ = 0 and a start at zero. An iteration
 * costs a product with A and one with A'.
 *
 * `converged` when the relative residual (for λ = 0) or the relative gradient, computed anew, is at most the tolerance; `stalled`
 * when rounding keeps both above it.
 *
 * @param a - the matrix, rows x cols, or its products as functions
 * @param b - the right-hand side, of length rows
 * @param options - start, damping and limits; `maxIterations` is ten times the larger side by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * @example
 * ```ts
 * import { lsqr, matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = lsqr(matrixFromRows([[1, 0], [1, 1], [1, 2]]), new Float64Array([1, 3, 5]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function lsqr(a: AnyMatrix | LinearMap, b: VectorLike, options: LsqrOptions = {}): Outcome<LinearSolution, LsqrIterate> {
  return runBySize(lsqrOptions, options, lsqrSteps(a, b, options), longestSide(a));
}

/** The steps of `lsqr`, to be driven by `run` or by your own loop. */
export function* lsqrSteps(
  a: AnyMatrix | LinearMap,
  b: VectorLike,
  options: LsqrOptions = {},
): Steps<LinearSolution, LsqrIterate> {
  const { tolerance, initial, damping } = resolveOptions(lsqrOptions, options);
  return yield* scaledSteps(rectangularSystem(a, b, initial), tolerance, (matrix, target, start, scale) =>
    bidiagonalSteps({ a: matrix, b: target, start, tolerance, damping: damping / scale }),
  );
}

function* bidiagonalSteps(problem: LeastSquaresProblem): Steps<LinearSolution, LsqrIterate> {
  using process = new LeastSquaresProcess(problem, 1);
  const { x, v, norm } = process;
  const [w] = process.directions;
  const { axpy, scal } = process.kernels;
  let iteration = 0;
  for (;;) {
    const accuracy = process.begin();
    if (iteration === 0) {
      yield { iteration, ...accuracy, solution: process.solution(accuracy.relativeResidual) };
    }
    const end = process.end(accuracy);
    if (end) return end;
    w.set(v);
    let rhoBar = process.alpha;
    let remaining = process.beta;
    for (;;) {
      process.advance();
      const { alpha, beta } = process;
      // A rotation makes it upper bidiagonal.
      const rho = Math.hypot(rhoBar, beta);
      const [cosine, sine] = [rhoBar / rho, beta / rho];
      const theta = sine * alpha;
      axpy(x.length, (cosine * remaining) / rho, w.byteOffset, x.byteOffset);
      scal(x.length, -theta / rho, w.byteOffset);
      axpy(x.length, 1, v.byteOffset, w.byteOffset);
      rhoBar = -cosine * alpha;
      remaining *= sine;
      const scale = Math.sqrt(process.squares) * remaining;
      const news = {
        relativeResidual: remaining / norm,
        relativeGradient: scale > 0 ? (remaining * alpha * Math.abs(cosine)) / scale : 0,
      };
      iteration++;
      yield { iteration, ...news, solution: process.solution(news.relativeResidual) };
      if (process.isNear(news)) break;
    }
  }
}
