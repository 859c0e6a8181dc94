// Symmetric successive over-relaxation (SSOR): a sweep forwards, a sweep backwards; as an iteration and as a
// preconditioner.
//
// J. Sheldon: On the numerical solution of elliptic difference equations (1955).
import {
  type OptionSpecs,
  type OptionsOf,
  type Outcome,
  type RunOptions,
  resolveOptions,
  run,
  runOptionsOf,
  type Steps,
} from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { checkSquare, type LinearOperator } from '../linear-operator.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import {
  asCsr,
  checkLinearSystem,
  type LinearIterate,
  type LinearSolution,
  scaledSteps,
} from './linear-system.ts';
import { Relaxation, stationarySteps } from './relaxation-sweep.ts';
import { type RelaxationOptions, relaxationOptions } from './successive-over-relaxation.ts';

/**
 * A forward and a backward sweep of over-relaxation an iteration. Its matrix is symmetric where A is, which makes it a
 * preconditioner; by itself it converges more slowly than the best forward sweeps. An iteration takes twice O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range
 *
 * @example
 * ```ts
 * import { matrixFromRows, symmetricOverRelaxation } from '@infimum/linalg';
 *
 * const { x } = symmetricOverRelaxation(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]), { relaxation: 1 });
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function symmetricOverRelaxation(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: RelaxationOptions & RunOptions<LinearIterate> = {},
): Outcome<LinearSolution, LinearIterate> {
  return run(symmetricOverRelaxationSteps(a, b, options), runOptionsOf(relaxationOptions, options));
}

/** The steps of `symmetricOverRelaxation`, for those who drive them. */
export function* symmetricOverRelaxationSteps(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: RelaxationOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initialSolution, relaxation } = resolveOptions(relaxationOptions, options);
  checkLinearSystem(a, b, initialSolution);
  return yield* scaledSteps(asCsr(a), b, initialSolution, tolerance, function* (matrix, b, start) {
    using sweeps = new Relaxation(matrix, relaxation);
    sweeps.b.set(b);
    return yield* stationarySteps(matrix, b, { tolerance, start }, sweeps.x, () => {
      sweeps.forwards();
      sweeps.backwards();
    });
  });
}

/** Options of `ssorPreconditioner`. */
const preconditionerOptions = {
  relaxation: {
    type: 'number',
    above: 0,
    below: 2,
    default: 1,
    description: 'The factor of every step',
  },
} as const satisfies OptionSpecs;

/**
 * Both sweeps from zero as an approximation of the inverse: symmetric positive definite where A is. Time O(entries) an
 * application, no set-up.
 *
 * @param a - a square matrix without zeros on its diagonal
 * @throws {InvalidInputError} for a zero on the diagonal and a relaxation out of range
 *
 * @example
 * ```ts
 * import { conjugateGradient, matrixFromRows, ssorPreconditioner } from '@infimum/linalg';
 *
 * const a = matrixFromRows([[4, 1], [1, 3]]);
 * const { iterations } = conjugateGradient(a, new Float64Array([6, 7]), { preconditioner: ssorPreconditioner(a) });
 * console.log(iterations); // 2
 * ```
 */
export function ssorPreconditioner(
  a: DenseMatrix | CsrMatrix,
  options: OptionsOf<typeof preconditionerOptions> = {},
): LinearOperator {
  checkSquare(a);
  const { relaxation } = resolveOptions(preconditionerOptions, options);
  const matrix = asCsr(a);
  const sweeps = new Relaxation(matrix, relaxation);
  return (x, out) => {
    sweeps.b.set(x);
    sweeps.x.fill(0);
    sweeps.forwards();
    sweeps.backwards();
    out.set(sweeps.x);
  };
}
