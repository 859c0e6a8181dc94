// What the stationary methods share: one sweep over the rows of a sparse matrix, and the loop around it.
import { converged, type Steps, stalled } from '@infimum/core';
import { nonzeroDiagonalOf } from './csr-diagonal.ts';
import type { CsrMatrix } from './csr-matrix.ts';
import {
  type LinearIterate,
  type LinearOptions,
  type LinearSolution,
  residualNorm,
  scaleOf,
} from './linear-system.ts';

/**
 * For i forwards or backwards: x_i <- x_i + factor_i (b_i - sum_j a_ij x_j), with the x_j as they are now. The factors are
 * relaxation / a_ii, divided once: a division in the loop would lengthen the chain from each unknown to the next.
 */
export function relaxationSweep(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  factors: Float64Array,
  b: Float64Array,
  x: Float64Array,
  backwards = false,
): void {
  // Entries are added in such an order that those that have only just been changed come last: the next row then waits
  // for fewer additions.
  if (backwards) {
    for (let i = rows - 1; i >= 0; i--) {
      const end = rowPointers[i + 1];
      let rest = b[i];
      for (let k = rowPointers[i]; k < end; k++) rest -= values[k] * x[columnIndices[k]];
      x[i] += factors[i] * rest;
    }
  } else {
    for (let i = 0; i < rows; i++) {
      const start = rowPointers[i];
      let rest = b[i];
      for (let k = rowPointers[i + 1] - 1; k >= start; k--) rest -= values[k] * x[columnIndices[k]];
      x[i] += factors[i] * rest;
    }
  }
}

/** What a sweep multiplies residuals by: relaxation / a_ii. */
export function relaxationFactors(a: CsrMatrix, relaxation: number): Float64Array {
  return nonzeroDiagonalOf(a, 'a').map((value) => relaxation / value);
}

/** A residual that has grown by this factor will not come back. */
const DIVERGED = 1e10;

/** Repeats a sweep until the residual is small, or has grown beyond hope. */
export function* stationarySteps(
  a: CsrMatrix,
  b: Float64Array,
  { tolerance = 1e-10, initialSolution }: LinearOptions,
  sweep: (x: Float64Array) => void,
): Steps<LinearSolution, LinearIterate> {
  const x = initialSolution?.slice() ?? new Float64Array(b.length);
  const norm = scaleOf(b);
  let first = 0;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = residualNorm(a, x, b) / norm;
    if (iteration === 0) first = relativeResidual;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (!(relativeResidual <= DIVERGED * (first + 1))) {
      return stalled(solution(), 'the iteration diverges: its matrix has a spectral radius above one');
    }
    sweep(x);
  }
}
