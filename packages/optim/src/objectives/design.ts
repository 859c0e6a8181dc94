// A design matrix whose products with vectors are asked for all the time: it lies where the kernels are.
import { checkMatrix } from '@infimum/core';
import { type CsrMatrix, checkCsr, type DenseMatrix } from '@infimum/linalg';
import { products, sizesOf, Workspace } from '@infimum/linalg/kernels';
import { type WeightedGram, weightedGram } from './weighted-gram.ts';

/** Samples by features. */
export interface Design {
  readonly rows: number;
  readonly cols: number;
  /** out <- A x, for all rows or the chosen ones. */
  multiply(x: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** out <- A' y, for all rows or the chosen ones. */
  multiplyTransposed(y: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** out <- A' diag(w) A for weights that are at least 0. */
  weightedGram(weights: Float64Array, out: Float64Array): void;
  /** Calls back for every entry of a row that is stored. */
  forRow(row: number, entry: (column: number, value: number) => void): void;
}

/**
 * Checks a dense or sparse matrix and puts it where the kernels are. Whole products run there; those with chosen rows are
 * plain loops over these rows.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function createDesign(a: DenseMatrix | CsrMatrix, argument: string): Design {
  const sparse = typeof a === 'object' && a !== null && 'rowPointers' in a;
  if (sparse) checkCsr(a, argument);
  else checkMatrix(a, argument);
  const { rows, cols } = a;
  const { float64 = [], int32 } = sizesOf(a, true);
  const workspace = Workspace.for({ float64: [...float64, rows, cols], int32 });
  const { multiply, multiplyTransposed } = products(workspace, a);
  const left = workspace.float64(rows);
  const right = workspace.float64(cols);

  const rowTimes = sparse
    ? (row: number, x: Float64Array) => {
        let sum = 0;
        for (let k = a.rowPointers[row]; k < a.rowPointers[row + 1]; k++)
          sum += a.values[k] * x[a.columnIndices[k]];
        return sum;
      }
    : (row: number, x: Float64Array) => {
        let sum = 0;
        for (let j = 0, k = row * cols; j < cols; j++, k++) sum += a.values[k] * x[j];
        return sum;
      };
  const addRow = sparse
    ? (row: number, factor: number, out: Float64Array) => {
        for (let k = a.rowPointers[row]; k < a.rowPointers[row + 1]; k++)
          out[a.columnIndices[k]] += factor * a.values[k];
      }
    : (row: number, factor: number, out: Float64Array) => {
        for (let j = 0, k = row * cols; j < cols; j++, k++) out[j] += factor * a.values[k];
      };

  let gramian: WeightedGram | undefined;

  return {
    rows,
    cols,
    weightedGram: (weights, out) => {
      gramian ??= weightedGram(a);
      gramian(weights, out);
    },
    multiply: (x, out, indices) => {
      if (indices) {
        for (let k = 0; k < indices.length; k++) out[k] = rowTimes(indices[k], x);
        return;
      }
      right.set(x);
      multiply(right, left);
      out.set(left);
    },
    multiplyTransposed: (y, out, indices) => {
      if (indices) {
        out.fill(0);
        for (let k = 0; k < indices.length; k++) addRow(indices[k], y[k], out);
        return;
      }
      left.set(y);
      multiplyTransposed(left, right);
      out.set(right);
    },
    forRow: (row, entry) => {
      if (sparse) {
        for (let k = a.rowPointers[row]; k < a.rowPointers[row + 1]; k++)
          entry(a.columnIndices[k], a.values[k]);
      } else {
        for (let j = 0; j < cols; j++) entry(j, a.values[row * cols + j]);
      }
    },
  };
}
