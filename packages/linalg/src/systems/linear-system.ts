// A linear system A x = b as iterative solvers see it: what they take, what they give, and how they are told to stop.
import { checkNumber, checkVector, type Iterate } from '@infimum/core';
import type { DenseMatrix } from '../dense/dense-matrix.ts';
import { checkEntries, checkSquare, isSparse, type LinearOperator } from '../linear-operator.ts';
import { norm } from '../numerics/vectors.ts';
import { type CsrMatrix, csrFromDense } from '../sparse/csr-matrix.ts';

/** The solution of a linear system. */
export interface LinearSolution {
  /** The vector x. */
  readonly x: Float64Array;
  /** The norm of b - A x over the norm of b. */
  readonly relativeResidual: number;
}

/** One iteration of a solver of linear systems. */
export interface LinearIterate extends Iterate<LinearSolution> {
  /** The norm of the residual over the norm of b, as the method knows it. */
  readonly relativeResidual: number;
}

/** Options that all iterative solvers share. */
export interface LinearOptions {
  /** Stop when the residual's norm is at most this times the norm of b; 1e-10 by default. */
  readonly tolerance?: number;
  /** Where to start; zero by default. */
  readonly initialSolution?: Float64Array;
}

/** Checks a square system and the options that all solvers share. */
export function checkLinearSystem(
  a: DenseMatrix | CsrMatrix | LinearOperator,
  b: Float64Array,
  { tolerance = 1e-10, initialSolution }: LinearOptions,
): void {
  checkVector(b, 'b');
  checkSquare(a, b.length);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  if (initialSolution !== undefined) checkVector(initialSolution, 'initialSolution', b.length);
}

/** Checks a system of any shape, for least squares. */
export function checkRectangularSystem(
  a: DenseMatrix | CsrMatrix,
  b: Float64Array,
  { tolerance = 1e-10, initialSolution }: LinearOptions,
): void {
  checkEntries(a);
  checkVector(b, 'b', a.rows);
  checkNumber(tolerance, 'tolerance', { min: 0 });
  if (initialSolution !== undefined) checkVector(initialSolution, 'initialSolution', a.cols);
}

/** The matrix row by row without its zeros. */
export function asCsr(a: DenseMatrix | CsrMatrix): CsrMatrix {
  return isSparse(a) ? a : csrFromDense(a);
}

/** |b - A x| in a plain loop. */
export function residualNorm(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  x: Float64Array,
  b: Float64Array,
): number {
  const residual = b.slice();
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) residual[i] -= values[k] * x[columnIndices[k]];
  }
  return norm(residual);
}

/** The Euclidean norm, or one for a vector of zeros: what residuals are divided by. */
export function scaleOf(b: Float64Array): number {
  return norm(b) || 1;
}
