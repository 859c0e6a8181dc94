// A design for the lasso: products with all of it on the kernels, and Gram matrices of few columns.
import { checkMatrix } from '@infimum/core';
import { type CsrMatrix, type DenseMatrix, gram } from '@infimum/linalg';
import { products, sizesOf, Workspace } from '@infimum/linalg/kernels';
import { type TwoWayMatrix, twoWayMatrix, weightedBlockGram } from './two-way-matrix.ts';

/** What the working-set method asks of a design. */
export interface LassoColumns extends Disposable {
  readonly rows: number;
  readonly cols: number;
  /** |a_j| of every column. */
  norms(): Float64Array;
  /** out <- A' y */
  multiplyTransposed(y: Float64Array, out: Float64Array): void;
  /** y <- y + factor a_j */
  addColumn(j: number, factor: number, y: Float64Array): void;
  /** A_b'A_b, row by row. */
  gram(block: Int32Array): Float64Array;
}

/**
 * Checks a design and puts it where the kernels are.
 *
 * @throws {InvalidInputError} naming `design`
 */
export function lassoColumns(design: DenseMatrix | CsrMatrix): LassoColumns {
  const isSparse = typeof design === 'object' && design !== null && 'rowPointers' in design;
  if (isSparse) return sparseColumns(design, twoWayMatrix(design, 'design'));
  checkMatrix(design, 'design');
  return denseColumns(design);
}

function onKernels(design: DenseMatrix | CsrMatrix) {
  const { rows, cols } = design;
  const { float64 = [], int32 } = sizesOf(design, true);
  const workspace = Workspace.for({ float64: [...float64, rows, cols], int32 });
  const { multiplyTransposed } = products(workspace, design);
  const [left, right] = [workspace.float64(rows), workspace.float64(cols)];
  return {
    multiplyTransposed: (y: Float64Array, out: Float64Array) => {
      left.set(y);
      multiplyTransposed(left, right);
      out.set(right);
    },
    [Symbol.dispose]: () => workspace[Symbol.dispose](),
  };
}

function denseColumns(design: DenseMatrix): LassoColumns {
  const { rows, cols, values } = design;
  return {
    rows,
    cols,
    ...onKernels(design),
    norms: () => {
      const norms = new Float64Array(cols);
      for (let i = 0, k = 0; i < rows; i++)
        for (let j = 0; j < cols; j++, k++) norms[j] += values[k] * values[k];
      for (let j = 0; j < cols; j++) norms[j] = Math.sqrt(norms[j]);
      return norms;
    },
    addColumn: (j, factor, y) => {
      for (let i = 0, k = j; i < rows; i++, k += cols) y[i] += factor * values[k];
    },
    gram: (block) => {
      const size = block.length;
      const part = new Float64Array(rows * size);
      for (let i = 0; i < rows; i++)
        for (let b = 0; b < size; b++) part[i * size + b] = values[i * cols + block[b]];
      return gram({ rows, cols: size, values: part }).values;
    },
  };
}

function sparseColumns(design: CsrMatrix, matrix: TwoWayMatrix): LassoColumns {
  const { rows, cols, byColumn } = matrix;
  const { columnPointers, rowIndices, values } = byColumn;
  const room = new Float64Array(rows);
  return {
    rows,
    cols,
    ...onKernels(design),
    norms: () => {
      const norms = new Float64Array(cols);
      for (let j = 0; j < cols; j++) {
        for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) norms[j] += values[k] * values[k];
        norms[j] = Math.sqrt(norms[j]);
      }
      return norms;
    },
    addColumn: (j, factor, y) => {
      for (let k = columnPointers[j]; k < columnPointers[j + 1]; k++) y[rowIndices[k]] += factor * values[k];
    },
    gram: (block) => {
      const out = new Float64Array(block.length * block.length);
      weightedBlockGram(matrix, block, room, out);
      return out;
    },
  };
}
