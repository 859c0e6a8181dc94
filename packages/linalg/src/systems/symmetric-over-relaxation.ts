// Symmetric successive over-relaxation (SSOR): a sweep forwards, a sweep backwards; as an iteration and as a
// preconditioner.
//
// J. Sheldon: On the numerical solution of elliptic difference equations (1955).
import type { OptionSpecs, OptionsOf, Outcome, RunOptions, Steps, VectorLike } from '@infimum/core';
import { resolveOptions, runWith } from '@infimum/core';
import { checkSquareShape } from '../inputs.ts';
import type { LinearOperator } from '../linear-operator.ts';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { relaxationOptions, sweepingSteps, sweepsOf } from './relaxation-sweep.ts';
import type { MatrixOfRows } from './row-operators.ts';
import { rowsOf } from './row-operators.ts';

/** Options of `symmetricOverRelaxation`. */
export type SymmetricOverRelaxationOptions = OptionsOf<typeof relaxationOptions> & RunOptions<LinearIterate>;

/**
 * A forward and a backward sweep of over-relaxation an iteration. Its matrix is symmetric where A is, which makes it a
 * preconditioner; as an iteration it converges more slowly than the best forward sweeps. An iteration takes twice O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal, or an operator that gives its rows, one after the other: `row(i, entry)`, or
 *   `applyTransposed`, with n products a sweep
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range; `unsupported` for an operator without rows
 *
 * @example
 * ```ts
 * import { matrixFromRows } from '@infimum/linalg';
 * import { symmetricOverRelaxation } from '@infimum/linalg/systems';
 *
 * const { x } = symmetricOverRelaxation(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]), { relaxation: 1 });
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function symmetricOverRelaxation(
  a: MatrixOfRows,
  b: VectorLike,
  options: SymmetricOverRelaxationOptions = {},
): Outcome<LinearSolution, LinearIterate> {
  return runWith(relaxationOptions, options, symmetricOverRelaxationSteps(a, b, options));
}

/** The steps of `symmetricOverRelaxation`, to be driven by `run` or by your own loop. */
export function* symmetricOverRelaxationSteps(
  a: MatrixOfRows,
  b: VectorLike,
  options: SymmetricOverRelaxationOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const resolved = resolveOptions(relaxationOptions, options);
  return yield* sweepingSteps(a, b, resolved, (sweeps) => {
    sweeps.forwards();
    sweeps.backwards();
  });
}

const ssorPreconditionerOptions = {
  relaxation: { type: 'number', above: 0, below: 2, default: 1, description: 'Relaxation factor' },
} as const satisfies OptionSpecs;

/** Options of `ssorPreconditioner`. */
export type SsorPreconditionerOptions = OptionsOf<typeof ssorPreconditionerOptions>;

/**
 * Both sweeps from zero as an approximation of the inverse: symmetric positive definite where A is. Time O(entries) an
 * application, no set-up.
 *
 * @param a - a square matrix without zeros on its diagonal, or an operator that gives its rows
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
export function ssorPreconditioner(a: MatrixOfRows, options: SsorPreconditionerOptions = {}): LinearOperator {
  const { relaxation } = resolveOptions(ssorPreconditionerOptions, options);
  const rows = rowsOf(a, (shape) => {
    checkSquareShape(shape);
    return {};
  });
  const sweeps = sweepsOf(rows.a, relaxation);
  return (x, out) => {
    sweeps.b.set(x);
    sweeps.x.fill(0);
    sweeps.forwards();
    sweeps.backwards();
    out.set(sweeps.x);
  };
}
