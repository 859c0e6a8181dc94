// The loop that randomised projections share: moves until the residual is small, or falls no more.
import { converged, type Steps, stalled } from '@infimum/core';
import type { CsrMatrix } from '../sparse/csr-matrix.ts';
import {
  type LinearIterate,
  type LinearOptions,
  type LinearSolution,
  residualNorm,
  scaleOf,
} from './linear-system.ts';

/**
 * Repeats a move of x, and takes the system to have no solution after `patience` iterations without a new least residual.
 */
export function* projectionSteps(
  matrix: CsrMatrix,
  b: Float64Array,
  { tolerance = 1e-10, initialSolution }: LinearOptions,
  patience: number,
  move: (x: Float64Array) => void,
): Steps<LinearSolution, LinearIterate> {
  const x = initialSolution?.slice() ?? new Float64Array(matrix.cols);
  const norm = scaleOf(b);
  let least = Infinity;
  let leastAt = 0;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = residualNorm(matrix, x, b) / norm;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (relativeResidual < least) [least, leastAt] = [relativeResidual, iteration];
    if (iteration - leastAt >= patience) {
      const reason = `no smaller residual for ${patience} iterations: the system is not consistent`;
      return stalled(solution(), reason);
    }
    move(x);
  }
}
