// Arithmetic of dense matrices entry by entry, and what is made of blocks.
import type { OptionSpecs, OptionsOf } from '@infimum/core';
import { checkList, checkNumber, InvalidInputError, resolveOptions } from '@infimum/core';
import { checkDense } from '../check-dense.ts';
import type { DenseMatrix } from './dense-matrix.ts';
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
export function addMatrices(a: DenseMatrix, b: DenseMatrix, options: AddMatricesOptions = {}): DenseMatrix {
  const { alpha, beta } = resolveOptions(addMatricesOptions, options);
  checkSameShape(a, b);
  return { ...a, values: a.values.map((value, k) => alpha * value + beta * b.values[k]) };
}

/**
 * The product α A of a matrix and a number. Time O(m n).
 *
 * @throws {InvalidInputError} for a factor or entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, scaleMatrix } from '@infimum/linalg';
 *
 * console.log(scaleMatrix(matrixFromRows([[3, 4]]), 2).values.join(' ')); // 6 8
 * ```
 */
export function scaleMatrix(a: DenseMatrix, alpha: number): DenseMatrix {
  checkDense(a, 'a');
  checkNumber(alpha, 'alpha');
  return { ...a, values: a.values.map((value) => alpha * value) };
}

/**
 * The product of two matrices entry by entry, c_ij = a_ij b_ij (Hadamard's). Time O(m n).
 *
 * @throws {InvalidInputError} for shapes that differ and for entries that are not finite
 *
 * @example
 * ```ts
 * import { matrixFromRows, multiplyEntries } from '@infimum/linalg';
 *
 * console.log(multiplyEntries(matrixFromRows([[3, 4]]), matrixFromRows([[2, 5]])).values.join(' ')); // 6 20
 * ```
 */
export function multiplyEntries(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  checkSameShape(a, b);
  return { ...a, values: a.values.map((value, k) => value * b.values[k]) };
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
export function kronecker(a: DenseMatrix, b: DenseMatrix): DenseMatrix {
  checkDense(a, 'a');
  checkDense(b, 'b');
  const product = denseMatrix(a.rows * b.rows, a.cols * b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++) {
      const factor = a.values[i * a.cols + j];
      for (let k = 0; k < b.rows; k++) {
        const start = (i * b.rows + k) * product.cols + j * b.cols;
        for (let l = 0; l < b.cols; l++) product.values[start + l] = factor * b.values[k * b.cols + l];
      }
    }
  }
  return product;
}

/**
 * The diagonal of a matrix of any shape. Time O(min(m, n)), and entries are looked at.
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
export function diagonalOf(a: DenseMatrix): Float64Array {
  checkDense(a, 'a');
  return Float64Array.from({ length: Math.min(a.rows, a.cols) }, (_, i) => a.values[i * a.cols + i]);
}

/**
 * The trace of a square matrix, the sum of its diagonal. Time O(n), and entries are looked at.
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
export function trace(a: DenseMatrix): number {
  const diagonal = diagonalOf(a);
  if (a.rows === a.cols) return diagonal.reduce((sum, value) => sum + value, 0);
  throw new InvalidInputError(`must be square, got ${a.rows}x${a.cols}`, { argument: 'a', code: 'shape' });
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
export function blockMatrix(blocks: readonly (readonly DenseMatrix[])[]): DenseMatrix {
  checkList(blocks, 'blocks');
  for (const [i, row] of blocks.entries()) {
    checkList(row, `blocks[${i}]`);
    for (const [j, block] of row.entries()) {
      const argument = `blocks[${i}][${j}]`;
      checkDense(block, argument);
      if (block.rows === row[0].rows) continue;
      const problem = `expected ${row[0].rows} rows, as the blocks before it have, got ${block.rows}`;
      throw new InvalidInputError(problem, { argument, code: 'shape' });
    }
  }
  const widthOf = (row: readonly DenseMatrix[]): number => row.reduce((sum, { cols }) => sum + cols, 0);
  const cols = blocks.length > 0 ? widthOf(blocks[0]) : 0;
  const bad = blocks.findIndex((row) => widthOf(row) !== cols);
  if (bad >= 0) {
    const problem = `expected ${cols} columns, as the first row of blocks has, got ${widthOf(blocks[bad])}`;
    throw new InvalidInputError(problem, { argument: `blocks[${bad}]`, code: 'shape', index: bad });
  }
  const whole = denseMatrix(
    blocks.reduce((sum, row) => sum + (row[0]?.rows ?? 0), 0),
    cols,
  );
  let top = 0;
  for (const row of blocks) {
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

function checkSameShape(a: DenseMatrix, b: DenseMatrix): void {
  checkDense(a, 'a');
  checkDense(b, 'b');
  if (a.rows === b.rows && a.cols === b.cols) return;
  const problem = `expected ${a.rows}x${a.cols}, the shape of a, got ${b.rows}x${b.cols}`;
  throw new InvalidInputError(problem, { argument: 'b', code: 'shape' });
}
