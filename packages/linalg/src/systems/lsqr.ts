// LSQR: least squares by the bidiagonalisation of A, equal to conjugate gradients on the normal equations in exact
// arithmetic, and more accurate in floating point.
//
// C. Paige, M. Saunders: LSQR: an algorithm for sparse linear equations and sparse least squares (1982).
import { converged, type Outcome, type RunOptions, run, type Steps, stalled } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { products, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import { Workspace } from '../webassembly/workspace.ts';
import {
  checkRectangularSystem,
  type LinearIterate,
  type LinearOptions,
  type LinearSolution,
} from './linear-system.ts';

/** One iteration of LSQR. */
export interface LsqrIterate extends LinearIterate {
  /** |A' r| over an estimate of |A| |r|: zero where least squares is solved, whether the residual is zero or not. */
  readonly relativeGradient: number;
}

/**
 * The x of least norm (for a start at zero) that minimises |A x - b|, for A of any shape and rank. An iteration costs a
 * product with A and one with A'.
 *
 * `converged` when the relative residual or the relative gradient is at most the tolerance.
 *
 * @param a - the matrix, rows x cols
 * @param b - the right-hand side, of length rows
 * @param options - start and limits; `maxIterations` is ten times the larger side by default
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
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: LinearOptions & RunOptions<LsqrIterate> = {},
): Outcome<LinearSolution, LsqrIterate> {
  const maxIterations = options.maxIterations ?? 10 * Math.max(a.rows, a.cols);
  return run(lsqrSteps(a, b, options), { ...options, maxIterations });
}

/** The steps of `lsqr`, for those who drive them. */
export function* lsqrSteps(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: LinearOptions = {},
): Steps<LinearSolution, LsqrIterate> {
  checkRectangularSystem(a, b, options);
  const { tolerance = 1e-10, initialSolution } = options;
  const { rows, cols } = a;
  const { float64 = [], int32 } = sizesOf(a, true);
  using workspace = Workspace.for({ float64: [...float64, rows, rows, cols, cols, cols, cols], int32 });
  const { multiply, multiplyTransposed } = products(workspace, a);
  const { axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const [u, image] = [workspace.float64From(b), workspace.float64(rows)];
  const x = workspace.float64From(initialSolution ?? new Float64Array(cols));
  const [v, w, back] = [workspace.float64(cols), workspace.float64(cols), workspace.float64(cols)];
  const norm = nrm2(rows, u.byteOffset) || 1;
  const unit = (length: number, vector: Float64Array): number => {
    const size = nrm2(length, vector.byteOffset);
    if (size > 0) scal(length, 1 / size, vector.byteOffset);
    return size;
  };

  multiply(x, image);
  axpy(rows, -1, image.byteOffset, u.byteOffset);
  let remaining = unit(rows, u);
  multiplyTransposed(u, v);
  let alpha = unit(cols, v);
  w.set(v);
  let rhoBar = alpha;
  let squares = alpha * alpha; // of the bidiagonal matrix: an estimate of |A|_F² from below
  let gradient = alpha * remaining;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = remaining / norm;
    const scale = Math.sqrt(squares) * remaining;
    const relativeGradient = scale > 0 ? gradient / scale : 0;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    yield { iteration, relativeResidual, relativeGradient, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (relativeGradient <= tolerance) {
      return converged(solution(), `the relative gradient is at most ${tolerance}`);
    }
    if (relativeGradient <= Number.EPSILON) {
      return stalled(solution(), 'the gradient is zero up to rounding');
    }
    // Bidiagonalisation: beta u <- A v - alpha u, alpha v <- A' u - beta v.
    multiply(v, image);
    scal(rows, -alpha, u.byteOffset);
    axpy(rows, 1, image.byteOffset, u.byteOffset);
    const beta = unit(rows, u);
    multiplyTransposed(u, back);
    scal(cols, -beta, v.byteOffset);
    axpy(cols, 1, back.byteOffset, v.byteOffset);
    alpha = unit(cols, v);
    squares += alpha * alpha + beta * beta;
    // A rotation makes it upper bidiagonal.
    const rho = Math.hypot(rhoBar, beta);
    const [cosine, sine] = [rhoBar / rho, beta / rho];
    const theta = sine * alpha;
    axpy(cols, (cosine * remaining) / rho, w.byteOffset, x.byteOffset);
    scal(cols, -theta / rho, w.byteOffset);
    axpy(cols, 1, v.byteOffset, w.byteOffset);
    rhoBar = -cosine * alpha;
    remaining *= sine;
    gradient = remaining * alpha * Math.abs(cosine);
  }
}
