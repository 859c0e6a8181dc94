// A dense design for the lasso: passes over its rows as they lie, and exact solutions by the Gram matrix of few columns.
import { checkMatrix } from '@infimum/core';
import { type DenseMatrix, gram } from '@infimum/linalg';
import { createModelSolver } from './block-model.ts';
import { addRows } from './dense-rows.ts';
import type { LassoColumns } from './lasso-columns.ts';
import { separableTerm } from './separable-term.ts';

/**
 * Checks a dense design. The restricted problem is solved exactly: coordinate descent on the Gram matrix, and one solve on the
 * face that it finds.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoDenseColumns(design: DenseMatrix): LassoColumns {
  checkShape(design);
  const { rows, cols, values } = design;
  let solver: { readonly l1: number; readonly solve: ReturnType<typeof createModelSolver> } | undefined;
  return {
    rows,
    cols,
    // Norms would take a pass of their own, and a pass over all columns is as long without those that are screened.
    begin: (y, out) => {
      out.fill(0);
      addRows(design, y, out);
      // What is not finite in A shows in every product, as 0 times infinity is NaN.
      if (!out.every(Number.isFinite)) checkMatrix(design, 'design');
      return undefined;
    },
    multiplyTransposed: (y, out) => {
      out.fill(0);
      addRows(design, y, out);
    },
    solve: ({ block, targets, l1, x, residual, correlations }) => {
      if (solver?.l1 !== l1) solver = { l1, solve: createModelSolver(separableTerm({ l1 })) };
      const size = block.length;
      const part = new Float64Array(rows * size);
      for (let i = 0; i < rows; i++)
        for (let b = 0; b < size; b++) part[i * size + b] = values[i * cols + block[b]];
      const point = Float64Array.from(block, (j) => x[j]);
      const slope = Float64Array.from(block, (j) => -correlations[j]);
      solver.solve(gram({ rows, cols: size, values: part }).values, size, slope, point);
      for (let b = 0; b < size; b++) x[block[b]] = point[b];
      for (let i = 0; i < rows; i++) {
        let sum = targets[i];
        for (let b = 0; b < size; b++) sum -= part[i * size + b] * point[b];
        residual[i] = sum;
      }
    },
  };
}

/** Everything that can be wrong with a matrix except for its entries. */
function checkShape(design: DenseMatrix): void {
  const { rows, cols, values } = design;
  const isSound =
    values instanceof Float64Array &&
    values.length > 0 &&
    Number.isInteger(rows) &&
    values.length === rows * cols;
  if (!isSound) checkMatrix(design, 'design');
}
