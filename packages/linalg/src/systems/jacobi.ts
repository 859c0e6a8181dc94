// The Jacobi iteration: every unknown from its own equation, with the others as they were.
//
// C. Jacobi: Ueber eine neue Auflösungsart der bei der Methode der kleinsten Quadrate vorkommenden lineären Gleichungen
// (1845).
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
import { nonzeroDiagonalOf } from '../sparse/csr-diagonal.ts';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import {
  asCsr,
  checkLinearSystem,
  initialSolution,
  type LinearIterate,
  type LinearSolution,
  scaledSteps,
  tolerance,
} from './linear-system.ts';
import { stationarySteps } from './relaxation-sweep.ts';

/** Options of `jacobi`. */
export const jacobiOptions = {
  tolerance,
  initialSolution,
  damping: {
    type: 'number',
    above: 0,
    max: 1,
    default: 1,
    description: 'The factor of every step; 2/3 is usual for smoothing',
  },
  maxIterations: { type: 'integer', min: 0, default: 10_000, description: 'Iteration limit' },
} as const satisfies OptionSpecs;

/** Options of `jacobi`. */
export type JacobiOptions = OptionsOf<typeof jacobiOptions>;

/**
 * x <- x + damping D^-1 (b - A x). Converges for diagonally dominant matrices, at the rate of the spectral radius of
 * I - damping D^-1 A; slow, but all unknowns at once. An iteration takes O(entries).
 *
 * @param a - a square matrix without zeros on its diagonal
 * @param b - the right-hand side
 * @param options - method and limits; `maxIterations` is 10 000 by default
 * @throws {InvalidInputError} for shapes that do not fit, entries that are not finite, a zero on the diagonal, and options
 *   out of range
 *
 * @example
 * ```ts
 * import { jacobi, matrixFromRows } from '@infimum/linalg';
 *
 * const { x } = jacobi(matrixFromRows([[4, 1], [1, 3]]), new Float64Array([6, 7]));
 * console.log(Array.from(x, (value) => value.toFixed(6)).join(' ')); // 1.000000 2.000000
 * ```
 */
export function jacobi(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: JacobiOptions & RunOptions<LinearIterate> = {},
): Outcome<LinearSolution, LinearIterate> {
  return run(jacobiSteps(a, b, options), runOptionsOf(jacobiOptions, options));
}

/** The steps of `jacobi`, for those who drive them. */
export function* jacobiSteps(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  options: JacobiOptions = {},
): Steps<LinearSolution, LinearIterate> {
  const { tolerance, initialSolution, damping } = resolveOptions(jacobiOptions, options);
  checkLinearSystem(a, b, initialSolution);
  return yield* scaledSteps(asCsr(a), b, initialSolution, tolerance, function* (matrix, b, start) {
    const diagonal = nonzeroDiagonalOf(matrix, 'a');
    const { rowPointers, columnIndices, values } = matrix;
    const x = new Float64Array(b.length);
    const old = new Float64Array(b.length);
    return yield* stationarySteps(matrix, b, { tolerance, start }, x, () => {
      old.set(x);
      for (let i = 0; i < b.length; i++) {
        let rest = b[i];
        for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) rest -= values[k] * old[columnIndices[k]];
        x[i] = old[i] + (damping * rest) / diagonal[i];
      }
    });
  });
}
