// Matrices in a user's instance: lists of rows, triplets, or the text of a Matrix Market file.
import { InvalidInputError } from '@infimum/core';
import { readMatrix, readObject, readVector } from '@infimum/core/data';
import { isSparse } from '../inputs.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { csrFromDense, csrFromTriplets } from './csr-matrix.ts';
import { parseMatrixMarket } from './matrix-market.ts';

/** How matrices are written, for the descriptions of instance files. */
export const MATRIX_FORMS =
  'a list of rows, an object `{ rows, cols, rowIndices, columnIndices, values }` with one entry per index pair, the path of a two-dimensional `.npy` file, the path of a Matrix Market file that ends in `.mtx`, or the text of one';

/**
 * Reads a dense or sparse matrix.
 *
 * @throws {InvalidInputError} naming the argument or a part of it
 */
export function readAnyMatrix(json: unknown, argument: string): DenseMatrix | CsrMatrix {
  if (typeof json === 'string') return readText(json, argument);
  if (typeof json === 'object' && json !== null && 'rowIndices' in json) return readTriplets(json, argument);
  return readMatrix(json, argument);
}

/**
 * Reads a sparse matrix; what comes as a dense one loses its zeros.
 *
 * @throws {InvalidInputError} naming the argument or a part of it
 */
export function readSparse(json: unknown, argument: string): CsrMatrix {
  const matrix = readAnyMatrix(json, argument);
  return isSparse(matrix) ? matrix : csrFromDense(matrix);
}

function readText(text: string, argument: string): DenseMatrix | CsrMatrix {
  if (!text.startsWith('%%MatrixMarket')) {
    const problem = 'expected a list of rows, an object, or the text of a Matrix Market file';
    throw new InvalidInputError(problem, { argument, code: 'type' });
  }
  try {
    const { matrix, imaginary } = parseMatrixMarket(text);
    if (!imaginary) return matrix;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { code, index, message } = error;
    // The message names the argument of the reader.
    throw new InvalidInputError(message.replace('text: ', ''), { argument, code, ...(index && { index }) });
  }
  throw new InvalidInputError('is complex', { argument, code: 'unsupported' });
}

function readTriplets(json: object, argument: string): CsrMatrix {
  const fields = readObject(json, argument, ['rows', 'cols', 'rowIndices', 'columnIndices', 'values']);
  const list = (name: string) => readVector(fields[name], `${argument}.${name}`);
  return csrFromTriplets({
    rows: fields['rows'] as number,
    cols: fields['cols'] as number,
    rowIndices: list('rowIndices'),
    columnIndices: list('columnIndices'),
    values: list('values'),
  });
}
