// The minimal residual method for symmetric systems, definite or not: the Lanczos process, and a QR factorisation of its
// tridiagonal matrix that is updated as it grows.
//
// C. Paige, M. Saunders: Solution of sparse indefinite systems of linear equations (1975).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { converged, fault, resolveOptions, stalled } from '@infimum/core';
import type { LinearOperator } from '../linear-operator.ts';
import { multiplication, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { layout } from '../webassembly/layout.ts';
import type { LinalgKernels } from '../webassembly/linalg-kernels.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { Workspace } from '../webassembly/workspace.ts';
import type { LinearIterate, LinearSolution, SquareMatrix, SquareSystem } from './linear-system.ts';
import {
  checkOperator,
  initial,
  runBySize,
  scaledOperator,
  scaledSteps,
  squareSystem,
  toCsr,
  tolerance,
} from './linear-system.ts';

const minresOptions = {
  tolerance,
  initial,
  preconditioner: {
    type: 'value',
    check: checkPreconditioner,
    description:
      'An approximation of the inverse of |A|, symmetric positive definite, or `jacobi`, which divides by the magnitudes on the diagonal of A; none by default',
  },
} as const satisfies OptionSpecs;

/** Options of `minres`. */
export type MinresOptions = OptionsOf<typeof minresOptions> & LimitOptions<LinearIterate>;

/**
 * Solves A x = b for a symmetric A. Each iteration costs one product with A, and makes the residual the smallest in the
 * Krylov space so far. For an indefinite spectrum the residual falls about as in two iterations of conjugate gradients
 * on A'A, without squaring the condition for definite ones. With a preconditioner M it minimises the norm of the residual in M;
 * the tolerance still applies to the Euclidean norm.
 *
 * @param a - the matrix (its symmetry is not checked), or an operator: a function, or an object with `apply(x, out)`
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
export function minres(a: SquareMatrix, b: VectorLike, options: MinresOptions = {}): Outcome<LinearSolution, LinearIterate> {
  return runBySize(minresOptions, options, minresSteps(a, b, options), b?.length);
}

/** The steps of `minres`, to be driven by `run` or by your own loop. */
export function* minresSteps(
  a: SquareMatrix,
  b: VectorLike,
  options: MinresOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initial, preconditioner } = resolveOptions(minresOptions, options);
  const system = squareSystem(a, b, initial);
  return yield* scaledSteps(system, tolerance, (a, b, start, scale) => {
    const precondition = preconditioner === 'jacobi' ? magnitudeInverse(a) : scaledOperator(preconditioner, scale);
    return lanczosResidualSteps({ a, b, start }, tolerance, precondition);
  });
}

/** In the inner product of M, or the Euclidean one: v_k are orthogonal in M^-1, and the residual is smallest in the norm of M. */
function* lanczosResidualSteps(
  { a, b, start }: SquareSystem,
  tolerance: number,
  precondition: LinearOperator | undefined,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  using memory = layout(
    {
      target: b,
      x: start ?? size,
      current: size,
      past: size,
      next: size,
      conditioned: precondition ? size : 0,
      v: size,
      w: size,
      wPast: size,
    },
    { extra: sizesOf(a) },
  );
  const { workspace, x, v } = memory;
  let { current, past, next, conditioned } = memory;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);
  const factor = new TridiagonalFactor(memory);
  const residual = new TrueResidual(memory, multiply, tolerance);
  const notDefinite = 'the preconditioner is not positive definite';
  /** sqrt(r' M r), NaN where M is not definite. */
  const normInM = (r: Float64Array): number => {
    if (!precondition) {
      conditioned = r;
      return nrm2(size, r.byteOffset);
    }
    precondition(r, conditioned);
    return Math.sqrt(dot(size, r.byteOffset, conditioned.byteOffset));
  };

  let iteration = 0;
  for (;;) {
    residual.renew(current);
    const { relative: achieved } = residual;
    const solution = residual.solution();
    if (iteration === 0) yield { iteration, relativeResidual: achieved, solution };
    const end = residual.end(solution);
    if (end) return end;
    let beta = normInM(current);
    if (!(beta > 0)) return stalled(solution(), notDefinite);
    const first = beta;
    // How far the norm in M has to fall for the Euclidean one to be met, if both fall alike; with some to spare, as they need not.
    const enough = precondition ? Math.max((0.1 * tolerance) / achieved, Number.EPSILON) : tolerance / achieved;
    past.fill(0);
    factor.restart(beta);
    let betaPast = 0;
    for (;;) {
      v.set(conditioned);
      scal(size, 1 / beta, v.byteOffset);
      multiply(v, next);
      if (betaPast > 0) axpy(size, -beta / betaPast, past.byteOffset, next.byteOffset);
      const alpha = dot(size, v.byteOffset, next.byteOffset);
      axpy(size, -alpha / beta, current.byteOffset, next.byteOffset);
      const betaNext = normInM(next);
      if (Number.isNaN(betaNext)) return stalled(solution(), notDefinite);
      if (!factor.take(betaPast > 0 ? beta : 0, alpha, betaNext, v)) break;
      iteration++;
      const relativeResidual = (achieved * Math.abs(factor.remaining)) / first;
      yield { iteration, relativeResidual, solution: () => ({ x: x.slice(), relativeResidual }) };
      if (Math.abs(factor.remaining) <= enough * first || betaNext === 0) break;
      betaPast = beta;
      beta = betaNext;
      [past, current, next] = [current, next, past];
    }
  }
}

/** The vectors that factor and residual work on. */
interface Memory {
  readonly workspace: Workspace;
  readonly target: Float64Array;
  readonly x: Float64Array;
  readonly w: Float64Array;
  readonly wPast: Float64Array;
}

/** The QR factorisation of the tridiagonal matrix as it grows, and x as it follows. */
class TridiagonalFactor {
  /** What is left of the norm of the residual that one began with, with a sign. */
  remaining = 0;
  #largest = 0; // of |A|, as far as the Lanczos process has seen it
  #cosine = 1;
  #sine = 0;
  #pastCosine = 1;
  #pastSine = 0;
  #w: Float64Array;
  #wPast: Float64Array;
  readonly #x: Float64Array;
  readonly #kernels: LinalgKernels;

  constructor({ workspace, x, w, wPast }: Memory) {
    this.#x = x;
    this.#w = w;
    this.#wPast = wPast;
    this.#kernels = workspace.kernels(linalgKernels);
  }

  restart(norm: number): void {
    this.remaining = norm;
    this.#largest = 0;
    [this.#cosine, this.#sine, this.#pastCosine, this.#pastSine] = [1, 0, 1, 0];
    this.#w.fill(0);
    this.#wPast.fill(0);
  }

  /** Adds the column (beta, alpha, betaNext) of v; false, and nothing done, where the matrix is singular. */
  take(beta: number, alpha: number, betaNext: number, v: Float64Array): boolean {
    // The new column of R: two old rotations, then one that annihilates beta_(k+1).
    const epsilon = this.#pastSine * beta;
    const delta = this.#sine * alpha + this.#cosine * this.#pastCosine * beta;
    const gammaBar = this.#cosine * alpha - this.#sine * this.#pastCosine * beta;
    const gamma = Math.hypot(gammaBar, betaNext);
    this.#largest = Math.max(this.#largest, Math.abs(alpha) + beta + betaNext);
    if (gamma <= 16 * Number.EPSILON * this.#largest) return false;
    [this.#pastCosine, this.#pastSine] = [this.#cosine, this.#sine];
    [this.#cosine, this.#sine] = [gammaBar / gamma, betaNext / gamma];
    // w_k = (v_k - delta w_(k-1) - epsilon w_(k-2)) / gamma
    const { axpy, scal } = this.#kernels;
    const [size, w] = [v.length, this.#wPast];
    scal(size, -epsilon, w.byteOffset);
    axpy(size, -delta, this.#w.byteOffset, w.byteOffset);
    axpy(size, 1, v.byteOffset, w.byteOffset);
    scal(size, 1 / gamma, w.byteOffset);
    [this.#w, this.#wPast] = [w, this.#w];
    axpy(size, this.#cosine * this.remaining, w.byteOffset, this.#x.byteOffset);
    this.remaining *= -this.#sine;
    return true;
  }
}

/** The residual computed anew, by which the method is judged. */
class TrueResidual {
  /** Of b, or one. */
  readonly norm: number;
  /** |b - A x| over the norm of b. */
  relative = 0;
  #last = Infinity;
  readonly #memory: Memory;
  readonly #multiply: LinearOperator;
  readonly #tolerance: number;
  readonly #kernels: LinalgKernels;

  constructor(memory: Memory, multiply: LinearOperator, tolerance: number) {
    this.#memory = memory;
    this.#multiply = multiply;
    this.#tolerance = tolerance;
    this.#kernels = memory.workspace.kernels(linalgKernels);
    this.norm = this.#kernels.nrm2(memory.target.length, memory.target.byteOffset) || 1;
  }

  /** out <- b - A x; its norm. */
  renew(out: Float64Array): number {
    const { target, x } = this.#memory;
    const { axpy, scal, nrm2 } = this.#kernels;
    const size = target.length;
    this.#multiply(x, out);
    scal(size, -1, out.byteOffset);
    axpy(size, 1, target.byteOffset, out.byteOffset);
    const norm = nrm2(size, out.byteOffset);
    this.relative = norm / this.norm;
    return norm;
  }

  /** x as it is when it is asked for, with the residual as it is now. */
  solution(): () => LinearSolution {
    const { x } = this.#memory;
    const relativeResidual = this.relative;
    return () => ({ x: x.slice(), relativeResidual });
  }

  /** How the run ends here, if it does. */
  end(solution: () => LinearSolution) {
    const { relative } = this;
    if (relative <= this.#tolerance) {
      return converged(solution(), `the relative residual is at most ${this.#tolerance}`);
    }
    if (relative > this.#last / 2) {
      const reason = `the relative residual stays at ${relative}: rounding, or a singular matrix`;
      return stalled(solution(), reason);
    }
    this.#last = relative;
    return undefined;
  }
}

function checkPreconditioner(value: unknown, argument: string): asserts value is 'jacobi' | LinearOperator {
  if (value !== 'jacobi') checkOperator(value, argument);
}

/** Division by the magnitudes on the diagonal; by one where there are zeros. */
function magnitudeInverse(a: DenseMatrix | CsrMatrix | LinearOperator): LinearOperator {
  if (typeof a === 'function') throw fault('jacobi needs a matrix to read its diagonal', 'preconditioner', 'unsupported');
  const matrix = toCsr(a);
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
