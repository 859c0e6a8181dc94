// LSMR: least squares by the bidiagonalisation of A, equal to MINRES on the normal equations in exact arithmetic: the gradient
// falls in every iteration, so that it may be stopped early.
//
// D. Fong, M. Saunders: LSMR: an iterative algorithm for sparse least-squares problems (2011), arXiv 1006.0758.
import {
  checkNumbers,
  checkObject,
  converged,
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
  stalled,
} from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { isLinearMap, type LinearMap, products, sizesOf } from '../linear-operator.ts';
import { norm as frobenius } from '../numerics/vectors.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import {
  checkRectangularSystem,
  initialSolution,
  type LinearSolution,
  limitedBySize,
  scaledSteps,
  tolerance,
} from './linear-system.ts';
import { damping, type LsqrIterate } from './lsqr.ts';

/** Options of `lsmr`. */
const lsmrOptions = {
  tolerance,
  initialSolution,
  damping,
} as const satisfies OptionSpecs;

/** Options of `lsmr`. */
export type LsmrOptions = OptionsOf<typeof lsmrOptions>;

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
 * import { lsmr, matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = lsmr(matrixFromRows([[1, 0], [1, 1], [1, 2]]), new Float64Array([1, 3, 5]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function lsmr(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  options: LsmrOptions & RunOptions<LsqrIterate> = {},
): Outcome<LinearSolution, LsqrIterate> {
  const limits = runOptionsOf(lsmrOptions, options);
  checkObject(a, 'a');
  checkNumbers([a.rows, a.cols], 'a');
  return run(lsmrSteps(a, b, options), limitedBySize(limits, Math.max(a.rows, a.cols)));
}

/** The steps of `lsmr`, for those who drive them. */
export function* lsmrSteps(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  options: LsmrOptions = {},
): Steps<LinearSolution, LsqrIterate> {
  const { tolerance, initialSolution, damping } = resolveOptions(lsmrOptions, options);
  checkRectangularSystem(a, b, initialSolution);
  return yield* scaledSteps(a, b, initialSolution, tolerance, (matrix, target, start, scale) =>
    minimalGradientSteps(matrix, target, start, tolerance, damping / scale),
  );
}

/** On the system (A; λ I) x = (b; 0), whose second half is only there for λ > 0. */
function* minimalGradientSteps(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  start: Float64Array | undefined,
  tolerance: number,
  damping: number,
): Steps<LinearSolution, LsqrIterate> {
  const { rows, cols } = a;
  const height = damping > 0 ? rows + cols : rows;
  const { float64 = [], int32 } = sizesOf(a, true);
  const lengths = [rows, height, height, cols, cols, cols, cols, cols];
  using workspace = Workspace.for({ float64: [...float64, ...lengths], int32 });
  const { multiply, multiplyTransposed } = products(workspace, a);
  const { axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const target = workspace.float64From(b);
  const [u, image] = [workspace.float64(height), workspace.float64(height)];
  const x = workspace.float64From(start ?? new Float64Array(cols));
  const [v, h, hBar, back] = [0, 0, 0, 0].map(() => workspace.float64(cols));
  const norm = nrm2(rows, target.byteOffset) || 1;
  // Of a map nothing is known but what the process has seen, an estimate from below: the gradient is not taken for smaller than it is.
  const known = isLinearMap(a) ? 0 : Math.hypot(frobenius(a.values), damping * Math.sqrt(cols));
  let seen = 0;
  const forward = (from: Float64Array, out: Float64Array): void => {
    multiply(from, out.subarray(0, rows));
    for (let j = rows; j < height; j++) out[j] = damping * from[j - rows];
  };
  const backward = (from: Float64Array, out: Float64Array): void => {
    multiplyTransposed(from.subarray(0, rows), out);
    for (let j = rows; j < height; j++) out[j - rows] += damping * from[j];
  };
  const unit = (length: number, vector: Float64Array): number => {
    const size = nrm2(length, vector.byteOffset);
    if (size > 0) scal(length, 1 / size, vector.byteOffset);
    return size;
  };

  let iteration = 0;
  let last = { residual: Infinity, gradient: Infinity };
  for (;;) {
    // Residual and gradient anew; the process begins again from there.
    forward(x, image);
    u.fill(0);
    u.set(target);
    axpy(height, -1, image.byteOffset, u.byteOffset);
    const relativeResidual = nrm2(rows, u.byteOffset) / norm;
    const beta = unit(height, u);
    backward(u, v);
    let alpha = unit(cols, v);
    const size = known || Math.max(seen, alpha);
    const relativeGradient = size > 0 && beta > 0 ? alpha / size : 0;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    if (iteration === 0) yield { iteration, relativeResidual, relativeGradient, solution };
    if (damping === 0 && relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (relativeGradient <= tolerance) {
      return converged(solution(), `the relative gradient is at most ${tolerance}`);
    }
    if (!(relativeResidual <= last.residual / 2 || relativeGradient <= last.gradient / 2)) {
      const [residual, gradient] = [relativeResidual, relativeGradient].map((value) =>
        value.toExponential(1),
      );
      return stalled(
        solution(),
        `rounding keeps the relative residual at ${residual} and the relative gradient at ${gradient}`,
      );
    }
    last = { residual: relativeResidual, gradient: relativeGradient };

    h.set(v);
    hBar.fill(0);
    let [alphaBar, zetaBar, rho, rhoBar, cosineBar, sineBar, zeta] = [alpha, alpha * beta, 1, 1, 1, 0, 0];
    // For the norm of the residual, after section 5.1 of the paper.
    let [betaRest, betaDone, rhoDone, tau, thetaTilde] = [beta, 0, 1, 0, 0];
    let squares = alpha * alpha;
    for (;;) {
      forward(v, image);
      scal(height, -alpha, u.byteOffset);
      axpy(height, 1, image.byteOffset, u.byteOffset);
      const betaNext = unit(height, u);
      backward(u, back);
      scal(cols, -betaNext, v.byteOffset);
      axpy(cols, 1, back.byteOffset, v.byteOffset);
      alpha = unit(cols, v);
      squares += alpha * alpha + betaNext * betaNext;
      seen = Math.max(seen, Math.sqrt(squares));
      // Two rotations: one makes the bidiagonal matrix square, the other the product with its transpose bidiagonal.
      const rhoOld = rho;
      rho = Math.hypot(alphaBar, betaNext);
      const [cosine, sine] = [alphaBar / rho, betaNext / rho];
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
      scal(cols, -(thetaBar * rho) / (rhoOld * rhoBarOld), hBar.byteOffset);
      axpy(cols, 1, h.byteOffset, hBar.byteOffset);
      axpy(cols, zeta / (rho * rhoBar), hBar.byteOffset, x.byteOffset);
      scal(cols, -theta / rho, h.byteOffset);
      axpy(cols, 1, v.byteOffset, h.byteOffset);

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
        relativeGradient: remaining > 0 ? Math.abs(zetaBar) / (Math.sqrt(squares) * remaining) : 0,
      };
      iteration++;
      yield {
        iteration,
        ...news,
        solution: () => ({ x: x.slice(), relativeResidual: news.relativeResidual }),
      };
      const least = Math.max(tolerance, Number.EPSILON);
      if ((damping === 0 && news.relativeResidual <= tolerance) || !(news.relativeGradient > least)) break;
    }
  }
}
