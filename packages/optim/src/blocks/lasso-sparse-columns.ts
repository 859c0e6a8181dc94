// A sparse design for the lasso: coordinate descent on few columns along the entries of each.
import { type CsrMatrix, checkCsr, csrToCsc } from '@infimum/linalg';
import type { LassoColumns, RestrictedLasso } from './lasso-columns.ts';

/** Passes over the columns that are not zero between two over all of the working set. */
const ACTIVE_SWEEPS = 10;

/** Passes over all of the working set at most. */
const MOST_ROUNDS = 10_000;

/**
 * Checks a sparse design. The restricted problem is solved until its own dual gap is small enough: a coordinate costs the
 * entries of its column, far less than its row of a Gram matrix.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoSparseColumns(design: CsrMatrix): LassoColumns {
  checkCsr(design, 'design');
  const { columnPointers, rowIndices, values } = csrToCsc(design);
  const { rows, cols } = design;
  const squares = new Float64Array(cols);
  for (let j = 0; j < cols; j++)
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) squares[j] += values[k] * values[k];

  const correlation = (j: number, y: Float64Array): number => {
    let sum = 0;
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) sum += values[k] * y[rowIndices[k]];
    return sum;
  };

  const multiplyTransposed = (y: Float64Array, out: Float64Array): void => {
    for (let j = 0; j < cols; j++) out[j] = correlation(j, y);
  };

  /** Sets x_j to its best value. */
  const improve = (j: number, { x, residual, l1 }: RestrictedLasso): void => {
    if (!(squares[j] > 0)) return;
    const aim = squares[j] * x[j] + correlation(j, residual);
    const next = (aim > l1 ? aim - l1 : aim < -l1 ? aim + l1 : 0) / squares[j];
    const d = next - x[j];
    if (d === 0) return;
    x[j] = next;
    for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) residual[rowIndices[k]] -= d * values[k];
  };

  /** The dual gap on the working set. */
  const gapOf = ({ block, x, residual, targets, l1 }: RestrictedLasso): number => {
    let [most, norm] = [l1, 0];
    for (let b = 0; b < block.length; b++) {
      most = Math.max(most, Math.abs(correlation(block[b], residual)));
      norm += Math.abs(x[block[b]]);
    }
    let [squared, inner] = [0, 0];
    for (let i = 0; i < rows; i++) {
      squared += residual[i] * residual[i];
      inner += residual[i] * targets[i];
    }
    const factor = l1 / most;
    return squared / 2 + l1 * norm - factor * inner + (factor * factor * squared) / 2;
  };

  return {
    rows,
    cols,
    begin: (y, out) => {
      multiplyTransposed(y, out);
      return squares.map((square) => Math.sqrt(square));
    },
    multiplyTransposed,
    solve: (problem) => {
      const { block, x, goal } = problem;
      let last = Infinity;
      for (let round = 0; round < MOST_ROUNDS; round++) {
        for (let b = 0; b < block.length; b++) improve(block[b], problem);
        for (let sweep = 0; sweep < ACTIVE_SWEEPS; sweep++)
          for (let b = 0; b < block.length; b++) if (x[block[b]] !== 0) improve(block[b], problem);
        const gap = gapOf(problem);
        // A gap that no longer falls is all rounding.
        if (gap <= goal || (round % 100 === 99 && gap >= last)) return;
        if (round % 100 === 99) last = gap;
      }
    },
  };
}
