// A design matrix for many products with vectors, stored in the memory of the kernels.
import type { MatrixLike } from '@infimum/core';
import { asMatrix } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { checkCsr } from '@infimum/linalg';
import type { MatrixProducts, Workspace } from '@infimum/linalg/kernels';
import { layout, linalgKernels, products, sizesOf } from '@infimum/linalg/kernels';
import type { DesignPass } from './design-pass.ts';
import { createPass, passPlans, STRIP } from './design-pass.ts';
import type { WeightedGram } from './weighted-gram.ts';
import { weightedGram } from './weighted-gram.ts';

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
export function createDesign(a: MatrixLike | CsrMatrix, argument: string): Design {
  return prepare(a, argument, () => 0);
}

/** A design that makes values and gradients in passes. */
export interface ModelDesign extends Design {
  readonly pass: DesignPass;
}

/**
 * A design for losses of the scores of so many classes, whose number is asked for once the matrix is known to be one.
 *
 * @throws {InvalidInputError} naming the argument
 */
export function createModelDesign(a: MatrixLike | CsrMatrix, argument: string, classes: (rows: number) => number): ModelDesign {
  return prepare(a, argument, classes) as ModelDesign;
}

function prepare(
  given: MatrixLike | CsrMatrix,
  argument: string,
  classesOf: (rows: number) => number,
): Design & { pass?: DesignPass } {
  const a = isSparse(given) ? given : asMatrix(given, argument);
  const sparse = isSparse(a);
  if (sparse) checkCsr(a, argument);
  const { rows, cols } = a;
  const classes = classesOf(rows);
  const memory = layout({ left: rows, right: cols, ...passPlans(a, classes) }, { extra: sizesOf(a, true) });
  const { workspace, left, right } = memory;
  const placed = sparse ? { ...products(workspace, a), address: 0 } : placeDense(workspace, a);
  const { multiply, multiplyTransposed } = placed;
  const { rowTimes, addRow } = sparse ? sparseRows(a) : denseRows(a);
  let gramian: WeightedGram | undefined;

  return {
    rows,
    cols,
    ...(classes > 0 && { pass: createPass(memory, a, classes, placed) }),
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
        for (let k = a.rowPointers[row]; k < a.rowPointers[row + 1]; k++) entry(a.columnIndices[k], a.values[k]);
      } else {
        for (let j = 0; j < cols; j++) entry(j, a.values[row * cols + j]);
      }
    },
  };
}

function isSparse(a: unknown): a is CsrMatrix {
  return typeof a === 'object' && a !== null && 'rowPointers' in a;
}

/** Puts a dense matrix on the workspace. */
function placeDense(workspace: Workspace, { rows, cols, values }: DenseMatrix): MatrixProducts & { readonly address: number } {
  const address = workspace.float64From(values).byteOffset;
  const { gemv, gemvTransposed } = workspace.kernels(linalgKernels);
  return {
    address,
    multiply: (x, out) => gemv(0, rows, cols, address, x.byteOffset, out.byteOffset),
    multiplyTransposed: (y, out) => {
      for (let from = 0; from < cols; from += STRIP) {
        const to = Math.min(from + STRIP, cols);
        gemvTransposed(from, to, rows, cols, address, y.byteOffset, out.byteOffset);
      }
    },
  };
}

/** Products of single rows, as plain loops. */
interface RowProducts {
  /** a_row . x */
  rowTimes(row: number, x: Float64Array): number;
  /** out <- out + factor a_row */
  addRow(row: number, factor: number, out: Float64Array): void;
}

function sparseRows({ rowPointers, columnIndices, values }: CsrMatrix): RowProducts {
  return {
    rowTimes: (row, x) => {
      let sum = 0;
      for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) sum += values[k] * x[columnIndices[k]];
      return sum;
    },
    addRow: (row, factor, out) => {
      for (let k = rowPointers[row]; k < rowPointers[row + 1]; k++) out[columnIndices[k]] += factor * values[k];
    },
  };
}

function denseRows({ cols, values }: DenseMatrix): RowProducts {
  return {
    rowTimes: (row, x) => {
      let sum = 0;
      for (let j = 0, k = row * cols; j < cols; j++, k++) sum += values[k] * x[j];
      return sum;
    },
    addRow: (row, factor, out) => {
      for (let j = 0, k = row * cols; j < cols; j++, k++) out[j] += factor * values[k];
    },
  };
}
