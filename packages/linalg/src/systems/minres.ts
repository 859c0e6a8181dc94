// The minimal residual method for symmetric systems, definite or not: the Lanczos process, and a QR factorisation of its
// tridiagonal matrix that is updated as it grows.
//
// C. Paige, M. Saunders: Solution of sparse indefinite systems of linear equations (1975).
import {
  converged,
  InvalidInputError,
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
import { type LinearOperator, multiplication, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import {
  asCsr,
  checkLinearSystem,
  checkOperator,
  initialSolution,
  type LinearIterate,
  type LinearSolution,
  limitedBySize,
  scaledOperator,
  scaledSteps,
  tolerance,
} from './linear-system.ts';

/** Options of `minres`. */
const minresOptions = {
  tolerance,
  initialSolution,
  preconditioner: {
    type: 'value',
    check: checkPreconditioner,
    description:
      'An approximation of the inverse of |A|, symmetric positive definite, or `jacobi`, which divides by the magnitudes on the diagonal of A; none by default',
  },
} as const satisfies OptionSpecs;

/** Options of `minres`. */
export type MinresOptions = OptionsOf<typeof minresOptions>;

/**
 * Solves A x = b for a symmetric A. Each iteration costs one product with A, and makes the residual the smallest in the
 * Krylov space so far. For an indefinite spectrum the residual falls about as in two iterations of conjugate gradients
 * on A'A, without squaring the condition for definite ones. With a preconditioner M it is the norm of the residual in M that is
 * made smallest; what is asked for is still the Euclidean one.
 *
 * @param a - the matrix (its symmetry is not checked), or a function that multiplies by it
 * @param b - the right-hand side
 * @param options - start, preconditioner and limits; `maxIterations` is ten times the size by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows, minres } from '@infimum/linalg';
 *
 * const { x, status } = minres(matrixFromRows([[0, 1], [1, 0]]), new Float64Array([2, 3]));
 * console.log(status, Array.from(x, (value) => value.toFixed(6)).join(' ')); // converged 3.000000 2.000000
 * ```
 */
export function minres(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  options: MinresOptions & RunOptions<LinearIterate> = {},
): Outcome<LinearSolution, LinearIterate> {
  const limits = runOptionsOf(minresOptions, options);
  return run(minresSteps(a, b, options), limitedBySize(limits, b?.length));
}

/** The steps of `minres`, for those who drive them. */
export function* minresSteps(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  options: MinresOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initialSolution, preconditioner } = resolveOptions(minresOptions, options);
  checkLinearSystem(a, b, initialSolution);
  return yield* scaledSteps(a, b, initialSolution, tolerance, (matrix, target, start, scale) => {
    if (preconditioner === undefined) return lanczosResidualSteps(matrix, target, start, tolerance);
    const precondition =
      preconditioner === 'jacobi' ? magnitudeInverse(matrix) : scaledOperator(preconditioner, scale);
    return preconditionedSteps(matrix, target, start, tolerance, precondition as LinearOperator);
  });
}

function* lanczosResidualSteps(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  start: Float64Array | undefined,
  tolerance: number,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  using memory = layout(
    { target: b, x: start ?? size, next: size, v: size, vPast: size, w: size, wPast: size },
    { extra: sizesOf(a) },
  );
  const { workspace, target, x } = memory;
  let { next, v, vPast, w, wPast } = memory;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const norm = nrm2(size, target.byteOffset) || 1;

  let iteration = 0;
  let lastTrueResidual = Infinity;
  for (;;) {
    // The residual anew; from here on v_1 = r / |r|, and the Krylov space begins again.
    multiply(x, v);
    scal(size, -1, v.byteOffset);
    axpy(size, 1, target.byteOffset, v.byteOffset);
    let beta = nrm2(size, v.byteOffset);
    let relativeResidual = beta / norm;
    const achieved = relativeResidual;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual: achieved });
    if (iteration === 0) yield { iteration, relativeResidual, solution };
    if (achieved <= tolerance) return converged(solution(), `the relative residual is at most ${tolerance}`);
    if (achieved > lastTrueResidual / 2) {
      return stalled(
        solution(),
        `the relative residual stays at ${achieved}: rounding, or a singular matrix`,
      );
    }
    lastTrueResidual = achieved;
    scal(size, 1 / beta, v.byteOffset);
    vPast.fill(0);
    w.fill(0);
    wPast.fill(0);
    let remaining = beta;
    let largest = 0; // of |A|, as far as the Lanczos process has seen it
    beta = 0;
    let [cosine, sine, pastCosine, pastSine] = [1, 0, 1, 0];
    for (;;) {
      // Lanczos: A v_k = beta_k v_(k-1) + alpha v_k + beta_(k+1) v_(k+1).
      multiply(v, next);
      const alpha = dot(size, v.byteOffset, next.byteOffset);
      axpy(size, -alpha, v.byteOffset, next.byteOffset);
      axpy(size, -beta, vPast.byteOffset, next.byteOffset);
      const betaNext = nrm2(size, next.byteOffset);
      // The new column of R: two old rotations, then one that annihilates beta_(k+1).
      const epsilon = pastSine * beta;
      const delta = sine * alpha + cosine * pastCosine * beta;
      const gammaBar = cosine * alpha - sine * pastCosine * beta;
      const gamma = Math.hypot(gammaBar, betaNext);
      largest = Math.max(largest, Math.abs(alpha) + beta + betaNext);
      if (gamma <= 16 * Number.EPSILON * largest) break; // singular: nothing more can be gained
      [pastCosine, pastSine] = [cosine, sine];
      [cosine, sine] = [gammaBar / gamma, betaNext / gamma];
      // w_k = (v_k - delta w_(k-1) - epsilon w_(k-2)) / gamma
      scal(size, -epsilon, wPast.byteOffset);
      axpy(size, -delta, w.byteOffset, wPast.byteOffset);
      axpy(size, 1, v.byteOffset, wPast.byteOffset);
      scal(size, 1 / gamma, wPast.byteOffset);
      [w, wPast] = [wPast, w];
      axpy(size, cosine * remaining, w.byteOffset, x.byteOffset);
      remaining *= -sine;
      relativeResidual = Math.abs(remaining) / norm;
      iteration++;
      const known = relativeResidual;
      yield { iteration, relativeResidual, solution: () => ({ x: x.slice(), relativeResidual: known }) };
      if (relativeResidual <= tolerance || betaNext === 0) break;
      beta = betaNext;
      [v, vPast] = [vPast, v];
      v.set(next);
      scal(size, 1 / beta, v.byteOffset);
    }
  }
}

/** The same in the inner product of M: v_k are orthogonal in M^-1, and the residual is smallest in the norm of M. */
function* preconditionedSteps(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  start: Float64Array | undefined,
  tolerance: number,
  precondition: LinearOperator,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  using memory = layout(
    {
      target: b,
      x: start ?? size,
      residual: size,
      residualPast: size,
      next: size,
      conditioned: size,
      v: size,
      w: size,
      wPast: size,
    },
    { extra: sizesOf(a) },
  );
  const { workspace, target, x, conditioned, v } = memory;
  let { residual, residualPast, next, w, wPast } = memory;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const norm = nrm2(size, target.byteOffset) || 1;
  const notDefinite = 'the preconditioner is not positive definite';
  /** sqrt(r' M r), NaN where M is not definite. */
  const normInM = (r: Float64Array): number => {
    precondition(r, conditioned);
    return Math.sqrt(dot(size, r.byteOffset, conditioned.byteOffset));
  };

  let iteration = 0;
  let last = Infinity;
  for (;;) {
    multiply(x, residual);
    scal(size, -1, residual.byteOffset);
    axpy(size, 1, target.byteOffset, residual.byteOffset);
    const achieved = nrm2(size, residual.byteOffset) / norm;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual: achieved });
    if (iteration === 0) yield { iteration, relativeResidual: achieved, solution };
    if (achieved <= tolerance) return converged(solution(), `the relative residual is at most ${tolerance}`);
    if (achieved > last / 2) {
      const reason = `the relative residual stays at ${achieved}: rounding, or a singular matrix`;
      return stalled(solution(), reason);
    }
    last = achieved;
    let beta = normInM(residual);
    if (!(beta > 0)) return stalled(solution(), notDefinite);
    const first = beta;
    // How far the norm in M has to fall for the Euclidean one to be met, if both fall alike; with some to spare, as they need not.
    const enough = Math.max((0.1 * tolerance) / achieved, Number.EPSILON);
    residualPast.fill(0);
    w.fill(0);
    wPast.fill(0);
    let [remaining, largest, betaPast] = [beta, 0, 0];
    let [cosine, sine, pastCosine, pastSine] = [1, 0, 1, 0];
    for (;;) {
      v.set(conditioned);
      scal(size, 1 / beta, v.byteOffset);
      multiply(v, next);
      if (betaPast > 0) axpy(size, -beta / betaPast, residualPast.byteOffset, next.byteOffset);
      const alpha = dot(size, v.byteOffset, next.byteOffset);
      axpy(size, -alpha / beta, residual.byteOffset, next.byteOffset);
      const betaNext = normInM(next);
      if (Number.isNaN(betaNext)) return stalled(solution(), notDefinite);
      const coupling = betaPast > 0 ? beta : 0;
      const epsilon = pastSine * coupling;
      const delta = sine * alpha + cosine * pastCosine * coupling;
      const gammaBar = cosine * alpha - sine * pastCosine * coupling;
      const gamma = Math.hypot(gammaBar, betaNext);
      largest = Math.max(largest, Math.abs(alpha) + coupling + betaNext);
      if (gamma <= 16 * Number.EPSILON * largest) break; // singular: nothing more can be gained
      [pastCosine, pastSine] = [cosine, sine];
      [cosine, sine] = [gammaBar / gamma, betaNext / gamma];
      scal(size, -epsilon, wPast.byteOffset);
      axpy(size, -delta, w.byteOffset, wPast.byteOffset);
      axpy(size, 1, v.byteOffset, wPast.byteOffset);
      scal(size, 1 / gamma, wPast.byteOffset);
      [w, wPast] = [wPast, w];
      axpy(size, cosine * remaining, w.byteOffset, x.byteOffset);
      remaining *= -sine;
      iteration++;
      const relativeResidual = (achieved * Math.abs(remaining)) / first;
      yield { iteration, relativeResidual, solution: () => ({ x: x.slice(), relativeResidual }) };
      if (Math.abs(remaining) <= enough * first || betaNext === 0) break;
      betaPast = beta;
      beta = betaNext;
      [residualPast, residual, next] = [residual, next, residualPast];
    }
  }
}

function checkPreconditioner(value: unknown, argument: string): asserts value is 'jacobi' | LinearOperator {
  if (value !== 'jacobi') checkOperator(value, argument);
}

/** Division by the magnitudes on the diagonal; by one where there are zeros. */
function magnitudeInverse(a: DenseMatrix | CsrMatrix | LinearOperator): LinearOperator {
  if (typeof a === 'function') {
    const problem = 'jacobi needs a matrix, whose diagonal it can read';
    throw new InvalidInputError(problem, { argument: 'preconditioner', code: 'unsupported' });
  }
  const matrix = asCsr(a);
  const sizes = new Float64Array(matrix.rows).fill(1);
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++) {
      const size = Math.abs(matrix.values[k]);
      if (matrix.columnIndices[k] === i && size > 0) sizes[i] = size;
    }
  }
  return (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] / sizes[i];
  };
}
