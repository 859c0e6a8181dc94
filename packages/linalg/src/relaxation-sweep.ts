// What the stationary methods share: one sweep over the rows of a sparse matrix, and the loop around it.
import { converged, type Steps, stalled } from '@infimum/core';
import type { CsrMatrix } from './csr-matrix.ts';
import {
  type LinearIterate,
  type LinearOptions,
  type LinearSolution,
  residualNorm,
  scaleOf,
} from './linear-system.ts';

/**
 * For i forwards or backwards: x_i <- x_i + relaxation (b_i - sum_j a_ij x_j) / a_ii, with the x_j as they are now.
 */
export function relaxationSweep(
  { rows, rowPointers, columnIndices, values }: CsrMatrix,
  diagonal: Float64Array,
  b: Float64Array,
  x: Float64Array,
  relaxation: number,
  backwards = false,
): void {
  for (let step = 0; step < rows; step++) {
    const i = backwards ? rows - 1 - step : step;
    const end = rowPointers[i + 1];
    let rest = b[i];
    for (let k = rowPointers[i]; k < end; k++) rest -= values[k] * x[columnIndices[k]];
    x[i] += (relaxation * rest) / diagonal[i];
  }
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
