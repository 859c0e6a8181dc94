// The conjugate gradient method for symmetric positive definite systems.
//
// M. Hestenes, E. Stiefel: Methods of conjugate gradients for solving linear systems (1952).
import type { LimitOptions, OptionSpecs, OptionsOf, Outcome, Steps, VectorLike } from '@infimum/core';
import { converged, fault, resolveOptions, stalled } from '@infimum/core';
import { isSparse } from '../inputs.ts';
import type { LinearOperator } from '../linear-operator.ts';
import { multiplication, sizesOf } from '../linear-operator.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { diagonalOf } from '../sparse/csr-diagonal.ts';
import { layout } from '../webassembly/layout.ts';
import { linalgKernels } from '../webassembly/linalg-kernels.ts';
import type { LinearIterate, LinearSolution, SquareMatrix, SquareSystem } from './linear-system.ts';
import { checkOperator, initial, runBySize, scaledOperator, scaledSteps, squareSystem, tolerance } from './linear-system.ts';

const conjugateGradientOptions = {
  tolerance,
  initial,
  preconditioner: {
    type: 'value',
    check: checkPreconditioner,
    description:
      'An approximation of the inverse, symmetric positive definite, or `jacobi`, which divides by the diagonal of A; none by default',
  },
  threads: {
    type: 'integer',
    min: 1,
    max: 64,
    default: 1,
    description: 'Threads for the products with A; the result has the same bits for any number',
  },
} as const satisfies OptionSpecs;

function checkPreconditioner(value: unknown, argument: string): asserts value is 'jacobi' | LinearOperator {
  if (value !== 'jacobi') checkOperator(value, argument);
}

/** Options of `conjugateGradient`. */
export type ConjugateGradientOptions = OptionsOf<typeof conjugateGradientOptions> & LimitOptions<LinearIterate>;

/**
 * Solves A x = b for a symmetric positive definite A. Each iteration costs one product with A; the error in the
 * norm of A falls at least by (sqrt(k) - 1)/(sqrt(k) + 1) in each, with k the condition number of the
 * preconditioned matrix.
 *
 * `converged` when the true residual, computed anew, meets the tolerance. `stalled` when A or the preconditioner
 * proves not to be positive definite, or when rounding keeps the residual from falling further.
 *
 * @param a - the matrix (its symmetry is not checked), or an operator: a function, or an object with `apply(x, out)`
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is ten times the size by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, and options out of range
 *
 * @example
 * ```ts
 * import { conjugateGradient, matrixFromRows } from '@infimum/linalg';
 *
 * const { x, status } = conjugateGradient(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(status, Array.from(x, (value) => value.toFixed(6)).join(' ')); // converged 1.000000 2.000000
 * ```
 */
export function conjugateGradient(
  a: SquareMatrix,
  b: VectorLike,
  options: ConjugateGradientOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runBySize(conjugateGradientOptions, options, conjugateGradientSteps(a, b, options), b?.length);
}

/** The steps of `conjugateGradient`, to be driven by `run` or by your own loop. */
export function* conjugateGradientSteps(
  a: SquareMatrix,
  b: VectorLike,
  options: ConjugateGradientOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const resolved = resolveOptions(conjugateGradientOptions, options);
  const { tolerance, initial, preconditioner, threads } = resolved;
  const system = squareSystem(a, b, initial);
  return yield* scaledSteps(system, tolerance, (a, b, start, scale) => {
    const precondition = preconditioner === 'jacobi' ? diagonalInverse(a) : scaledOperator(preconditioner, scale);
    return conjugateSteps({ a, b, start }, tolerance, threads, precondition);
  });
}

function* conjugateSteps(
  { a, b, start }: SquareSystem,
  tolerance: number,
  threads: number,
  precondition: LinearOperator | undefined,
): Steps<LinearSolution, LinearIterate> {
  const size = b.length;
  using memory = layout(
    {
      target: b,
      x: start ?? size,
      residual: size,
      direction: size,
      image: size, // of the direction under A
      conditioned: precondition ? size : 0,
    },
    { threads, extra: sizesOf(a) },
  );
  const { workspace, target, x, residual, direction, image } = memory;
  const conditioned = precondition ? memory.conditioned : residual;
  const multiply = multiplication(workspace, a);
  const { dot, axpy, scal, nrm2 } = workspace.kernels(linalgKernels);

  const norm = nrm2(size, target.byteOffset) || 1;

  const renewResidual = (): number => {
    multiply(x, residual);
    scal(size, -1, residual.byteOffset);
    axpy(size, 1, target.byteOffset, residual.byteOffset);
    return nrm2(size, residual.byteOffset) / norm;
  };
  const energy = (): number => {
    precondition?.(residual, conditioned);
    return dot(size, residual.byteOffset, conditioned.byteOffset);
  };

  let relativeResidual = renewResidual();
  let residualEnergy = energy();
  let lastTrueResidual = Infinity;
  direction.set(conditioned);
  for (let iteration = 0; ; iteration++) {
    // The recurrence keeps falling when the true residual no longer does, so its word is not enough.
    const isTrue = relativeResidual <= Math.max(tolerance, Number.EPSILON / 2);
    if (isTrue) relativeResidual = renewResidual();
    const achieved = relativeResidual;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual: achieved });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (isTrue) {
      if (relativeResidual > lastTrueResidual / 2) {
        return stalled(solution(), `rounding limits the relative residual to ${relativeResidual}`);
      }
      lastTrueResidual = relativeResidual;
      residualEnergy = energy();
      direction.set(conditioned);
    }

    multiply(direction, image);
    const curvature = dot(size, direction.byteOffset, image.byteOffset);
    if (!(curvature > 0)) return stalled(solution(), 'the matrix is not positive definite');
    if (!(residualEnergy > 0)) return stalled(solution(), 'the preconditioner is not positive definite');
    const step = residualEnergy / curvature;
    axpy(size, step, direction.byteOffset, x.byteOffset);
    axpy(size, -step, image.byteOffset, residual.byteOffset);
    relativeResidual = nrm2(size, residual.byteOffset) / norm;
    const nextEnergy = energy();
    scal(size, nextEnergy / residualEnergy, direction.byteOffset);
    axpy(size, 1, conditioned.byteOffset, direction.byteOffset);
    residualEnergy = nextEnergy;
  }
}

/** Division by the diagonal. */
function diagonalInverse(a: DenseMatrix | CsrMatrix | LinearOperator): LinearOperator {
  if (typeof a === 'function') throw fault('jacobi needs a matrix', 'preconditioner', 'unsupported');
  const { rows, values } = a;
  const diagonal = isSparse(a) ? diagonalOf(a) : Float64Array.from({ length: rows }, (_, i) => values[i * rows + i]);
  const bad = diagonal.findIndex((value) => !(value > 0));
  if (bad >= 0) {
    throw fault(`is not positive definite: ${diagonal[bad]} at place ${bad} of the diagonal`, 'a', 'out-of-range', bad);
  }
  return (x, out) => {
    for (let i = 0; i < x.length; i++) out[i] = x[i] / diagonal[i];
  };
}
