// The method of conjugate gradients for symmetric positive (semi-)definite systems.
//
// M. Hestenes, E. Stiefel: Methods of conjugate gradients for solving linear systems (1952).
import {
  checkNumber,
  checkVector,
  converged,
  InvalidInputError,
  type Iterate,
  type Outcome,
  type RunOptions,
  run,
  type Steps,
  stalled,
} from '@infimum/core';
import { type CsrMatrix, checkCsr } from './csr-matrix.ts';
import type { DenseMatrix } from './dense-matrix.ts';

/** Writes a linear function of `x` to `out`. */
export type LinearOperator = (x: Float64Array, out: Float64Array) => void;

/** The solution of a linear system. */
export interface LinearSolution {
  /** The unknowns. */
  readonly x: Float64Array;
  /** |b - A x| / |b| in the norm that the preconditioner defines, or the Euclidean one without. */
  readonly relativeResidual: number;
}

/** News of an iteration. */
export interface ConjugateGradientIterate extends Iterate<LinearSolution> {
  /** |b - A x| / |b|, as the iteration keeps it. */
  readonly relativeResidual: number;
}

/** Options of the steps of conjugate gradients. */
export interface ConjugateGradientStepsOptions {
  /** Relative residual at which the iteration ends; 1e-10 by default. */
  readonly tolerance?: number;
  /** Applies an approximate inverse of A, symmetric positive definite; `'jacobi'` divides by the diagonal. */
  readonly preconditioner?: LinearOperator | 'jacobi';
  /** Where to start; zero by default. */
  readonly initialX?: Float64Array;
}

/** Options of `conjugateGradient`. */
export interface ConjugateGradientOptions
  extends ConjugateGradientStepsOptions,
    RunOptions<ConjugateGradientIterate> {
  /** Iteration limit; ten times the number of unknowns by default. */
  readonly maxIterations?: number;
}

/**
 * Solves A x = b for a symmetric positive definite A.
 *
 * The error in the A-norm falls at least by the factor (sqrt(k) - 1) / (sqrt(k) + 1) an iteration, k the condition
 * number of the preconditioned matrix. One product with A an iteration; O(n) memory.
 *
 * @param a - n x n, symmetric; a matrix or a function that multiplies by it
 * @param b - right-hand side, length n
 * @returns x with its residual; `stalled` if A is found not to be positive definite
 * @throws {InvalidInputError} naming the argument at fault
 *
 * @example
 * ```ts
 * import { conjugateGradient, matrixFromRows } from '@infimum/linalg';
 *
 * const a = matrixFromRows([[4, 1], [1, 3]]);
 * const { x, status } = conjugateGradient(a, Float64Array.of(1, 2));
 * console.log(status, x.map((value) => +value.toFixed(6)).join(' ')); // converged 0.090909 0.636364
 * ```
 */
export function conjugateGradient(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  options: ConjugateGradientOptions = {},
): Outcome<LinearSolution, ConjugateGradientIterate> {
  return run(conjugateGradientSteps(a, b, options), { maxIterations: 10 * b.length, ...options });
}

/**
 * Conjugate gradients as steps, one product with A each.
 *
 * @throws {InvalidInputError} naming the argument at fault
 */
export function* conjugateGradientSteps(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  options: ConjugateGradientStepsOptions = {},
): Steps<LinearSolution, ConjugateGradientIterate> {
  checkVector(b, 'b');
  const { tolerance = 1e-10, initialX } = options;
  checkNumber(tolerance, 'tolerance', { min: 0 });
  if (initialX) checkVector(initialX, 'initialX', b.length);
  const multiply = operatorOf(a, b.length);
  const precondition = preconditionerOf(options.preconditioner, a);
  const x = initialX?.slice() ?? new Float64Array(b.length);
  const residual = new Float64Array(b.length);
  const image = new Float64Array(b.length);
  const scaled = new Float64Array(b.length);
  precondition(b, scaled);
  const scale = Math.sqrt(dot(b, scaled)) || 1;
  multiply(x, image);
  for (let i = 0; i < b.length; i++) residual[i] = b[i] - image[i];
  precondition(residual, scaled);
  const direction = scaled.slice();
  let square = dot(residual, scaled);
  let relativeResidual = Math.sqrt(square) / scale;
  const solution = () => ({ x: x.slice(), relativeResidual });
  for (let iteration = 0; ; iteration++) {
    if (relativeResidual <= tolerance) {
      return converged(
        solution(),
        `the relative residual ${relativeResidual.toExponential(1)} is within the tolerance`,
      );
    }
    yield { iteration, relativeResidual, solution };
    multiply(direction, image);
    const curvature = dot(direction, image);
    if (!(curvature > 0)) return stalled(solution(), notDefinite(curvature));
    const step = square / curvature;
    for (let i = 0; i < x.length; i++) {
      x[i] += step * direction[i];
      residual[i] -= step * image[i];
    }
    precondition(residual, scaled);
    const next = dot(residual, scaled);
    if (!(next >= 0)) return stalled(solution(), 'the preconditioner is not positive definite');
    const ratio = next / square;
    for (let i = 0; i < x.length; i++) direction[i] = scaled[i] + ratio * direction[i];
    square = next;
    relativeResidual = Math.sqrt(square) / scale;
  }
}

function notDefinite(curvature: number): string {
  return `a direction d has d'Ad = ${curvature.toExponential(1)}: the matrix is not positive definite, or singular`;
}

function operatorOf(a: DenseMatrix | CsrMatrix | LinearOperator, n: number): LinearOperator {
  if (typeof a === 'function') return a;
  if (a.rows !== n || a.cols !== n) {
    throw new InvalidInputError(`shape ${a.rows}x${a.cols} does not fit ${n} unknowns`, {
      argument: 'a',
      code: 'shape',
    });
  }
  if ('rowPointers' in a) {
    checkCsr(a, 'a');
    return (x, out) => multiplyCsr(a, x, out);
  }
  return (x, out) => multiplyDense(a, x, out);
}

function preconditionerOf(
  preconditioner: LinearOperator | 'jacobi' | undefined,
  a: DenseMatrix | CsrMatrix | LinearOperator,
): LinearOperator {
  if (typeof preconditioner === 'function') return preconditioner;
  if (preconditioner === undefined) return (r, out) => out.set(r);
  if (typeof a === 'function') {
    throw new InvalidInputError("'jacobi' needs a matrix; give a function that divides by the diagonal", {
      argument: 'preconditioner',
      code: 'unsupported',
    });
  }
  const diagonal = diagonalOf(a);
  return (r, out) => {
    for (let i = 0; i < r.length; i++) out[i] = r[i] / diagonal[i];
  };
}

/** @throws {InvalidInputError} at the first entry that is not positive */
function diagonalOf(a: DenseMatrix | CsrMatrix): Float64Array {
  const diagonal = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) {
    const [from, to] =
      'rowPointers' in a ? [a.rowPointers[i], a.rowPointers[i + 1]] : [i * a.cols, (i + 1) * a.cols];
    for (let k = from; k < to; k++) {
      if (('columnIndices' in a ? a.columnIndices[k] : k - from) === i) diagonal[i] = a.values[k];
    }
    if (!(diagonal[i] > 0)) {
      throw new InvalidInputError(`has ${diagonal[i]} on the diagonal at index ${i}`, {
        argument: 'a',
        code: 'out-of-range',
        index: i,
      });
    }
  }
  return diagonal;
}

function multiplyDense({ rows, cols, values }: DenseMatrix, x: Float64Array, out: Float64Array): void {
  for (let i = 0, k = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++, k++) sum += values[k] * x[j];
    out[i] = sum;
  }
}

function multiplyCsr(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) sum += values[k] * x[columnIndices[k]];
    out[i] = sum;
  }
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
