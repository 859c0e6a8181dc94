// Entrywise arithmetic of dense matrices, and block matrices.
import type { MatrixLike, OptionSpecs, OptionsOf } from '@infimum/core';
import { checkList, checkNumber, fault, resolveOptions } from '@infimum/core';
import { asDense, asSquare } from '../inputs.ts';
import type { DenseMatrix } from '../matrices.ts';
import { denseMatrix } from './dense-matrix.ts';

const addMatricesOptions = {
  alpha: { type: 'number', default: 1, description: 'The factor of A' },
  beta: { type: 'number', default: 1, description: 'The factor of B; -1 for a difference' },
} as const satisfies OptionSpecs;

/** Options of `addMatrices`. */
export type AddMatricesOptions = OptionsOf<typeof addMatricesOptions>;

/**
 * The sum α A + β B of two matrices of the same shape. Time O(m n).
 *
 * @throws {InvalidInputError} for shapes that differ and for entries that are not finite
 *
 * @example
 * ```ts
 * import { addMatrices, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(addMatrices(matrixFromRows([[3, 4]]), matrixFromRows([[1, 1]]), { beta: -1 }).values.join(' ')); // 2 3
 * ```
 */
export function addMatrices(a: MatrixLike, b: MatrixLike, options: AddMatricesOptions = {}): DenseMatrix {
  const { alpha, beta } = resolveOptions(addMatricesOptions, options);
  return entryByEntry(a, b, (x, y) => alpha * x + beta * y);
}

/**
 * The product α A of a matrix and a number. Time O(m n).
 *
 * @throws {InvalidInputError} for a factor or entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, scaleMatrix } from '@infimum/linalg/dense';
 *
 * console.log(scaleMatrix(matrixFromRows([[3, 4]]), 2).values.join(' ')); // 6 8
 * ```
 */
export function scaleMatrix(a: MatrixLike, alpha: number): DenseMatrix {
  const matrix = asDense(a, 'a');
  checkNumber(alpha, 'alpha');
  return { ...matrix, values: matrix.values.map((value) => alpha * value) };
}

/**
 * The product of two matrices entry by entry, c_ij = a_ij b_ij (Hadamard's). Time O(m n).
 *
 * @throws {InvalidInputError} for shapes that differ and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, multiplyEntries } from '@infimum/linalg/dense';
 *
 * console.log(multiplyEntries(matrixFromRows([[3, 4]]), matrixFromRows([[2, 5]])).values.join(' ')); // 6 20
 * ```
 */
export function multiplyEntries(a: MatrixLike, b: MatrixLike): DenseMatrix {
  return entryByEntry(a, b, (x, y) => x * y);
}

/**
 * The Kronecker product A ⊗ B: the block in row i and column j is a_ij B. Time and memory: the product of both sizes.
 *
 * @throws {InvalidInputError} for entries that are not finite; `too-large` with the number of bytes
 *
 * @example
 * ```ts
 * import { identity, kronecker, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(kronecker(identity(2), matrixFromRows([[1, 2]])).values.join(' ')); // 1 2 0 0 0 0 1 2
 * ```
 */
export function kronecker(a: MatrixLike, b: MatrixLike): DenseMatrix {
  const left = asDense(a, 'a');
  const right = asDense(b, 'b');
  const product = denseMatrix(left.rows * right.rows, left.cols * right.cols);
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < left.cols; j++) {
      const factor = left.values[i * left.cols + j];
      for (let k = 0; k < right.rows; k++) {
        const start = (i * right.rows + k) * product.cols + j * right.cols;
        for (let l = 0; l < right.cols; l++) product.values[start + l] = factor * right.values[k * right.cols + l];
      }
    }
  }
  return product;
}

/**
 * The diagonal of a matrix of any shape. Time O(min(m, n)), and a check of all entries.
 *
 * @throws {InvalidInputError} for entries that are not finite
 *
 * @example
 * ```ts
 * import { diagonalOf, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(diagonalOf(matrixFromRows([[1, 2, 3], [4, 5, 6]])).join(' ')); // 1 5
 * ```
 */
export function diagonalOf(a: MatrixLike): Float64Array {
  const matrix = asDense(a, 'a');
  return Float64Array.from({ length: Math.min(matrix.rows, matrix.cols) }, (_, i) => matrix.values[i * matrix.cols + i]);
}

/**
 * The trace of a square matrix, the sum of its diagonal. Time O(n), and a check of all entries.
 *
 * @throws {InvalidInputError} `shape` for a matrix that is not square, and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, trace } from '@infimum/linalg';
 *
 * console.log(trace(matrixFromRows([[1, 2], [3, 4]]))); // 5
 * ```
 */
export function trace(a: MatrixLike): number {
  return diagonalOf(asSquare(a)).reduce((sum, value) => sum + value, 0);
}

/**
 * A matrix of blocks, given row by row; the blocks of a row have the same height, and all rows of blocks the same width. Time O(m n).
 *
 * @throws {InvalidInputError} naming the block that does not fit
 *
 * @example
 * ```ts
 * import { blockMatrix, identity, matrixFromRows } from '@infimum/linalg';
 *
 * console.log(blockMatrix([[identity(2), matrixFromRows([[7], [8]])]]).values.join(' ')); // 1 0 7 0 1 8
 * ```
 */
export function blockMatrix(blocks: readonly (readonly MatrixLike[])[]): DenseMatrix {
  checkList(blocks, 'blocks');
  const lines = blocks.map((row, i) => {
    checkList(row, `blocks[${i}]`);
    const line = row.map((block, j) => asDense(block, `blocks[${i}][${j}]`));
    const j = line.findIndex(({ rows }) => rows !== line[0].rows);
    if (j < 0) return line;
    const problem = `expected ${line[0].rows} rows, as the blocks before it have, got ${line[j].rows}`;
    throw fault(problem, `blocks[${i}][${j}]`, 'shape');
  });
  const widths = lines.map((line) => line.reduce((sum, { cols }) => sum + cols, 0));
  const [cols = 0] = widths;
  const bad = widths.findIndex((width) => width !== cols);
  if (bad >= 0) {
    throw fault(`expected ${cols} columns, as the first row of blocks has, got ${widths[bad]}`, `blocks[${bad}]`, 'shape', bad);
  }
  const height = lines.reduce((sum, line) => sum + (line[0]?.rows ?? 0), 0);
  const whole = denseMatrix(height, cols);
  let top = 0;
  for (const row of lines) {
    let left = 0;
    for (const { rows, cols: width, values } of row) {
      for (let i = 0; i < rows; i++) {
        whole.values.set(values.subarray(i * width, (i + 1) * width), (top + i) * cols + left);
      }
      left += width;
    }
    top += row[0]?.rows ?? 0;
  }
  return whole;
}

function entryByEntry(a: MatrixLike, b: MatrixLike, combine: (x: number, y: number) => number): DenseMatrix {
  const left = asDense(a, 'a');
  const right = asDense(b, 'b');
  if (left.rows === right.rows && left.cols === right.cols) {
    return { ...left, values: left.values.map((value, k) => combine(value, right.values[k])) };
  }
  throw fault(`expected ${left.rows}x${left.cols}, the shape of a, got ${right.rows}x${right.cols}`, 'b', 'shape');
}
