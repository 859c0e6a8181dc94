// The loop that randomised projections share: moves until the residual is small or stops falling.
import type { Steps } from '@infimum/core';
import { converged, stalled } from '@infimum/core';
import type { LinearIterate, LinearSolution } from './linear-system.ts';
import { scaleOf } from './linear-system.ts';
import type { RowReader } from './row-operators.ts';
import { residualOfRows } from './row-operators.ts';

/**
 * Repeats a move of x, and gives up after `patience` iterations without a new least residual.
 */
export function* projectionSteps(
  matrix: RowReader,
  b: Float64Array,
  { tolerance, start }: { readonly tolerance: number; readonly start: Float64Array | undefined },
  patience: number,
  move: (x: Float64Array) => void,
): Steps<LinearSolution, LinearIterate> {
  const x = start?.slice() ?? new Float64Array(matrix.cols);
  const norm = scaleOf(b);
  let least = Infinity;
  let leastAt = 0;
  for (let iteration = 0; ; iteration++) {
    const relativeResidual = residualOfRows(matrix, x, b) / norm;
    const solution = (): LinearSolution => ({ x: x.slice(), relativeResidual });
    yield { iteration, relativeResidual, solution };
    if (relativeResidual <= tolerance) {
      return converged(solution(), `the relative residual is at most ${tolerance}`);
    }
    if (relativeResidual < least) [least, leastAt] = [relativeResidual, iteration];
    if (iteration - leastAt >= patience) {
      const cause = 'the system has no solution, or rounding or its condition prevents it';
      const reason = `no smaller residual for ${patience} iterations: ${cause}`;
      return stalled(solution(), reason);
    }
    move(x);
  }
}
