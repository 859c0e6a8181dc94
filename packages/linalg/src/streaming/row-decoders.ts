// From bytes, as files and networks deliver them, to rows: text with separators, or raw doubles.
import type { InvalidInputError } from '@infimum/core';
import { checkInteger, checkIterable, checkObject, checkText, fault } from '@infimum/core';
import type { DenseMatrix } from '../matrices.ts';
import { LineSplitter } from '../sparse/line-splitter.ts';
import { Scanner } from '../sparse/number-scanner.ts';

/** Numbers of the matrices that are handed on, unless a row is longer. */
const CHUNK = 8192;

/** How a text holds its rows. */
export interface RowsFromTextOptions {
  /** What stands between two numbers, beside space: one character, a comma by default. */
  readonly separator?: string;
  /** Whether the first line has names and is to be left out; false by default. */
  readonly hasHeader?: boolean;
}

/**
 * Reads rows of numbers from text, one row a line, such as a CSV file, chunk by chunk: it holds at most a chunk, a
 * line, and the 64 KiB of rows that are passed on at a time. Blank lines are skipped.
 *
 * @param chunks - the text: `fs.createReadStream(path)`, the body of a response, or strings
 * @throws {InvalidInputError} for a line that does not have as many numbers as the first, or something else, with the line
 *   (from 1) as index
 *
 * @example
 * ```ts
 * import { rowsFromText, streamingTopEigenvectorAsync } from '@infimum/linalg/streaming';
 *
 * const body = new Blob(['height,width\n3,1\n6,2\n', '1,0\n0,1\n']).stream();
 * const { vector } = await streamingTopEigenvectorAsync(rowsFromText(body, { hasHeader: true }), { method: 'covariance' });
 * console.log(Array.from(vector, (value) => value.toFixed(3)).join(' ')); // 0.949 0.316
 * ```
 */
export async function* rowsFromText(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: RowsFromTextOptions = {},
): AsyncGenerator<DenseMatrix, void, undefined> {
  checkIterable(chunks, 'chunks');
  checkObject(options, 'options');
  const { separator = ',', hasHeader = false } = options;
  checkText(separator, 'separator');
  const byte = separator.charCodeAt(0);
  if (separator.length !== 1 || byte > 127) throw fault('expected one ASCII character', 'separator', 'out-of-range');
  let dimension = 0;
  let values: number[] = [];
  const lines = new LineSplitter((bytes, start, end) => {
    if (hasHeader && lines.line === 1) return;
    const scanner = new Scanner(bytes, start, end, byte);
    if (scanner.done()) return;
    const before = values.length;
    do values.push(numberOf(scanner, lines.line));
    while (scanner.separator() || !scanner.done());
    const length = values.length - before;
    if (dimension === 0) dimension = length;
    if (length !== dimension) throw badLine(lines.line, `has ${length} numbers, expected ${dimension}`, 'shape');
  });
  const taken = (): DenseMatrix => {
    const matrix = { rows: values.length / dimension, cols: dimension, values: Float64Array.from(values) };
    values = [];
    return matrix;
  };
  for await (const chunk of chunks) {
    lines.push(chunk);
    if (values.length >= CHUNK) yield taken();
  }
  lines.end();
  if (values.length > 0) yield taken();
}

function numberOf(scanner: Scanner, line: number): number {
  const value = scanner.number();
  if (Number.isFinite(value)) return value;
  throw badLine(line, 'has an entry that is not a finite number', Number.isNaN(value) ? 'type' : 'not-finite');
}

function badLine(line: number, problem: string, code: 'type' | 'shape' | 'not-finite'): InvalidInputError {
  return fault(`line ${line} ${problem}`, 'chunks', code, line);
}

/**
 * Reads rows of doubles (64 bits, little-endian, row after row) from bytes that may be split anywhere. It holds at most
 * a chunk and the 64 KiB of rows, or the one row, that are passed on at a time.
 *
 * @param chunks - the bytes: `fs.createReadStream(path)`, or the body of a response
 * @param dimension - numbers of a row
 * @throws {InvalidInputError} for a dimension out of range, and for bytes that end within a row, with the row as index
 *
 * @example
 * ```ts
 * import { rowsFromFloat64, streamingTopEigenvectorAsync } from '@infimum/linalg/streaming';
 *
 * const body = new Blob([Float64Array.of(3, 1, 6, 2, 1, 0, 0, 1)]).stream();
 * const { rowsSeen } = await streamingTopEigenvectorAsync(rowsFromFloat64(body, 2));
 * console.log(rowsSeen); // 4
 * ```
 */
export async function* rowsFromFloat64(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  dimension: number,
): AsyncGenerator<DenseMatrix, void, undefined> {
  checkIterable(chunks, 'chunks');
  checkInteger(dimension, 'dimension', { min: 1, max: 2 ** 28 });
  const rowBytes = 8 * dimension;
  const buffer = new Uint8Array(Math.max(1, Math.floor(CHUNK / dimension)) * rowBytes);
  let filled = 0;
  let rowsBefore = 0;
  const taken = (): DenseMatrix => {
    const rows = Math.floor(filled / rowBytes);
    const values = new Float64Array(buffer.slice(0, rows * rowBytes).buffer);
    rowsBefore += rows;
    filled = 0;
    return { rows, cols: dimension, values };
  };
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw fault('expected chunks of bytes', 'chunks', 'type');
    for (let from = 0; from < chunk.length; ) {
      const count = Math.min(chunk.length - from, buffer.length - filled);
      buffer.set(chunk.subarray(from, from + count), filled);
      filled += count;
      from += count;
      if (filled === buffer.length) yield taken();
    }
  }
  const rest = filled % rowBytes;
  if (filled > rest) yield taken();
  if (rest === 0) return;
  throw fault(`end after ${rest} of the ${rowBytes} bytes of row ${rowsBefore}`, 'chunks', 'shape', rowsBefore);
}
