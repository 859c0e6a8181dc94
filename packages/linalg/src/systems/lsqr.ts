// LSQR: least squares by the bidiagonalisation of A, equal to conjugate gradients on the normal equations in exact
// arithmetic, and more accurate in floating point.
//
// C. Paige, M. Saunders: LSQR: an algorithm for sparse linear equations and sparse least squares (1982).
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
  type LinearIterate,
  type LinearSolution,
  limitedBySize,
  scaledSteps,
  tolerance,
} from './linear-system.ts';

/** λ of the regularised problem. */
export const damping = {
  type: 'number',
  min: 0,
  max: 1e100,
  default: 0,
  description: 'λ: minimises |A x - b|² + λ² |x|²',
} as const;

/** Options of `lsqr`. */
const lsqrOptions = { tolerance, initialSolution, damping } as const satisfies OptionSpecs;

/** Options of `lsqr`. */
export type LsqrOptions = OptionsOf<typeof lsqrOptions>;

/** One iteration of LSQR. */
export interface LsqrIterate extends LinearIterate {
  /** |A' r| over an estimate of |A| |r|: zero where least squares is solved, whether the residual is zero or not. */
  readonly relativeGradient: number;
}

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
export function lsqr(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  options: LsqrOptions & RunOptions<LsqrIterate> = {},
): Outcome<LinearSolution, LsqrIterate> {
  const limits = runOptionsOf(lsqrOptions, options);
  checkObject(a, 'a');
  checkNumbers([a.rows, a.cols], 'a');
  return run(lsqrSteps(a, b, options), limitedBySize(limits, Math.max(a.rows, a.cols)));
}

/** The steps of `lsqr`, for those who drive them. */
export function* lsqrSteps(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  options: LsqrOptions = {},
): Steps<LinearSolution, LsqrIterate> {
  const { tolerance, initialSolution, damping } = resolveOptions(lsqrOptions, options);
  checkRectangularSystem(a, b, initialSolution);
  return yield* scaledSteps(a, b, initialSolution, tolerance, (matrix, target, start, scale) =>
    bidiagonalSteps(matrix, target, start, tolerance, damping / scale),
  );
}

/** On the system (A; λ I) x = (b; 0), whose second half is only there for λ > 0. */
function* bidiagonalSteps(
  a: DenseMatrix | CsrMatrix | LinearMap,
  b: Float64Array,
  start: Float64Array | undefined,
  tolerance: number,
  damping: number,
): Steps<LinearSolution, LsqrIterate> {
  const { rows, cols } = a;
  const height = damping > 0 ? rows + cols : rows;
  const { float64 = [], int32 } = sizesOf(a, true);
  const lengths = [rows, height, height, cols, cols, cols, cols];
  using workspace = Workspace.for({ float64: [...float64, ...lengths], int32 });
  const { multiply, multiplyTransposed } = products(workspace, a);
  const { axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const target = workspace.float64From(b);
  const [u, image] = [workspace.float64(height), workspace.float64(height)];
  const x = workspace.float64From(start ?? new Float64Array(cols));
  const [v, w, back] = [workspace.float64(cols), workspace.float64(cols), workspace.float64(cols)];
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
    // Residual and gradient anew; from here on u_1 = r / |r| and v_1 = A'r / |A'r|, and the process begins again.
    forward(x, image);
    u.fill(0);
    u.set(target);
    axpy(height, -1, image.byteOffset, u.byteOffset);
    const relativeResidual = nrm2(rows, u.byteOffset) / norm;
    let remaining = unit(height, u);
    backward(u, v);
    let alpha = unit(cols, v);
    const size = known || Math.max(seen, alpha);
    const relativeGradient = size > 0 && remaining > 0 ? alpha / size : 0;
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
    w.set(v);
    let rhoBar = alpha;
    let squares = alpha * alpha; // of the bidiagonal matrix: an estimate of |A|_F² from below
    for (;;) {
      // Bidiagonalisation: beta u <- A v - alpha u, alpha v <- A' u - beta v.
      forward(v, image);
      scal(height, -alpha, u.byteOffset);
      axpy(height, 1, image.byteOffset, u.byteOffset);
      const beta = unit(height, u);
      backward(u, back);
      scal(cols, -beta, v.byteOffset);
      axpy(cols, 1, back.byteOffset, v.byteOffset);
      alpha = unit(cols, v);
      squares += alpha * alpha + beta * beta;
      seen = Math.max(seen, Math.sqrt(squares));
      // A rotation makes it upper bidiagonal.
      const rho = Math.hypot(rhoBar, beta);
      const [cosine, sine] = [rhoBar / rho, beta / rho];
      const theta = sine * alpha;
      axpy(cols, (cosine * remaining) / rho, w.byteOffset, x.byteOffset);
      scal(cols, -theta / rho, w.byteOffset);
      axpy(cols, 1, v.byteOffset, w.byteOffset);
      rhoBar = -cosine * alpha;
      remaining *= sine;
      const scale = Math.sqrt(squares) * remaining;
      const news = {
        relativeResidual: remaining / norm,
        relativeGradient: scale > 0 ? (remaining * alpha * Math.abs(cosine)) / scale : 0,
      };
      iteration++;
      yield {
        iteration,
        ...news,
        solution: () => ({ x: x.slice(), relativeResidual: news.relativeResidual }),
      };
      const least = Math.max(tolerance, Number.EPSILON);
      if ((damping === 0 && news.relativeResidual <= tolerance) || news.relativeGradient <= least) break;
    }
  }
}
