// LSMR: least squares by the bidiagonalisation of A, equal to MINRES on the normal equations in exact arithmetic: the gradient
// falls in every iteration, so that it may be stopped early.
//
// D. Fong, M. Saunders: LSMR: an iterative algorithm for sparse least-squares problems (2011), arXiv 1006.0758.
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { resolveOptions } from '@infimum/core';
import type { LinearMap } from '../linear-operator.ts';
import type { AnyMatrix } from '../matrices.ts';
import type { LeastSquaresProblem } from './least-squares-process.ts';
import { LeastSquaresProcess } from './least-squares-process.ts';
import type { LinearSolution } from './linear-system.ts';
import { initial, longestSide, rectangularSystem, runBySize, scaledSteps, tolerance } from './linear-system.ts';
import type { LsqrIterate } from './lsqr.ts';
import { damping } from './lsqr.ts';

const lsmrOptions = { tolerance, initial, damping } as const satisfies OptionSpecs;

/** Options of `lsmr`. */
export type LsmrOptions = OptionsOf<typeof lsmrOptions> & LimitOptions<LsqrIterate>;

/**
 * The x that minimises |A x - b|² + λ² |x|², for A of any shape and rank; of least norm for λ = 0 and a start at zero. An iteration
 * costs a product with A and one with A'.
 *
 * `converged` when the relative residual |A x - b| / |b| (for λ = 0) or the relative gradient |A' r - λ² x| / (|A|_F |r|), r with λ x
 * below it, is at most the tolerance, computed anew; `stalled` when rounding keeps both above it.
 *
 * @param a - the matrix, rows x cols, or its products as functions
 * @param b - the right-hand side, of length rows
 * @param options - start, damping and limits; `maxIterations` is ten times the larger side by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * Source: D. Fong, M. Saunders, LSMR (arXiv 1006.0758).
 *
 * @example
 * ```ts
 * import { lsmr } from '@infimum/linalg/systems';
 * import { matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = lsmr(matrixFromRows([[1, 0], [1, 1], [1, 2]]), new Float64Array([1, 3, 5]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function lsmr(a: AnyMatrix | LinearMap, b: VectorLike, options: LsmrOptions = {}): Outcome<LinearSolution, LsqrIterate> {
  return runBySize(lsmrOptions, options, lsmrSteps(a, b, options), longestSide(a));
}

/** The steps of `lsmr`, to be driven by `run` or by your own loop. */
export function* lsmrSteps(
  a: AnyMatrix | LinearMap,
  b: VectorLike,
  options: LsmrOptions = {},
): Steps<LinearSolution, LsqrIterate> {
  const { tolerance, initial, damping } = resolveOptions(lsmrOptions, options);
  return yield* scaledSteps(rectangularSystem(a, b, initial), tolerance, (matrix, target, start, scale) =>
    minimalGradientSteps({ a: matrix, b: target, start, tolerance, damping: damping / scale }),
  );
}

function* minimalGradientSteps(problem: LeastSquaresProblem): Steps<LinearSolution, LsqrIterate> {
  using process = new LeastSquaresProcess(problem, 2);
  const { x, v, norm } = process;
  const [h, hBar] = process.directions;
  const { axpy, scal } = process.kernels;
  let iteration = 0;
  for (;;) {
    const accuracy = process.begin();
    if (iteration === 0) {
      yield { iteration, ...accuracy, solution: process.solution(accuracy.relativeResidual) };
    }
    const end = process.end(accuracy);
    if (end) return end;
    h.set(v);
    hBar.fill(0);
    const [first, residual] = [process.alpha, process.beta];
    let [alphaBar, zetaBar, rho, rhoBar, cosineBar, sineBar, zeta] = [first, first * residual, 1, 1, 1, 0, 0];
    // For the norm of the residual, after section 5.1 of the paper.
    let [betaRest, betaDone, rhoDone, tau, thetaTilde] = [residual, 0, 1, 0, 0];
    for (;;) {
      process.advance();
      const { alpha, beta } = process;
      // Two rotations: one makes the bidiagonal matrix square, the other the product with its transpose bidiagonal.
      const rhoOld = rho;
      rho = Math.hypot(alphaBar, beta);
      const [cosine, sine] = [alphaBar / rho, beta / rho];
      const theta = sine * alpha;
      alphaBar = cosine * alpha;
      const [rhoBarOld, zetaOld] = [rhoBar, zeta];
      const thetaBar = sineBar * rho;
      const lead = cosineBar * rho;
      rhoBar = Math.hypot(lead, theta);
      cosineBar = lead / rhoBar;
      sineBar = theta / rhoBar;
      zeta = cosineBar * zetaBar;
      zetaBar *= -sineBar;
      scal(x.length, -(thetaBar * rho) / (rhoOld * rhoBarOld), hBar.byteOffset);
      axpy(x.length, 1, h.byteOffset, hBar.byteOffset);
      axpy(x.length, zeta / (rho * rhoBar), hBar.byteOffset, x.byteOffset);
      scal(x.length, -theta / rho, h.byteOffset);
      axpy(x.length, 1, v.byteOffset, h.byteOffset);

      const betaHat = cosine * betaRest;
      betaRest *= -sine;
      const radius = Math.hypot(rhoDone, thetaBar);
      const [cosineTilde, sineTilde] = [rhoDone / radius, thetaBar / radius];
      const thetaOld = thetaTilde;
      thetaTilde = sineTilde * rhoBar;
      rhoDone = cosineTilde * rhoBar;
      betaDone = -sineTilde * betaDone + cosineTilde * betaHat;
      tau = (zetaOld - thetaOld * tau) / radius;
      const rest = betaDone - (zeta - thetaTilde * tau) / rhoDone;
      const remaining = Math.hypot(rest, betaRest);
      const news = {
        relativeResidual: remaining / norm,
        relativeGradient: remaining > 0 ? Math.abs(zetaBar) / (Math.sqrt(process.squares) * remaining) : 0,
      };
      iteration++;
      yield { iteration, ...news, solution: process.solution(news.relativeResidual) };
      if (process.isNear(news)) break;
    }
  }
}
