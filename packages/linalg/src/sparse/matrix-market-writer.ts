// The Matrix Market exchange format, written as a stream of strings.
import { checkChoice, checkList, checkMatrix, checkObject, checkText, fault } from '@infimum/core';
import { checkCsr } from '../check-compressed.ts';
import type { CsrMatrix, DenseMatrix } from '../matrices.ts';
import { transposed } from './csr-transpose.ts';
import type { MatrixMarketField, MatrixMarketSymmetry } from './matrix-market-entries.ts';
import { MIRRORED } from './matrix-market-entries.ts';

/** How a matrix is written. */
export interface WriteMatrixMarketOptions {
  /** What the entries are: `real` by default, `complex` with an imaginary part. A pattern leaves the values out. */
  readonly field?: MatrixMarketField;
  /** What is left out: nothing by default. The matrix must have the symmetry. */
  readonly symmetry?: MatrixMarketSymmetry;
  /** The imaginary part: dense or sparse as the matrix, and with the same pattern. */
  readonly imaginary?: CsrMatrix | DenseMatrix;
  /** Lines of comment. */
  readonly comments?: readonly string[];
}

/**
 * Writes a sparse matrix in coordinate format, a dense one in array format. Numbers have as many digits as it takes to
 * read back the same bits. Strings are some 64 kilobytes long; the whole text is never held.
 *
 * @throws {InvalidInputError} for an argument that is no matrix, for a symmetry that it does not have (with the index of the first
 *   entry at fault), for an integer field with other numbers, and for options that do not go together
 *
 * @example
 * ```ts
 * import { csrFromDense, matrixFromRows } from '@infimum/linalg';
 * import { writeMatrixMarket } from '@infimum/linalg/sparse';
 *
 * let text = '';
 * for await (const part of writeMatrixMarket(csrFromDense(matrixFromRows([[4, -1], [-1, 0]])), { symmetry: 'symmetric' })) {
 *   text += part;
 * }
 * console.log(text.trim().split('\n').join(' | ')); // %%MatrixMarket matrix coordinate real symmetric | 2 2 2 | 1 1 4 | 2 1 -1
 * ```
 */
export async function* writeMatrixMarket(
  matrix: CsrMatrix | DenseMatrix,
  options: WriteMatrixMarketOptions = {},
): AsyncGenerator<string, void, undefined> {
  checkObject(options, 'options');
  const entries = listed(matrix, options);
  let text = `${header(matrix, options, entries.count)}\n`;
  for (const line of entries.lines()) {
    text += line;
    if (text.length < 65536) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}

/** The lines of the entries. */
interface Listed {
  readonly count: number;
  lines(): Generator<string, void, undefined>;
}

function header(
  { rows, cols, ...rest }: CsrMatrix | DenseMatrix,
  { field, symmetry = 'general', imaginary, comments = [] }: WriteMatrixMarketOptions,
  count: number,
): string {
  const isSparse = 'rowPointers' in rest;
  checkList(comments, 'comments');
  for (let k = 0; k < comments.length; k++) checkText(comments[k], `comments[${k}]`);
  const words = ['%%MatrixMarket matrix', isSparse ? 'coordinate' : 'array'];
  words.push(field ?? (imaginary ? 'complex' : 'real'), symmetry);
  const lines = comments.flatMap((comment) => comment.split('\n')).map((line) => `%${line}`);
  return [words.join(' '), ...lines, isSparse ? `${rows} ${cols} ${count}` : `${rows} ${cols}`].join('\n');
}

function listed(matrix: CsrMatrix | DenseMatrix, options: WriteMatrixMarketOptions): Listed {
  const { symmetry = 'general', imaginary } = options;
  const field = options.field ?? (imaginary ? 'complex' : 'real');
  checkChoice(field, 'field', ['real', 'integer', 'complex', 'pattern']);
  checkChoice(symmetry, 'symmetry', ['general', 'symmetric', 'skew-symmetric', 'hermitian']);
  const isSparse = typeof matrix === 'object' && matrix !== null && 'rowPointers' in matrix;
  if (isSparse) checkCsr(matrix, 'matrix');
  else checkMatrix(matrix, 'matrix');
  checkTogether(field, symmetry, imaginary !== undefined, isSparse);
  if (field === 'integer') checkIntegers(matrix.values);
  if (symmetry !== 'general' && matrix.rows !== matrix.cols) {
    throw fault(`must be square to be ${symmetry}, got ${matrix.rows}x${matrix.cols}`, 'matrix', 'shape');
  }
  return isSparse
    ? sparseLines(matrix, sparseImaginary(matrix, imaginary), field, symmetry)
    : denseLines(matrix, denseImaginary(matrix, imaginary), symmetry);
}

function checkTogether(
  field: MatrixMarketField,
  symmetry: MatrixMarketSymmetry,
  hasImaginary: boolean,
  isSparse: boolean,
): void {
  const fail = (argument: string, problem: string) => fault(problem, argument, 'unsupported');
  if ((field === 'complex') !== hasImaginary) {
    throw fail('imaginary', 'is only for complex matrices');
  }
  if (symmetry === 'hermitian' && field !== 'complex') throw fail('symmetry', 'only complex matrices are hermitian');
  if (field === 'pattern' && (!isSparse || symmetry === 'skew-symmetric')) {
    throw fail('field', 'a pattern must be sparse, and general or symmetric');
  }
}

function checkIntegers(values: ArrayLike<number>): void {
  for (let k = 0; k < values.length; k++) {
    if (Number.isInteger(values[k])) continue;
    throw fault(`is ${values[k]} at index ${k}, not an integer`, 'matrix.values', 'not-integer', k);
  }
}

function sparseImaginary(matrix: CsrMatrix, imaginary: CsrMatrix | DenseMatrix | undefined): Float64Array | undefined {
  if (imaginary === undefined) return undefined;
  checkCsr(imaginary, 'imaginary');
  const equal = (x: Int32Array, y: Int32Array) => x.length === y.length && x.every((value, k) => value === y[k]);
  if (
    imaginary.cols !== matrix.cols ||
    !equal(imaginary.rowPointers, matrix.rowPointers) ||
    !equal(imaginary.columnIndices, matrix.columnIndices)
  ) {
    throw fault('must have the pattern of the real part', 'imaginary', 'shape');
  }
  return imaginary.values;
}

function denseImaginary(matrix: DenseMatrix, imaginary: CsrMatrix | DenseMatrix | undefined): Float64Array | undefined {
  if (imaginary === undefined) return undefined;
  checkMatrix(imaginary, 'imaginary');
  if (imaginary.rows !== matrix.rows || imaginary.cols !== matrix.cols) {
    throw fault('must have the shape of the real part', 'imaginary', 'shape');
  }
  return imaginary.values as Float64Array;
}

function sparseLines(
  matrix: CsrMatrix,
  imaginary: Float64Array | undefined,
  field: MatrixMarketField,
  symmetry: MatrixMarketSymmetry,
): Listed {
  const { rows, rowPointers, columnIndices, values } = matrix;
  if (symmetry !== 'general') {
    const [realSign, imaginarySign] = MIRRORED[symmetry];
    checkSymmetry(matrix, values, symmetry, realSign);
    if (imaginary) checkSymmetry({ ...matrix, values: imaginary }, imaginary, symmetry, imaginarySign);
  }
  const isListed = (i: number, j: number): boolean =>
    symmetry === 'general' || (symmetry === 'skew-symmetric' ? j < i : j <= i);
  let count = 0;
  for (let i = 0; i < rows; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) if (isListed(i, columnIndices[k])) count++;
  }
  function* lines(): Generator<string, void, undefined> {
    for (let i = 0; i < rows; i++) {
      for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
        if (!isListed(i, columnIndices[k])) continue;
        const place = `${i + 1} ${columnIndices[k] + 1}`;
        if (field === 'pattern') yield `${place}\n`;
        else if (imaginary) yield `${place} ${written(values[k])} ${written(imaginary[k])}\n`;
        else yield `${place} ${written(values[k])}\n`;
      }
    }
  }
  return { count, lines };
}

/** Checks that the entry across the diagonal is `sign` times this one, for every entry. */
function checkSymmetry(matrix: CsrMatrix, values: Float64Array, symmetry: MatrixMarketSymmetry, sign: number): void {
  const across = transposed({ ...matrix, values });
  const different = (k: number): boolean =>
    across.columnIndices[k] !== matrix.columnIndices[k] || across.values[k] !== sign * values[k];
  for (let i = 0; i < matrix.rows; i++) {
    const sameLength = across.rowPointers[i + 1] === matrix.rowPointers[i + 1];
    for (let k = matrix.rowPointers[i]; k < matrix.rowPointers[i + 1]; k++) {
      if (sameLength && !different(k)) continue;
      throw fault(`is not ${symmetry}: see row ${i}, column ${matrix.columnIndices[k]}`, 'matrix', 'unsupported', k);
    }
    if (sameLength) continue;
    const problem = `is not ${symmetry}: row ${i} and column ${i} have different entries`;
    throw fault(problem, 'matrix', 'unsupported', matrix.rowPointers[i]);
  }
}

function denseLines(
  { rows, cols, values }: DenseMatrix,
  imaginary: Float64Array | undefined,
  symmetry: MatrixMarketSymmetry,
): Listed {
  const [realSign, imaginarySign] = MIRRORED[symmetry];
  for (let i = 0; i < rows && symmetry !== 'general'; i++) {
    for (let j = 0; j <= i; j++) {
      const [below, above] = [i * cols + j, j * cols + i];
      const fits =
        values[above] === realSign * values[below] && (!imaginary || imaginary[above] === imaginarySign * imaginary[below]);
      if (fits) continue;
      throw fault(`is not ${symmetry}: see row ${i}, column ${j}`, 'matrix', 'unsupported', below);
    }
  }
  const first = (j: number): number => (symmetry === 'general' ? 0 : symmetry === 'skew-symmetric' ? j + 1 : j);
  function* lines(): Generator<string, void, undefined> {
    for (let j = 0; j < cols; j++) {
      for (let i = first(j); i < rows; i++) {
        const k = i * cols + j;
        yield imaginary ? `${written(values[k])} ${written(imaginary[k])}\n` : `${written(values[k])}\n`;
      }
    }
  }
  return { count: rows * cols, lines };
}

/** The shortest text that reads back as the same number, the sign of zero included. */
function written(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
